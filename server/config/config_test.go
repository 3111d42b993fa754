package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kabar/server/config"
)

const full = `
addr = "0.0.0.0:9000"
public_url = "https://berita.example.go.id/"
database = "postgres://kabar:rahasia@db/kabar"
trusted_proxies = ["10.0.0.0/8", "::1"]
websub_hub = "https://hub.example/"

[[site]]
id = "brebes"
name = "KPU Kabupaten Brebes"
home = "https://kab-brebes.kpu.go.id/"
accent = "#ABCDEF"
push = true
push_every = "30m"
refresh = "10m"
feeds = ["https://kab-brebes.kpu.go.id/feed"]

[[site.page]]
url = "https://kab-brebes.kpu.go.id/index.php/blog/category/104"
link = ".post-title a, h3 > a"

[[site]]
id = "jayapura"
name = "KPU Jayapura"
language = "en"
timezone = "Asia/Jayapura"
hosts = ["JAYAPURA.example", "127.0.0.1"]
embed_anywhere = true
`

func TestParse(t *testing.T) {
	c, err := config.Parse("kabar.toml", []byte(full))
	if err != nil {
		t.Fatal(err)
	}
	if c.Addr != "0.0.0.0:9000" || c.PublicURL != "https://berita.example.go.id" || len(c.TrustedProxies) != 2 || c.TrustedProxies[1].String() != "::1/128" || c.WebSubHub != "https://hub.example/" {
		t.Errorf("got %+v", c)
	}
	a, b := c.Sites[0], c.Sites[1]
	if a.Language != "id" || a.TimeZone != "Asia/Jakarta" || a.Accent != "#abcdef" || a.Refresh != 10*time.Minute || a.Home != "https://kab-brebes.kpu.go.id" ||
		len(a.Hosts) != 1 || a.Hosts[0] != "kab-brebes.kpu.go.id" {
		t.Errorf("the first office is %+v", a)
	}
	if len(a.Pages) != 1 || a.Pages[0].Link != ".post-title a, h3 > a" || a.Pages[0].URL != "https://kab-brebes.kpu.go.id/index.php/blog/category/104" {
		t.Errorf("its pages are %+v", a.Pages)
	}
	if !a.Public().Push || a.PushEvery != 30*time.Minute || b.Public().Push || b.PushEvery != time.Hour {
		t.Errorf("notifications of %v each %v, and of %v each %v", a.Push, a.PushEvery, b.Push, b.PushEvery)
	}
	if strings.Join(b.Hosts, " ") != "jayapura.example 127.0.0.1" || !b.EmbedAnywhere || b.Refresh != 5*time.Minute || b.Public().Language != "en" {
		t.Errorf("the second office is %+v", b)
	}
}

