package source

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
)

// shortcode is a placeholder that a WordPress plugin would have replaced: one with attributes, a closing one, or one of the names
// that stand alone. "[1]", "[...]" and "[foto]" are text.
var shortcode = regexp.MustCompile(`\[/?(?:[a-z][a-z0-9_-]*\s+[a-z0-9_-]+\s*=[^\]]*|(?:contact-form-7|gallery|caption|embed|audio|video|playlist|wpforms|ninja_form|` +
	`vc_[a-z_]+|et_pb_[a-z_]+|fusion_[a-z_]+|elementor-template|su_[a-z_]+|column|row|section|toc|wp_[a-z_]+|pdf-embedder|embeddoc|gview|mc4wp_form|rev_slider|smartslider3|` +
	`sharethis-inline-buttons|addtoany|post-views|visitor_count)(?:\s[^\]]*)?)/?\]`)

func removeShortcodes(s string) string {
	if strings.Contains(s, "[") {
		s = shortcode.ReplaceAllString(s, "")
	}
	return s
}

// Joomla's plugins: those with something between two tags, and the tags alone.
var (
	pluginPair = regexp.MustCompile(`(?i)\{(gallery|source|mp3|youtube|vimeo|audio|video|flv|mp4|phocagallery|rokbox|modal|slider|tab|pdf|edocs|googlemaps|` +
		`chronoforms\d?|simplepopup|jcomments)\b[^{}]{0,300}\}`)
	plugin = regexp.MustCompile(`(?i)\{/?(?:load(?:position|module|moduleid)|module(?:pos|id)?|gallery|source|emailcloak|jcomments|article|snippet|rsform|chronoforms\d?|phocadownload|` +
		`phocagallery|mp3|youtube|vimeo|tab|slider|modal|widgetkit|rokbox|pdf)\b[^{}]{0,300}\}`)
)

// pairLength is how far apart the two tags of a plugin may be, in bytes.
const pairLength = 2000

// removePlugins removes the tags of Joomla's plugins, with what they would have turned into something else.
func removePlugins(s string) string {
	if !strings.Contains(s, "{") {
		return s
	}
	var b strings.Builder
	for {
		i := pluginPair.FindStringSubmatchIndex(s)
		if i == nil {
			break
		}
		b.WriteString(s[:i[0]])
		closing := "{/" + strings.ToLower(s[i[2]:i[3]]) + "}"
		within := asciiLower(s[i[1]:min(len(s), i[1]+pairLength)])
		s = s[i[1]:]
		if j := strings.Index(within, closing); j >= 0 && j+len(closing) <= len(s) {
			s = s[j+len(closing):]
		}
	}
	return plugin.ReplaceAllString(b.String()+s, "")
}

// asciiLower keeps every character's length, which strings.ToLower does not.
func asciiLower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

// furniture are classes of what CMSs and their plugins put into a text that is not of the text.
var furniture = regexp.MustCompile(`(?i)(?:^|\s)(?:feed-readmore|readmore|read-more|more-link|sharedaddy|sd-sharing\S*|jp-relatedposts|sharethis\S*|addtoany\S*|a2a_\S*|` +
	`social-share\S*|share-buttons?\S*|post-views\S*|yarpp\S*|wp-block-post-navigation-link|screen-reader-text|heateor\S*|essb_\S*|wpulike\S*|post-password-\S*|jetpack-likes\S*)(?:\s|$)`)

// unwanted reports whether an element is part of the CMS's furniture.
func unwanted(n *html.Node) bool {
	c := attr(n, "class")
	return c != "" && furniture.MatchString(c)
}
