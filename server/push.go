package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"kabar/server/fetch"
	"kabar/server/push"
)

// maxSubscriptions bounds what an office keeps: far more than any has readers who would ask.
const maxSubscriptions = 20000

// newSender prepares notifications for the offices that have them; nil when none has.
func (s *server) newSender(ctx context.Context) (*push.Sender, error) {
	var offices []push.Office
	for _, o := range s.order {
		if o.Push {
			offices = append(offices, push.Office{Site: o.Public(), Every: o.PushEvery})
		}
	}
	if offices == nil {
		return nil, nil
	}
	keys, err := push.NewKeys()
	if err != nil {
		return nil, err
	}
	if keys.Private, keys.Public, err = s.store.PushKeys(ctx, keys.Private, keys.Public); err != nil {
		return nil, err
	}
	return &push.Sender{Store: s.store, Offices: offices, Keys: keys, Contact: push.Contact(s.base), Dial: fetch.Guarded(), Log: s.log, Now: func() time.Time { return s.now() }}, nil
}

// pushSite returns the office, if it has notifications.
func (s *server) pushSite(r *http.Request) (*office, error) {
	o, err := s.site(r)
	if err == nil && !o.Push {
		return nil, &httpError{status: http.StatusNotFound, code: "no_push", message: "this office sends no notifications"}
	}
	return o, err
}

// pushOffer says what a browser needs to subscribe, and what there is to choose from.
func (s *server) pushOffer(w http.ResponseWriter, r *http.Request) error {
	o, err := s.pushSite(r)
	if err != nil {
		return err
	}
	categories, err := s.store.Categories(r.Context(), o.ID)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-cache")
	writeJSON(w, http.StatusOK, map[string]any{"key": s.push.Keys.Public, "categories": append([]string{}, categories...)})
	return nil
}

// subscribe keeps where a browser takes notifications, and of which categories; none are all.
func (s *server) subscribe(w http.ResponseWriter, r *http.Request) error {
	o, err := s.pushSite(r)
	if err != nil {
		return err
	}
	var body struct {
		Subscription push.Subscription `json:"subscription"`
		Categories   []string          `json:"categories"`
	}
	if err := s.pushBody(w, r, &body, `{"subscription":{"endpoint","keys":{"p256dh","auth"}},"categories":[…]}`); err != nil {
		return err
	}
	p, err := body.Subscription.Check(body.Categories, s.pushAnywhere)
	if err != nil {
		return &httpError{status: http.StatusUnprocessableEntity, code: "bad_subscription", message: err.Error()}
	}
	// Anybody can make subscriptions up, and a list that one address has filled is closed to readers.
	if err := s.may(r, o.ID, s.limits.subscribes, nil, 1); err != nil {
		return err
	}
	if err := s.store.Subscribe(r.Context(), o.ID, p, maxSubscriptions); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// unsubscribe forgets it, also where the office has no notifications any more. It is a POST because firewalls before offices' servers are known to
// refuse DELETE, and the endpoint is in the body because addresses are logged.
func (s *server) unsubscribe(w http.ResponseWriter, r *http.Request) error {
	o, err := s.site(r)
	if err != nil {
		return err
	}
	var body struct {
		Endpoint string `json:"endpoint"`
	}
	if err := s.pushBody(w, r, &body, `{"endpoint"}`); err != nil {
		return err
	}
	if err := s.store.Unsubscribe(r.Context(), o.ID, body.Endpoint); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// pushBody reads what a page of ours sends; another site's page has no business here.
func (s *server) pushBody(w http.ResponseWriter, r *http.Request, to any, want string) error {
	w.Header().Set("Cache-Control", "no-store")
	if err := s.sameOrigin.Check(r); err != nil {
		return &httpError{status: http.StatusForbidden, code: "foreign_page", message: "only pages of this server may ask for notifications", err: err}
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, push.MaxBody)).Decode(to); err != nil {
		var big *http.MaxBytesError
		if errors.As(err, &big) {
			return err
		}
		return &httpError{status: http.StatusBadRequest, code: "bad_json", message: "want " + want, err: err}
	}
	return nil
}
