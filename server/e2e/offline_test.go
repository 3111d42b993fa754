package e2e

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"
)

// again starts the stopped server where it was.
func (k *kabar) again() {
	k.t.Helper()
	k.start("-config", k.dir+"/kabar.toml")
}

// filled waits until the device has what it keeps by itself.
func (b *tab) filled() *tab {
	b.t.Helper()
	b.until("navigator.serviceWorker.controller && kabar.filled")
	return b
}

// newsFeed is a feed of n articles, the newest first.
func newsFeed(n int) string {
	var items strings.Builder
	for i := range n {
		fmt.Fprintf(&items, "<item><title>Kabar nomor %d dari kantor</title><link>https://kab-brebes.kpu.go.id/berita/%d</link><guid>g%d</guid><pubDate>%s</pubDate><description>%s</description></item>",
			n-i, n-i, n-i, time.Now().Add(-time.Duration(i)*time.Hour).Format(time.RFC1123Z), strings.Repeat("<p>Rapat pleno terbuka digelar di aula kantor bersama seluruh pemangku kepentingan.</p>", 30))
	}
	return `<rss version="2.0"><channel><title>Kabar</title>` + items.String() + `</channel></rss>`
}

// TestOffline: after one visit the news and its last thirty articles are there without a network, from a cold start.
func TestOffline(t *testing.T) {
	f := feeds(t, map[string]string{"kabar.xml": newsFeed(35)})
	k := serve(t, []string{f + "/kabar.xml", f + "/brebes.rss.xml"})
	list := k.articles(36)
	b := open(t).visit(k.url + "/brebes/").filled()
	if n := eval[int](b, `(async () => (await (await caches.open("kabar-brebes-pages")).keys()).length)()`); n < 31 {
		t.Errorf("%d pages were kept, want the news page and 30 articles", n)
	}
	k.stop(syscall.SIGKILL)
	b.visit("about:blank").visit(k.url + "/brebes/")
	if !strings.Contains(b.text(), list[0].Title) {
		t.Errorf("the news page offline shows %.300s", b.text())
	}
	b.until(`document.querySelector(".toast p")?.textContent.startsWith("Tersimpan · ")`)
	for _, a := range []article{list[0], list[29]} {
		b.visit(k.url + "/brebes/" + a.Slug)
		if got := eval[string](b, `document.querySelector("h1").textContent`); got != a.Title {
			t.Errorf("offline %s shows %q", a.Slug, got)
		}
	}
	b.visit(k.url + "/brebes/" + list[35].Slug)
	if !strings.Contains(b.text(), "Anda sedang luring") {
		t.Errorf("what is not kept shows %.300s", b.text())
	}
}
