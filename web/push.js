// Notifications on new articles, for who presses the button for them. A part of pocket.js.
const news = $("pemberitahuan"), told = "kabar.push." + site
const push = (path, body) => fetch(B.events.replace("events", "push" + path), body && {method: "POST", body: JSON.stringify(body)}).then(r => {
if (!r.ok) throw r
return r
})
const offer = async () => (await push("")).json()
const base64 = b => btoa(String.fromCharCode(...new Uint8Array(b))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "")

// Said again as often as you like: the server keeps one of each. A subscription to another key than the server's is of no use to it.
const subscribe = async (key, categories) => {
const {pushManager} = await sw.ready
let s = await pushManager.getSubscription()
if (s && base64(s.options.applicationServerKey) != key) {
await s.unsubscribe()
s = null
}
s ||= await pushManager.subscribe({userVisibleOnly: true, applicationServerKey: key})
await push("", {subscription: s, categories})
remember(told, {categories, at: Date.now()})
}
// Where the server cannot be told, it hears from the push service that nobody is there.
const unsubscribe = async () => {
remember(told, null)
const s = await (await sw.ready).pushManager.getSubscription()
await s?.unsubscribe()
if (s) await push("/unsubscribe", {endpoint: s.endpoint}).catch(() => 0)
}

const able = sw && self.Notification && self.PushManager
const granted = () => able && Notification.permission == "granted"
const line = text => { $("kabarkan").textContent = text }
const ask = async () => {
news.hidden = false
// Apple's browsers know notifications in the installed app only.
if (!able) return line(W.pushApple)
const {key, categories} = await offer(), b = news.querySelector("button"), field = news.querySelector("fieldset")
const chosen = () => [...field.querySelectorAll(":checked")].map(i => i.value)
field.append(...categories.map(c => make("label", {}, make("input", {type: "checkbox", value: c, checked: recall(told)?.categories.includes(c)}), make("span", {}, c))))
const show = text => {
const denied = Notification.permission == "denied", on = granted() && recall(told)
b.hidden = denied
field.hidden = denied || !categories.length
b.textContent = on ? W.pushOff : W.pushOn
line(denied ? W.pushDenied : text ?? (on ? W.pushIsOn : ""))
}
const act = async f => {
b.disabled = true
try { show(await f()) } catch { show(W.pushFailed) }
b.disabled = false
}
acts.push = () => act(async () => {
if (granted() && recall(told)) {
await unsubscribe()
return W.pushEnded
}
if (await Notification.requestPermission() == "granted") await subscribe(key, chosen())
})
on("change", () => granted() && recall(told) && act(() => subscribe(key, chosen())), field)
show()
}
if (news && (able || navigator.standalone === false)) ask().catch(() => { news.hidden = true })

// A browser may be given another address, and nobody is told: so each day the server hears where this one is.
const mine = recall(told)
if (granted() && mine?.at < Date.now() - 864e5) offer().then(o => subscribe(o.key, mine.categories)).catch(() => 0)
