package source

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"path"
	"strings"
	"time"
)

// settleIdentity makes each article appear once, under marks that are its own. Feeds put one link on all items, one guid on two
// articles, the same article twice; the store goes by guid and then by link.
func settleIdentity(items []Item, home string) []Item {
	type marks struct {
		guids, urls, titles map[string]bool
		count               int
	}
	add := func(m map[string]*marks, key string, it *Item) {
		if key == "" {
			return
		}
		if m[key] == nil {
			m[key] = &marks{guids: map[string]bool{}, urls: map[string]bool{}, titles: map[string]bool{}}
		}
		m[key].guids[it.GUID], m[key].urls[it.URL], m[key].titles[it.Title] = true, true, true
		m[key].count++
	}
	byGUID, byURL := map[string]*marks{}, map[string]*marks{}
	for i := range items {
		add(byGUID, items[i].GUID, &items[i])
		add(byURL, items[i].URL, &items[i])
	}
	for i := range items {
		it := &items[i]
		if m := byGUID[it.GUID]; m != nil && len(m.urls) > 1 && len(m.titles) > 1 && it.URL != "" {
			it.GUID = "" // one guid on two articles: go by the link
		}
		if m := byURL[it.URL]; m != nil && len(m.titles) > 1 && (m.count > 2 || it.URL == home) && (len(m.guids) > 1 || m.guids[""]) {
			it.URL = "" // one link on all items: it is nobody's own
		}
		if it.GUID == "" && it.URL == "" {
			sum := sha256.Sum256([]byte(it.Title + "\n" + it.Published.Format(time.DateOnly)))
			it.GUID = "text:" + hex.EncodeToString(sum[:12])
		}
	}
	at := map[string]int{}
	var out []Item
	for _, it := range items {
		key := "guid " + it.GUID
		if it.GUID == "" {
			key = "url " + it.URL
		}
		if i, ok := at[key]; !ok {
			at[key] = len(out)
			out = append(out, it)
		} else if latest(it).After(latest(out[i])) {
			out[i] = it
		}
	}
	return out
}

func latest(it Item) time.Time {
	if it.Updated.After(it.Published) {
		return it.Updated
	}
	return it.Published
}

// titleFromAddress makes a title of the last part of an item's address, when there is no other word of it.
func titleFromAddress(u string) string {
	p, err := url.Parse(u)
	if err != nil || u == "" {
		return ""
	}
	s := strings.TrimSuffix(path.Base(p.Path), path.Ext(p.Path))
	s = cleanLine(strings.NewReplacer("-", " ", "_", " ").Replace(s))
	if strings.Trim(s, "0123456789 /.") == "" {
		return ""
	}
	return clip(strings.ToUpper(s[:1])+s[1:], titleLen)
}
