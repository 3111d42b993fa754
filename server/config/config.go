// Package config reads the settings: one struct from one TOML file, flags over it. Every error names the file, the key, what was
// found and what is allowed, and all are reported at once.
package config

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"reflect"
	"strings"
	"time"

	"github.com/andybalholm/cascadia"
	"github.com/pelletier/go-toml/v2"
	"golang.org/x/crypto/bcrypt"

	"kabar/app/news"
)

// Config is everything an operator sets.
type Config struct {
	File           string // that it was read from, for errors; empty for the built-in office
	Addr           string // to listen on, host:port
	PublicURL      string // how the world reaches this server, no slash at the end
	MetricsAddr    string // to answer /metrics on, host:port; empty: on Addr with the rest
	Database       string // sqlite:path or postgres://…
	TrustedProxies []netip.Prefix
	WebSubHub      string // that feeds name, or empty
	StatsPassword  []byte // bcrypt hash of the password for the figures of all offices; nil for none
	Sites          []Site
}

// Site is one office.
type Site struct {
	ID, Name, Language, TimeZone, Home, Accent string
	Hosts                                      []string // pages that may show this office's widgets and be counted
	EmbedAnywhere                              bool
	AllowPrivateFeeds                          bool
	Feeds                                      []string
	Pages                                      []Page
	Logo                                       string // file, PNG or JPEG, that the office's icons are made of
	Posts                                      string // folder of Markdown files
	Refresh                                    time.Duration
	MicropubToken                              []byte        // SHA-256 of the token that phone apps post with; nil for none
	MicropubScope                              []string      // what they may do
	StatsPassword                              []byte        // bcrypt hash of the press officer's password for the statistics; nil for none
	PublicStats                                bool          // everybody may see the statistics
	Push                                       bool          // readers may ask to be told of new articles
	PushEvery                                  time.Duration // at most once each
	NetworkOnly                                bool          // readers' browsers keep nothing of it for reading without a network
	Example                                    bool          // the built-in office: its posts are in the program
}

// Page is a page that lists articles where there is no feed. All but URL are CSS selectors, and may be empty.
type Page struct {
	URL     string `toml:"url"`
	Link    string `toml:"link"`
	Title   string `toml:"title"`
	Date    string `toml:"date"`
	Picture string `toml:"picture"`
	Body    string `toml:"body"`
}

// Public is what a reader's browser may know of the office.
func (s Site) Public() news.Site {
	return news.Site{ID: s.ID, Name: s.Name, Language: s.Language, TimeZone: s.TimeZone, Home: s.Home, Accent: s.Accent, NetworkOnly: s.NetworkOnly, Push: s.Push}
}

type file struct {
	Addr           string   `toml:"addr"`
	MetricsAddr    string   `toml:"metrics_addr"`
	PublicURL      string   `toml:"public_url"`
	Database       string   `toml:"database"`
	TrustedProxies []string `toml:"trusted_proxies"`
	WebSubHub      string   `toml:"websub_hub"`
	StatsPassword  string   `toml:"stats_password_bcrypt"`
	Sites          []site   `toml:"site"`
}

type site struct {
	ID                string   `toml:"id"`
	Name              string   `toml:"name"`
	Language          string   `toml:"language"`
	TimeZone          string   `toml:"timezone"`
	Home              string   `toml:"home"`
	Hosts             []string `toml:"hosts"`
	EmbedAnywhere     bool     `toml:"embed_anywhere"`
	AllowPrivateFeeds bool     `toml:"allow_private_feeds"`
	Feeds             []string `toml:"feeds"`
	Pages             []Page   `toml:"page"`
	Posts             string   `toml:"posts"`
	Accent            string   `toml:"accent"`
	Logo              string   `toml:"logo"`
	Refresh           string   `toml:"refresh"`
	MicropubToken     string   `toml:"micropub_token_sha256"`
	MicropubScope     string   `toml:"micropub_scope"`
	StatsPassword     string   `toml:"stats_password_bcrypt"`
	PublicStats       bool     `toml:"public_stats"`
	Offline           *bool    `toml:"offline"`
	Push              bool     `toml:"push"`
	PushEvery         string   `toml:"push_every"`
}

