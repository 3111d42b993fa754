package e2e

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"maps"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

const public443 = "berita.example.go.id"

// proxy is a program before Kabar, as our example file sets it up.
type proxy struct {
	name  string
	args  func(dir, config string) []string
	setUp func(file string, p *ports) string
	id    string // the shape of its request ids
}

// ports are where a proxy listens and what stands behind it.
type ports struct{ plain, secure, behind, cert, key, dir string }

var proxies = []proxy{
	{"nginx", func(dir, config string) []string {
		return []string{"-p", dir, "-c", config, "-e", "stderr"}
	}, func(file string, p *ports) string {
		file = regexp.MustCompile(`(?m)^\s*listen \[::\].*\n`).ReplaceAllString(file, "")
		file = strings.NewReplacer("listen 80;", "listen "+p.plain+";", "listen 443 ", "listen "+p.secure+" ", "127.0.0.1:8080", p.behind,
			"/etc/letsencrypt/live/berita.example.go.id/fullchain.pem", p.cert, "/etc/letsencrypt/live/berita.example.go.id/privkey.pem", p.key).Replace(file)
		temp := ""
		for _, kind := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
			temp += kind + "_temp_path " + p.dir + ";\n"
		}
		return "daemon off; master_process off; pid " + p.dir + "/pid; error_log stderr; events {}\nhttp {\naccess_log off;\n" + temp + file + "}\n"
	}, `^[0-9a-f]{32}$`},
	{"caddy", func(dir, config string) []string {
		return []string{"run", "--adapter", "caddyfile", "--config", config}
	}, func(file string, p *ports) string {
		_, plain, _ := net.SplitHostPort(p.plain)
		_, secure, _ := net.SplitHostPort(p.secure)
		file = strings.NewReplacer("127.0.0.1:8080", p.behind, public443+" {", public443+" {\n\ttls "+p.cert+" "+p.key).Replace(file)
		return strings.Replace(file, "\n{\n", fmt.Sprintf("\n{\n\tadmin off\n\tskip_install_trust\n\tdefault_bind 127.0.0.1\n\thttp_port %s\n\thttps_port %s\n", plain, secure), 1)
	}, `^[0-9a-f-]{36}$`},
}

