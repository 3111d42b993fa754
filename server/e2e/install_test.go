//go:build browser

package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// TestInstallable: Chromium finds nothing that keeps the office's app from being installed.
func TestInstallable(t *testing.T) {
	t.Parallel()
	k := serve(t, []string{feeds(t, nil) + "/brebes.rss.xml"})
	k.articles(1)
	b := open(t).visit(k.url + "/brebes/").filled()
	b.command(func() error {
		m, err := chromedp.Call(b.ctx, cdppage.GetAppManifest, cdppage.GetAppManifestParams{})
		if err != nil {
			return err
		}
		for _, e := range m.Errors {
			t.Error("manifest:", e.Message)
		}
		if !strings.HasSuffix(m.URL, "/brebes/manifest.webmanifest") {
			t.Error("the manifest is", m.URL)
		}
		found, err := chromedp.Call(b.ctx, cdppage.GetInstallabilityErrors, cdp.Empty{})
		if err != nil {
			return err
		}
		for _, e := range found.InstallabilityErrors {
			if e.ErrorID != "in-incognito" { // every test has a profile of its own
				t.Error("not installable:", e.ErrorID)
			}
		}
		return nil
	})
	icons := eval[string](b, `(async () => { const m = await (await fetch(document.querySelector("link[rel=manifest]").href)).json()
		const size = async i => { const b = await createImageBitmap(await (await fetch(i.src)).blob()); return b.width + "x" + b.height == i.sizes && i.src }
		return (await Promise.all([...m.icons, ...m.screenshots].map(size))).map(s => !!s).join() + " " + m.scope + " " + m.short_name + " " + m.display })()`)
	if icons != "true,true,true,true /brebes/ KPU Brebes standalone" {
		t.Error("the manifest says", icons)
	}
	// As an app it starts at once, and what is read counts as read there.
	b.script(`matchMedia = (m => q => /standalone/.test(q) ? {matches: true} : m.call(self, q))(matchMedia)
		fetch = (f => (u, o) => { if (o?.body) self.sent = o.body; return f(u, o) })(fetch)`)
	b.visit(k.url + "/brebes/" + k.articles(1)[0].Slug)
	b.until(`kabar.live && JSON.parse(self.sent).events[0].via == "app"`)
	b.visit(k.url + "/brebes/aplikasi")
	b.until(`document.querySelector("#cara").textContent == "Sudah terpasang: Anda sedang memakainya."`)
}

// as pretends to be another browser.
func (b *tab) as(agent string) *tab {
	b.t.Helper()
	b.command(func() error {
		_, err := chromedp.Call(b.ctx, emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{UserAgent: agent, AcceptLanguage: "id-ID"})
		return err
	})
	return b
}

// script runs before each page that comes.
func (b *tab) script(source string) *tab {
	b.t.Helper()
	b.command(func() error {
		_, err := chromedp.Call(b.ctx, cdppage.AddScriptToEvaluateOnNewDocument, cdppage.AddScriptToEvaluateOnNewDocumentParams{Source: source})
		return err
	})
	return b
}

const iPhone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1"

// TestInvitation: never on the first visit, quiet on the second, and away for ninety days when it was waved away.
func TestInvitation(t *testing.T) {
	t.Parallel()
	k := serve(t, []string{feeds(t, nil) + "/brebes.rss.xml"})
	k.articles(1)
	b := open(t).script(`Date.now = (now => () => now() + 864e5 * +(localStorage.days || 0))(Date.now)
		addEventListener("load", () => setTimeout(() => { const e = new Event("beforeinstallprompt"); e.prompt = () => self.asked = true; e.userChoice = Promise.resolve({outcome: "dismissed"}); dispatchEvent(e) }, 300))`)
	invitation := `document.querySelector(".toast p")?.textContent == "Pasang di layar utama dan baca tanpa sinyal?"`
	days := func(n string) {
		t.Helper()
		eval[bool](b, `(localStorage.days = `+n+`, true)`)
		b.visit(k.url + "/brebes/")
		b.until("kabar.turned && kabar.install")
	}
	b.visit(k.url + "/brebes/")
	b.until("kabar.turned && kabar.install")
	if eval[bool](b, invitation) {
		t.Error("invited on the first visit")
	}
	days("1")
	b.until(invitation)
	if found := b.axe(); len(found) > 0 {
		t.Error(found)
	}
	b.do(chromedp.Click(chromedp.CSS(".toast .x")))
	for _, n := range []string{"2", "90"} {
		if days(n); eval[bool](b, invitation) {
			t.Errorf("invited again %s days after it was waved away", n)
		}
	}
	days("92")
	b.until(invitation)
	b.do(chromedp.Click(chromedp.CSS(".toast button")))
	b.until("self.asked")
	if days("93"); eval[bool](b, invitation) {
		t.Error("invited again the day after it was refused")
	}
	// On demand it is always there.
	b.visit(k.url + "/brebes/aplikasi")
	b.until(`document.querySelector("#cara").textContent.startsWith("Berita dapat dibuka dari layar utama")`)
	b.do(chromedp.Click(chromedp.CSS("#cara + p button")))
	b.until("self.asked")
}

// TestInstallElsewhere: on an iPhone the two taps; inside other apps the way out of them.
func TestInstallElsewhere(t *testing.T) {
	t.Parallel()
	k := serve(t, []string{feeds(t, nil) + "/brebes.rss.xml"})
	k.articles(1)
	tab := open(t)
	for _, c := range []struct{ name, agent, says, sheet, link string }{
		{"iPhone", iPhone, "Di iPhone dan iPad", "Tambah ke Layar Utama", ""},
		{"WhatsApp", "Mozilla/5.0 (Linux; Android 13; SM-A135F; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/124.0.0.0 Mobile Safari/537.36 WhatsApp/2.24", "Di dalam aplikasi lain", "Buka di browser", "intent://"},
		{"Facebook", "Mozilla/5.0 (Linux; Android 12; RMX3201) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/120.0.0.0 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/450.0.0.0;]", "Di dalam aplikasi lain", "Buka di browser", "intent://"},
		{"Instagram on an iPhone", iPhone[:len(iPhone)-len(" Safari/604.1")] + " Instagram 330.0.0.0", "Di dalam aplikasi lain", "Buka di Safari", ""},
		{"LINE", "Mozilla/5.0 (Linux; Android 11) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/119.0.0.0 Mobile Safari/537.36 Line/13.20.0", "Di dalam aplikasi lain", "Buka di browser", "intent://"},
		{"TikTok", "Mozilla/5.0 (Linux; Android 11) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/119.0.0.0 Mobile Safari/537.36 musical_ly_2023 BytedanceWebview/d8a21c6", "Di dalam aplikasi lain", "Buka di browser", "intent://"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := tab.in(t).as(c.agent).visit(k.url + "/brebes/aplikasi")
			b.until(`document.querySelector("#cara").textContent.startsWith(` + quote(c.says) + `)`)
			b.do(chromedp.Click(chromedp.CSS("#cara + p button")))
			b.until(`document.querySelector("dialog[open]").textContent.includes(` + quote(c.sheet) + `)`)
			if got := eval[string](b, `document.querySelector("dialog a")?.href ?? ""`); !strings.HasPrefix(got, c.link) || (c.link == "") != (got == "") {
				t.Errorf("the sheet leads to %q", got)
			}
			if found := b.axe(); len(found) > 0 {
				t.Error(found)
			}
		})
	}
}
