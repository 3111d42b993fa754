package source

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
)

// Bounds of a WordPress export.
const (
	maxExported = 32 << 20 // bytes of one item with its comments
	maxAttached = 500_000  // uploads; an address takes about 100 bytes
	maxWriters  = 10_000
)

// Exported types of posts that are news: WordPress's own, and the names that themes of Indonesian offices give theirs.
var newsTypes = map[string]bool{"post": true, "berita": true, "news": true, "artikel": true, "pengumuman": true, "siaran-pers": true}

// viewKeys are the fields in which WordPress plugins and themes keep how often a post was viewed.
var viewKeys = map[string]bool{
	"views":                  true, // WP-PostViews
	"post_views_count":       true, // Newspaper, Newsmag, and the recipe that themes copy
	"_post_views":            true,
	"post_views":             true,
	"_post_views_count":      true,
	"wpb_post_views_count":   true,
	"tie_views":              true, // Sahifa, Jannah
	"penci_post_views_count": true, // Soledad
	"better-views-count":     true, // Publisher
	"jnews_view_counter":     true,
	"entry_views":            true, // Entry Views
	"_eael_post_view_count":  true, // Essential Addons
	"eael_post_view_count":   true,
	"post_view_count":        true,
	"views_count":            true,
	"view_count":             true,
	"hits":                   true,
}

// exported is one item of an export.
type exported struct {
	Title    string   `xml:"title"`
	Link     string   `xml:"link"`
	GUID     string   `xml:"guid"`
	PubDate  string   `xml:"pubDate"`
	Creator  string   `xml:"creator"`
	Texts    []parted `xml:"encoded"`
	ID       string   `xml:"post_id"`
	Date     string   `xml:"post_date"`
	DateGMT  string   `xml:"post_date_gmt"`
	Changed  string   `xml:"post_modified_gmt"`
	Name     string   `xml:"post_name"`
	Status   string   `xml:"status"`
	Type     string   `xml:"post_type"`
	Password string   `xml:"post_password"`
	File     string   `xml:"attachment_url"`
	Topics   []topic  `xml:"category"`
	Meta     []struct {
		Key   string `xml:"meta_key"`
		Value string `xml:"meta_value"`
	} `xml:"postmeta"`
}

type parted struct {
	XMLName xml.Name
	Text    string `xml:",chardata"`
}

type topic struct {
	Domain string `xml:"domain,attr"`
	Name   string `xml:",chardata"`
}

// Attachments are the addresses of an export's uploads, by their number.
type Attachments map[string]string

// ReadAttachments finds the uploads of a WordPress export: a post names its picture by a number that may come later in the file.
func ReadAttachments(r io.Reader) (Attachments, error) {
	files := Attachments{}
	err := eachExported(r, nil, func(e *exported) error {
		if e.Type == "attachment" && len(files) < maxAttached {
			if u := webAddress(e.File, nil); u != "" {
				files[strings.TrimSpace(e.ID)] = u
			}
		}
		return nil
	})
	return files, err
}

// ReadWordPress reads a WordPress export (WXR 1.0 to 1.2) and calls each for every article, in the file's order, holding one at a time in
// memory. leave is called with the reason for what is left out: its status or type. An error says where the file cannot be read; what
// came before was given to each.
func ReadWordPress(r io.Reader, files Attachments, loc *time.Location, each func(Item) error, leave func(reason string)) error {
	writers := map[string]string{}
	rd := reader{feed: &gofeed.Feed{FeedType: "rss"}, loc: loc}
	return eachExported(r, writers, func(e *exported) error {
		if why := e.unwanted(); why != "" {
			leave(why)
			return nil
		}
		it, ok := rd.item(0, e.feedItem(files, writers))
		if !ok {
			leave("empty")
			return nil
		}
		if name, err := url.PathUnescape(e.Name); err == nil && name != "" {
			it.Slug = Slug(name)
		}
		if it.ViewsBefore = e.views(); it.ViewsBefore > 0 {
			it.ViewsFrom = "wordpress"
		}
		return each(it)
	})
}

// unwanted says why an item is no article for readers, or "".
func (e *exported) unwanted() string {
	switch {
	case !newsTypes[e.Type]:
		return "type " + clip(cleanLine(e.Type), 40)
	case e.Status != "publish":
		return clip(cleanLine(e.Status), 40)
	case e.Password != "":
		return "password-protected"
	}
	return ""
}

