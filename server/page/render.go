// Package page makes what a reader gets: whole HTML documents from a state, complete without a script, and their bytes kept and
// compressed once. It knows nothing of HTTP routes, and the store only as the source of states.
package page

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"kabar/app/news"
	"kabar/app/share"
	"kabar/app/ui"
	"kabar/server/accent"
	"kabar/server/canon"
	"kabar/web"
)

// Renderer turns states into documents.
type Renderer struct {
	boot          string
	pages, widget string // style sheets
	snippets      string // style sheet of the snippet page, beside that of the pages
	pocket        string // and that of the page of settings
	notice        string // and that of the privacy notice
	figures       string // that of the press officer's pages
	bootHash      string // for the content security policy
	assets        Assets
}

// Assets are the addresses of the app's files, named by their content; all empty when the app has not been built.
type Assets struct {
	Start, WASM string
	Pocket      map[string]string // by language
}

// NewRenderer reads the script and the style of every page.
func NewRenderer(assets Assets) (*Renderer, error) {
	sheets := share.Icons
	var css [7]string
	for i, name := range []string{"app.css", "pages.css", "widget.css", "pasang.css", "statistik.css", "aplikasi.css", "privasi.css"} {
		src, err := web.FS.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("reading the style: %w", err)
		}
		css[i] = web.SqueezeCSS(string(src))
	}
	sheets = css[0] + "\n" + web.SqueezeCSS(sheets)
	boot, err := web.FS.ReadFile("boot.js")
	if err != nil {
		return nil, fmt.Errorf("reading the boot script: %w", err)
	}
	r := &Renderer{pages: sheets + "\n" + css[1], widget: sheets + "\n" + css[2], snippets: "\n" + css[3], pocket: "\n" + css[5], notice: "\n" + css[6], figures: css[0] + "\n" + css[1] + "\n" + css[4],
		boot: web.Squeeze(string(boot)), assets: assets}
	r.bootHash = Hash(r.boot)
	return r, nil
}

// Document is a page ready to be sent.
type Document struct {
	HTML []byte
	ETag string // changes when the news or the wording does; counts and the clock alone do not change it
	CSP  string
}

// Body returns the document in a coding of Encodings, or as it is.
func (d *Document) Body(coding string) ([]byte, error) { return newBodies(d.HTML, nil).as(coding) }

// Options are what a document says beside its state.
type Options struct {
	Ancestors string // of the policy's frame-ancestors; "" means nobody
	NoIndex   bool
	Frames    bool // it shows frames of our own
}

// Render writes the document of s.
func (r *Renderer) Render(s *news.State, o Options) (*Document, error) {
	still := *s
	still.Article = uncounted(s.Article)
	root, err := tree(&still)
	if err != nil {
		return nil, err
	}
	style := r.style(s)
	head := r.head(s, o)
	sum := sha256.Sum256([]byte(r.boot + style + head + r.data(s) + root)) // data names the app's files: an old page would start one that is gone
	d := &Document{ETag: `W/"` + hex.EncodeToString(sum[:12]) + `"`}
	if s.Article != nil && s.Article.Counts != (news.Counts{}) {
		if root, err = tree(s); err != nil {
			return nil, err
		}
	}
	state, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("writing the page's state: %w", err)
	}
	var b strings.Builder
	b.Grow(len(style) + len(head) + len(root) + len(state) + len(r.boot) + 1024)
	b.WriteString("<!doctype html><html lang=" + s.Lang)
	if s.Embed != nil && s.Embed.Theme != "" && s.Embed.Theme != "auto" {
		b.WriteString(" data-theme=" + s.Embed.Theme)
	}
	b.WriteString("><head>" + head + "<style>" + style + "</style>")
	b.WriteString("<script" + r.data(s) + ">" + r.boot + "</script></head><body>")
	b.WriteString(root)
	if r.starts(s) {
		b.WriteString(`<script type="application/json" id="state">`)
		b.Write(state) // json.Marshal writes < > & as escapes: it cannot close the element
		b.WriteString("</script>")
	}
	b.WriteString("</body></html>\n")
	d.HTML = []byte(b.String())
	d.CSP = r.policy(style, o)
	return d, nil
}

