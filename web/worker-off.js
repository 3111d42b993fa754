// Ends the worker of an office whose settings say so: its pages come from the network again.
const site = new URL(registration.scope).pathname.split("/")[1]
oninstall = () => skipWaiting()
onactivate = e => e.waitUntil((async () => {
for (const s of ["pages", "files", "pictures"]) await caches.delete("kabar-" + site + "-" + s)
await registration.unregister()
for (const c of await clients.matchAll({type: "window"})) c.navigate(c.url)
})())
