// Package share holds the ways to share an article, one row each, and makes their links. It does no I/O, holds no wording, and
// counts nothing: the server's /go/ route does, before it redirects to a Link.
package share

import "strings"

// Network is a way to share: a network's share page, or an action in the reader's browser.
type Network struct {
	ID   string // in our addresses, in counts and in the icon's class, i-{ID}
	Name string // the network's own; empty for an action, whose words package locale has

	// link is the address of the network's share page as it documents it. {title} and {url} stand for the escaped title and
	// address, {title+} for the title and the space that parts it from the address, {break} for an empty line.
	link string

	// limit is how much the network lets a reader post, as weight counts it, and spent is what the address takes of that:
	// a number of its own, or, if 0, its length. A limit of 0 is maxTitle for the title alone.
	limit, spent int
}

// Networks are the ways to share, in the order in which they are offered.
var Networks = []Network{
	{ID: "facebook", Name: "Facebook", link: "https://www.facebook.com/sharer/sharer.php?u={url}"},
	{ID: "x", Name: "X", link: "https://x.com/intent/tweet?text={title}&url={url}", limit: 280, spent: 23}, // t.co makes every address 23 long
	{ID: "whatsapp", Name: "WhatsApp", link: "https://wa.me/?text={title+}{url}"},
	{ID: "telegram", Name: "Telegram", link: "https://t.me/share/url?url={url}&text={title}"},
	{ID: "line", Name: "LINE", link: "https://social-plugins.line.me/lineit/share?url={url}&text={title}"},
	{ID: "threads", Name: "Threads", link: "https://www.threads.com/intent/post?text={title}&url={url}", limit: 500},
	{ID: "bluesky", Name: "Bluesky", link: "https://bsky.app/intent/compose?text={title+}{url}", limit: 300},
	{ID: "linkedin", Name: "LinkedIn", link: "https://www.linkedin.com/sharing/share-offsite/?url={url}"},
	{ID: "email", Name: "Email", link: "mailto:?subject={title}&body={title}{break}{url}"},
	{ID: "copy"},
	{ID: "print"},
	{ID: "native"}, // the browser's own sheet, where navigator.share exists
}

// maxTitle bounds a title where the network sets no limit, so that a foreign one cannot make an address that servers refuse.
const maxTitle = 300

// ByID returns the way to share that has this id.
func ByID(id string) (Network, bool) {
	for _, n := range Networks {
		if n.ID == id {
			return n, true
		}
	}
	return Network{}, false
}

// Action reports whether sharing so happens in the reader's browser alone: there is no Link and nothing for /go/ to redirect to.
func (n Network) Action() bool { return n.link == "" }

// Link returns the address of the network's share page for an article, or "" for an action. The title is cleaned as Clean does
// and cut where the network would refuse it; an absolute address passes as it is, but for characters that no address may hold,
// which are percent-encoded. Only RFC 3986's unreserved characters of either stand in the link as they are.
func (n Network) Link(title, url string) string {
	if n.Action() {
		return ""
	}
	url = encode(url, allowedInURL)
	title = cut(Clean(title), n.room(url))
	lead := title
	if lead != "" {
		lead += " "
	}
	return strings.NewReplacer("{title}", escape(title), "{title+}", escape(lead), "{url}", escape(url), "{break}", "%0D%0A%0D%0A").Replace(n.link)
}

// room is the weight a title may have beside url.
func (n Network) room(url string) int {
	if n.limit == 0 {
		return maxTitle
	}
	spent := n.spent
	if spent == 0 {
		spent = len(url)
	}
	return max(0, n.limit-spent-1) // 1 for the space between them
}

func escape(s string) string { return encode(s, unreserved) }

// encode percent-encodes all bytes but those that keep says may stay.
func encode(s string, keep func(byte) bool) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; keep(c) {
			b.WriteByte(c)
		} else {
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		}
	}
	return b.String()
}

// unreserved are the characters that mean nothing but themselves anywhere in an address (RFC 3986, 2.3).
func unreserved(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-._~", c) >= 0
}

// allowedInURL are those that may stand in one (RFC 3986, 2): a space would end it in a message, a bidirectional control disguise it.
func allowedInURL(c byte) bool {
	return unreserved(c) || strings.IndexByte("%:/?#[]@!$&'()*+,;=", c) >= 0
}
