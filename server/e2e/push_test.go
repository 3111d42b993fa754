//go:build browser

package e2e

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/serviceworker"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// A headless Chromium has no push service. This is what a page sees of one; what the server does with it is tried elsewhere.
const pushStub = `const made = key => key && {
	endpoint: "https://push.example.com/" + key.slice(0, 5), options: {applicationServerKey: Uint8Array.from(atob(key.replace(/-/g, "+").replace(/_/g, "/")), c => c.charCodeAt())},
	toJSON() { return {endpoint: this.endpoint, expirationTime: null, keys: {p256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4", auth: "BTBZMqHH6r4Tts7J_aSIgg"}} },
	unsubscribe: async () => delete localStorage.stub,
}
PushManager.prototype.getSubscription = async () => made(localStorage.stub) || null
PushManager.prototype.subscribe = async o => made(localStorage.stub = o.applicationServerKey)`

// allow answers for the reader what a browser would ask them.
func (b *tab) allow(setting browser.PermissionSetting) {
	b.t.Helper()
	b.command(func() error {
		_, err := chromedp.CallBrowser(b.ctx, browser.SetPermission, browser.SetPermissionParams{Permission: &browser.PermissionDescriptor{Name: "notifications"}, Setting: setting,
			BrowserContextID: chromedp.FromContext(b.ctx).BrowserContextID})
		return err
	})
}

// subscribed is what the server keeps of subscriptions.
func (k *kabar) subscribed() string {
	k.t.Helper()
	db, err := sql.Open("sqlite", "file:"+k.dir+"/kabar.db")
	if err != nil {
		k.t.Fatal(err)
	}
	defer db.Close()
	var s string
	if err := db.QueryRowContext(k.t.Context(), "SELECT COALESCE(GROUP_CONCAT(endpoint || ' ' || categories), '') FROM push_subscription").Scan(&s); err != nil {
		k.t.Fatal(err)
	}
	return s
}

// TestPushButton: from the page of the app a reader turns notifications on, chooses, and turns them off; nobody is asked before.
func TestPushButton(t *testing.T) {
	feed := strings.ReplaceAll(newsFeed(3), "<guid>", "<category>Pemilu</category><guid>")
	k := serve(t, []string{feeds(t, map[string]string{"kabar.xml": feed}) + "/kabar.xml"}, "push = true")
	k.articles(3)
	b := open(t)
	b.command(func() error {
		_, err := chromedp.Call(b.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: pushStub + `
			Notification.requestPermission = async () => { window.asked = 1; return Notification.permission }`})
		return err
	})
	const button, said = `document.querySelector("#pemberitahuan button")`, `document.getElementById("kabarkan").textContent`
	b.allow("denied")
	b.visit(k.url + "/brebes/aplikasi")
	b.until(said + `.startsWith("Peramban ini menolak")`)
	if eval[bool](b, `!`+button+`.hidden || !document.querySelector("#pemberitahuan fieldset").hidden`) {
		t.Error("there is a button where it can do nothing")
	}
	b.until(`navigator.serviceWorker.controller`) // a page on its way while the worker takes over would stay without it
	b.allow("granted")
	b.until(`Notification.permission == "granted"`) // the page's process hears of it later
	b.visit(k.url + "/brebes/aplikasi")
	b.until(button + `.textContent == "Aktifkan pemberitahuan"`)
	if found := b.axe(); len(found) > 0 {
		t.Errorf("axe finds %q", found)
	}
	if eval[bool](b, "!!window.asked") || k.subscribed() != "" {
		t.Error("the reader was asked on arrival")
	}
	b.do(chromedp.Click(chromedp.CSS("#pemberitahuan button")))
	b.until(said + ` == "Pemberitahuan aktif di perangkat ini."`)
	if got := k.subscribed(); !strings.HasPrefix(got, "https://push.example.com/") || !strings.HasSuffix(got, " []") {
		t.Errorf("the server keeps %q", got)
	}
	b.do(chromedp.Click(chromedp.CSS("#pemberitahuan input[value=Pemilu]")))
	k.wait("the choice", func() bool { return strings.HasSuffix(k.subscribed(), ` ["Pemilu"]`) })
	b.until("!" + button + ".disabled")
	// It is remembered, and the server hears of it again after a day.
	eval[bool](b, `localStorage["kabar.push.brebes"] = localStorage["kabar.push.brebes"].replace(/"at":\d+/, '"at":1'), delete localStorage.stub`)
	b.visit(k.url + "/brebes/")
	b.until(`localStorage.stub && !localStorage["kabar.push.brebes"].includes('"at":1}')`)
	b.visit(k.url + "/brebes/aplikasi")
	b.until(button + `.textContent == "Matikan pemberitahuan" && document.querySelector("#pemberitahuan input").checked`)
	b.do(chromedp.Click(chromedp.CSS("#pemberitahuan button")))
	b.until(said + ` == "Pemberitahuan dimatikan."`)
	if got := k.subscribed(); got != "" || eval[bool](b, "!!localStorage.stub") {
		t.Errorf("after turning it off the server keeps %q", got)
	}
}

