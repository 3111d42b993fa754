// Starts the app in a page that already shows everything. Imported late, by boot.js; if anything here fails the page stays as it is.
(async K => {
  const idle = () => new Promise(r => window.requestIdleCallback ? requestIdleCallback(r, {timeout: 500}) : setTimeout(r, 50))

  // The app starts in steps, and calls this between them. Between a finger's down and up the nodes must stay: the click would be lost.
  K.rest = async go => {
    do await idle(); while (K.down)
    go()
  }

  // Where storage is forbidden (a sandboxed frame) it lives as long as the page: go-app would die at start without it.
  for (const name of ["localStorage", "sessionStorage"]) try { window[name].length } catch {
    const m = new Map
    Object.defineProperty(window, name, {value: {
      get length() { return m.size },
      key: i => [...m.keys()][i] ?? null,
      getItem: k => m.get(k) ?? null,
      setItem(k, v) { m.set(k, String(v)) },
      removeItem(k) { m.delete(k) },
      clear() { m.clear() },
    }})
  }
  window.goappIsAppInstallable = () => !!K.install
  window.goappShowInstallPrompt = () => K.install?.prompt()
  try {
    const compiled = WebAssembly.compileStreaming(fetch(K.on.wasm))
    const go = new Go
    const module = await compiled
    await idle()
    const instance = await WebAssembly.instantiate(module, go.importObject)
    await idle()
    go.run(instance)
  } catch (e) {
    console.warn("kabar: the app did not start; the page works without it.", e)
  }
})(window.kabar)
