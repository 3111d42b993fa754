package push

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"kabar/app/locale"
	"kabar/app/news"
	"kabar/server/store"
)

// message is what the worker shows: a title, and options of showNotification (Notifications API) as they are.
type message struct {
	Title     string `json:"title"`
	Body      string `json:"body"`
	Lang      string `json:"lang"`
	Icon      string `json:"icon,omitempty"`
	Image     string `json:"image,omitempty"`
	Tag       string `json:"tag"`
	Renotify  bool   `json:"renotify"`
	Timestamp int64  `json:"timestamp"` // milliseconds since 1970
	Data      struct {
		URL string `json:"url"`
	} `json:"data"`
}

// pick returns the newest article that a subscription has not seen and wants, and how many more there are; nil when there is none.
func pick(t *store.PushTurn, all []store.PushNews) (newest *store.PushNews, others int) {
	for i, n := range all {
		if n.Seq <= t.Seen || len(t.Categories) > 0 && !slices.ContainsFunc(n.Categories, func(c string) bool { return slices.Contains(t.Categories, c) }) {
			continue
		}
		if newest == nil {
			newest = &all[i]
		} else {
			others++
		}
	}
	return newest, others
}

// text writes the message for an article. An office has one notification on a device: a later one takes its place and is heard all the same.
func text(site news.Site, n *store.PushNews, others int) ([]byte, error) {
	m := message{Title: news.Summarize(n.Title), Body: news.Summarize(site.Name), Lang: site.Language, Tag: "kabar-" + site.ID, Renotify: true, Timestamp: n.Published.UnixMilli()}
	if others > 0 {
		m.Body += " · " + locale.Pocket(site.Language).Others(others)
	}
	m.Data.URL = news.ArticlePath(site.ID, n.Slug)
	if img := n.Image; img != nil && img.Name != "" && len(img.Widths) > 0 {
		// The column of a phone will do: this is paid for by the reader.
		m.Icon, m.Image = news.ImagePath(img.Name, img.Widths[0], "jpg"), news.ImagePath(img.Name, img.Widths[min(1, len(img.Widths)-1)], "jpg")
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(m); err != nil {
		return nil, fmt.Errorf("writing the notification on %s: %w", n.Slug, err)
	}
	return bytes.TrimSpace(b.Bytes()), nil
}