// program finds one that is installed, or unpacked by make proxies.
func program(t *testing.T, name string) string {
	t.Helper()
	found, err := filepath.Glob("../../.build/proxies/usr/*bin/" + name)
	if p, e := exec.LookPath(name); e == nil {
		found = []string{p}
	}
	if err != nil || len(found) == 0 {
		t.Fatalf("this test needs %s: run `make proxies`, or install your distribution's package %s", name, name)
	}
	path, err := filepath.Abs(found[0])
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// certificate writes one for the public name, and returns who trusts it.
func certificate(t *testing.T, p *ports) *x509.CertPool {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{public443}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	p.cert, p.key = filepath.Join(p.dir, "cert.pem"), filepath.Join(p.dir, "key.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	for path, b := range map[string][]byte{p.cert: text, p.key: pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})} {
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(text)
	return pool
}

// Behind nginx and Caddy, set up as our examples say, readers get what Kabar sends, and Kabar knows one reader from another.
func TestProxies(t *testing.T) {
	t.Parallel()
	for _, c := range proxies {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := &ports{plain: freeAddr(t), secure: freeAddr(t), dir: t.TempDir()}
			roots := certificate(t, p)
			k := &kabar{t: t, dir: t.TempDir()}
			p.behind = freeAddr(t)
			k.url = "http://" + p.behind
			settings := fmt.Sprintf("addr = %q\npublic_url = \"https://%s\"\ndatabase = \"sqlite:kabar.db\"\ntrusted_proxies = [\"127.0.0.1\", \"::1\"]\n[[site]]\nid = \"brebes\"\nname = \"KPU\"\nhome = \"https://kab-brebes.kpu.go.id\"\nallow_private_feeds = true\nfeeds = [%q]\n",
				p.behind, public443, feeds(t, nil)+"/brebes.rss.xml")
			config := filepath.Join(k.dir, "kabar.toml")
			if err := os.WriteFile(config, []byte(settings), 0o600); err != nil {
				t.Fatal(err)
			}
			k.start("-config", config)
			slug := k.articles(1)[0].Slug

			file := filepath.Join(p.dir, "proxy.conf")
			example := map[string]string{"nginx": "nginx.conf", "caddy": "Caddyfile"}[c.name]
			if err := os.WriteFile(file, []byte(c.setUp(read(t, operating+example), p)), 0o600); err != nil {
				t.Fatal(err)
			}
			var log lines
			cmd := exec.Command(program(t, c.name), c.args(p.dir, file)...)
			cmd.Env = []string{"HOME=" + p.dir, "XDG_DATA_HOME=" + p.dir, "XDG_CONFIG_HOME=" + p.dir}
			cmd.Stdout, cmd.Stderr = &log, &log
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })

			// do asks as one who has this address.
			do := func(from, method, url, body string, headers ...string) (answer, error) {
				transport := &http.Transport{DisableCompression: true, ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{RootCAs: roots}, DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
					to := p.plain
					if strings.HasSuffix(address, ":443") {
						to = p.secure
					}
					return (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}).DialContext(ctx, network, to)
				}}
				defer transport.CloseIdleConnections()
				r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
				if err != nil {
					return answer{}, err
				}
				r.Header.Set("User-Agent", phone)
				for i := 0; i < len(headers); i += 2 {
					r.Header.Set(headers[i], headers[i+1])
				}
				res, err := transport.RoundTrip(r)
				if err != nil {
					return answer{}, err
				}
				defer res.Body.Close()
				b, err := io.ReadAll(res.Body)
				return answer{res, string(b)}, err
			}
			const site = "https://" + public443
			var last error
			t.Cleanup(func() {
				if last != nil {
					t.Errorf("%v; %s", last, log.String())
				}
			})
			k.wait(c.name, func() bool {
				_, last = do("127.0.0.2", "GET", site+"/healthz", "")
				return last == nil
			})
			ask := func(from, method, path, body string, headers ...string) answer {
				t.Helper()
				a, err := do(from, method, site+path, body, headers...)
				if err != nil {
					t.Fatalf("%s %s: %v; %s", method, path, err, log.String())
				}
				return a
			}

			// The answers are Kabar's own, byte by byte and header by header.
			for _, path := range []string{"/brebes/", "/brebes/" + slug, "/brebes/rss.xml", "/embed.js", "/embed/brebes", "/api/v1/sites/brebes/articles", "/robots.txt", "/tidak/ada"} {
				for _, coding := range []string{"br", "gzip", "identity"} {
					want, got := k.get(path, "Accept-Encoding", coding), ask("127.0.0.2", "GET", path, "", "Accept-Encoding", coding)
					if got.body != want.body { // between the two, Kabar may have compressed the page as small as can be
						want = k.get(path, "Accept-Encoding", coding)
					}
					if got.StatusCode != want.StatusCode || !bytes.Equal([]byte(got.body), []byte(want.body)) {
						t.Errorf("%s (%s): %d and %d bytes, want %d and %d", path, coding, got.StatusCode, len(got.body), want.StatusCode, len(want.body))
					}
					for _, name := range slices.Sorted(maps.Keys(want.Header)) {
						if name != "Date" && name != "X-Request-Id" && name != "Connection" && !slices.Equal(got.Header[name], want.Header[name]) {
							t.Errorf("%s (%s): %s is %q, want %q", path, coding, name, got.Header[name], want.Header[name])
						}
					}
					for name := range got.Header {
						if want.Header[name] == nil && name != "Server" && name != "Alt-Svc" {
							t.Errorf("%s: the proxy adds %s: %q", path, name, got.Header[name])
						}
					}
					// What went well has none.
					if ids := got.Header["X-Request-Id"]; got.StatusCode < 400 && ids != nil || got.StatusCode >= 400 && (len(ids) != 1 || !regexp.MustCompile(c.id).MatchString(ids[0])) {
						t.Errorf("%s: %d, request ids %q", path, got.StatusCode, ids)
					}
					if tag := got.Header.Get("ETag"); tag != "" {
						if again := ask("127.0.0.2", "GET", path, "", "Accept-Encoding", coding, "If-None-Match", tag); again.StatusCode != 304 {
							t.Errorf("%s: %d for an ETag that it has", path, again.StatusCode)
						}
					}
				}
			}

			// A reader is the address that the proxy sees, whatever the reader says.
			view := func(from string, forged ...string) int64 {
				var got struct {
					Counts map[string]struct{ Views int64 }
				}
				a := ask(from, "POST", "/api/v1/sites/brebes/events", event(`"type":"view","article":"`+slug+`"`), forged...)
				if err := json.Unmarshal([]byte(a.body), &got); err != nil {
					t.Fatalf("%s: %v", a.body, err)
				}
				return got.Counts[slug].Views
			}
			view("127.0.0.2")
			if got := view("127.0.0.3"); got != 2 {
				t.Errorf("two readers count %d", got)
			}
			if got := view("127.0.0.3", "X-Forwarded-For", "203.0.113.9", "X-Real-IP", "203.0.113.9", "Forwarded", "for=203.0.113.9"); got != 2 {
				t.Errorf("a reader with a forged address counts again: %d", got)
			}

			if a := ask("127.0.0.2", "GET", "/metrics", ""); a.StatusCode != 404 || k.get("/metrics").StatusCode != 200 {
				t.Errorf("the world may read /metrics: %d", a.StatusCode)
			}
			if a, err := do("127.0.0.2", "GET", "http://"+public443+"/brebes/?page=2", ""); err != nil || a.StatusCode/100 != 3 || strings.Replace(a.Header.Get("Location"), strings.TrimPrefix(p.secure, "127.0.0.1"), "", 1) != site+"/brebes/?page=2" {
				t.Errorf("port 80: %v %v", a.Response, err)
			}

			// A reader whose request fails is not named either.
			if err := k.stop(syscall.SIGTERM); err != nil {
				t.Error(err)
			}
			if a := ask("127.0.0.2", "GET", "/brebes/"+slug, ""); a.StatusCode != 502 {
				t.Errorf("without Kabar: %d", a.StatusCode)
			}
			if said := log.String(); strings.Contains(said, "127.0.0.2") || strings.Contains(said, phone) {
				t.Errorf("the proxy's log names a reader:\n%s", said)
			}
		})
	}
}
