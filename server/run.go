package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	stdlog "log"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"kabar/app/news"
	"kabar/app/share"
	"kabar/server/agent"
	"kabar/server/card"
	"kabar/server/config"
	"kabar/server/count"
	"kabar/server/example"
	"kabar/server/fetch"
	"kabar/server/icon"
	"kabar/server/page"
	"kabar/server/picture"
	"kabar/server/push"
	"kabar/server/source"
	"kabar/server/store"
)

// server is everything that the handlers use.
type server struct {
	log          *slog.Logger
	now          func() time.Time
	base         string // public URL, no slash at the end
	host         string // its host name
	https        bool
	hub          string // WebSub hub that feeds name, or empty
	sites        map[string]*office
	order        []*office
	proxies      []netip.Prefix
	store        *store.Store
	counter      *count.Counter
	robots       agent.Judge
	renderer     *page.Renderer
	cache        *page.Cache
	cards        *card.Maker
	files        map[string]*file // of the app, by the last part of their address
	app          string           // the name of its binary
	embedJS      *file
	workers      map[string]*file // by office
	push         *push.Sender     // nil when no office has notifications
	pushAnywhere bool             // tests: a push service may be on this machine
	aside        bool             // /metrics has an address of its own
	figures      figures
	posting      sync.Mutex // one at a time writes posts and decodes uploads

	statsPassword []byte // for the figures of all offices, as bcrypt's hash
	tries         tries
	readiness     readiness
	outage        outage
	answerTime    time.Duration // answerTime, unless a test sets another
	limits        limits
	sameOrigin    *http.CrossOriginProtection
}

// office is a site with what its requests need worked out.
type office struct {
	config.Site
	ancestors string // of the frames' policy: who may show them
	hosts     map[string]bool
	icons     *icon.Icons
	screen    drawing
}

func newOffice(s config.Site) *office {
	o := &office{Site: s, hosts: map[string]bool{}, ancestors: "*"}
	var list []string
	for _, h := range s.Hosts {
		o.hosts[strings.ToLower(h)] = true
		// Host names without scheme or port would mean our own scheme and its default port only.
		list = append(list, "http://"+h+":*", "https://"+h+":*")
	}
	if !s.EmbedAnywhere {
		o.ancestors = "'self' " + strings.Join(list, " ")
	}
	return o
}

// count is the office as counting knows it.
func (o *office) count() count.Office { return count.Office{Site: o.Public(), Hosts: o.hosts} }

// page returns the canonical address of a page on one of the office's hosts, which a request names in url.
func (o *office) page(url string) (string, error) {
	canonical := news.CanonicalURL(url)
	if canonical == "" {
		return "", badRequest("bad_url", "url: want the absolute address of a page")
	}
	if host := news.Host(canonical); !o.hosts[host] {
		return "", &httpError{status: http.StatusForbidden, code: "foreign_host", message: "url: " + host + " is not among this office's hosts"}
	}
	return canonical, nil
}

// Limits of the HTTP server. A slow reader gets a page in minutes; a silent one is let go.
const (
	headerTimeout = 10 * time.Second
	readTimeout   = 30 * time.Second
	writeTimeout  = 5 * time.Minute
	idleTimeout   = 2 * time.Minute
	maxHeader     = 16 << 10
	drainTime     = 10 * time.Second // for what is in flight when the server is told to stop
)