func TestLoad(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kabar.toml")
	if _, err := config.Load(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
	if err := os.WriteFile(path, []byte(full), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := config.Load(path); err != nil {
		t.Error(err)
	}
}

// TestErrors holds that an error says where, which, what was found and what is allowed.
func TestErrors(t *testing.T) {
	site := func(more string) string { return "[[site]]\nid = \"brebes\"\nname = \"B\"\n" + more }
	for _, tt := range []struct{ in, want string }{
		{"", `kabar.toml: site = "": want at least one [[site]]`},
		{"adr = 1\n" + site(""), `kabar.toml:1: adr: no such setting`},
		{site("nme = 1"), `kabar.toml:4: site.nme: no such setting`},
		{"addr = 1\n" + site(""), `kabar.toml:1:8: addr: want text in quotes, such as "…"`},
		{site(`feeds = "https://a.example/feed"`), `kabar.toml:4:9: site.feeds: want a list such as ["…"]`},
		{"trusted_proxies = \"127.0.0.1\"\n" + site(""), `kabar.toml:1:19: trusted_proxies: want a list such as ["…"]`},
		{site(`offline = "false"`), `kabar.toml:4:11: site.offline: want true or false, without quotes`},
		{site(`page = "https://a.example/"`), `kabar.toml:4:8: site.page: want a table that begins with [[site.page]]`},
		{"addr", `kabar.toml:1:4: expected '=' after key`},
		{site("accent = #8a1c1c"), `kabar.toml:4:10: unexpected character U+0023 '#' at start of value; text wants straight quotes around it, such as "…"`},
		{site("language = id"), `kabar.toml:4:12: expected keyword "inf"; text wants straight quotes`},
		{"addr = 127.0.0.1:8080\n" + site(""), `kabar.toml:1:13: expected newline but got U+002E '.'; text wants straight quotes`},
		{site(`addr = "127.0.0.1:8080"`), `kabar.toml:4: site.addr: no such setting; addr belongs before the first [[site]]`},
		{site("[[site.page]]\nurl = \"https://a.example/\"\ndatabase = \"sqlite:a\"\naccent = \"#8a1c1c\""), "kabar.toml:6: site.page.database: no such setting; database belongs before the first [[site]]\n" +
			"kabar.toml:7: site.page.accent: no such setting; accent belongs before the first [[site.page]] of its site"},
		{"addr = \"127.0.0.1:65536\"\n" + site(""), `kabar.toml: addr = "127.0.0.1:65536": want host:port such as 127.0.0.1:8080, the port at most 65535`},
		{"addr = \"127.0.0.1:-1\"\n" + site(""), `kabar.toml: addr = "127.0.0.1:-1": want host:port`},
		{"metrics_addr = \"127.0.0.1:65536\"\n" + site(""), `kabar.toml: metrics_addr = "127.0.0.1:65536": want host:port`},
		{site("posts = \"p\"\nmicropub_token_sha256 = \"rahasia\""), `kabar.toml: site "brebes": micropub_token_sha256 = "…": want the 64 hexadecimal digits`},
		{site("micropub_token_sha256 = \"" + strings.Repeat("ab", 32) + "\""), `kabar.toml: site "brebes": posts = "": want a folder`},
		{site("micropub_scope = \"create all\""), `kabar.toml: site "brebes": micropub_scope = "create all": want any of create update delete media`},
		{"addr = \"8080\"\n" + site(""), `kabar.toml: addr = "8080": want host:port`},
		{"public_url = \"https://a.example/berita\"\n" + site(""), `kabar.toml: public_url = "https://a.example/berita": want scheme and host only`},
		{"websub_hub = \"hub.example\"\n" + site(""), `kabar.toml: websub_hub = "hub.example": want the address of a WebSub hub`},
		{"public_url = \"ftp://a.example\"\n" + site(""), `kabar.toml: public_url = "ftp://a.example": want scheme`},
		{"database = \"kabar.db\"\n" + site(""), `kabar.toml: database = "kabar.db": want sqlite:path or postgres://`},
		{"database = \"sqlite:\"\n" + site(""), `kabar.toml: database = "sqlite:": want sqlite:path`},
		{"trusted_proxies = [\"proxy\"]\n" + site(""), `kabar.toml: trusted_proxies = "proxy": want an address or a range`},
		{"[[site]]\nname = \"B\"", `kabar.toml: site 1: id = "": want letters`},
		{"[[site]]\nid = \"api\"\nname = \"B\"", `kabar.toml: site "api": id = "api": want letters`},
		{"[[site]]\nid = \"a\"", `kabar.toml: site "a": name = "": want the office's name`},
		{site("") + site(""), `kabar.toml: site "brebes": id = "brebes": want an id that no other site has`},
		{site(`language = "jv"`), `kabar.toml: site "brebes": language = "jv": want id or en`},
		{site(`timezone = "WIB"`), `kabar.toml: site "brebes": timezone = "WIB": want one of Asia/Jakarta, `},
		{site(`home = "kpu.go.id"`), `kabar.toml: site "brebes": home = "kpu.go.id": want an address such as`},
		{site(`hosts = ["https://kpu.go.id"]`), `kabar.toml: site "brebes": hosts = "https://kpu.go.id": want a host name without scheme`},
		{site(`hosts = ["kpu.go.id:80"]`), `kabar.toml: site "brebes": hosts = "kpu.go.id:80": want a host name`},
		{site(`feeds = ["/feed"]`), `kabar.toml: site "brebes": feeds = "/feed": want absolute`},
		{site(`feeds = ["https://a.example/f", "https://a.example/f"]`), `kabar.toml: site "brebes": feeds = "https://a.example/f": want absolute http or https addresses without a password, each once`},
		{site("[[site.page]]\nurl = \"/berita\""), `kabar.toml: site "brebes": page 1: url = "/berita": want the absolute http or https address of a page`},
		{site("[[site.page]]\nlink = \"a\""), `page 1: url = "": want the absolute`},
		{site("feeds = [\"https://a.example/f\"]\n[[site.page]]\nurl = \"https://a.example/f\""), `page 1: url = "https://a.example/f": want`},
		{site("[[site.page]]\nurl = \"https://a.example/\"\n[[site.page]]\nurl = \"https://b.example/\"\nlink = \"div[\""), `kabar.toml: site "brebes": page 2: link = "div[": want a CSS selector such as .berita h3 a`},
		{site("[[site.page]]\nurl = \"https://a.example/\"\ntitle = \"h1:\"\ndate = \"..\"\npicture = \"#\"\nbody = \"a >\""), `page 1: body = "a >": want a CSS selector such as .isi-berita`},
		{site("[[site.page]]\nurl = \"https://a.example/\"\nlinks = \"a\""), `kabar.toml:6: site.page.links: no such setting`},
		{site(`accent = "red"`), `kabar.toml: site "brebes": accent = "red": want a colour`},
		{site(`accent = "#12345g"`), `kabar.toml: site "brebes": accent = "#12345g": want a colour`},
		{site(`refresh = "59s"`), `kabar.toml: site "brebes": refresh = "59s": want a time from 1m to 24h`},
		{site(`refresh = "24h1s"`), `kabar.toml: site "brebes": refresh = "24h1s": want a time`},
		{site("push = true\noffline = false"), `kabar.toml: site "brebes": offline = "false": want true where push = true`},
		{site("push = true\npush_every = \"30s\""), `kabar.toml: site "brebes": push_every = "30s": want a time from 1m to 24h`},
		{"public_url = \"http://berita.example.go.id\"\n" + site("push = true"), `kabar.toml: public_url = "http://berita.example.go.id": want an https address, or push = false for site "brebes"`},
		{site(`refresh = "often"`), `kabar.toml: site "brebes": refresh = "often": want a time`},
	} {
		_, err := config.Parse("kabar.toml", []byte(tt.in))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("of\n%s\n got %v\nwant %s", tt.in, err, tt.want)
		}
	}
}

func TestAllErrorsAtOnce(t *testing.T) {
	_, err := config.Parse("kabar.toml", []byte("addr = \"x\"\n[[site]]\nid = \"A\"\nlanguage = \"jv\""))
	if err == nil || strings.Count(err.Error(), "kabar.toml:") != 4 {
		t.Errorf("want addr, id, name and language at once, got %v", err)
	}
}

func TestOverride(t *testing.T) {
	for _, tt := range []struct {
		name                string
		addr, database, url string
		wantAddr, wantURL   string
		err                 string
	}{
		{name: "nothing", wantAddr: "127.0.0.1:8080", wantURL: "http://127.0.0.1:8080"},
		{name: "the URL follows the address", addr: "127.0.0.1:9", wantAddr: "127.0.0.1:9", wantURL: "http://127.0.0.1:9"},
		{name: "both", addr: ":9", url: "https://a.example/", wantAddr: ":9", wantURL: "https://a.example"},
		{name: "no port at all", addr: "127.0.0.1:65536", err: `flags: addr = "127.0.0.1:65536": want host:port`},
		{name: "all of the machine's", addr: "0.0.0.0:9", err: `flags: addr = "0.0.0.0:9": want public_url or -public-url too`},
		{name: "all of IPv6", addr: "[::]:9", err: `flags: addr = "[::]:9": want public_url or -public-url too`},
		{name: "no host", addr: ":9", err: `flags: addr = ":9": want public_url or -public-url too`},
		{name: "all of the machine's, with a URL", addr: "0.0.0.0:9", url: "https://a.example", wantAddr: "0.0.0.0:9", wantURL: "https://a.example"},
		{name: "bad address", addr: "9", url: "https://a.example", err: `flags: addr = "9": want host:port`},
		{name: "bad URL", url: "a.example", err: `flags: public_url = "a.example": want scheme`},
		{name: "bad database", database: "mysql://u:rahasia@h/d", err: `flags: database = "mysql://u:xxxxx@h/d": want sqlite`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := config.Example()
			err := c.Override(tt.addr, tt.database, tt.url)
			if tt.err != "" {
				if err == nil || !strings.Contains(err.Error(), tt.err) || strings.Count(err.Error(), "\n") > 0 {
					t.Errorf("got %v, want %s alone", err, tt.err)
				}
				return
			}
			if err != nil || c.Addr != tt.wantAddr || c.PublicURL != tt.wantURL {
				t.Errorf("got %s, %s, %v", c.Addr, c.PublicURL, err)
			}
		})
	}
	c, err := config.Parse("kabar.toml", []byte(full))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Override("127.0.0.1:9", "sqlite:x.db", ""); err != nil || c.PublicURL != "https://berita.example.go.id" || c.Database != "sqlite:x.db" {
		t.Errorf("a set public URL becomes %s (%v)", c.PublicURL, err)
	}
	// What the file leaves out, a flag may say.
	for url, want := range map[string]string{"": `kabar.toml: addr = ":9": want public_url or -public-url too`, "https://a.example": ""} {
		if c, err = config.Parse("kabar.toml", []byte("addr = \":9\"\n[[site]]\nid = \"a\"\nname = \"A\"")); err != nil {
			t.Fatal(err)
		}
		if err := c.Override("", "", url); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("with -public-url %q: %v, want %q", url, err, want)
		}
	}
}

