// Package trial starts Kabar as an operator does, with an office that has news, so that it can be measured from outside.
package trial

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"kabar/app/news"
	"kabar/server/example"
)

// Articles is how many articles the office has, and how many a page of its news shows.
const (
	Articles = 12
	PerPage  = 10
)

// Build builds a package of this module into dir as the release is built, with more of the environment, and returns the program's path.
func Build(ctx context.Context, dir, pkg string, env ...string) (string, error) {
	bin := filepath.Join(dir, filepath.Base(pkg))
	c := exec.CommandContext(ctx, "go", "build", "-trimpath", "-tags", "nodynamic", "-ldflags=-s -w", "-o", bin, pkg)
	c.Env = append(append(os.Environ(), "CGO_ENABLED=0"), env...)
	if out, err := c.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building %s: %w\n%s", pkg, err, out)
	}
	return bin, nil
}

// Office is a running Kabar.
type Office struct {
	*Program
	Newest []news.Article
}

// URL is where the office's server answers, without a slash at the end.
func (o *Office) URL() string { return "http://" + o.Addr }

// Serve starts Kabar on a database with the office brebes, which has the example's posts and pictures, and waits until its news and pictures are there.
// Its pages and widgets may be shown on localhost.
func Serve(ctx context.Context, dir, database string) (*Office, error) {
	bin, err := Build(ctx, dir, "./server")
	if err != nil {
		return nil, err
	}
	posts := filepath.Join(dir, "posts")
	if err := os.CopyFS(posts, example.Posts()); err != nil {
		return nil, fmt.Errorf("writing posts: %w", err)
	}
	if err := more(posts); err != nil {
		return nil, err
	}
	settings := fmt.Sprintf("addr = \"127.0.0.1:0\"\ndatabase = %q\ntrusted_proxies = [\"127.0.0.1\"]\n[[site]]\nid = \"brebes\"\nname = \"KPU Kabupaten Brebes\"\nhosts = [\"localhost\"]\nposts = %q\n",
		database, posts)
	file := filepath.Join(dir, "kabar.toml")
	if err := os.WriteFile(file, []byte(settings), 0o600); err != nil {
		return nil, err
	}
	p, err := Start(ctx, bin, "serve", "-config", file)
	if err != nil {
		return nil, err
	}
	newest, err := wait(ctx, "http://"+p.Addr)
	if err != nil {
		p.Stop()
		return nil, err
	}
	return &Office{p, newest}, nil
}

var title = regexp.MustCompile(`(?m)^title: .*$`)

// more copies posts under other titles, until there are enough.
func more(posts string) error {
	names, err := filepath.Glob(filepath.Join(posts, "*.md"))
	if err != nil {
		return err
	}
	for i := range Articles - len(names) {
		post, err := os.ReadFile(names[i])
		if err != nil {
			return err
		}
		again := title.ReplaceAllString(string(post), fmt.Sprintf("title: Rapat Pleno Rekapitulasi Daftar Pemilih Berkelanjutan Triwulan %d", i+1))
		if err := os.WriteFile(filepath.Join(posts, fmt.Sprintf("lagi-%d.md", i)), []byte(again), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// Program is a running program.
type Program struct {
	Addr string // host and port
	cmd  *exec.Cmd
}

// Start starts a program that says as the last word of its first line where it listens.
func Start(ctx context.Context, name string, args ...string) (*Program, error) {
	c := exec.CommandContext(ctx, name, args...)
	c.Dir = filepath.Dir(name)
	out, err := c.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := c.Start(); err != nil {
		return nil, fmt.Errorf("starting %s: %w", name, err)
	}
	p := &Program{cmd: c}
	r := bufio.NewReader(out)
	line, err := r.ReadString('\n')
	if err != nil {
		p.Stop()
		return nil, fmt.Errorf("%s did not say where it listens: %w", name, err)
	}
	go io.Copy(io.Discard, r)
	f := strings.Fields(line)
	p.Addr = f[len(f)-1]
	return p, nil
}

// Stop ends the program.
func (p *Program) Stop() {
	p.cmd.Process.Kill()
	p.cmd.Wait()
}

// Resident returns how much memory the program holds, and the most that it has held, in bytes, as Linux says in /proc.
func (p *Program) Resident() (now, most int, err error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0, 0, fmt.Errorf("reading the program's memory: %w", err)
	}
	for name, to := range map[string]*int{"VmRSS:": &now, "VmHWM:": &most} {
		_, rest, _ := strings.Cut(string(status), name)
		kb, err := strconv.Atoi(strings.TrimSpace(strings.SplitN(rest, "kB", 2)[0]))
		if err != nil {
			return 0, 0, fmt.Errorf("reading the program's memory: %w", err)
		}
		*to = kb << 10
	}
	return now, most, nil
}

// patience bounds the wait for news and pictures.
const patience = time.Minute

func wait(ctx context.Context, base string) ([]news.Article, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		list, err := articlesOf(ctx, base, "brebes", Articles)
		pictures := 0
		for _, a := range list {
			if a.Image != nil {
				pictures++
			}
		}
		if pictures == Articles {
			return list, nil
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("%d of %d articles had come with their pictures: %w", pictures, Articles, firstOf(err, ctx.Err()))
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func articlesOf(ctx context.Context, base, site string, n int) ([]news.Article, error) {
	req, err := http.NewRequestWithContext(ctx, "GET", base+news.ArticlesPath(site, news.Query{Limit: n}), nil)
	if err != nil {
		return nil, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	var l news.Listing
	if err := json.NewDecoder(res.Body).Decode(&l); err != nil {
		return nil, fmt.Errorf("reading the list of articles: %w", err)
	}
	return l.Articles, nil
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
