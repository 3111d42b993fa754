package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"
	"sync"
	"time"
)

// observe measures each request, gives an id to those that need one, and turns a panic into an answer. It stands before everything else.
func (s *server) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen := &observed{ResponseWriter: w, server: s, asked: r, from: s.address(r)}
		r = r.WithContext(context.WithValue(r.Context(), requestKey{}, seen))
		began := time.Now()
		defer func() {
			// The mux has written into r which of its routes matched.
			s.figures.request(r.Pattern, seen.status, time.Since(began))
			if p := recover(); p != nil {
				s.recovered(seen, r, p)
			}
		}()
		next.ServeHTTP(seen, r)
	})
}

// recovered answers for a handler that panicked, or breaks the connection when half of an answer has gone.
func (s *server) recovered(w *observed, r *http.Request, p any) {
	if p != http.ErrAbortHandler {
		s.log.ErrorContext(r.Context(), "a handler panicked", slog.String("method", r.Method), slog.String("path", r.URL.Path), slog.String("panic", discreet(fmt.Sprint(p), r)), slog.String("stack", string(debug.Stack())))
	}
	if w.status != 0 || p == http.ErrAbortHandler {
		panic(http.ErrAbortHandler)
	}
	s.fail(w, r, &httpError{status: http.StatusInternalServerError, code: "internal", message: "something went wrong"})
}

// discreet takes the client's address out of what is to be logged: the errors of a connection name both its ends.
func discreet(text string, r *http.Request) string {
	return strings.ReplaceAll(text, r.RemoteAddr, "the client")
}

// observed remembers what concerns a whole request, and its answer's status.
type observed struct {
	http.ResponseWriter
	server *server
	asked  *http.Request
	from   netip.Addr // who asks
	status int

	naming sync.Once
	id     string // once named
}

// ID is the request's id. What goes well is never spoken of and gets none: a kept answer would carry a stranger's, and a phone pays for each byte.
func (w *observed) ID() string {
	w.naming.Do(func() { w.id = w.server.requestID(w.asked) })
	return w.id
}

type requestKey struct{}

// from is who asks, for as long as the answer takes: it is kept nowhere.
func from(r *http.Request) netip.Addr {
	seen, _ := r.Context().Value(requestKey{}).(*observed)
	if seen == nil {
		return netip.Addr{}
	}
	return seen.from
}

func (w *observed) WriteHeader(status int) {
	if w.status == 0 && status >= 200 { // those below announce another
		w.status = status
		if status >= 400 {
			w.Header().Set("X-Request-ID", w.ID())
		}
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *observed) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(b)
}

// ReadFrom lets the connection read by itself, as net/http's own writer does.
func (w *observed) ReadFrom(r io.Reader) (int64, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return io.Copy(w.ResponseWriter, r)
}

// Unwrap is for http.ResponseController.
func (w *observed) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// maxRequestID bounds what is taken from a proxy; nginx's have 32 characters, UUIDs 36.
const maxRequestID = 64

// requestID is the one that a trusted proxy has given the request, or a new one.
func (s *server) requestID(r *http.Request) string {
	id := r.Header.Get("X-Request-ID")
	const allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."
	if id == "" || len(id) > maxRequestID || strings.Trim(id, allowed) != "" || !s.trusts(peer(r)) {
		return rand.Text()
	}
	return id
}

// requestLog adds the request's id to each line that is logged on its behalf.
type requestLog struct{ slog.Handler }

// newLog writes structured lines. What a stranger has sent stands in them quoted, where it can end no line and begin no key.
func newLog(out io.Writer) *slog.Logger { return slog.New(requestLog{slog.NewTextHandler(out, nil)}) }

// Handle implements slog.Handler.
func (l requestLog) Handle(ctx context.Context, line slog.Record) error {
	if seen, ok := ctx.Value(requestKey{}).(*observed); ok {
		line = line.Clone()
		line.AddAttrs(slog.String("request", seen.ID()))
	}
	return l.Handler.Handle(ctx, line)
}

// WithAttrs implements slog.Handler.
func (l requestLog) WithAttrs(a []slog.Attr) slog.Handler { return requestLog{l.Handler.WithAttrs(a)} }

// WithGroup implements slog.Handler.
func (l requestLog) WithGroup(name string) slog.Handler { return requestLog{l.Handler.WithGroup(name)} }
