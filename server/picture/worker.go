package picture

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"kabar/server/fetch"
	"kabar/server/store"
)

const (
	// MaxBytes is of a photograph as it is uploaded.
	MaxBytes   = 20 << 20
	lookEvery  = time.Second
	sweepEvery = 24 * time.Hour
	firstRetry = 10 * time.Minute
	lastRetry  = 7 * 24 * time.Hour
	queueSize  = 20
)

// Worker makes copies of the pictures that articles use, one at a time.
type Worker struct {
	Store   *store.Store
	Get     func(context.Context, fetch.Request) (*fetch.Response, error) // a fetch.Client's Get
	Open    func(site, path string) ([]byte, error)                       // a picture in an office's own folder of posts
	Private func(site string) bool                                        // whether the office's pictures may lie on private addresses
	Log     *slog.Logger
	Now     func() time.Time
}

// Run works until ctx ends.
func (w *Worker) Run(ctx context.Context) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	var swept time.Time
	for {
		if err := w.round(ctx); err != nil && ctx.Err() == nil {
			w.Log.Error("pictures could not be made", "error", err)
		}
		if now := w.Now(); now.Sub(swept) >= sweepEvery {
			swept = now
			if err := w.Store.DropUnusedPictures(ctx); err != nil && ctx.Err() == nil {
				w.Log.Error("unused pictures could not be removed", "error", err)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// round makes what is due.
func (w *Worker) round(ctx context.Context) error {
	queue, err := w.Store.PictureQueue(ctx, queueSize)
	if err != nil {
		return err
	}
	for _, p := range queue {
		if err := w.one(ctx, p); err != nil {
			if ctx.Err() != nil {
				return nil
			}
			again := min(firstRetry<<min(p.Tries, 10), lastRetry)
			w.Log.Info("picture could not be had", "site", p.Site, "picture", p.Src, "reason", err.Error(), "again", again)
			if err := w.Store.FailPicture(ctx, p, err.Error(), w.Now().Add(again)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *Worker) one(ctx context.Context, p store.PictureSource) error {
	data, err := w.read(ctx, p)
	if err != nil {
		return err
	}
	img, files, err := Make(data)
	if err != nil {
		return err
	}
	copies := make([]store.PictureFile, len(files))
	for i, f := range files {
		copies[i] = store.PictureFile(f)
	}
	return w.Store.PutPicture(ctx, p, img, copies)
}

func (w *Worker) read(ctx context.Context, p store.PictureSource) ([]byte, error) {
	if path, ok := strings.CutPrefix(p.Src, "file:"); ok {
		return w.Open(p.Site, path)
	}
	res, err := w.Get(ctx, fetch.Request{URL: p.Src, AllowPrivate: w.Private(p.Site), Accept: "image/*", MaxBytes: MaxBytes})
	if err != nil {
		return nil, err
	}
	if res.Status != 200 {
		return nil, fmt.Errorf("status %d", res.Status)
	}
	return res.Body, nil
}