// Defaults.
const (
	defaultAddr     = "127.0.0.1:8080"
	defaultDatabase = "sqlite:kabar.db"
	defaultAccent   = "#8a1c1c"
	defaultRefresh  = 5 * time.Minute
	minRefresh      = time.Minute
	maxRefresh      = 24 * time.Hour
	defaultPush     = time.Hour
	minPush         = time.Minute
	maxPush         = 24 * time.Hour
)

// Load reads a file of settings.
func Load(path string) (*Config, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading settings: %w", err)
	}
	return Parse(path, data)
}

// Parse reads settings; name is the file's, for errors.
func Parse(name string, data []byte) (*Config, error) {
	var f file
	d := toml.NewDecoder(strings.NewReader(string(data)))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return nil, decodeError(name, err)
	}
	p := &problems{file: name}
	c := &Config{File: name, Addr: or(f.Addr, defaultAddr), MetricsAddr: f.MetricsAddr, Database: or(f.Database, defaultDatabase), PublicURL: strings.TrimSuffix(f.PublicURL, "/"), WebSubHub: f.WebSubHub}
	p.want(f.WebSubHub == "" || webAddress(f.WebSubHub), "websub_hub", f.WebSubHub, "the address of a WebSub hub such as https://pubsubhubbub.appspot.com/")
	for _, s := range f.TrustedProxies {
		prefix, err := netip.ParsePrefix(s)
		if addr, e := netip.ParseAddr(s); err != nil && e == nil {
			prefix, err = netip.PrefixFrom(addr, addr.BitLen()), nil
		}
		p.want(err == nil, "trusted_proxies", s, "an address or a range such as 127.0.0.1/32")
		c.TrustedProxies = append(c.TrustedProxies, prefix)
	}
	c.StatsPassword = p.password(f.StatsPassword)
	p.want(len(f.Sites) > 0, "site", "", "at least one [[site]]")
	seen := map[string]bool{}
	for i, s := range f.Sites {
		p.where = fmt.Sprintf("site %d: ", i+1)
		if s.ID != "" {
			p.where = fmt.Sprintf("site %q: ", s.ID)
		}
		p.want(!seen[s.ID], "id", s.ID, "an id that no other site has")
		seen[s.ID] = true
		c.Sites = append(c.Sites, p.site(s))
	}
	p.where = ""
	c.check(p)
	if len(p.found) > 0 {
		return nil, errors.Join(p.found...)
	}
	return c, nil
}

func decodeError(name string, err error) error {
	var strict *toml.StrictMissingError
	if errors.As(err, &strict) {
		var all []error
		for _, e := range strict.Errors {
			row, _ := e.Position()
			all = append(all, fmt.Errorf("%s:%d: %s: no such setting%s", name, row, strings.Join(e.Key(), "."), belongs(e.Key())))
		}
		return errors.Join(all...)
	}
	var bad *toml.DecodeError
	if errors.As(err, &bad) {
		row, col := bad.Position()
		where := fmt.Sprintf("%s:%d:%d: ", name, row, col)
		if len(bad.Key()) > 0 { // what is no TOML has none
			where += strings.Join(bad.Key(), ".") + ": "
		}
		return errors.New(where + plainly(bad))
	}
	return fmt.Errorf("%s: %w", name, err)
}

// belongs says of a setting that TOML takes for one of the table above it where it is to stand.
func belongs(key []string) string {
	last := key[len(key)-1]
	switch {
	case len(key) > 1 && has[file](last):
		return "; " + last + " belongs before the first [[site]]"
	case len(key) > 2 && has[site](last):
		return "; " + last + " belongs before the first [[site.page]] of its site"
	}
	return ""
}

// has reports whether a table has a setting.
func has[table any](key string) bool {
	for t, i := reflect.TypeFor[table](), 0; i < t.NumField(); i++ {
		if t.Field(i).Tag.Get("toml") == key {
			return true
		}
	}
	return false
}

