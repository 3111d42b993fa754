package main

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// site is Kabar with the example's news, and a page of somebody else on another origin.
type site struct {
	kabar, host string
	close       func()
}

// watch is what the host page is told to remember: how high each frame was made, and which have said how high they are.
const watch = `<script>
window.said = new Set
addEventListener("message", e => e.data.message == "height" && said.add(e.source))
new MutationObserver((_, o) => {
	const all = [...document.querySelectorAll("iframe")]
	if (all.length < 3) return
	o.disconnect()
	window.made = Object.fromEntries(all.map(f => [f.src, f.getBoundingClientRect().height]))
}).observe(document, {childList: true, subtree: true})
window.loaded = () => window.made && [...document.querySelectorAll("iframe")].every(f => said.has(f.contentWindow))
window.heights = src => [made[src], [...document.querySelectorAll("iframe")].find(f => f.src == src).getBoundingClientRect().height]
</script>`

func serve(ctx context.Context) (*site, error) {
	dir, err := os.MkdirTemp("", "kabar-browsers-")
	if err != nil {
		return nil, err
	}
	binary := filepath.Join(dir, "kabar")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", binary, "./server").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("building Kabar: %w\n%s", err, out)
	}
	posts, err := filepath.Abs("server/example/posts")
	if err != nil {
		return nil, err
	}
	page, err := os.ReadFile("server/e2e/testdata/hosts/bootstrap3.html")
	if err != nil {
		return nil, err
	}
	addr, err := freeAddr()
	if err != nil {
		return nil, err
	}
	settings := fmt.Sprintf("addr = %q\ndatabase = %q\n[[site]]\nid = \"brebes\"\nname = \"KPU Kabupaten Brebes\"\nhome = \"https://kab-brebes.kpu.go.id\"\nhosts = [\"localhost\"]\nposts = %q\n",
		addr, "sqlite:"+filepath.Join(dir, "kabar.db"), posts)
	if err := os.WriteFile(filepath.Join(dir, "kabar.toml"), []byte(settings), 0o600); err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, binary, "serve", "-config", filepath.Join(dir, "kabar.toml"))
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		return nil, fmt.Errorf("starting Kabar: %q %w", line, err)
	}
	s := &site{kabar: "http://" + addr}
	text := strings.Replace(strings.ReplaceAll(string(page), "https://berita.example.go.id", s.kabar), "</head>", watch+"</head>", 1)
	h := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Write([]byte(text))
	}))
	s.host = strings.Replace(h.URL, "127.0.0.1", "localhost", 1)
	s.close = func() {
		h.Close()
		cmd.Process.Kill()
		cmd.Wait()
		os.RemoveAll(dir)
	}
	return s, nil
}

// freeAddr returns a loopback address that nobody listens on.
func freeAddr() (string, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer ln.Close()
	return ln.Addr().String(), nil
}
