// Turns each a.kabar of a host page into a frame of its final height. Without this script, or when our server does not answer, it stays a link.
// Host pages keep this address for years: what it understands today it must understand then.
(() => {
// Host pages have been seen to use the name URL for one of their own, and to give all objects more properties.
const link = href => Object.assign(document.createElement("a"), {href})
const origin = link(document.currentScript.src).origin, frames = new WeakMap, shown = new Map, seen = "kabar " + origin
const allowed = {kabar: /^share$/, limit: /^([1-9]|1\d|20)$/, layout: /^(list|cards|compact|ticker|popul[ae]r)$/, theme: /^(auto|light|dark)$/, accent: /^#?[\da-f]{6}$/i, lang: /^(id|en)$/, height: /^[1-9]\d{1,3}$/}

// The heights of app.css, section "widgets", in pixels: the page below must not move when the frame has loaded.
const height = (s, w) => {
const n = s.limit || 5, columns = Math.max(1, Math.floor((w + 20) / 244))
if (s.kabar == "share") return 72 + 52 * Math.ceil((navigator.share ? 11 : 10) / Math.max(1, Math.floor((w + 8) / 52)))
if (s.layout == "cards") return 82 + Math.ceil(Math.ceil(n / columns) * ((w - (columns - 1) * 20) / columns * 9 / 16 + 116))
return 82 + (s.layout == "ticker" ? 89 : /^[cp]o/.test(s.layout) ? 53 * n : 89 * n)
}

const upgrade = a => {
// On the element: a page often has this script twice.
a[seen] = 1
const s = {__proto__: null, ...a.dataset}, share = s.kabar == "share", site = a.pathname.split("/")[1], no = why => console.warn("kabar: " + why, a)
if (a.origin != origin || !site) return no("href must be an office's page on " + origin)
const u = link(origin + "/embed/" + site + (share ? "/share" : "")), q = new URLSearchParams
for (const k in allowed) {
if (!s[k]) continue
if (!allowed[k].test(s[k])) return no("data-" + k + " cannot be " + s[k])
if (!/^[hk]/.test(k)) q.set(k, s[k])
}
if (share) {
const own = document.querySelector("link[rel=canonical]")
q.set("url", link(s.url || own && own.href || location.href).href)
q.set("title", s.title || document.title)
}
const f = document.createElement("iframe")
f.title = a.textContent
f.loading = "lazy"
if (navigator.share) f.allow = "web-share"
// The host's own rules may be important to it; only that it hides all frames is its right.
f.style.cssText = "display:block;" + "width:100%;min-width:0;max-width:none;min-height:0;max-height:none;border:0;margin:0;padding:0;float:none;position:static;".replace(/;/g, "!important;")
const tall = h => f.style.setProperty("height", h + "px", "important")
tall(0)
shown.set(a, f)
a.after(f)
tall(s.height || height(s, f.clientWidth))
a.style.setProperty("display", "none", "important")
f.onload = () => {
// Of a page that was still being read the link had perhaps no words yet.
f.title = a.textContent
frames.set(f.contentWindow, h => {
f.kabar = 1
if (!s.height) tall(h)
})
f.contentWindow.postMessage({message: "ready"}, origin)
// An error page says nothing: then the link is better.
setTimeout(() => {
if (f.kabar || !f.isConnected) return
no("no news came from " + f.src)
f.remove()
a.style.display = ""
}, 8e3)
}
u.search = q
f.src = u
}
// A host that takes its link away takes the frame away; it may bring the link back.
const all = () => {
shown.forEach((f, a) => a.isConnected || (f.remove(), shown.delete(a), a[seen] = 0))
document.querySelectorAll("a.kabar").forEach(a => a[seen] || upgrade(a))
}
addEventListener("message", e => {
const f = e.origin == origin && frames.get(e.source), m = e.data
if (f && m && m.message == "height" && m.value > 0 && m.value < 1e4) f(m.value)
})
new MutationObserver(all).observe(document, {childList: true, subtree: true})
all()
})()
