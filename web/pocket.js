// What a page can do once it is there and nobody waits: be read without a network, look as its reader likes, tell what is new. A module that our own
// pages load after everything else, never a frame. The server puts W before it, the words. All that it remembers stays on the device.
const d = document, R = d.documentElement, K = self.kabar, B = d.querySelector("script[data-pocket]").dataset
const home = B.events && "/" + B.events.split("/")[4] + "/", site = home?.slice(1, -1)
const on = (types, f, from = self) => types.split(" ").forEach(t => from.addEventListener(t, f, true))
const $ = id => d.getElementById(id)
const make = (tag, props, ...inside) => {
const e = Object.assign(d.createElement(tag), props)
e.append(...inside)
return e
}

// Storage may be forbidden.
const recall = (name, otherwise) => { try { return JSON.parse(localStorage[name]) } catch { return otherwise } }
const remember = (name, value) => { try { value ? localStorage[name] = JSON.stringify(value) : delete localStorage[name] } catch {} }

// One line at the foot of the screen, which covers nothing for long and moves nothing. What matters more stays.
const bar = d.body.appendChild(make("div", {className: "toast"}))
bar.setAttribute("role", "status")
let rank = 0
const hush = () => { bar.replaceChildren(); rank = 0 }
const note = (r, text, label, act, dismissed) => {
if (r < rank) return
rank = r
const x = make("button", {className: "x", ariaLabel: W.close, textContent: "×", onclick() { hush(); dismissed?.() }})
bar.replaceChildren(make("p", {}, text), ...label ? [make("button", {textContent: label, onclick() { hush(); act() }})] : [], x)
}

// How long ago, in the reader's language.
const ago = since => {
const f = new Intl.RelativeTimeFormat(B.lang, {numeric: "auto"}), min = Math.round((since - Date.now()) / 6e4)
return min > -1 ? W.now : min > -60 ? f.format(min, "minute") : min > -1440 ? f.format(Math.round(min / 60), "hour") : f.format(Math.round(min / 1440), "day")
}
const said = since => note(4, W.saved.replace("%s", ago(since)), W.retry, () => location.reload())