func TestExample(t *testing.T) {
	c := config.Example()
	if err := c.Override("", "", ""); err != nil {
		t.Errorf("the example is not valid: %v", err)
	}
	if s := c.Sites[0]; !s.Example || s.Public().ID != s.ID || s.ID != "brebes" {
		t.Errorf("got %+v", s)
	}
}

func TestDatabaseName(t *testing.T) {
	for in, want := range map[string]string{
		"sqlite:kabar.db":                         "sqlite:kabar.db",
		"postgres://db/kabar":                     "postgres://db/kabar",
		"postgres://kabar@/kabar?host=/run/pg":    "postgres://kabar@/kabar?…",
		"kabar.db":                                "kabar.db",
		"/var/lib/kabar.db":                       "/var/lib/kabar.db",
		"kabar:ra/hasia@db":                       "kabar:…",
		"postgres:///kabar?passwort=rahasia":      "postgres:…",
		"postgres://kabar:rahasia@db/kabar":       "postgres://kabar:xxxxx@db/kabar",
		"postgres://kabar:rahasia%@db/kabar":      "postgres:…",
		"postgres://kabar:ra/hasia@db/kabar":      "postgres:…",
		"postgres://db/kabar?password=rahasia":    "postgres://db/kabar?…",
		"host=db user=kabar password=rahasia":     ":…",
		"password=rahasia host=db options=-c:a=b": ":…",
	} {
		if got := (&config.Config{Database: in}).DatabaseName(); got != want {
			t.Errorf("of %s: %s, want %s", in, got, want)
		}
	}
}