// run serves until ctx ends, then answers what is in flight. It writes to out what an operator is to open.
func (f front) run(ctx context.Context, c *config.Config, log *slog.Logger, out io.Writer) (err error) {
	ln, err := f.listen("tcp", c.Addr)
	if err != nil {
		return fmt.Errorf("listening on addr = %q: %w; choose another with -addr or addr", c.Addr, err)
	}
	defer ln.Close()
	var plain net.Listener
	if c.OwnTLS() {
		host, _, _ := net.SplitHostPort(c.Addr)
		if plain, err = f.listen("tcp", net.JoinHostPort(host, "80")); err != nil {
			return fmt.Errorf("listening on port 80 too, since addr = %q and public_url is https: %w", c.Addr, err)
		}
		defer plain.Close()
	}
	db, err := store.Open(ctx, c.Database)
	if err != nil {
		return fmt.Errorf("opening database %s: %w", c.DatabaseName(), err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	s, err := newServer(ctx, c, db, log)
	if err != nil {
		return err
	}

	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	var background sync.WaitGroup
	defer background.Wait()
	defer stop()
	start := func(name string, f func(context.Context) error) {
		background.Go(func() {
			if err := f(work); err != nil && work.Err() == nil {
				log.Error("stopped", "part", name, "error", err)
			}
		})
	}
	start("count", s.counter.Run)
	client := fetch.New("Kabar/1 (+" + s.base + ")")
	poller, pictures := sources(c, db, client, log)
	start("sources", func(ctx context.Context) error {
		db.Alone(ctx, func(ctx context.Context) {
			var both sync.WaitGroup
			both.Go(func() { poller.Run(ctx) })
			both.Go(func() { pictures.Run(ctx) })
			both.Wait()
		})
		return nil
	})
	start("updates", s.updates)

	if s.https && !c.OwnTLS() && len(s.proxies) == 0 {
		log.Warn("public_url is https, and neither trusted_proxies is set nor does addr have port 443: this server speaks plain HTTP, and takes all readers behind a proxy for one")
	}
	if s.push != nil {
		start("push", s.push.Run)
	}

	if c.MetricsAddr != "" {
		aside, err := f.listen("tcp", c.MetricsAddr)
		if err != nil {
			return fmt.Errorf("listening on metrics_addr = %q: %w", c.MetricsAddr, err)
		}
		m := &http.Server{Handler: s.operators(), ReadHeaderTimeout: headerTimeout, ErrorLog: silent()}
		start("metrics", func(context.Context) error {
			if err := m.Serve(aside); !errors.Is(err, http.ErrServerClosed) {
				return err
			}
			return nil
		})
		defer m.Close()
	}
	h := newHTTPServer(s.routes())
	served := make(chan error, 1)
	if plain != nil {
		certs := s.certificates(c, f.acme)
		go func() { served <- s.serveTLS(h, certs, ln, plain) }()
		go certs.first() // which ends with the program
	} else {
		go func() { served <- h.Serve(ln) }()
	}
	s.announce(out, ln.Addr().String())
	select {
	case err := <-served:
		return fmt.Errorf("serving: %w", err)
	case <-ctx.Done():
	}
	log.Info("stopping: answering what is in flight")
	s.leave()
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	err = h.Shutdown(drain)
	if errors.Is(err, context.DeadlineExceeded) { // a client that sends or reads slowly is no failure of ours
		log.Warn("stopping with requests under way that took too long", "seconds", drainTime.Seconds())
		err = h.Close()
	}
	if err != nil {
		return fmt.Errorf("stopping: %w", err)
	}
	return nil
}

// newHTTPServer bounds what a client can hold.
func newHTTPServer(h http.Handler) *http.Server {
	return &http.Server{Handler: h, ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader,
		ErrorLog: silent()}
}

// silent is for net/http, whose own lines name the client's address.
func silent() *stdlog.Logger { return stdlog.New(io.Discard, "", 0) }

func newServer(ctx context.Context, c *config.Config, db *store.Store, log *slog.Logger) (*server, error) {
	u, err := url.Parse(c.PublicURL)
	if err != nil {
		return nil, fmt.Errorf("reading public_url: %w", err)
	}
	s := &server{log: log, now: time.Now, base: strings.TrimSuffix(c.PublicURL, "/"), host: strings.ToLower(u.Hostname()), https: u.Scheme == "https", hub: c.WebSubHub,
		sites: map[string]*office{}, proxies: c.TrustedProxies, store: db, cache: page.NewCache(len(c.Sites)), cards: card.NewMaker(db), aside: c.MetricsAddr != "", figures: newFigures(), readiness: readiness{heard: make(chan struct{})},
		statsPassword: c.StatsPassword, tries: newTries(), limits: newLimits(), answerTime: answerTime, sameOrigin: http.NewCrossOriginProtection()}
	if err := s.sameOrigin.AddTrustedOrigin(s.base); err != nil { // a proxy may give us another name
		return nil, fmt.Errorf("public_url: %w", err)
	}
	for _, site := range c.Sites {
		o := newOffice(site)
		if o.icons, err = newIcons(o); err != nil {
			return nil, err
		}
		s.sites[o.ID] = o
		s.order = append(s.order, o)
	}
	var networks []string
	for _, n := range share.Networks {
		networks = append(networks, n.ID)
	}
	s.counter = count.New(db, networks)
	s.counter.Log = log
	a, err := s.assets(ctx)
	if err != nil {
		return nil, err
	}
	s.app = strings.TrimPrefix(a.WASM, "/app/")
	if a.WASM == "" {
		log.Warn("serving pages without the app: " + errNoAssets.Error())
	}
	if s.renderer, err = page.NewRenderer(a); err != nil {
		return nil, err
	}
	if err := s.newWorkers(a); err != nil {
		return nil, err
	}
	if s.embedJS, err = newLoader(); err != nil {
		return nil, err
	}
	if s.push, err = s.newSender(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// announce says what to open.
func (s *server) announce(out io.Writer, addr string) {
	fmt.Fprintf(out, "kabar listens on %s\n", addr)
	for i, o := range s.order {
		if i == 5 {
			fmt.Fprintf(out, "  and %d more offices: %s/\n", len(s.order)-i, s.base)
			break
		}
		fmt.Fprintf(out, "  %s: %s%s\n", o.Name, s.base, news.SitePath(o.ID))
	}
}

// sourcesOf is an office as the poller knows it.
func sourcesOf(s config.Site) source.Site {
	site := source.Site{ID: s.ID, Location: s.Public().Location(), Home: s.Home, Feeds: s.Feeds, Refresh: s.Refresh, AllowPrivate: s.AllowPrivateFeeds}
	for _, page := range s.Pages {
		site.Pages = append(site.Pages, source.Page(page))
	}
	switch {
	case s.Example:
		site.Posts = example.Posts()
	case s.Posts != "":
		site.Posts = source.Folder(s.Posts)
	}
	return site
}

// sources makes what brings news and pictures in.
func sources(c *config.Config, db *store.Store, client *fetch.Client, log *slog.Logger) (*source.Poller, *picture.Worker) {
	p := &source.Poller{Store: db, Get: client.Get, Log: log, Sites: offices(c)}
	folders := map[string]fs.FS{}
	private := map[string]bool{}
	for _, s := range p.Sites {
		folders[s.ID], private[s.ID] = s.Posts, s.AllowPrivate
	}
	open := func(site, path string) ([]byte, error) {
		if folders[site] == nil {
			return nil, errors.New("the office has no folder of posts")
		}
		return fs.ReadFile(folders[site], path)
	}
	return p, &picture.Worker{Store: db, Get: client.Get, Open: open, Private: func(site string) bool { return private[site] }, Log: log, Now: time.Now}
}

// offices are the settings' as their sources are read.
func offices(c *config.Config) []source.Site {
	var out []source.Site
	for _, s := range c.Sites {
		out = append(out, sourcesOf(s))
	}
	return out
}
