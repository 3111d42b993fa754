// Command kabar serves offices' news: pages, widgets, the app and an honest count. See README.md.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"syscall"

	_ "golang.org/x/crypto/x509roots/fallback" // a machine without a list of authorities, such as an empty container, reads feeds too

	"kabar/server/config"
	"kabar/server/page"
)

const usage = `Kabar shows an office's news on any web page, and counts honestly who reads it.

  kabar serve [-config kabar.toml] [-addr host:port] [-db URL] [-public-url URL]
        serve; without -config the built-in example office
  kabar check -config kabar.toml
        say what is wrong with the settings, without starting
  kabar check -config kabar.toml -site id -try
        read the office's feeds and pages and show what would be published, without storing it
  kabar sources -config kabar.toml [-site id]
        say of each source when it was last read, what it brought and what is wrong
  kabar new "Judul" -config kabar.toml [-site id]
        make a post in the office's folder, and print its path
  kabar import -config kabar.toml [-site id] -wordpress export.xml | -feed address [-pages n]
        bring an archive in; run again after a break it goes on
  kabar stats -config kabar.toml [-site id] [-from day] [-to day] [-format table|csv|json]
        print the figures of an office, or of all, for the last 30 days or others
  kabar backup -config kabar.toml -to file
        copy the SQLite database while the server runs; what recognises readers is left out
  kabar move -from sqlite:kabar.db -to postgres://…
        copy a database into another and compare the totals; run again it brings what is new
  kabar hash
        read a password from the standard input, and print what the settings want as stats_password_bcrypt
  kabar version
`

// Exit statuses.
const (
	exitFailed = 1
	exitUsage  = 2 // a bad flag or setting
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(command(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// command runs one command line and returns the exit status.
func command(ctx context.Context, args []string, out, errs io.Writer) int {
	if len(args) == 0 {
		fmt.Fprint(errs, usage)
		return exitUsage
	}
	var err error
	switch args[0] {
	case "serve":
		err = serve(ctx, args[1:], out, errs)
	case "check":
		err = check(ctx, args[1:], out, errs)
	case "import":
		err = importNews(ctx, args[1:], out, errs)
	case "new":
		err = newPost(args[1:], out, errs)
	case "stats":
		err = printStats(ctx, args[1:], out, errs)
	case "backup":
		err = backup(ctx, args[1:], out, errs)
	case "move":
		err = moveDatabase(ctx, args[1:], out, errs)
	case "hash":
		err = printHash(args[1:], os.Stdin, out)
	case "sources":
		err = listSources(ctx, args[1:], out, errs)
	case "version", "-version", "--version":
		fmt.Fprintln(out, "kabar", version())
	case "help", "-h", "-help", "--help":
		fmt.Fprint(out, usage)
	default:
		err = usageError{fmt.Errorf("no command %q; see kabar help", args[0])}
	}
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return 0
	}
	fmt.Fprintln(errs, "kabar:", err)
	if errors.As(err, &usageError{}) {
		return exitUsage
	}
	return exitFailed
}

// usageError is a bad flag or setting.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// settings reads the flags and the file that they name; more adds flags of the command's own.
func settings(name string, args []string, errs io.Writer, more ...func(*flag.FlagSet)) (*config.Config, error) {
	fs := flag.NewFlagSet("kabar "+name, flag.ContinueOnError)
	fs.SetOutput(errs)
	path := fs.String("config", "", "file of settings; without it the built-in example office")
	var addr, db, public string
	if name == "serve" {
		fs.StringVar(&addr, "addr", "", "address to listen on, host:port; over the file's addr")
		fs.StringVar(&db, "db", "", "database, sqlite:path or postgres://…; over the file's database")
		fs.StringVar(&public, "public-url", "", "how the world reaches this server; over the file's public_url")
	}
	for _, add := range more {
		add(fs)
	}
	if err := fs.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil, err
		}
		return nil, usageError{err}
	}
	if fs.NArg() > 0 {
		return nil, usageError{fmt.Errorf("%s takes no argument %q", name, fs.Arg(0))}
	}
	c := config.Example()
	if *path != "" {
		var err error
		if c, err = config.Load(*path); err != nil {
			return nil, usageError{err}
		}
	} else if name == "check" {
		return nil, usageError{errors.New("check wants -config with the file to check")}
	}
	if err := c.Override(addr, db, public); err != nil {
		return nil, usageError{err}
	}
	return c, nil
}

func check(ctx context.Context, args []string, out, errs io.Writer) error {
	var t trial
	c, err := settings("check", args, errs, t.flags)
	if err != nil {
		return err
	}
	if t.try || t.site != "" {
		return t.run(ctx, c, out, errs)
	}
	if err := onDisk(c); err != nil {
		return usageError{err}
	}
	fmt.Fprintf(out, "ok: %d offices, listening on %s, database %s\n", len(c.Sites), c.Addr, c.DatabaseName())
	return nil
}

// onDisk says which files and folders that the settings name are missing. Only check asks: serve goes on without posts, and kabar new makes their folder.
func onDisk(c *config.Config) error {
	var missing []error
	folder := func(setting, value, path string) {
		path, err := filepath.Abs(path) // to show where a relative one was looked for
		if err == nil {
			_, err = os.ReadDir(path)
		}
		if err != nil {
			missing = append(missing, fmt.Errorf("%s: %s = %q: %w; make the folder, or run check where and as whom serve runs", c.File, setting, value, err))
		}
	}
	for _, s := range c.Sites {
		if _, err := newIcons(newOffice(s)); err != nil {
			missing = append(missing, fmt.Errorf("%s: %w", c.File, err))
		}
		if s.Posts != "" {
			folder(fmt.Sprintf("site %q: posts", s.ID), s.Posts, s.Posts)
		}
	}
	if path, ok := strings.CutPrefix(c.Database, "sqlite:"); ok {
		folder("database", c.Database, filepath.Dir(path))
	}
	return errors.Join(missing...)
}

func serve(ctx context.Context, args []string, out, errs io.Writer) error {
	c, err := settings("serve", args, errs)
	if err != nil {
		return err
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(heapGoal + 3*page.CacheBytes(len(c.Sites))/2)
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbage)
	}
	if os.Getenv("GOMAXPROCS") == "" {
		runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + spareProcs)
	}
	return front{listen: net.Listen}.run(ctx, c, newLog(errs), out)
}

// spareProcs is how many goroutines may wait for the disk with no core standing idle for it. A call that blocks keeps its place among those that run until
// the scheduler has looked twice, and views wait for hundreds of such calls a second.
const spareProcs = 2

// heapGoal is what Go's part of the program tries to keep to beside the pages that it holds, in bytes, by collecting garbage earlier; what it needs it takes
// all the same. SQLite and the program itself take about 50 MB more, so that a server of 35 offices keeps below 100.
const heapGoal = 40 << 20

// garbage is how much of it may lie about as long as the goal allows, in percent of what is in use. Of that there is little, so that with Go's own 100
// it would be collected dozens of times a second, which takes a tenth of what counting does.
const garbage = 400

func version() string {
	v := "devel"
	if b, ok := debug.ReadBuildInfo(); ok {
		if b.Main.Version != "" && b.Main.Version != "(devel)" {
			v = b.Main.Version
		}
		v += " " + b.GoVersion
	}
	return v
}
