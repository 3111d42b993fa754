package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/image/draw"

	"kabar/server/cluster"
)

// phone is the agent that most readers of these offices have.
const phone = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36"

// patience bounds every wait for something that the program does by itself.
const patience = 2 * time.Minute

// passwordHash is of password, at the least cost that the settings take.
const (
	password     = "sandi yang panjang"
	passwordHash = "$2a$10$z1RnMdcCvlkjGGFFTNaaWO/0lwdGhMdhWuXdR3PysmOTbcu.LTqwO"
)

// kabar is one running server.
type kabar struct {
	t   *testing.T
	url string
	dir string
	cmd *exec.Cmd
	log *lines
}

// lines collects what the program logs.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// serve starts the program with an office brebes that reads feeds, and waits until it answers. Extra lines go to the office's settings.
func serve(t *testing.T, feeds []string, extra ...string) *kabar {
	t.Helper()
	k := &kabar{t: t, dir: t.TempDir()}
	k.serve("sqlite:"+filepath.Join(k.dir, "kabar.db"), feeds, extra...)
	return k
}

func (k *kabar) serve(database string, feeds []string, extra ...string) {
	k.t.Helper()
	addr := freeAddr(k.t)
	k.url = "http://" + addr
	list, _ := json.Marshal(append([]string{}, feeds...))
	toml := fmt.Sprintf("addr = %q\npublic_url = %q\ndatabase = %q\ntrusted_proxies = [\"127.0.0.1\"]\n\n[[site]]\nid = \"brebes\"\nname = \"KPU Kabupaten Brebes\"\nhome = \"https://kab-brebes.kpu.go.id\"\nhosts = [\"kab-brebes.kpu.go.id\", \"localhost\"]\nallow_private_feeds = true\nfeeds = %s\n%s\n",
		addr, k.url, database, list, strings.Join(extra, "\n"))
	if err := os.WriteFile(filepath.Join(k.dir, "kabar.toml"), []byte(toml), 0o600); err != nil {
		k.t.Fatal(err)
	}
	k.start("-config", filepath.Join(k.dir, "kabar.toml"))
}

// illustrated is an office with the news of the built-in one, and photographs so small that the program has little work with them.
func illustrated(t *testing.T) *kabar {
	t.Helper()
	return serve(t, nil, fmt.Sprintf("posts = %q", smallNews(t)))
}

// smallNews is a folder of the built-in office's posts with small photographs.
func smallNews(t *testing.T) string {
	t.Helper()
	dir, err := small()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

var small = sync.OnceValues(func() (string, error) {
	dir := filepath.Join(filepath.Dir(binary), "small")
	if err := os.CopyFS(dir, os.DirFS("../example/posts")); err != nil {
		return "", err
	}
	photographs, err := filepath.Glob(filepath.Join(dir, "*.jpg"))
	if err != nil || len(photographs) == 0 {
		return "", fmt.Errorf("%d photographs: %v", len(photographs), err)
	}
	for _, name := range photographs {
		b, err := os.ReadFile(name)
		if err != nil {
			return "", err
		}
		large, err := jpeg.Decode(bytes.NewReader(b))
		if err != nil {
			return "", fmt.Errorf("%s: %w", name, err)
		}
		const width = 400 // gives copies of two widths
		img := image.NewRGBA(image.Rect(0, 0, width, large.Bounds().Dy()*width/large.Bounds().Dx()))
		draw.ApproxBiLinear.Scale(img, img.Bounds(), large, large.Bounds(), draw.Src, nil)
		var out bytes.Buffer
		if err := jpeg.Encode(&out, img, nil); err != nil {
			return "", err
		}
		if err := os.WriteFile(name, out.Bytes(), 0o600); err != nil {
			return "", err
		}
	}
	return dir, nil
})

// builtIn is the built-in office for tests that change nothing there: making its pictures is most of the work of a start.
func builtIn(t *testing.T) *kabar {
	t.Helper()
	common.once.Do(func() {
		k := &kabar{dir: filepath.Dir(binary)}
		addr := freeAddr(t)
		k.url = "http://" + addr
		common.err = k.begin(exec.Command(binary, "serve", "-addr", addr))
		common.kabar = k
	})
	if common.err != nil {
		t.Fatal(common.err)
	}
	k := *common.kabar
	k.t = t
	return &k
}

var common struct {
	once sync.Once
	*kabar
	err error
}

func freeAddr(t *testing.T) string {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}

func (k *kabar) start(args ...string) {
	k.t.Helper()
	k.launch(exec.Command(binary, append([]string{"serve"}, args...)...))
}

// launch starts a command that serves, in the server's folder.
func (k *kabar) launch(cmd *exec.Cmd) {
	k.t.Helper()
	k.t.Cleanup(func() { k.stop(syscall.SIGKILL) })
	if err := k.begin(cmd); err != nil {
		k.t.Fatal(err)
	}
}

func (k *kabar) begin(cmd *exec.Cmd) error {
	if k.log == nil {
		k.log = new(lines)
	}
	k.cmd = cmd
	k.cmd.Dir = k.dir
	k.cmd.Stderr = k.log
	out, err := k.cmd.StdoutPipe()
	if err == nil {
		err = k.cmd.Start()
	}
	if err != nil {
		return err
	}
	// The program says that it listens as soon as it does.
	r := bufio.NewReader(out)
	if line, err := r.ReadString('\n'); err != nil || !strings.Contains(line, "listens") {
		return fmt.Errorf("the server did not start: %q %v\n%s", line, err, k.log.String())
	}
	go io.Copy(io.Discard, r)
	return nil
}

func (k *kabar) stop(sig os.Signal) error {
	if k.cmd == nil || k.cmd.Process == nil || k.cmd.ProcessState != nil {
		return nil
	}
	k.cmd.Process.Signal(sig)
	return k.cmd.Wait()
}

// answer is a response with its body read.
type answer struct {
	*http.Response
	body string
}

var client = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, Timeout: patience}

