package main

import (
	"crypto/x509"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A backup says where it is; what is missing or in the way is named, with the right status.
func TestBackupCommand(t *testing.T) {
	t.Parallel()
	p := settle(t, "")
	to := filepath.Join(p.dir, "copy.db")
	if _, errs := p.run(exitFailed, "backup", "-to", to); !strings.Contains(errs, "backing up sqlite:") || !strings.Contains(errs, "no such file") {
		t.Error(errs)
	}
	p.upToDate()
	if _, errs := p.run(exitUsage, "backup"); !strings.Contains(errs, "backup wants -to") {
		t.Error(errs)
	}
	if _, errs := p.run(exitUsage, "backup", "-to", to, "-db", "mysql:x"); !strings.Contains(errs, "database") {
		t.Error(errs)
	}
	if out, _ := p.run(0, "backup", "-to", to); out != to+"\n" {
		t.Errorf("%q", out)
	}
	if _, errs := p.run(exitFailed, "backup", "-to", to); !strings.Contains(errs, to+" exists already") {
		t.Error(errs)
	}
	if _, errs := p.run(exitFailed, "backup", "-to", to+"2", "-db", "postgres://kabar:rahasia@127.0.0.1/kabar"); !strings.Contains(errs, "pg_dump") || strings.Contains(errs, "rahasia") {
		t.Error(errs)
	}
}

// Where the machine has no list of certificate authorities, as in an empty container, the program's own serves.
func TestAuthorities(t *testing.T) {
	if os.Getenv("KABAR_TEST_AUTHORITIES") != "" {
		pool, err := x509.SystemCertPool()
		if err != nil || pool.Equal(x509.NewCertPool()) {
			t.Errorf("no authority is known: %v", err)
		}
		return
	}
	c := exec.Command(os.Args[0], "-test.run=^TestAuthorities$")
	c.Env = append(os.Environ(), "KABAR_TEST_AUTHORITIES=1", "SSL_CERT_FILE="+filepath.Join(t.TempDir(), "none"), "SSL_CERT_DIR="+t.TempDir())
	if out, err := c.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}
