// The one script in every page: what a reader can do before the app is there, and without it. Served squeezed, at most 2.2 KB.
{
const d = document, n = navigator, B = d.currentScript.dataset, R = d.documentElement, F = parent != self
const on = (t, f) => t.split(" ").forEach(t => addEventListener(t, f, 1))
const via = F ? "widget" : matchMedia("(display-mode:standalone)").matches ? "app" : "page"
let secret, high

// How this reader likes to read, before the first letter is painted. A frame looks as its host page wants.
try { Object.assign(R.dataset, F || JSON.parse(localStorage.kabar)) } catch {}

// The beacon. Its answer is the new total, which goes where the page shows it. As plain text it needs no preflight from a sandbox.
const view = e => fetch(B.events, {method: "POST", keepalive: 1, body: JSON.stringify({events: [{
id: Date.now() + (Math.random() + "").slice(2), type: "view", via, host: F ? d.referrer.split(/[/:]/)[3] : "", ...e}]})
}).then(r => r.json()).then(a => Object.values(a.counts)[0]).catch(e => 0)
const K = self.kabar = {view}
on("DOMContentLoaded visibilitychange prerenderingchange", () => {
if (!B.view || d.hidden || d.prerendering) return
view(JSON.parse(B.view)).then(c => {
if (K.counts = c) for (const b of d.querySelectorAll("[data-views]")) b.firstChild.data = c.views.toLocaleString(B.lang)
})
B.view = ""
})
on("beforeinstallprompt", e => { e.preventDefault(); K.install = e })

// Copy, print and native share, shown only where they work.
R.className = n.share ? "js native" : "js"
on("click", e => {
const a = e.target.closest?.("[data-do],a[href]"), s = a?.dataset, f = d.createElement("textarea")
if (!s) return
if (s.read) view({article: s.read})
if (s.do == "print") print()
if (s.do == "native") n.share({url: s.url, title: s.title}).catch(e => 0)
if (s.do == "copy") {
f.value = s.url
a.after(f)
f.select()
a.closest(".share").lastChild.textContent = d.execCommand("copy") ? s.ok : s.url
f.remove()
a.focus()
}
// A sandboxed frame can open nothing: it asks its host to.
if (secret && origin == "null" && a.href) {
e.preventDefault()
tell("link", s.own ? location.origin + s.own : a.href)
}
})

// A frame says how high it is, to our loader and to WordPress in its words.
const tell = (message, value) => parent.postMessage({message, value, secret}, "*")
const size = () => {
const h = Math.ceil(R.getBoundingClientRect().height)
if (h != high) tell("height", high = h)
}
if (F) {
secret = /secret=(\w+)/.exec(location.hash)?.[1]
// At once, too: browsers put off what a frame that cannot be seen observes, and WordPress shows one when it has said its height.
on("DOMContentLoaded", () => new ResizeObserver(size).observe(R, size()))
on("message", e => e.data?.message == "ready" && size(high = 0))
}

// What helps a reader who stays: see pocket.js. Widgets and figures name none.
B.pocket && on("load", e => import(B.pocket))

// The app comes when the reader stays; never over a metered line, never for a robot.
if (B.app && self.WebAssembly && !n.connection?.saveData && !/bot|crawl/i.test(n.userAgent)) {
const go = () => K.on ??= (import(B.app).catch(console.warn), B)
on("pointerdown pointerup pointercancel", e => K.down = e.type[9] == "w")
on("pointerdown keydown" + (F ? "" : " scroll"), go)
F || setTimeout(go, via == "app" ? 0 : 8e3)
}
}
