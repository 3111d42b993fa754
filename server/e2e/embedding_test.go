//go:build browser

package e2e

import (
	"fmt"
	"html"
	"os"
	"regexp"
	"strings"
	"testing"
)

var (
	block  = regexp.MustCompile("(?ms)^```(html|csp)\n(.*?)^```$")
	shared = regexp.MustCompile(`href="([^"]*/go/[^"]*)"`)
)

// What the guide for webmasters tells them to paste does what the guide says, in both its languages.
func TestEmbeddingGuide(t *testing.T) {
	guide, err := os.ReadFile("../../docs/embedding.md")
	if err != nil {
		t.Fatal(err)
	}
	w := employ(t)
	w.host = openHost(t)
	tried := map[string]bool{}
	for i, m := range block.FindAllStringSubmatch(string(guide), -1) {
		kind, text := m[1], strings.ReplaceAll(m[2], public, "{k}")
		if tried[text] {
			continue
		}
		tried[text] = true
		t.Run(fmt.Sprint(kind, i), func(t *testing.T) {
			switch frames := strings.Count(text, `class="kabar"`) + strings.Count(text, "<iframe "); {
			case kind == "csp":
				// Of the site's own scripts this one has those of the test.
				w.paste(t, `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; `+strings.TrimSpace(text)+`">`, line)
				w.until("ready(1)")
			case frames > 0:
				w.paste(t, observe, text+"<p>Bawah</p>")
				w.until(fmt.Sprintf("ready(%d)", frames))
				if shift := eval[float64](w.tab, "shift"); shift != 0 && strings.Contains(text, "<style>") {
					t.Errorf("the page has shifted by %v", shift)
				}
				if d := eval[document](w.widget(), `({high: document.documentElement.scrollHeight - innerHeight, spare: innerHeight - document.documentElement.offsetHeight})`); d.High != 0 || d.Spare != 0 {
					t.Errorf("the frame does not have its content's height: %+v", d)
				}
			case len(shared.FindAllString(text, -1)) == 0:
				t.Errorf("nothing of ours is in %s", text)
			default:
				for _, link := range shared.FindAllStringSubmatch(text, -1) {
					if res := w.k.get(strings.TrimPrefix(html.UnescapeString(link[1]), "{k}")); res.StatusCode != 302 && res.StatusCode != 303 || !strings.Contains(res.Header.Get("Location"), "kab-brebes.kpu.go.id%2Fberita%2Frapat") {
						t.Errorf("%s answers %d, to %s", link[1], res.StatusCode, res.Header.Get("Location"))
					}
				}
			}
			if s := w.says(); s != "" {
				t.Error(s)
			}
		})
	}
	if len(tried) < 10 {
		t.Errorf("only %d blocks were found", len(tried))
	}
}
