package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// wire serves the routes with the limits of the real server, its times multiplied so that a test can wait for them, or need not.
func wire(t *testing.T, times float64) (r *running, addr string) {
	t.Helper()
	r = start(t, "", officesWith("", "brebes"))
	r.publish("brebes", "Rapat Pleno")
	h := newHTTPServer(r.s.routes())
	if h.ReadHeaderTimeout != headerTimeout || h.ReadTimeout != readTimeout || h.WriteTimeout != writeTimeout || h.IdleTimeout != idleTimeout || h.MaxHeaderBytes != maxHeader {
		t.Fatalf("the server's limits are not set: %+v", h)
	}
	for _, d := range []*time.Duration{&h.ReadHeaderTimeout, &h.ReadTimeout} {
		*d = time.Duration(float64(*d) * times)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go h.Serve(ln)
	t.Cleanup(func() { h.Close() })
	return r, ln.Addr().String()
}

func dial(t *testing.T, addr string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// says reads what the server has to say until it closes the connection.
func says(t *testing.T, c net.Conn) string {
	t.Helper()
	if err := c.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(c)
	if e, ok := err.(net.Error); ok && e.Timeout() {
		t.Fatalf("the connection is still open; it said %q", b)
	}
	return string(b)
}

// Clients that send their request a byte at a time, or stop in its middle, are let go; others are answered meanwhile, and nothing is counted.
func TestSlowClients(t *testing.T) {
	r, addr := wire(t, 0.01)
	const view = `{"events":[{"id":"slow-client","type":"view","article":"rapat-pleno"}]}`
	head := "POST /api/v1/sites/brebes/events HTTP/1.1\r\nHost: x\r\nUser-Agent: " + phoneAgent + "\r\n"
	half := fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(view), view[:30])
	// A drip keeps the connection busy: the limit is on the whole header, not on silence.
	drip := dial(t, addr)
	dripped := make(chan struct{})
	go func() {
		defer close(dripped)
		io.WriteString(drip, "GET /brebes/ HTTP/1.1\r\nHost: x\r\nX-Slow: ")
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for range tick.C {
			if _, err := drip.Write([]byte("a")); err != nil {
				return
			}
		}
	}()
	var silent []net.Conn
	for _, sent := range []string{"", "GET /brebes/ HT", "GET /brebes/ HTTP/1.1\r\nHost: x\r\n", head + half, head + "Transfer-Encoding: chunked\r\n\r\nff\r\n" + view[:30]} {
		c := dial(t, addr)
		if _, err := io.WriteString(c, sent); err != nil {
			t.Fatal(err)
		}
		silent = append(silent, c)
	}
	if a := r.ask("GET", "/brebes/", ""); a.StatusCode != 200 {
		t.Errorf("another reader: %d", a.StatusCode)
	}
	for i, c := range silent {
		if got := says(t, c); strings.Contains(got, " 200 ") || strings.Contains(got, " 500 ") {
			t.Errorf("half a request %d gets %q", i, got)
		}
	}
	says(t, drip)
	<-dripped
	if got := r.counts("brebes", "rapat-pleno").Views; got != 0 {
		t.Errorf("half a body counted %d", got)
	}
	t.Logf("%d of %d clients that sent a byte at a time, half a header or half a body were let go; 0 views counted", len(silent)+1, len(silent)+1)
}

// A header larger than any browser sends is refused before it is kept.
func TestLargeHeaders(t *testing.T) {
	_, addr := wire(t, 0.01)
	for what, request := range map[string]string{
		"a header":        "GET /brebes/ HTTP/1.1\r\nHost: x\r\nCookie: " + strings.Repeat("a", 2*maxHeader) + "\r\n\r\n",
		"many headers":    "GET /brebes/ HTTP/1.1\r\nHost: x\r\n" + strings.Repeat("X-A: b\r\n", maxHeader/4) + "\r\n",
		"a long address":  "GET /brebes/?q=" + strings.Repeat("a", 2*maxHeader) + " HTTP/1.1\r\nHost: x\r\n\r\n",
		"an endless name": strings.Repeat("a", 2*maxHeader),
	} {
		c := dial(t, addr)
		go io.WriteString(c, request)
		if got := says(t, c); !strings.HasPrefix(got, "HTTP/1.1 431 ") && !(what == "an endless name" && strings.HasPrefix(got, "HTTP/1.1 4")) {
			t.Errorf("%s: %.100q", what, got)
		}
	}
}

// Requests that two programs could read differently are refused, so that none hides behind a proxy's.
func TestAmbiguousRequests(t *testing.T) {
	_, addr := wire(t, 0.01)
	for what, request := range map[string]string{
		"two lengths":        "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
		"no number":          "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\na",
		"two hosts":          "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
		"a space in a name":  "GET / HTTP/1.1\r\nHost : x\r\n\r\n",
		"an unknown coding":  "POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n",
		"a byte in a header": "GET / HTTP/1.1\r\nHost: x\r\nX: a\x00b\r\n\r\n",
	} {
		c := dial(t, addr)
		if _, err := io.WriteString(c, request); err != nil {
			t.Fatal(err)
		}
		if got := says(t, c); !strings.HasPrefix(got, "HTTP/1.1 400 ") && !strings.HasPrefix(got, "HTTP/1.1 501 ") {
			t.Errorf("%s: %.100q", what, got)
		}
	}
}

// idlersEnv has the address to which a child process of TestIdleConnections connects.
const idlersEnv = "KABAR_TEST_IDLE_AT"

// Ten thousand connections that ask nothing do not keep a reader out. Their other ends are in a child process: each process may have so many files open.
func TestIdleConnections(t *testing.T) {
	const n = 10_000
	if addr := os.Getenv(idlersEnv); addr != "" {
		for range n {
			dial(t, addr)
		}
		fmt.Println("connected")
		io.Copy(io.Discard, os.Stdin) // until the test has seen enough
		return
	}
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	if limit.Cur < n+500 {
		t.Fatalf("this test opens %d files: raise the limit of %d (ulimit -n)", n+500, limit.Cur)
	}
	r, addr := wire(t, 60)
	before := memory()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestIdleConnections$")
	child.Env = append(os.Environ(), idlersEnv+"="+addr)
	in, err := child.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	said := bufio.NewReader(out)
	if line, err := said.ReadString('\n'); line != "connected\n" {
		rest, _ := io.ReadAll(said)
		t.Fatalf("the other ends: %v, %s%s", err, line, rest)
	}
	c := dial(t, addr)
	if _, err := io.WriteString(c, "GET /brebes/ HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	res, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil || res.StatusCode != 200 {
		t.Fatalf("beside %d idle connections: %v %v", n, res, err)
	}
	res.Body.Close()
	each := (memory() - before) / n // connections are accepted in their order: all others are there
	if a := r.ask("GET", "/healthz", ""); a.StatusCode != 200 {
		t.Errorf("health: %d", a.StatusCode)
	}
	in.Close()
	go io.Copy(io.Discard, said)
	if err := child.Wait(); err != nil {
		t.Error("the other ends:", err)
	}
	t.Logf("%d idle connections, of %d bytes each in the server", n, each)
}

// memory is what this process's heap and stacks take.
func memory() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse + m.StackInuse
}
