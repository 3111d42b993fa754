// Package archive brings an office's old news in, once: from a WordPress export or page by page from a feed. It may be interrupted at any
// moment and run again: what is stored is on disk, and an article that is known stays one article. Pictures are fetched by whoever shows them.
package archive

import (
	"context"
	"fmt"
	"io"
	"time"

	"kabar/server/fetch"
	"kabar/server/source"
)

// batch is how many articles one transaction takes.
const batch = 50

// Progress says what has been done.
type Progress struct {
	Page    int // of a feed
	Read    int // articles
	New     int
	Updated int
	Same    int            // known and unchanged
	Left    map[string]int // left out, by reason
}

// Importer brings news into one office.
type Importer struct {
	Store    source.Store
	Site     source.Site
	Get      func(context.Context, fetch.Request) (*fetch.Response, error) // a fetch.Client's Get
	Now      func() time.Time
	Pause    time.Duration // between two pages of a feed, for the sake of a small server
	Progress func(Progress)
}

// ingest stores items, the oldest first, and says so.
func (im *Importer) ingest(ctx context.Context, name string, items []source.Item, p *Progress) error {
	if len(items) > 0 {
		got, err := im.Store.Ingest(ctx, im.Site.ID, name, items)
		if err != nil {
			return err
		}
		p.Read += len(items)
		p.New += got.New
		p.Updated += got.Updated
		p.Same += got.Same
	}
	im.Progress(*p)
	return nil
}

// finish keeps how it went, for the list of sources.
func (im *Importer) finish(ctx context.Context, name string, st source.State, p Progress, err error) error {
	now := im.Now()
	st.Tried, st.Items, st.New, st.Refused, st.Error = now, p.Read, st.New+p.New, 0, ""
	for _, n := range p.Left {
		st.Refused += n
	}
	if err != nil {
		st.Error = err.Error()
		st.Failures++
	} else {
		st.Succeeded, st.Failures, st.Page = now, 0, 0
	}
	if e := im.Store.SaveSource(context.WithoutCancel(ctx), im.Site.ID, name, st); e != nil && err == nil {
		err = e
	}
	return err
}

// WordPress names what an export brings to the store.
const WordPress = "import:wordpress"

// WordPress reads an export twice: first for the addresses of its uploads.
func (im *Importer) WordPress(ctx context.Context, file io.ReadSeeker) (p Progress, err error) {
	p.Left = map[string]int{}
	st, err := im.Store.LoadSource(ctx, im.Site.ID, WordPress)
	if err != nil {
		return p, err
	}
	defer func() { err = im.finish(ctx, WordPress, st, p, err) }()
	in := reader{ctx, file}
	files, _ := source.ReadAttachments(in) // what is wrong with the file is said when its articles are read
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return p, fmt.Errorf("read the export again: %w", err)
	}
	var items []source.Item
	err = source.ReadWordPress(in, files, im.Site.Location, func(it source.Item) error {
		items = append(items, it)
		if len(items) < batch {
			return nil
		}
		defer func() { items = items[:0] }()
		return im.ingest(ctx, WordPress, items, &p)
	}, func(reason string) {
		if _, ok := p.Left[reason]; !ok && len(p.Left) >= 50 {
			reason = "other"
		}
		p.Left[reason]++
	})
	if e := im.ingest(ctx, WordPress, items, &p); e != nil && err == nil {
		err = e
	}
	return p, err
}

// reader ends with its context.
type reader struct {
	ctx context.Context
	r   io.Reader
}

func (r reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}