// TestDatabase: what is accepted, and that no refusal has the password.
func TestDatabase(t *testing.T) {
	for in, ok := range map[string]bool{
		"sqlite:kabar.db": true, "postgres://kabar:rahasia@db/kabar": true, "postgres://kabar:rahasia@db:5432/kabar?sslmode=verify-full": true, "postgres://db.example/kabar": true,
		"postgres://kabar@/kabar?host=/run/postgresql": true, "postgres://kabar:ra%2Fhasia@db/kabar": true,
		"sqlite:": false, "postgres://": false, "postgres://kabar:rahasia@db": false, "postgres://kabar:rahasia@db/": false, "postgres://kabar:ra/hasia@db/kabar": false, "postgres://kabar:rahasia%@db/kabar": false,
		"postgres:///kabar?password=rahasia": false, "postgres:kabar:rahasia@db/kabar": false, "postgres://db/kabar?password=rahasia%": false, "mysql://kabar:rahasia@db/kabar": false, "kabar.db": false,
	} {
		err := config.CheckDatabase("-to", in)
		if (err == nil) != ok {
			t.Errorf("%s: %v, want it taken: %v", in, err, ok)
		}
		if err != nil && (strings.Contains(err.Error(), "hasia") || !strings.Contains(err.Error(), "flags: -to = ")) {
			t.Errorf("%s: %v", in, err)
		}
	}
}

// FuzzParse holds that whatever is in a file, settings that are accepted stay so, and an error names the file.
func FuzzParse(f *testing.F) {
	f.Add([]byte(full))
	f.Add([]byte("[[site]]\nid = \"a\"\nname = \"A\"\nhosts = [\"::1\"]"))
	f.Add([]byte("site = [{id = 1}]"))
	f.Add([]byte("addr = \"[::1]:80\"\n[site]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := config.Parse("kabar.toml", data)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "kabar.toml:") {
				t.Fatalf("the error names no file: %v", err)
			}
			return
		}
		if err := c.Override("", "", ""); err != nil && !strings.HasSuffix(err.Error(), "nobody can open this one") { // what a flag may still say
			t.Fatalf("settings are accepted and refused: %v", err)
		}
	})
}
