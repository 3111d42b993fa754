// Turns each a.kabar of a host page into a frame of its final height. Without this script, or when our server does not answer, it stays a link.
// Host pages keep this address for years: what it understands today it must understand then.
(() => {
const origin = new URL(document.currentScript.src).origin, frames = new WeakMap, seen = new WeakSet
const allowed = {limit: /^([1-9]|1\d|20)$/, layout: /^(list|cards|compact|ticker)$/, theme: /^(auto|light|dark)$/, accent: /^#?[\da-f]{6}$/i, lang: /^(id|en)$/, height: /^\d{2,4}$/}

// The heights of app.css, section "widgets", in pixels: the page below must not move when the frame has loaded.
const height = (s, w) => {
const n = s.limit || 5, columns = Math.max(1, Math.floor((w + 20) / 244))
if (s.kabar == "share") return 72 + 52 * Math.ceil((navigator.share ? 11 : 10) / Math.max(1, Math.floor((w + 8) / 52)))
if (s.layout == "cards") return 82 + Math.ceil(n / columns) * (Math.round((w - (columns - 1) * 20) / columns * 9 / 16) + 116)
return 82 + (s.layout == "ticker" ? 89 : s.layout == "compact" ? 53 * n : 89 * n)
}

const upgrade = a => {
seen.add(a)
const s = a.dataset, share = s.kabar == "share", site = a.pathname.split("/")[1], no = why => console.warn("kabar: " + why, a)
if (a.origin != origin || !site) return no("href must be an office's page on " + origin)
const u = new URL("/embed/" + site + (share ? "/share" : ""), origin), q = u.searchParams
for (const k in allowed) {
if (!s[k]) continue
if (!allowed[k].test(s[k])) return no("data-" + k + " cannot be " + s[k])
if (k != "height") q.set(k, s[k])
}
if (share) {
const link = document.querySelector("link[rel=canonical]")
q.set("url", s.url || link && link.href || location.href)
q.set("title", s.title || document.title)
}
const f = document.createElement("iframe")
f.title = a.textContent
f.loading = "lazy"
f.allow = "web-share;clipboard-write"
f.style.cssText = "display:block;width:100%;border:0;margin:0;padding:0;height:0"
a.after(f)
f.style.height = (s.height || height(s, f.clientWidth)) + "px"
a.style.setProperty("display", "none", "important")
f.onload = () => {
frames.set(f.contentWindow, h => {
f.kabar = 1
if (!s.height) f.style.height = h + "px"
})
f.contentWindow.postMessage({message: "ready"}, origin)
// An error page says nothing: then the link is better.
setTimeout(() => { if (!f.kabar && f.isConnected) { f.remove(); a.style.display = "" } }, 8e3)
}
f.src = u
}
const all = () => { for (const a of document.querySelectorAll("a.kabar")) seen.has(a) || upgrade(a) }
addEventListener("message", e => {
const f = e.origin == origin && frames.get(e.source), m = e.data
if (f && m && m.message == "height" && m.value > 0 && m.value < 1e4) f(m.value)
})
new MutationObserver(all).observe(document, {childList: true, subtree: true})
all()
})()