func uncounted(a *news.Article) *news.Article {
	if a == nil {
		return nil
	}
	c := *a
	c.Counts = news.Counts{}
	return &c
}

// tree renders the components of s as the app will.
func tree(s *news.State) (string, error) {
	root := ui.New(s, nil)
	switch {
	case s.Snippets != nil:
		root = ui.NewSnippets(s)
	case pocket(s):
		root = ui.NewPocket(s)
	case notice(s):
		root = ui.NewNotice(s)
	}
	out, err := canon.HTML(app.HTMLString(root))
	if err != nil {
		return "", fmt.Errorf("rendering the %s page: %w", s.Page, err)
	}
	return out, nil
}

// pocket reports whether it is a page that pocket.js works.
func pocket(s *news.State) bool {
	return s.Page == news.PageInfo && (s.Slug == news.PocketSlug || s.Slug == news.OfflineSlug)
}

// notice reports whether it is the privacy notice.
func notice(s *news.State) bool { return s.Page == news.PageInfo && s.Slug == news.PrivacySlug }

// Release changes when anything does that every page has.
func (r *Renderer) Release() string {
	sum := sha256.Sum256([]byte(r.boot + r.pages + r.assets.Start + r.assets.WASM + r.assets.Pocket["id"] + r.assets.Pocket["en"]))
	return hex.EncodeToString(sum[:8])
}

// starts reports whether the app takes this page over.
func (r *Renderer) starts(s *news.State) bool {
	return r.assets.WASM != "" && (s.Page == news.PageNews || s.Page == news.PageArticle || s.Page == news.PageEmbed)
}

// data are the attributes that the boot script works by.
func (r *Renderer) data(s *news.State) string {
	attrs := ""
	set := func(k, v string) { attrs += " data-" + k + `="` + html.EscapeString(v) + `"` }
	set("lang", s.Lang)
	if s.Site.ID != "" {
		set("events", news.EventsPath(s.Site.ID))
	}
	if v := viewed(s); v != nil {
		if j, err := json.Marshal(v); err == nil {
			set("view", string(j))
		}
	}
	if s.Embed == nil {
		set("pocket", r.assets.Pocket[s.Lang])
		if s.Site.ID != "" && !s.Site.NetworkOnly {
			set("worker", news.WorkerPath(s.Site.ID))
		}
	}
	if r.starts(s) {
		set("app", r.assets.Start)
		set("wasm", r.assets.WASM)
	}
	return attrs
}

// viewed is what a reader who sees this page has read.
func viewed(s *news.State) map[string]string {
	switch {
	case s.Page == news.PageArticle, s.Embed != nil && s.Embed.Widget == "article":
		return map[string]string{"article": s.Article.Slug}
	case s.Embed != nil && s.Embed.Widget == "share":
		return map[string]string{"url": s.Embed.URL}
	}
	return nil
}

// style is the sheet with the office's accent, and each picture's mean colour for what stands there before it.
func (r *Renderer) style(s *news.State) string {
	own := s.Site.Accent
	if s.Embed != nil && s.Embed.Accent != "" {
		own = s.Embed.Accent
	}
	light, dark := accent.Shades(own)
	css := r.pages
	if s.Embed != nil {
		css = r.widget
	} else if s.Snippets != nil {
		css += r.snippets
	} else if pocket(s) {
		css += r.pocket
	} else if notice(s) {
		css += r.notice
	}
	return ":root{--al:" + light + ";--ad:" + dark + "}" + css + ui.Colors(s)
}

func (r *Renderer) policy(style string, o Options) string {
	ancestors, frames, types := o.Ancestors, "", "'none'"
	if ancestors == "" {
		ancestors, types = "'none'", "kabar" // that of pocket.js, which no frame has
	}
	if o.Frames {
		frames = "frame-src 'self'; "
	}
	return "default-src 'none'; script-src 'self' " + r.bootHash + " 'wasm-unsafe-eval'; style-src " + Hash(style) +
		"; " + frames + "img-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors " + ancestors +
		"; require-trusted-types-for 'script'; trusted-types " + types
}

// Hash names an inline script or style in a content security policy.
func Hash(s string) string {
	h := sha256.Sum256([]byte(s))
	return "'sha256-" + base64.StdEncoding.EncodeToString(h[:]) + "'"
}
