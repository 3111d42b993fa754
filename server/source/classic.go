package source

import (
	"html"
	"regexp"
	"strings"
)

// WordPress keeps a text as it was typed: blank lines part paragraphs, and shortcodes stand for pictures. Its pages and feeds have
// them resolved; an export does not.

var (
	preserved   = regexp.MustCompile(`(?is)<(?:pre|script|style|textarea)\b.*?</(?:pre|script|style|textarea)\s*>`)
	blankLines  = regexp.MustCompile(`\n[ \t\x{a0}]*\n\s*`)
	blockStart  = regexp.MustCompile(`(?i)^</?(?:` + blockTags + `)\b`)
	blockEnd    = regexp.MustCompile(`(?i)</?(?:` + blockTags + `|br)\b[^<>]*>$`)
	captioned   = regexp.MustCompile(`(?is)\[(?:wp_)?caption\b[^\]]*\](.*?)\[/(?:wp_)?caption\]`)
	captionHead = regexp.MustCompile(`(?is)^\s*((?:<a\b[^>]*>\s*)?<img\b[^>]*>(?:\s*</a>)?)(.*)$`)
	gallery     = regexp.MustCompile(`(?i)\[gallery\b[^\]]*?\bids\s*=\s*["']?([\d,\s]+)[^\]]*\]`)
	embedded    = regexp.MustCompile(`(?i)\[embed\b[^\]]*\]\s*(https?://[^\s<\[]+)\s*\[/embed\]`)
)

const blockTags = "p|h[1-6]|ul|ol|li|dl|dt|dd|table|caption|thead|tbody|tfoot|tr|td|th|blockquote|pre|figure|figcaption|div|section|article|hr|details|summary|address|center|form|iframe"

// embeds puts elements in the place of the shortcodes that stand for pictures and addresses.
func embeds(s string, files Attachments) string {
	if !strings.Contains(s, "[") {
		return s
	}
	s = captioned.ReplaceAllStringFunc(s, func(m string) string {
		inner := captioned.FindStringSubmatch(m)[1]
		p := captionHead.FindStringSubmatch(inner)
		if p == nil {
			return inner
		}
		return "\n\n<figure>" + p[1] + "<figcaption>" + strings.TrimSpace(p[2]) + "</figcaption></figure>\n\n"
	})
	s = gallery.ReplaceAllStringFunc(s, func(m string) string {
		out := "\n\n"
		for id := range strings.SplitSeq(gallery.FindStringSubmatch(m)[1], ",") {
			if u := files[strings.TrimSpace(id)]; u != "" {
				out += `<figure><img src="` + html.EscapeString(u) + `"></figure>` + "\n\n"
			}
		}
		return out
	})
	return embedded.ReplaceAllStringFunc(s, func(m string) string {
		u := html.EscapeString(html.UnescapeString(embedded.FindStringSubmatch(m)[1]))
		return `<a href="` + u + `">` + u + `</a>`
	})
}

// paragraphs makes elements of paragraphs that only blank lines part. A text of the block editor has them.
func paragraphs(s string) string {
	if strings.Contains(s, "<!-- wp:") {
		return s
	}
	var kept []string
	s = preserved.ReplaceAllStringFunc(strings.NewReplacer("\r\n", "\n", "\r", "\n", "\ue000", "").Replace(s), func(m string) string {
		kept = append(kept, m)
		return "\n\n<pre>\ue000</pre>\n\n"
	})
	var b strings.Builder
	for _, para := range blankLines.Split(strings.TrimSpace(s), -1) {
		open := !blockStart.MatchString(para) && para != ""
		if open {
			b.WriteString("<p>")
		}
		lines := strings.Split(para, "\n")
		for i, line := range lines {
			b.WriteString(line)
			if open && i+1 < len(lines) && !blockEnd.MatchString(strings.TrimSpace(line)) && !blockStart.MatchString(strings.TrimSpace(lines[i+1])) {
				b.WriteString("<br>")
			}
			b.WriteByte('\n')
		}
		if open {
			b.WriteString("</p>\n")
		}
	}
	s = b.String()
	for _, k := range kept {
		s = strings.Replace(s, "<pre>\ue000</pre>", k, 1)
	}
	return s
}