// plainly says for an operator what the decoder says for a programmer.
func plainly(bad *toml.DecodeError) string {
	s := strings.TrimPrefix(bad.Error(), "toml: ")
	if strings.HasPrefix(s, "cannot decode") {
		switch kind := s[strings.LastIndex(s, " ")+1:]; kind { // Go's, which the message ends with
		case "[]string":
			return `want a list such as ["…"]`
		case "string":
			return `want text in quotes, such as "…"`
		case "bool":
			return "want true or false, without quotes"
		default:
			return "want a table that begins with [[" + strings.Join(bad.Key(), ".") + "]]"
		}
	}
	// So begins text without quotes, or with a word processor's.
	if strings.Contains(s, "at start of value") || strings.Contains(s, "expected keyword") || strings.Contains(s, "expected newline") {
		s += `; text wants straight quotes around it, such as "…"`
	}
	return s
}

// problems gathers what is wrong.
type problems struct {
	file, where string
	found       []error
}

func (p *problems) want(ok bool, key, value, allowed string) {
	if !ok {
		p.found = append(p.found, fmt.Errorf("%s: %s%s = %q: want %s", p.file, p.where, key, value, allowed))
	}
}

func or(v, otherwise string) string {
	if v == "" {
		return otherwise
	}
	return v
}

func (p *problems) site(s site) Site {
	out := Site{ID: s.ID, Name: s.Name, Language: or(s.Language, "id"), TimeZone: or(s.TimeZone, news.Zones[0].Name), Home: strings.TrimSuffix(s.Home, "/"),
		Accent: strings.ToLower(or(s.Accent, defaultAccent)), EmbedAnywhere: s.EmbedAnywhere, AllowPrivateFeeds: s.AllowPrivateFeeds, Feeds: s.Feeds, Pages: s.Pages, Logo: s.Logo, Posts: s.Posts, Refresh: defaultRefresh, Push: s.Push, PushEvery: defaultPush}
	p.want(news.ValidSite(s.ID), "id", s.ID, "letters a-z, digits and hyphens, at most 63, and not the name of a route such as embed, api or go")
	p.want(strings.TrimSpace(s.Name) != "", "name", s.Name, "the office's name")
	p.want(out.Language == "id" || out.Language == "en", "language", s.Language, "id or en")
	var zones []string
	known := false
	for _, z := range news.Zones {
		zones = append(zones, z.Name)
		known = known || z.Name == out.TimeZone
	}
	p.want(known, "timezone", s.TimeZone, "one of "+strings.Join(zones, ", "))
	p.want(s.Home == "" || webAddress(s.Home), "home", s.Home, "an address such as https://kab-brebes.kpu.go.id")
	for _, h := range s.Hosts {
		_, e := netip.ParseAddr(h)
		p.want(hostName(h) || e == nil, "hosts", h, "a host name without scheme, port or path, such as kab-brebes.kpu.go.id")
		out.Hosts = append(out.Hosts, strings.ToLower(h))
	}
	if len(s.Hosts) == 0 && s.Home != "" {
		out.Hosts = []string{news.Host(s.Home)}
	}
	seen := map[string]bool{}
	for _, f := range s.Feeds {
		p.want(webAddress(f) && !seen[f], "feeds", f, "absolute http or https addresses without a password, each once")
		seen[f] = true
	}
	for i, page := range s.Pages {
		p.page(fmt.Sprintf("page %d: ", i+1), page, seen)
	}
	p.want(len(out.Accent) == 7 && out.Accent[0] == '#' && strings.Trim(out.Accent[1:], "0123456789abcdef") == "", "accent", s.Accent, "a colour such as #8a1c1c")
	if s.Refresh != "" {
		d, err := time.ParseDuration(s.Refresh)
		p.want(err == nil && d >= minRefresh && d <= maxRefresh, "refresh", s.Refresh, "a time from 1m to 24h such as 5m")
		out.Refresh = d
	}
	p.micropub(s, &out)
	out.NetworkOnly = s.Offline != nil && !*s.Offline
	p.want(!s.Push || !out.NetworkOnly, "offline", "false", "true where push = true: what keeps news for reading without a network shows notifications too")
	if s.PushEvery != "" {
		d, err := time.ParseDuration(s.PushEvery)
		p.want(err == nil && d >= minPush && d <= maxPush, "push_every", s.PushEvery, "a time from 1m to 24h such as 1h")
		out.PushEvery = d
	}
	out.StatsPassword, out.PublicStats = p.password(s.StatsPassword), s.PublicStats
	p.want(out.StatsPassword == nil || !s.PublicStats, "public_stats", "true", "either it or stats_password_bcrypt")
	return out
}

