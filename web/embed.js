// Turns each a.kabar of a host page into a frame with its final height. Without it, or when the server is away, the link stays.
{
const origin = new URL(document.currentScript.src).origin
const frames = new Map
const upgrade = a => {
  if (a.kabar) return
  a.kabar = 1
  const page = new URL(a.href), s = a.dataset, share = s.kabar == "share"
  const site = page.pathname.split("/")[1]
  if (page.origin != origin || !site) return console.warn("kabar: href must be an office's page on " + origin, a)
  const u = new URL("/embed/" + site + (share ? "/share" : ""), origin), q = u.searchParams
  for (const k of ["limit", "layout", "theme", "accent", "lang"]) if (s[k]) q.set(k, s[k])
  if (share) {
    q.set("url", s.url || document.querySelector("link[rel=canonical]")?.href || location.href.split("#")[0])
    q.set("title", s.title || document.title)
  }
  const f = document.createElement("iframe")
  f.src = u
  f.title = a.textContent
  f.loading = "lazy"
  f.style.cssText = "display:block;width:100%;border:0;color-scheme:normal;height:" + (s.height || 0) + "px"
  a.replaceWith(f)
  frames.set(f.contentWindow, f)
}
const all = () => document.querySelectorAll("a.kabar").forEach(upgrade)
addEventListener("message", e => {
  const f = frames.get(e.source)
  if (f && e.data?.message == "height") f.style.height = e.data.value + "px"
})
new MutationObserver(all).observe(document, {childList: true, subtree: true})
all()
}
