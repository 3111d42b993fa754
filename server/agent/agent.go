// Package agent tells readers from robots by the User-Agent header. It joins two public lists, which each miss some, and knows what they
// do not: the preview fetchers of messengers, and the people whom the lists take for robots.
package agent

import (
	"net/http"
	"regexp"
	"strings"
	"sync"

	"github.com/x-way/crawlerdetect"
	"zgo.at/isbot"
)

// maxAgent bounds how much of an agent is looked at, in bytes.
const maxAgent = 1024

// Robot reports whether ua is a robot's, a program's or a preview fetcher's.
func Robot(ua string) bool {
	ua = strings.TrimSpace(ua)
	if len(ua) > maxAgent {
		ua = ua[:maxAgent]
	}
	switch {
	case len(ua) < 8 || !browser.MatchString(ua):
		return true // every browser says whose it is, since Mosaic
	}
	plain := people.ReplaceAllString(ua, "")
	if fetcher.MatchString(plain) {
		return true
	}
	return isbot.Is(isbot.UserAgent(plain)) || crawlerdetect.IsCrawler(plain)
}

var (
	// browser is how agents of browsers and of feature phones begin.
	browser = regexp.MustCompile(`(?i)^(mozilla/|instagram \d|\[fb|opera/|dalvik/.*\(linux|nokia|samsung-|sec-|sie-|lg[-e/]|mot-|sonyericsson|blackberry|ucweb|j2me|maui|micromax|alcatel|htc[-_ ]|huawei|zte|benq|sagem|sharp|philips|panasonic|vodafone|docomo|kddi|lenovo|oppo|vivo|xiaomi|redmi|itel|tecno|advan|evercoss|cherry|spice|karbonn|lava|intex|bird|haier|hisense|coolpad|meizu|mobiwire|nexian|g-plus|cross|mito|polytron)`)

	// fetcher is what programs call themselves inside an agent that begins as a browser's.
	fetcher = regexp.MustCompile(`(?i)(bot\b|bot/|crawl|spider[/ ;)]|\bspider\b.*http|preview|facebookexternalhit|meta-external|whatsapp/|telegrambot|slack-?img|cardyb|line-poker|headless|phantomjs|puppeteer|playwright|lighthouse|pingdom|uptime|monitor|python|curl/|wget|java/|okhttp|axios|go-http|libwww|scrapy|httrack|feed(?:ly|fetcher|burner|bin|press)|\brss\b|google-(?:read|inspection|extended|safety)|googleother|mediapartners|adsbot|apis-google|bingpreview|yandex(?:bot|images|metrika)|baiduspider|ia_archiver|archive\.org|gptbot|chatgpt-user|oai-search|claude|anthropic|perplexity|bytespider|ccbot|amazonbot|applebot|embedly|iframely|vkshare|skypeuri|validator|nutch|scan(?:ner)?\b|\+https?://|@[\w-]+\.\w+)`)

	// people are words of phones and in-app browsers that the lists take for robots.
	people = regexp.MustCompile(`(?i)(cubot[ _/-]?[\w]*|spider[ _]?\d+|bytedancewebview|fb_iab/\w*|fban/\w*|pinterest for \w+/[\d.]*|\[pinterest/[^\]]*\]|instagram [\d.]+|musical_ly|trill_\d+|micromessenger/[\d.]*|kakaotalk [\d.]+)`)
)

// maxJudged bounds what a Judge remembers; most readers of a day share a few hundred agents.
const maxJudged = 4096

// Judge is Robot with a memory: the lists cost a third of a millisecond, a busy day asks the same few agents again and again.
// The zero Judge is ready. What it remembers is not of a reader: no address, no time.
type Judge struct {
	mu    sync.RWMutex
	known map[string]bool
}

// Robot is the function of that name.
func (j *Judge) Robot(ua string) bool {
	if len(ua) > maxAgent {
		return Robot(ua)
	}
	j.mu.RLock()
	robot, ok := j.known[ua]
	j.mu.RUnlock()
	if ok {
		return robot
	}
	robot = Robot(ua)
	j.mu.Lock()
	if j.known == nil || len(j.known) >= maxJudged {
		j.known = map[string]bool{}
	}
	j.known[strings.Clone(ua)] = robot
	j.mu.Unlock()
	return robot
}

// Prefetch reports whether a request says that nobody has asked to see its answer yet.
func Prefetch(h http.Header) bool {
	for _, name := range []string{"Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"} {
		v := strings.ToLower(h.Get(name))
		if strings.Contains(v, "prefetch") || strings.Contains(v, "prerender") || strings.Contains(v, "preview") {
			return true
		}
	}
	return false
}