// password reads the hash of one. One that takes no time to compute is refused: it would be guessed in none.
func (p *problems) password(hash string) []byte {
	if hash == "" {
		return nil
	}
	cost, err := bcrypt.Cost([]byte(hash))
	p.want(err == nil && len(hash) == 60 && cost >= bcrypt.DefaultCost && cost <= maxCost, "stats_password_bcrypt", "…", "what kabar hash prints, not the password itself")
	return []byte(hash)
}

// maxCost bounds the work for one attempt, about two seconds.
const maxCost = 14

// micropub reads who may post from a phone, and what.
func (p *problems) micropub(s site, out *Site) {
	out.MicropubScope = strings.Fields(or(s.MicropubScope, "create update delete media"))
	for _, scope := range out.MicropubScope {
		p.want(scope == "create" || scope == "update" || scope == "delete" || scope == "media", "micropub_scope", s.MicropubScope, "any of create update delete media, with spaces between")
	}
	if s.MicropubToken == "" {
		return
	}
	var err error
	out.MicropubToken, err = hex.DecodeString(s.MicropubToken)
	p.want(err == nil && len(out.MicropubToken) == sha256.Size, "micropub_token_sha256", "…", "the 64 hexadecimal digits that printf %s TOKEN | sha256sum prints, not the token itself")
	p.want(s.Posts != "", "posts", "", "a folder of Markdown files, where micropub_token_sha256 lets posts be written")
}

// page checks one page; seen are the addresses of the office's other sources.
func (p *problems) page(where string, page Page, seen map[string]bool) {
	p.want(webAddress(page.URL) && !seen[page.URL], where+"url", page.URL, "the absolute http or https address of a page that lists articles, each once and not among feeds")
	seen[page.URL] = true
	for _, s := range []struct{ key, value, example string }{
		{"link", page.Link, ".berita h3 a"}, {"title", page.Title, "h1.judul"}, {"date", page.Date, ".tanggal"}, {"picture", page.Picture, ".foto img"}, {"body", page.Body, ".isi-berita"},
	} {
		_, err := cascadia.ParseGroup(s.value)
		p.want(s.value == "" || err == nil, where+s.key, s.value, "a CSS selector such as "+s.example)
	}
}

func webAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != "" && u.User == nil
}

func hostName(s string) bool {
	return s != "" && len(s) <= 253 && strings.Trim(strings.ToLower(s), "abcdefghijklmnopqrstuvwxyz0123456789-.") == "" && !strings.HasPrefix(s, ".")
}

// loopback reports whether browsers trust a host without https because it is the same machine.
func loopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.IsLoopback()
}

// check holds for the file and for flags over it.
func (c *Config) check(p *problems) {
	p.want(listens(c.Addr), "addr", c.Addr, "host:port such as 127.0.0.1:8080, the port at most 65535")
	p.want(c.MetricsAddr == "" || listens(c.MetricsAddr) && c.MetricsAddr != c.Addr, "metrics_addr", c.MetricsAddr, "host:port such as 127.0.0.1:9090, the port at most 65535, not that of addr")
	if c.PublicURL == "" {
		c.PublicURL = "http://" + c.Addr
	}
	u, err := url.Parse(c.PublicURL)
	whole := err == nil && webAddress(c.PublicURL) && u.Path == "" && u.RawQuery == "" && u.Fragment == ""
	p.want(whole || c.PublicURL == "http://"+c.Addr, "public_url", c.PublicURL, "scheme and host only, such as https://berita.example.go.id") // that of addr: see Override
	for _, s := range c.Sites {
		p.want(!s.Push || err != nil || u.Scheme == "https" || loopback(u.Hostname()), "public_url", c.PublicURL, fmt.Sprintf("an https address, or push = false for site %q: browsers take notifications from no other", s.ID))
	}
	p.want(database(c.Database), "database", c.DatabaseName(), wantDatabase)
}

// listens reports whether an address is one to listen on. Its host may be empty: all of the machine's.
func listens(addr string) bool {
	_, port, err := net.SplitHostPort(addr)
	if err == nil {
		_, err = net.LookupPort("tcp", port)
	}
	return err == nil && port != ""
}

