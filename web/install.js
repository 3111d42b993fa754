// Installing: an invitation after the second visit, or when asked for, in the way that this browser has. Follows pocket.js in the same module.
const alone = matchMedia("(display-mode:standalone)").matches || navigator.standalone
const agent = navigator.userAgent
const apple = /iPhone|iPad|iPod/.test(agent) || /Macintosh/.test(agent) && navigator.maxTouchPoints > 1
// Inside other apps nothing can be installed.
const inside = /FBAN|FBAV|FB_IAB|Instagram|Line\/|WhatsApp|musical_ly|BytedanceWebview|TikTok|; wv\)/.test(agent)
const way = () => alone ? "installed" : inside ? "inside" : K.install ? "prompt" : apple ? "apple" : "menu"

const sheet = (title, steps, ...more) => {
const s = make("dialog", {className: "sheet", onclose() { s.remove() }}, make("h2", {}, title), make("ol", {}, ...steps.map(t => make("li", {}, t))), ...more,
make("button", {textContent: W.close, onclick() { s.close() }}))
d.body.append(s)
s.showModal()
}
// Android opens a browser by such a link; on an iPhone only its own menu does.
const intent = () => "intent://" + location.host + location.pathname + "#Intent;scheme=" + location.protocol.slice(0, -1) + ";end"
const install = () => {
const how = way()
if (how == "prompt") {
const p = K.install
K.install = 0
p.prompt()
p.userChoice?.then(c => { if (c.outcome != "accepted") later(); ways() })
} else if (how == "apple") sheet(W.installApple, [W.installApple1, W.installApple2])
else if (how == "inside") sheet(W.openOutside, apple ? [W.openOutsideApple] : [W.openOutsideAndroid], ...apple ? [] : [make("a", {className: "act", href: intent()}, W.openOutside)])
}

// An invitation that was waved away does not come back for ninety days. A visit is a page after half an hour without one.
const later = () => remember("kabar.later", Date.now() + 90 * 864e5)
const visit = () => {
const v = recall("kabar.visits", {n: 0, last: 0}), now = Date.now()
if (now - v.last > 18e5) v.n++
v.last = now
remember("kabar.visits", v)
return v.n
}
const invite = () => {
const how = way()
if (visits < 2 || recall("kabar.later", 0) > Date.now() || how == "installed" || how == "menu") return
note(2, how == "inside" ? W.inviteOutside : W.invite, how == "inside" ? W.openOutside : W.install, install, later)
}

// The part of the page of settings.
const ways = () => {
const p = $("cara")
if (!p) return
const how = way(), b = p.nextElementSibling.firstElementChild
p.textContent = W.ways[how]
b.hidden = how == "installed" || how == "menu"
b.textContent = how == "inside" ? W.openOutside : W.install
b.onclick = install
}
const visits = home ? visit() : 0
if (home) {
on("beforeinstallprompt", () => { invite(); ways() })
on("appinstalled", () => { K.install = 0; ways() })
ways()
invite()
}
