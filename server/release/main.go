// Command release makes what operators install: for each kind of machine a .tar.gz with the static program, its licence, guides, examples and
// list of parts (SBOM, CycloneDX), and SHA256SUMS over all. The same commit makes the same bytes, wherever and whenever.
package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// machines are those that offices rent.
var machines = []string{"amd64", "arm64"}

// lister lists a program's parts.
const lister = "github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.10.0"

// out is where the archives go.
const out = "bin/dist"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := release(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

func release(ctx context.Context) error {
	version, err := output(ctx, "git", "describe", "--tags", "--always", "--dirty")
	if err != nil {
		return err
	}
	seconds, err := output(ctx, "git", "log", "-1", "--format=%ct")
	if err != nil {
		return err
	}
	unix, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return fmt.Errorf("the commit's time: %w", err)
	}
	if err := os.RemoveAll(out); err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	var sums bytes.Buffer
	for _, machine := range machines {
		name := "kabar-" + version + "-linux-" + machine
		archive, err := machineArchive(ctx, machine, version, name, time.Unix(unix, 0))
		if err != nil {
			return fmt.Errorf("for %s: %w", machine, err)
		}
		fmt.Fprintf(&sums, "%x  %s.tar.gz\n", sha256.Sum256(archive), name)
		if err := os.WriteFile(filepath.Join(out, name+".tar.gz"), archive, 0o644); err != nil {
			return err
		}
		fmt.Printf("%s %.1f MB\n", filepath.Join(out, name+".tar.gz"), float64(len(archive))/1e6)
	}
	return os.WriteFile(filepath.Join(out, "SHA256SUMS"), sums.Bytes(), 0o644)
}

// machineArchive builds the program for a machine and packs it.
func machineArchive(ctx context.Context, machine, version, name string, at time.Time) ([]byte, error) {
	dir, err := os.MkdirTemp("", "kabar-release-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	program, parts := filepath.Join(dir, "kabar"), filepath.Join(dir, "sbom.cdx.json")
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-tags", "nodynamic", "-ldflags", "-s -w", "-o", program, "./server")
	build.Env = append(os.Environ(), "GOFLAGS=", "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+machine)
	list := exec.CommandContext(ctx, "go", "run", "-trimpath", lister, "bin", "-json", "-std", "-noserial", "-notimestamp", "-version", version, "-output", parts, program)
	for _, c := range []*exec.Cmd{build, list} {
		if said, err := c.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("%s: %w\n%s", strings.Join(c.Args, " "), err, said)
		}
	}
	files := []file{{"kabar", program}, {"sbom.cdx.json", parts}, {"data/", ""}} // data: the container's, for its database
	for _, pattern := range []string{"LICENSE", "README.md", "docs/*.md", "docs/*.png", "docs/operating/*"} {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) == 0 {
			return nil, fmt.Errorf("%s: nothing found, %w", pattern, err)
		}
		for _, path := range found {
			files = append(files, file{filepath.ToSlash(path), path})
		}
	}
	return pack(name, at, files)
}

func output(ctx context.Context, name string, args ...string) (string, error) {
	b, err := exec.CommandContext(ctx, name, args...).Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w", name, strings.Join(args, " "), err)
	}
	return strings.TrimSpace(string(b)), nil
}