// feedItem is the item as a feed would bring it.
func (e *exported) feedItem(files Attachments, writers map[string]string) *gofeed.Item {
	it := &gofeed.Item{Title: e.Title, Link: e.Link, GUID: e.GUID, Published: e.published(), Updated: utc(e.Changed)}
	for _, t := range e.Texts {
		if strings.Contains(t.XMLName.Space, "excerpt") {
			it.Description = t.Text
		} else {
			it.Content = paragraphs(embeds(t.Text, files))
		}
	}
	for _, t := range e.Topics {
		if t.Domain == "category" && !strings.EqualFold(t.Name, "Uncategorized") && !strings.EqualFold(t.Name, "Tak Berkategori") && !strings.EqualFold(t.Name, "Tidak Dikategorikan") {
			it.Categories = append(it.Categories, t.Name)
		}
	}
	for _, m := range e.Meta {
		if u := files[strings.TrimSpace(m.Value)]; m.Key == "_thumbnail_id" && u != "" {
			it.Image = &gofeed.Image{URL: u}
		}
	}
	name := strings.TrimSpace(e.Creator)
	if w := writers[name]; w != "" {
		name = w
	}
	it.Authors = []*gofeed.Person{{Name: name}}
	return it
}

// published is the date with a zone where the export gives one, else the site's own time.
func (e *exported) published() string {
	if s := utc(e.DateGMT); s != "" {
		return s
	}
	if !strings.HasPrefix(e.Date, "0000") && e.Date != "" {
		return e.Date
	}
	return e.PubDate
}

// utc puts its zone to an SQL time in UTC; "0000-00-00 00:00:00", which is no time, becomes "".
func utc(s string) string {
	t, err := time.Parse(time.DateTime, strings.TrimSpace(s))
	if err != nil {
		return ""
	}
	return t.Format(time.RFC3339)
}

// views is the largest number that a plugin's field says.
func (e *exported) views() (most int64) {
	for _, m := range e.Meta {
		if !viewKeys[m.Key] {
			continue
		}
		n, err := strconv.ParseInt(strings.NewReplacer(",", "", ".", "", " ", "").Replace(strings.TrimSpace(m.Value)), 10, 64)
		if err == nil && n > most && n < 1e9 {
			most = n
		}
	}
	return most
}

// eachExported reads items one by one; writers are filled with display names by login.
func eachExported(r io.Reader, writers map[string]string, each func(*exported) error) error {
	in := &bounded{r: transform.NewReader(r, transform.Chain(unicode.BOMOverride(transform.Nop), runes.ReplaceIllFormed(), runes.Remove(runes.Predicate(notXML)))), left: maxExported}
	d := xml.NewDecoder(in)
	d.Strict = false
	d.Entity = xml.HTMLEntity
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil } // repaired as UTF-8 already
	wxr, n := false, 0
	for {
		t, err := d.Token()
		switch {
		case err == io.EOF && wxr:
			return nil
		case err == io.EOF:
			return errors.New("it is not a WordPress export (WXR); want the XML file that Tools > Export makes")
		case err != nil && !wxr:
			return fmt.Errorf("it is not a WordPress export (WXR): %w", err)
		case err != nil:
			return fmt.Errorf("the export breaks off or is broken after %d items, at byte %d: %w", n, d.InputOffset(), err)
		}
		e, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		switch in.left = maxExported; {
		case e.Name.Local == "wxr_version":
			wxr = true
		case e.Name.Local == "author" && writers != nil:
			var a struct {
				Login string `xml:"author_login"`
				Name  string `xml:"author_display_name"`
			}
			if err := d.DecodeElement(&a, &e); err == nil && len(writers) < maxWriters {
				writers[clip(a.Login, 100)] = clip(a.Name, 100)
			}
		case e.Name.Local == "item" && wxr:
			var one exported
			if err := d.DecodeElement(&one, &e); err != nil {
				return fmt.Errorf("the export breaks off or is broken after %d items, at byte %d: %w", n, d.InputOffset(), err)
			}
			n++
			one.Type, one.Status = strings.TrimSpace(one.Type), strings.TrimSpace(one.Status)
			if err := each(&one); err != nil {
				return err
			}
		}
	}
}

// notXML are characters that XML forbids, which editors paste all the same.
func notXML(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff
}

// bounded ends what is read between two settings of left.
type bounded struct {
	r    io.Reader
	left int
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errors.New("one item is larger than " + strconv.Itoa(maxExported>>20) + " MB")
	}
	n, err := b.r.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}
