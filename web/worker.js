// Keeps an office's news readable without a network, and what readers did until it can be sent. Its scope is one office, and it touches no cache
// but its own. The server puts CORE before it, the addresses of what the offline page needs: so each release has another worker.
const g = registration, scope = new URL(g.scope).pathname, site = scope.slice(1, -1), api = "/api/v1/sites/" + site, own = "kabar-" + site
const [PAGES, FILES, PICTURES, KEPT] = ["pages", "files", "pictures", "kept"].map(s => own + "-" + s)
const most = {[PAGES]: 90, [FILES]: 12, [PICTURES]: 200}
const quiet = () => 0

oninstall = e => e.waitUntil(navigator.connection?.saveData || caches.open(FILES).then(c => c.addAll(CORE)))
onactivate = e => e.waitUntil(Promise.all([clients.claim(), g.navigationPreload?.enable()]))

onfetch = e => {
const r = e.request, u = new URL(r.url), p = u.pathname
if (u.origin != origin) return
if (r.method != "GET") p == api + "/events" && e.respondWith(send(e))
else if (/^\/(app|img)\//.test(p)) e.respondWith(file(e, p))
else if (r.mode == "navigate" || p.startsWith(api + "/articles")) e.respondWith(fresh(e, u))
}

const put = async (name, key, res) => {
if (res.status != 200 || /no-store|private/.test(res.headers.get("cache-control"))) return
const c = await caches.open(name)
await c.put(key, res)
for (const k of (await c.keys()).slice(0, -most[name])) await c.delete(k)
}
const find = async (key, ...names) => {
for (const name of names) {
const res = await (await caches.open(name)).match(key, {ignoreVary: true})
if (res) return res
}
}

// By content name: what is here never changes. Without a network another size of a picture is better than none.
const file = async (e, p) => {
const hit = await find(p, FILES, PICTURES, KEPT)
if (hit) return hit
try {
const res = await fetch(e.request)
e.waitUntil(put(p[1] == "a" ? FILES : PICTURES, p, res.clone()))
return res
} catch {
for (const name of [PICTURES, KEPT]) {
const c = await caches.open(name)
for (const k of await c.keys()) if (k.url.includes(p.split("-")[0])) return c.match(k)
}
return Response.error()
}
}

// From the network; from here when it has no answer, or none in three seconds, saying since when it is here.
const fresh = async (e, u) => {
const key = u.pathname + u.search, page = e.request.mode == "navigate", old = await find(key, PAGES, KEPT)
const net = (async () => {
const res = await e.preloadResponse || await fetch(e.request)
if (res.status >= 500) throw res
if (!u.searchParams.has("q")) await put(PAGES, key, res.clone())
flush().catch(quiet)
return res
})()
e.waitUntil(net.catch(quiet))
try {
return await (old ? Promise.race([net, new Promise((_, no) => setTimeout(no, 3e3))]) : net)
} catch (failed) {
if (!old) return failed?.status ? failed : page && await find(scope + "offline", FILES) || Response.error()
const since = Date.parse(old.headers.get("date"))
if (page) return new Response((await old.text()).replace("<body", "<body data-saved=" + since), old)
clients.get(e.clientId).then(c => c?.postMessage({saved: since}))
return old
}
}

// What readers did is on disk before it is sent, and until the server has answered: by the id it knows what it has seen.
const events = async f => {
const done = r => new Promise((ok, no) => { r.onsuccess = r.oncomplete = () => ok(r.result); r.onerror = r.onabort = no })
const open = indexedDB.open(own)
open.onupgradeneeded = () => open.result.createObjectStore("events", {keyPath: "id"})
const db = await done(open), t = db.transaction("events", "readwrite", {durability: "strict"}), r = f(t.objectStore("events"))
await done(t)
db.close()
return r?.result
}
const write = f => events(f).catch(quiet)
const drop = all => write(s => all.forEach(v => s.delete(v.id)))
const post = async all => {
const res = await fetch(api + "/events", {method: "POST", body: JSON.stringify({events: all})})
if (res.status >= 500 || res.status == 429) throw res
await drop(all)
return res
}
const send = async e => {
const all = (await e.request.json()).events, save = more => write(s => all.forEach(v => s.put({...v, at: new Date, ...more})))
await save()
try {
return await post(all)
} catch {
await save({via: "offline"})
g.sync?.register("events").catch(quiet)
return Response.json({counts: {}}, {status: 202})
}
}

// The server takes events of the last seven days, a hundred at once.
let sending
const flush = () => sending ||= (async () => {
const all = (await events(s => s.getAll())).sort((a, b) => b.at - a.at)
const old = all.filter((v, i) => i >= 1e3 || v.at < Date.now() - 6048e5)
await drop(old)
for (const rest = all.filter(v => !old.includes(v)); rest.length;) await post(rest.splice(0, 100))
})().finally(() => sending = 0)
onsync = e => e.waitUntil(flush())
onmessage = e => e.waitUntil(e.data == "flush" ? flush().catch(quiet) : skipWaiting())

// News for who asked for it. The server writes the notification as it is to be shown; pressed, it leads to its article and nowhere else.
onpush = e => {
const n = e.data.json()
e.waitUntil(g.showNotification(n.title, n))
}
onnotificationclick = e => {
const n = e.notification, p = n.data.url
n.close()
if (p.startsWith(scope)) e.waitUntil(clients.matchAll({type: "window"}).then(all => all.find(c => new URL(c.url).pathname == p)?.focus() ?? clients.openWindow(p)))
}
