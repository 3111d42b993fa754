package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"kabar/app/news"
	"kabar/server/count"
	"kabar/server/store"
)

// httpError is what a handler returns when there is no answer. Readers see the status, the code and the message; err is for the log.
type httpError struct {
	status        int
	code, message string
	retry         int // seconds until it is worth trying again; 0 where that is not known
	err           error
}

func (e *httpError) Error() string {
	if e.err != nil {
		return e.message + ": " + e.err.Error()
	}
	return e.message
}

func (e *httpError) Unwrap() error { return e.err }

func notFound(what string) error {
	return &httpError{status: http.StatusNotFound, code: "not_found", message: "no such " + what}
}

func badRequest(code, message string) error {
	return &httpError{status: http.StatusBadRequest, code: code, message: message}
}

// asHTTP finds the status for an error that came from below.
func asHTTP(err error) *httpError {
	var h *httpError
	var big *http.MaxBytesError
	switch {
	case errors.As(err, &h):
		return h
	case errors.Is(err, news.ErrNotFound):
		return &httpError{status: http.StatusNotFound, code: "not_found", message: "no such article", err: err}
	case errors.As(err, &big):
		return &httpError{status: http.StatusRequestEntityTooLarge, code: "too_large", message: "the body is too large", err: err}
	case errors.Is(err, store.ErrPushFull):
		return &httpError{status: http.StatusServiceUnavailable, code: "full", message: "no more subscriptions are taken", err: err}
	case errors.Is(err, count.ErrBusy), errors.Is(err, context.DeadlineExceeded):
		return &httpError{status: http.StatusServiceUnavailable, code: "busy", message: "too busy; try again", retry: 5, err: err}
	case errors.Is(err, context.Canceled):
		return &httpError{status: 499, code: "gone", message: "the client went away", err: err}
	case store.Unavailable(err):
		return &httpError{status: http.StatusServiceUnavailable, code: codeUnavailable, message: "the database cannot be used now; try again", retry: 10, err: err}
	}
	return &httpError{status: http.StatusInternalServerError, code: "internal", message: "something went wrong", err: err}
}

// codeUnavailable is of an answer that needed the database while it was away.
const codeUnavailable = "unavailable"

// answerTime is how long a request waits for the database at most: less than proxies wait for us.
const answerTime = 10 * time.Second

// handler is an http.Handler that may fail.
type handler func(w http.ResponseWriter, r *http.Request) error

// handle turns a handler's error into an answer and, where an operator would act on it, a log line, and bounds its time. It never logs a reader's address.
func (s *server) handle(h handler) http.Handler {
	return s.unhurried(func(w http.ResponseWriter, r *http.Request) error {
		ctx, cancel := context.WithTimeout(r.Context(), s.answerTime)
		defer cancel()
		return h(w, r.WithContext(ctx))
	})
}

// unhurried is handle for what bounds its time itself, or takes photographs, which take theirs.
func (s *server) unhurried(h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := h(w, r)
		if err == nil {
			return
		}
		e := asHTTP(err)
		// 501 is oEmbed's word for a format that a stranger asked for and nobody has: no fault of ours.
		if e.status >= 500 && e.status != http.StatusNotImplemented && (e.code != codeUnavailable || s.outage.tell(time.Now())) {
			s.log.ErrorContext(r.Context(), "request failed", slog.String("method", r.Method), slog.String("path", r.URL.Path), slog.Int("status", e.status), slog.String("error", discreet(err.Error(), r)))
		}
		s.fail(w, r, e)
	})
}

// outage keeps the log readable while the database is away, when everybody's requests fail for one reason: one line stands for all of outageQuiet.
type outage struct {
	mu   sync.Mutex
	told time.Time
}

const outageQuiet = 10 * time.Second

// tell reports whether a line is due.
func (o *outage) tell(now time.Time) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if now.Sub(o.told) < outageQuiet {
		return false
	}
	o.told = now
	return true
}

// fail answers with JSON below /api/ and /micropub/, each in its own shape, in plain words where an image was wanted, and with a page elsewhere.
func (s *server) fail(w http.ResponseWriter, r *http.Request, e *httpError) {
	h := w.Header()
	h.Del("ETag")
	h.Set("Cache-Control", "no-store")
	if e.retry > 0 {
		h.Set("Retry-After", strconv.Itoa(e.retry))
	}
	if strings.HasPrefix(r.URL.Path, "/api/") || strings.HasPrefix(r.URL.Path, "/oembed") {
		h.Set("Access-Control-Allow-Origin", "*")
		writeJSON(w, e.status, map[string]any{"error": map[string]string{"code": e.code, "message": e.message}})
		return
	}
	if strings.HasPrefix(r.URL.Path, "/micropub/") {
		open(w)
		if e.status == http.StatusUnauthorized {
			h.Set("WWW-Authenticate", "Bearer")
		}
		writeJSON(w, e.status, map[string]string{"error": e.code, "error_description": e.message})
		return
	}
	if strings.HasSuffix(r.URL.Path, ".svg") {
		http.Error(w, e.message, e.status)
		return
	}
	s.problemPage(w, r, e.status)
}

const jsonType = "application/json; charset=utf-8"

func writeJSON(w http.ResponseWriter, status int, v any) {
	writeJSONAs(w, status, jsonType, v)
}

func writeJSONAs(w http.ResponseWriter, status int, kind string, v any) {
	w.Header().Set("Content-Type", kind)
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(v) // the client may have gone; there is nobody left to tell
}