// opens reports whether a browser can open an address that the server listens on, which one that means all of the machine's is not.
func opens(addr string) bool {
	host, _, _ := net.SplitHostPort(addr)
	ip, err := netip.ParseAddr(host)
	return webAddress("http://"+addr) && (err != nil || !ip.Unmap().IsUnspecified())
}

// Override puts flags over the file's settings; an empty one changes nothing.
func (c *Config) Override(addr, database, publicURL string) error {
	p := &problems{file: "flags"}
	if addr != "" {
		if c.PublicURL == "http://"+c.Addr {
			c.PublicURL = ""
		}
		c.Addr = addr
	}
	c.Database = or(database, c.Database)
	c.PublicURL = or(strings.TrimSuffix(publicURL, "/"), c.PublicURL)
	c.check(p)
	if addr == "" {
		p.file = c.File
	}
	// Not for the file alone, since a flag may still say it.
	p.want(c.PublicURL != "http://"+c.Addr || opens(c.Addr) || !listens(c.Addr), "addr", c.Addr, "public_url or -public-url too, the address that readers open, since nobody can open this one")
	return errors.Join(p.found...)
}

// OwnTLS reports whether the server speaks TLS itself, with certificates that it gets: the world reaches it by https, on addr's port 443, and no
// proxy stands before it.
func (c *Config) OwnTLS() bool {
	_, port, _ := net.SplitHostPort(c.Addr)
	return port == "443" && strings.HasPrefix(c.PublicURL, "https://") && len(c.TrustedProxies) == 0
}

const wantDatabase = "sqlite:path or postgres://user:password@host:5432/name, where a special character of the password is written as its % code"

// database reports whether an address is one of SQLite or PostgreSQL, with a name, and of PostgreSQL with a host, which may be a socket's folder as host=.
func database(dsn string) bool {
	if path, ok := strings.CutPrefix(dsn, "sqlite:"); ok {
		return path != ""
	}
	u, err := url.Parse(dsn)
	if err != nil || u.Scheme != "postgres" || u.Opaque != "" {
		return false
	}
	_, err = url.ParseQuery(u.RawQuery)
	return err == nil && (u.Host != "" || u.Query().Get("host") != "") && strings.Trim(u.Path, "/") != "" && strings.Count(u.Path, "/") == 1
}

// CheckDatabase says what is wrong with a database's address, which key names.
func CheckDatabase(key, dsn string) error {
	p := &problems{file: "flags"}
	p.want(database(dsn), key, DatabaseName(dsn), wantDatabase)
	return errors.Join(p.found...)
}

// DatabaseName is the database without its password, for logs.
func (c *Config) DatabaseName() string { return DatabaseName(c.Database) }

// DatabaseName is a database's address without its password. Of what cannot be taken apart, which may hold one anywhere, only the scheme is said; a file's
// name alone has no place for one.
func DatabaseName(dsn string) string {
	if strings.HasPrefix(dsn, "sqlite:") || !strings.ContainsAny(dsn, ":=@? ") {
		return dsn
	}
	u, err := url.Parse(dsn)
	if err != nil || u.Host == "" && u.Query().Get("host") == "" {
		scheme, _, _ := strings.Cut(dsn, ":")
		if strings.ContainsAny(scheme, "=@ /?") {
			scheme = ""
		}
		return scheme + ":…"
	}
	if u.RawQuery != "" { // may hold password=
		u.RawQuery = "…"
	}
	return u.Redacted()
}

// Example is the built-in office, for those who have no settings yet.
func Example() *Config {
	return &Config{
		Addr: defaultAddr, PublicURL: "http://" + defaultAddr, Database: defaultDatabase,
		Sites: []Site{{ID: "brebes", Name: "KPU Kabupaten Brebes", Language: "id", TimeZone: "Asia/Jakarta", Home: "https://kab-brebes.kpu.go.id",
			Hosts: []string{"kab-brebes.kpu.go.id", "localhost", "127.0.0.1"}, Accent: defaultAccent, Refresh: defaultRefresh, PublicStats: true, Example: true}},
	}
}
