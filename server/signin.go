package main

import (
	"net/http"
	"net/netip"
	"strconv"
	"time"

	"golang.org/x/crypto/bcrypt"

	"kabar/app/locale"
	"kabar/app/news"
	"kabar/server/page"
)

// gate is what stands before statistics: a password, or nothing where they are public.
type gate struct {
	office   *office // nil: all offices
	path     string  // of the statistics; the cookie is sent nowhere else
	password []byte  // bcrypt hash
	public   bool
}

func (s *server) officeGate(o *office) gate {
	return gate{office: o, path: news.SitePath(o.ID) + news.StatsSlug, password: o.StatsPassword, public: o.PublicStats}
}

// provinceGate stands before the statistics of all offices.
func (s *server) provinceGate() gate {
	g := gate{path: "/" + news.StatsSlug, password: s.statsPassword}
	for _, o := range s.order {
		g.public = g.public || g.password == nil && o.PublicStats
	}
	return g
}

// scope is what a session is for.
func (g gate) scope() string {
	if g.office == nil {
		return ""
	}
	return g.office.ID
}

const (
	cookieName = "kabar-statistik"
	sessionAge = 12 * time.Hour // a working day
)

// enter lets in who may see the statistics, and asks the others to sign in. Where nothing was set there are no statistics.
func (s *server) enter(w http.ResponseWriter, r *http.Request, g gate, view *page.Statistics) (bool, error) {
	h := w.Header()
	h.Set("X-Robots-Tag", "noindex, nofollow")
	if g.public {
		h.Set("Cache-Control", "no-cache")
		return true, nil
	}
	h.Set("Cache-Control", "no-store")
	if g.password == nil {
		return false, notFound("page")
	}
	if c, err := r.Cookie(cookieName); err == nil {
		if view.Signed, err = s.store.SignedIn(r.Context(), g.scope(), g.password, c.Value); err != nil || view.Signed {
			return view.Signed, err
		}
	}
	return false, s.askPassword(w, r, *view, http.StatusOK, nil)
}

func (s *server) askPassword(w http.ResponseWriter, r *http.Request, view page.Statistics, status int, problem func(*locale.Statistics) string) error {
	d, err := s.renderer.SignIn(view, problem)
	if err != nil {
		return err
	}
	return sendDocument(w, r, d, status)
}

// maxForm bounds a sign-in's body, in bytes.
const maxForm = 4 << 10

// signIn takes a password and opens a session.
func (s *server) signIn(w http.ResponseWriter, r *http.Request) error {
	g, err := s.private(w, r)
	if err != nil {
		return err
	}
	view := s.statisticsView(r, g)
	if wait := s.tries.wait(g.scope(), from(r), s.now()); wait > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(tooMany(wait).retry))
		return s.askPassword(w, r, view, http.StatusTooManyRequests, func(t *locale.Statistics) string { return t.TooManyTries })
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return &httpError{status: http.StatusBadRequest, code: "bad_form", message: "want a form with password", err: err}
	}
	// bcrypt compares in constant time.
	if err := bcrypt.CompareHashAndPassword(g.password, []byte(r.PostForm.Get("password"))); err != nil {
		return s.askPassword(w, r, view, http.StatusForbidden, func(t *locale.Statistics) string { return t.WrongPassword })
	}
	s.tries.forgive(g.scope(), from(r))
	until := s.now().Add(sessionAge)
	token, err := s.store.SignIn(r.Context(), g.scope(), g.password, until)
	if err != nil {
		return err
	}
	http.SetCookie(w, s.cookie(g, token, int(sessionAge/time.Second)))
	http.Redirect(w, r, g.path, http.StatusSeeOther)
	return nil
}

// signOut ends the session.
func (s *server) signOut(w http.ResponseWriter, r *http.Request) error {
	g, err := s.private(w, r)
	if err != nil {
		return err
	}
	if c, err := r.Cookie(cookieName); err == nil {
		if err := s.store.SignOut(r.Context(), c.Value); err != nil {
			return err
		}
	}
	http.SetCookie(w, s.cookie(g, "", -1))
	http.Redirect(w, r, g.path, http.StatusSeeOther)
	return nil
}

func (s *server) cookie(g gate, value string, age int) *http.Cookie {
	return &http.Cookie{Name: cookieName, Value: value, Path: g.path, MaxAge: age, HttpOnly: true, Secure: s.https, SameSite: http.SameSiteStrictMode}
}

// private finds the gate that a form of ours is for. A form on another site's page gets nowhere: browsers say where it comes from.
func (s *server) private(w http.ResponseWriter, r *http.Request) (gate, error) {
	w.Header().Set("Cache-Control", "no-store")
	g := s.provinceGate()
	if r.PathValue("site") != "" {
		o, err := s.site(r)
		if err != nil {
			return gate{}, err
		}
		g = s.officeGate(o)
	}
	if g.password == nil {
		return gate{}, notFound("page")
	}
	if err := s.sameOrigin.Check(r); err != nil {
		return gate{}, &httpError{status: http.StatusForbidden, code: "foreign_form", message: "the form is not on a page of ours", err: err}
	}
	return g, nil
}

// Limits on guessing. One household gets five tries at once and then two a minute; and as whoever has many addresses could try from each, an office
// takes thirty at once and then one in five seconds from all of them: a password of twelve letters outlasts that by ages.
var (
	householdTries = rule{1.0 / 30, 5}
	officeTries    = rule{1.0 / 5, 30}
)

// tries counts attempts to sign in, by office and from where.
type tries struct {
	houses  *buckets[guesser]
	offices *buckets[string]
}

type guesser struct {
	scope string
	from  household
}

func newTries() tries {
	return tries{newBuckets[guesser](householdTries), newBuckets[string](officeTries)}
}

// forgive gives a household its tries back, once it has known the password.
func (t *tries) forgive(scope string, addr netip.Addr) {
	t.houses.forget(guesser{scope, householdOf(addr)})
}

// wait is 0 when there may be another try.
func (t *tries) wait(scope string, addr netip.Addr, now time.Time) time.Duration {
	if wait := t.houses.take(guesser{scope, householdOf(addr)}, 1, now); wait > 0 {
		return wait
	}
	return t.offices.take(scope, 1, now)
}
