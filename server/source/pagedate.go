package source

import (
	"regexp"
	"strings"
	"time"

	"golang.org/x/net/html"
)

// dateInText finds where in running text a date stands, with its time behind it or, where a zone is named, before it. What it finds is
// ParseDate's to read.
var dateInText = regexp.MustCompile(`(?i)(?:\b\d{1,2}[:.]\d{2}\s*(?:wib|wita|wit)\s*[,|-]?\s*)?` +
	`(?:\b\d{4}-\d{1,2}-\d{1,2}(?:[t ]\d{1,2}:\d{2}(?::\d{2})?)?|\b\d{1,2}\s?[-/. ]\s?\d{1,2}\s?[-/. ]\s?(?:19|20)\d{2}\b|\b\d{1,2}[-/]\d{1,2}[-/]\d{2}\b|\b\d{1,2}[-/. ]\s?[a-z]{3,9}[-/., ]\s?(?:(?:19|20)\d{2}|\d{2})\b|\b[a-z]{3,9} \d{1,2}, ?20\d{2}\b)` +
	`(?:[\s,|@/()–-]*(?:pukul|jam|pkl\.?)?\s*\d{1,2}[:.]\d{2}(?:[:.]\d{2})?\b(?:\s*[ap]\.?m\b)?(?:\s*(?:wib|wita|wit)\b)?)?`)

// dateWords returns the words of the first date in a text, or "".
func dateWords(s string) string {
	s = cleanLine(s)
	for _, i := range dateInText.FindAllStringIndex(s, 50) {
		if _, ok := ParseDate(s[i[0]:i[1]], time.UTC); ok {
			return strings.TrimSpace(s[i[0]:i[1]])
		}
	}
	return ""
}

// findDate reads the first date in a text.
func findDate(s string, loc *time.Location) (time.Time, bool) {
	return ParseDate(dateWords(s), loc)
}

// published are the words that CMSs put before the date of a text.
var publishedLabel = regexp.MustCompile(`(?i)\b(?:di)?(?:posting|publikasikan|publikasi|terbitkan|unggah|tulis|buat)\b(?: pada| tanggal)?|\b(?:tanggal|tgl)(?: (?:posting|terbit|berita|publikasi))?\s*:|\b(?:posted|published|created)(?: on| date)?\b|\bterbit\b`)

// labelledDate reads the date that stands behind such a word.
func labelledDate(text string, loc *time.Location) (time.Time, bool) {
	for _, i := range publishedLabel.FindAllStringIndex(text, 20) {
		rest := text[i[1]:min(len(text), i[1]+90)]
		if d := dateInText.FindStringIndex(rest); d != nil && d[0] <= 45 {
			if t, ok := ParseDate(rest[d[0]:d[1]], loc); ok {
				return t, true
			}
		}
	}
	return time.Time{}, false
}

var dateInPath = regexp.MustCompile(`/((?:20)\d{2}/\d{1,2}/\d{1,2})(?:/|$)`)

// How far from the title its date may stand, and how long a text is that is no longer a line of details, in bytes.
const (
	nearTitle = 700
	longText  = 160
)

// after is the text that follows a title, up to the first paragraph.
func after(title *html.Node) string {
	var b strings.Builder
	for n := following(title); n != nil && b.Len() < nearTitle; {
		if n.Type == html.ElementNode && (skipped[n.Data] || inAsideHere(n)) {
			n = following(n)
			continue
		}
		if n.Type == html.TextNode {
			if len(n.Data) > longText && len(cleanLine(n.Data)) > longText {
				break
			}
			b.WriteString(n.Data + " ")
		}
		if n.FirstChild != nil {
			n = n.FirstChild
		} else {
			n = following(n)
		}
	}
	return b.String()
}

// before is the text of what stands directly above a title in the same box.
func before(title *html.Node) string {
	text := ""
	for p, i := title, 0; p.Parent != nil && i < 2 && p.Data != "body"; p, i = p.Parent, i+1 {
		for s := p.PrevSibling; s != nil; s = s.PrevSibling {
			if s.Type == html.ElementNode && !skipped[s.Data] && !inAsideHere(s) || s.Type == html.TextNode {
				text = nodeText(s, nearTitle) + " " + text
			}
		}
	}
	if text = cleanLine(text); len(text) > longText {
		return ""
	}
	return text
}

var skipped = map[string]bool{"script": true, "style": true, "nav": true, "footer": true, "aside": true, "form": true, "noscript": true, "template": true, "select": true}

func inAsideHere(n *html.Node) bool {
	return asideClass.MatchString(attr(n, "class") + " " + attr(n, "id"))
}

// following is the next node of the document that is not inside n.
func following(n *html.Node) *html.Node {
	for ; n != nil; n = n.Parent {
		if n.NextSibling != nil {
			return n.NextSibling
		}
	}
	return nil
}
