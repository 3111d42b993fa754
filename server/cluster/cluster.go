// Package cluster runs a PostgreSQL server of its own, in a temporary folder and on a socket in it, for tests and measurements. Nothing of a server that
// the machine may have is touched.
package cluster

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// Cluster is a running server. Its superuser is kabar, without a password.
type Cluster struct {
	dir        string
	bin        string // where PostgreSQL's programs are
	durability string
	stdin      io.Closer // the server stops when it closes
	cmd        *exec.Cmd
	log        bytes.Buffer
}

// Durability of what is committed.
const (
	Durable = "on"  // as servers are: a commit is on disk
	Fast    = "off" // for tests that do not crash
)

// startTime bounds the wait for a server to answer.
const startTime = 30 * time.Second

// watch runs a program until the standard input ends, so that nothing is left when the one who started it dies.
const watch = `"$@" </dev/null & cat >/dev/null; kill -QUIT $! 2>/dev/null; wait $!`

// Start makes a cluster and starts its server.
func Start(ctx context.Context, durability string) (*Cluster, error) {
	initdb, err := program("initdb")
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "kabar-pg-")
	if err != nil {
		return nil, err
	}
	c := &Cluster{dir: dir, bin: filepath.Dir(initdb), durability: durability}
	if err = c.prepare(ctx); err == nil {
		err = c.Resume(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, c.Stop())
	}
	return c, nil
}

func (c *Cluster) prepare(ctx context.Context) error {
	as, err := owner()
	if err != nil {
		return err
	}
	if as != nil {
		if err := os.Chown(c.dir, int(as.Uid), int(as.Gid)); err != nil {
			return err
		}
	}
	prepare := exec.CommandContext(ctx, filepath.Join(c.bin, "initdb"), "-D", filepath.Join(c.dir, "data"), "-U", "kabar", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	prepare.Dir, prepare.SysProcAttr = c.dir, &syscall.SysProcAttr{Credential: as}
	if out, err := prepare.CombinedOutput(); err != nil {
		return fmt.Errorf("making a PostgreSQL cluster: %w\n%s", err, out)
	}
	return nil
}

// Resume starts the server after Halt, and waits until it answers.
func (c *Cluster) Resume(ctx context.Context) error {
	as, err := owner()
	if err != nil {
		return err
	}
	c.cmd = exec.Command("sh", "-c", watch, "sh", filepath.Join(c.bin, "postgres"), "-D", filepath.Join(c.dir, "data"), "-k", c.dir, "-c", "listen_addresses=",
		"-c", "max_connections=200", "-c", "shared_buffers=32MB", "-c", "fsync="+c.durability, "-c", "full_page_writes="+c.durability)
	c.cmd.Dir, c.cmd.SysProcAttr = c.dir, &syscall.SysProcAttr{Credential: as, Setpgid: true}
	c.cmd.Stdout, c.cmd.Stderr = &c.log, &c.log
	if c.stdin, err = c.cmd.StdinPipe(); err != nil {
		return err
	}
	if err := c.cmd.Start(); err != nil {
		return fmt.Errorf("starting PostgreSQL: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	for {
		conn, err := pgx.Connect(ctx, c.url("postgres"))
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("PostgreSQL does not answer: %w", err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Database makes an empty database and returns its address.
func (c *Cluster) Database(ctx context.Context, name string) (string, error) {
	conn, err := pgx.Connect(ctx, c.url("postgres"))
	if err != nil {
		return "", err
	}
	_, err = conn.Exec(ctx, "CREATE DATABASE "+pgx.Identifier{name}.Sanitize()+" TEMPLATE template0")
	return c.url(name), errors.Join(err, conn.Close(ctx))
}

func (c *Cluster) url(database string) string {
	return "postgres://kabar@/" + database + "?host=" + url.QueryEscape(c.dir)
}

// Halt ends the server at once, as a crash does: its connections break, and nobody answers until Resume.
func (c *Cluster) Halt() error {
	if c.cmd == nil || c.cmd.Process == nil {
		return nil
	}
	c.stdin.Close()
	err := c.cmd.Wait()
	c.cmd = nil
	if err != nil && !errors.As(err, new(*exec.ExitError)) {
		return fmt.Errorf("stopping PostgreSQL: %w\n%s", err, c.log.String())
	}
	return nil
}

// Stop ends the server and removes the cluster.
func (c *Cluster) Stop() error {
	if err := c.Halt(); err != nil {
		return err
	}
	return os.RemoveAll(c.dir)
}

// program finds one of PostgreSQL's, which Debian keeps apart by version: the newest.
func program(name string) (string, error) {
	if p, err := exec.LookPath(name); err == nil {
		return filepath.EvalSymlinks(p)
	}
	all, err := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if err != nil || len(all) == 0 {
		return "", errors.New("there is no PostgreSQL: run `make postgres`, or install your distribution's package postgresql")
	}
	return slices.MaxFunc(all, func(a, b string) int { return version(a) - version(b) }), nil
}

func version(path string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path)))) // 0: no number
	return n
}

// owner is who the server is to run as: PostgreSQL refuses to be root. Nil is the one who asks.
func owner() (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("PostgreSQL does not run as root, and there is no user for it: %w", err)
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}