// do sends a request with pairs of headers and reads the answer.
func (k *kabar) do(method, path, body string, headers ...string) answer {
	k.t.Helper()
	req, err := http.NewRequest(method, k.url+path, strings.NewReader(body))
	if err != nil {
		k.t.Fatal(err)
	}
	req.Header.Set("User-Agent", phone)
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := client.Do(req)
	if err != nil {
		k.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		k.t.Fatal(err)
	}
	return answer{res, string(b)}
}

func (k *kabar) get(path string, headers ...string) answer {
	k.t.Helper()
	return k.do("GET", path, "", headers...)
}

// article is what the tests read of the API's articles.
type article struct {
	Slug, Title, URL, Summary string
	Published                 time.Time
	Image                     *struct{ Name, Alt string }
	Counts                    struct{ Views, Shares int64 }
}

// articles waits until the office has n articles.
func (k *kabar) articles(n int) []article {
	k.t.Helper()
	var list struct{ Articles []article }
	k.wait(fmt.Sprintf("%d articles", n), func() bool {
		list.Articles = nil
		return json.Unmarshal([]byte(k.get("/api/v1/sites/brebes/articles?limit=50").body), &list) == nil && len(list.Articles) >= n
	})
	return list.Articles
}

// wait tries until ok.
func (k *kabar) wait(what string, ok func() bool) {
	k.t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(patience)
	for !ok() {
		select {
		case <-tick.C:
		case <-deadline:
			k.t.Fatalf("waited in vain for %s; the log:\n%s", what, k.log.String())
		}
	}
}

// feeds serves files of testdata, or what files says they hold.
func feeds(t *testing.T, files map[string]string) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, "/")
		if text, ok := files[name]; ok {
			w.Header().Set("Content-Type", "application/rss+xml")
			io.WriteString(w, text)
			return
		}
		http.ServeFile(w, r, filepath.Join("testdata", filepath.Base(name)))
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// event is one event's JSON.
func event(fields string) string {
	return `{"events":[{"id":"` + fmt.Sprintf("e2e-%d", time.Now().UnixNano()) + `",` + fields + `}]}`
}

// postgres starts a PostgreSQL server of the test's own, with an empty database.
func postgres(t *testing.T) (pg *cluster.Cluster, dsn string) {
	t.Helper()
	pg, err := cluster.Start(t.Context(), cluster.Fast)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { pg.Stop() })
	if dsn, err = pg.Database(t.Context(), "kabar"); err != nil {
		t.Fatal(err)
	}
	return pg, dsn
}

// page parses what the server sends.
func (k *kabar) page(path string) *goquery.Document {
	k.t.Helper()
	a := k.get(path)
	d, err := goquery.NewDocumentFromReader(strings.NewReader(a.body))
	if err != nil {
		k.t.Fatal(err)
	}
	return d
}

// newsFeed is a feed of n articles, the newest first.
func newsFeed(n int) string {
	var items strings.Builder
	for i := range n {
		fmt.Fprintf(&items, "<item><title>Kabar nomor %d dari kantor</title><link>https://kab-brebes.kpu.go.id/berita/%d</link><guid>g%d</guid><pubDate>%s</pubDate><description>%s</description></item>",
			n-i, n-i, n-i, time.Now().Add(-time.Duration(i)*time.Hour).Format(time.RFC1123Z), strings.Repeat("&lt;p&gt;Rapat pleno terbuka digelar di aula kantor bersama seluruh pemangku kepentingan.&lt;/p&gt;", 30))
	}
	return `<rss version="2.0"><channel><title>Kabar</title>` + items.String() + `</channel></rss>`
}

// again starts the stopped server where it was.
func (k *kabar) again() {
	k.t.Helper()
	k.start("-config", k.dir+"/kabar.toml")
}