// The worker. A new release waits in it until the reader agrees; the other tabs follow when nobody looks at them.
const sw = home && B.worker && navigator.serviceWorker
if (sw) {
sw.startMessages()
// The offline page has a list of its own to fetch; what it stands for was not kept.
on("message", e => e.data.saved && !$("terbaca") && said(e.data.saved), sw)
let mine, before = sw.controller
// The only script that a string may name here, and it cannot be another one.
const worker = self.trustedTypes ? trustedTypes.createPolicy("kabar", {createScriptURL: () => B.worker}).createScriptURL("") : B.worker
sw.register(worker, {scope: home, updateViaCache: "none"}).then(reg => {
const offer = w => w && before && note(5, W.version, W.reload, () => { mine = 1; w.postMessage("now") })
offer(reg.waiting)
on("updatefound", () => {
const w = reg.installing
on("statechange", () => w.state == "installed" && offer(w), w)
}, reg)
const look = () => d.hidden || reg.update().catch(() => 0)
on("visibilitychange", look)
setInterval(look, 3e5)
}).catch(console.warn)
on("controllerchange", () => {
if (!before) return before = sw.controller
const again = () => location.reload()
mine || d.hidden ? again() : on("visibilitychange", again)
}, sw)
// Between its own pages the app keeps the place; over a reload the browser does.
on("pagehide", () => history.scrollRestoration = "auto")
const send = () => d.hidden || sw.controller?.postMessage("flush")
on("online visibilitychange", send)
sw.ready.then(async () => {
// What came before the worker, or began to, is not asked for again: it is in the browser's own cache. What is kept here has an entry of its own later.
const took = performance.now()
const keep = list => Promise.all(list.filter(e => e.startTime < took).map(e => new URL(e.name)).filter(u => u.origin == origin && /^\/(app|img)\//.test(u.pathname)).map(u => u.pathname)
.map(async p => await caches.match(p, any) || (await caches.open(cache(p[1] == "a" ? "files" : "pictures"))).add(p)))
new PerformanceObserver(l => keep(l.getEntries()).catch(console.warn)).observe({type: "resource"})
await keep(performance.getEntriesByType("resource"))
if (!poor()) await fill()
stock()
}).catch(console.warn)
}
if (d.body.dataset.saved) said(+d.body.dataset.saved)
else if (!navigator.onLine) note(4, W.offline)
on("offline", () => note(4, W.offline))
on("online", () => rank == 4 && hush())

// The newest articles with their pictures, for later: two million bytes at most unless the reader asks for more, and nothing over a line that is
// slow or paid for by the byte.
const any = {ignoreVary: true}, budget = 2e6
const cache = name => "kabar-" + site + "-" + name
const poor = () => navigator.connection?.saveData || /2g/.test(navigator.connection?.effectiveType)
const picture = p => p.replace(/-\d+\.\w+$/, "-")
const pictures = text => {
const best = {}
for (const [p, w] of text.matchAll(/\/img\/[\w-]+?-(\d+)\.webp/g)) {
const k = picture(p)
if (!best[k] || best[k].w < 480 && +w > best[k].w) best[k] = {p, w: +w}
}
return Object.values(best).map(b => b.p)
}
const fill = async more => {
const pages = await caches.open(cache("pages")), files = await caches.open(cache("pictures")), kept = await caches.open(cache("kept"))
const have = new Set((await Promise.all([files, kept].map(c => c.keys()))).flat().map(k => picture(new URL(k.url).pathname)))
const state = {bytes: 0, left: 0, pages: 0}
const get = async (c, p) => {
if (state.bytes > budget && !more) return state.left++
const res = await fetch(p)
if (!res.ok) return
state.bytes += +res.headers.get("content-length")
await c.put(p, res.clone())
return res
}
const list = (await (await fetch(B.events.replace("events", "articles?limit=30"))).json()).articles
for (const p of [home, ...list.map(a => home + a.slug)]) {
let res = await pages.match(p, any)
// An article that was changed since is fetched again.
const a = list.find(a => home + a.slug == p)
if (!res || a && Date.parse(a.updated) > Date.parse(res.headers.get("date"))) res = await get(pages, p)
if (!res?.text) continue
state.pages++
for (const i of pictures(await res.text())) if (!have.has(picture(i))) {
have.add(picture(i))
await get(files, i)
}
}
K.filled = state
return state
}

// Kept for later: until the reader takes it out again.
const keep = async path => {
const c = await caches.open(cache("kept"))
if (await c.delete(path, any)) return false
const res = await fetch(path)
if (!res.ok) throw res
await c.put(path, res.clone())
for (const i of pictures(await res.text())) await c.match(i, any) || await c.add(i)
return true
}
const titles = async name => {
const c = await caches.open(cache(name)), out = []
for (const k of await c.keys()) {
const p = new URL(k.url).pathname
if (!p.startsWith(home) || p == home) continue
const text = await (await c.match(k)).text(), t = /<h1[^>]*>([^<]*)/.exec(text)?.[1]
if (!t || !text.includes("<article><nav")) continue
out.push([p, t.replace(/&(amp|lt|gt|quot|#34|#39);/g, (_, e) => ({amp: "&", lt: "<", gt: ">", "#39": "'"})[e] || '"')])
}
return out
}
const list = async (ol, name) => {
const all = ol && await titles(name)
if (!all?.length) return
ol.replaceChildren(...all.map(([p, t]) => make("li", {}, make("a", {href: p}, t))))
ol.hidden = false
}

// What each page needs, and the app again when it has shown another.
K.turned = async () => {
const path = location.pathname, b = d.querySelector("[data-do=keep]")
if (b && home && self.caches) b.ariaPressed = !!await (await caches.open(cache("kept"))).match(path, any)
if (d.querySelector("article > h1") && path.startsWith(home)) {
read.delete(path)
read.add(path)
remember("kabar.read", [...read].slice(-500))
}
mark()
resume(path)
}

// What was read looks read, and what the app draws later too. The browser's own memory of links is empty inside other apps.
const read = new Set(recall("kabar.read", []))
const mark = () => { for (const a of d.querySelectorAll(".item h2 a")) a.toggleAttribute("data-read", read.has(a.pathname)) }
new MutationObserver(mark).observe(d.body, {childList: true, subtree: true, attributes: true, attributeFilter: ["href"]})

// Where the reader was: an article between its first tenth and its last, for a week.
const places = recall("kabar.places", {})
const part = () => {
const body = d.querySelector(".body")?.getBoundingClientRect()
return body && (innerHeight - body.top) / body.height
}
let pausing
on("scroll", () => {
clearTimeout(pausing)
pausing = setTimeout(() => {
const at = part(), path = location.pathname
if (!at || scrollY < 200) return
delete places[path]
if (at < .95) places[path] = {at, when: Date.now(), title: d.querySelector("h1").textContent}
for (const p of Object.keys(places).slice(0, -20)) delete places[p]
remember("kabar.places", places)
}, 400)
})
const go = place => {
const body = d.querySelector(".body").getBoundingClientRect()
scrollTo(0, scrollY + body.top + place.at * body.height - innerHeight)
}
const resume = path => {
const mine = places[path], last = Object.keys(places).filter(p => p.startsWith(home)).pop()
if (location.hash == "#lanjut" && mine) return go(mine)
if (mine && scrollY < 200) note(1, W.resumeHere, W.resume, () => go(mine))
else if (path == home && last && places[last].when > Date.now() - 6048e5) note(1, W.resumeThere.replace("%s", () => places[last].title), W.resume, () => { location = last + "#lanjut" })
}

// Text size and theme: what boot.js reads before the page is painted.
const like = change => {
const likes = {...recall("kabar", {}), ...change}
remember("kabar", likes)
Object.assign(R.dataset, likes)
settings()
}
const settings = () => {
for (const i of d.querySelectorAll("[data-like]")) i.checked = i.type == "checkbox" ? R.dataset[i.name] != "off" : (R.dataset[i.name] || i.defaultValue) == i.value && (R.dataset[i.name] || i.defaultChecked)
}
on("change", e => {
const i = e.target
if (i.dataset?.like) like({[i.name]: i.type == "checkbox" ? i.checked ? "on" : "off" : i.value})
})
const step = (name, values, by) => like({[name]: values[(values.indexOf(R.dataset[name] || values[0]) + by + values.length) % values.length]})

// A finger that rests beside a link does not take its focus away.
on("mousedown", e => e.sourceCapabilities?.firesTouchEvents && d.activeElement.href && !e.target.closest("a,button,input") && e.preventDefault())

const acts = {
async keep(b) {
const line = b.closest(".share").lastChild
try {
const kept = await keep(location.pathname)
b.ariaPressed = kept
line.textContent = kept ? W.kept : W.unkept
} catch {
line.textContent = W.keepFailed
}
},
async fill(b) {
b.disabled = true
$("simpanan").textContent = W.loading
await fill(K.filled).catch(() => 0)
b.disabled = false
stock()
},
async empty() {
for (const name of ["pages", "pictures", "kept"]) await caches.delete(cache(name))
for (const name of ["places", "read"]) remember("kabar." + name, undefined)
location.reload()
},
}
on("click", e => {
const a = e.target.closest?.("[data-do],a[href^='/go/']")
if (!a) return
if (acts[a.dataset.do]) acts[a.dataset.do](a)
// Without a network a share is offered to the device's own apps, which can wait; it is counted when there is one again.
if (!a.href || navigator.onLine) return
e.preventDefault()
const q = new URL(a.href).searchParams, bar = a.closest(".share"), copy = bar?.querySelector("[data-do=copy]")
K.view({type: "share", article: q.get("article") || undefined, url: q.get("url") || undefined, network: a.pathname.split("/")[2]})
if (navigator.share && copy) navigator.share({url: copy.dataset.url, title: copy.dataset.title}).catch(() => 0)
else copy?.click()
})

// Keys, for those who have them. Single letters can be switched off (WCAG 2.1.4).
const articles = by => {
const all = [...d.querySelectorAll(".list h2 a")], i = all.indexOf(d.activeElement)
all[Math.min(all.length - 1, Math.max(0, i + by))]?.focus()
}
const keys = {
j: () => articles(1),
k: () => articles(-1),
"/": () => (d.querySelector(".q") || {focus() { location = home }}).focus(),
h: () => { location = home },
s: () => d.querySelector("[data-do=keep]")?.click(),
t: () => step("theme", ["auto", "dark", "light"], 1),
"+": () => step("size", ["0", "1", "2", "3"], 1),
"-": () => step("size", ["0", "1", "2", "3"], -1),
"?"() {
const rows = W.keys.map(([k, t]) => make("div", {}, make("dt", {}, make("kbd", {}, k)), make("dd", {}, t)))
const sheet = make("dialog", {className: "sheet", onclose() { sheet.remove() }}, make("h2", {}, W.keysTitle), make("dl", {}, ...rows),
make("button", {textContent: W.close, autofocus: true, onclick() { sheet.close() }}))
d.body.append(sheet)
sheet.showModal()
},
}
on("keydown", e => {
if (R.dataset.keys == "off" || e.ctrlKey || e.metaKey || e.altKey || !home || e.target.closest("input,textarea,select,dialog,[contenteditable]")) return
const f = keys[e.key]
if (!f) return
e.preventDefault()
f()
})

// The page of settings, and the offline page.
const stock = async () => {
if (!$("simpanan") || !sw) return
const megabytes = n => (n / 1e6).toLocaleString(B.lang, {maximumFractionDigits: 1}), more = d.querySelector("[data-do=fill]"), left = K.filled?.left
$("simpanan").textContent = W.stockPages.replace("%s", (await titles("pages")).length) + " · " + W.stockUsed.replace("%s", megabytes((await navigator.storage.estimate()).usage))
// A photograph at the width of a phone is about forty thousand bytes.
more.hidden = !left && !poor()
more.textContent = W.more.replace("%s", megabytes(left ? left * 4e4 : budget))
}
settings()
list($("disimpan"), "kept")
list($("terbaca"), "pages")
stock()
K.turned()