// TestPushIsShown: the worker shows what the server wrote, and a press leads to the article: to its tab where there is one, and never elsewhere.
func TestPushIsShown(t *testing.T) {
	k := serve(t, []string{feeds(t, map[string]string{"kabar.xml": newsFeed(2)}) + "/kabar.xml"}, "push = true")
	slug := k.articles(2)[0].Slug
	b := open(t)
	b.allow("granted")
	registrations := make(chan serviceworker.RegistrationID, 1)
	b.command(func() error {
		return chromedp.Listen(b.ctx, func(ev any) {
			if e, ok := ev.(*serviceworker.EventWorkerRegistrationUpdated); ok {
				for _, r := range e.Registrations {
					if r.ScopeURL == k.url+"/brebes/" {
						select {
						case registrations <- r.RegistrationID:
						default:
						}
					}
				}
			}
		})
	})
	b.command(func() error {
		_, err := chromedp.Call(b.ctx, serviceworker.Enable, cdp.Empty{})
		return err
	})
	b.visit(k.url + "/brebes/" + slug)
	b.until(`navigator.serviceWorker.controller?.state == "activated"`)
	id := <-registrations
	w := b.worker(k.url + "/brebes/worker.js")
	const titles = `registration.getNotifications().then(l => l.map(n => n.title).join())`
	show := func(title, url, tag string) {
		t.Helper()
		// Whoever asks Chromium what it shows while it begins to show something makes it forget that, so nobody asks before.
		eval[bool](w, `self.shown = new Promise(done => registration.showNotification = function(...what) {
			const p = ServiceWorkerRegistration.prototype.showNotification.apply(this, what)
			done(p)
			return p
		}), true`)
		b.command(func() error {
			_, err := chromedp.Call(b.ctx, serviceworker.DeliverPushMessage, serviceworker.DeliverPushMessageParams{Origin: k.url, RegistrationID: id,
				Data: fmt.Sprintf(`{"title":%q,"body":"KPU Kabupaten Brebes · dan 2 berita lain","lang":"id","tag":%q,"renotify":true,"timestamp":1,"data":{"url":%q}}`, title, tag, url)})
			return err
		})
		if got := eval[string](w, "shown.then(() => "+titles+")"); got != title {
			t.Fatalf("%q is shown, want %q", got, title)
		}
	}
	show("Rapat pleno", "/brebes/"+slug, "kabar-brebes")
	if got := eval[string](b, `navigator.serviceWorker.ready.then(r => r.getNotifications()).then(l => [l[0].body, l[0].tag, l[0].lang, l[0].data.url].join("|"))`); got != "KPU Kabupaten Brebes · dan 2 berita lain|kabar-brebes|id|/brebes/"+slug {
		t.Errorf("the notification is %s", got)
	}
	// A later one takes its place.
	show("Debat", "/brebes/"+slug, "kabar-brebes")

	// Only a real press lets a worker open a window: what it would do is written down instead.
	eval[bool](w, `self.did = [], clients.openWindow = async u => did.push("open " + u), WindowClient.prototype.focus = async function() { did.push("focus " + new URL(this.url).pathname) }, true`)
	eval[bool](w, `registration.getNotifications().then(l => !l.forEach(n => n.close()))`)
	for _, c := range []struct{ url, want string }{
		{"/brebes/" + slug, "focus /brebes/" + slug},
		{"/brebes/lain", "open /brebes/lain"},
		{"/tegal/lain", ""}, {"//evil.example/brebes/", ""}, {"https://evil.example/brebes/", ""},
	} {
		// Chromium may still be closing the one before, and would take one of the same tag for it.
		show("Untuk "+c.url, c.url, c.url)
		got := eval[string](w, `(async () => {
			did.length = 0
			const [notification] = await registration.getNotifications(), e = new NotificationEvent("notificationclick", {notification}), waited = []
			e.waitUntil = p => waited.push(p)
			dispatchEvent(e)
			await Promise.all(waited)
			return [...did, (await registration.getNotifications()).length].join(" ")
		})()`)
		if want := strings.TrimSpace(c.want + " 0"); got != want {
			t.Errorf("%s: %q, want %q", c.url, got, want)
		}
	}
}

// worker attaches to the tab's worker of an address.
func (b *tab) worker(address string) *tab {
	b.t.Helper()
	own := chromedp.FromContext(b.ctx).BrowserContextID
	res, err := chromedp.CallBrowser(b.ctx, target.GetTargets, target.GetTargetsParams{})
	if err != nil {
		b.t.Fatal(err)
	}
	for _, i := range res.TargetInfos {
		if i.Type == "service_worker" && i.URL == address && i.BrowserContextID == own {
			ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithTargetID(i.TargetID))
			b.t.Cleanup(cancel)
			bounded, stop := context.WithTimeout(ctx, patience)
			b.t.Cleanup(stop)
			return &tab{t: b.t, ctx: bounded}
		}
	}
	b.t.Fatal("no worker of", address)
	return nil
}
