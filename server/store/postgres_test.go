package store_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"kabar/server/cluster"
	"kabar/server/store"
)

// postgres is the server that these tests share; each has databases of its own.
var postgres *cluster.Cluster

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	var err error
	if postgres, err = cluster.Start(context.Background(), cluster.Fast); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer postgres.Stop()
	flag.Set("test.parallel", "4") // they wait for the disk more than they work
	return m.Run()
}

var databases atomic.Int64

// database makes an empty one.
func database(t *testing.T) string {
	t.Helper()
	dsn, err := postgres.Database(t.Context(), fmt.Sprint("test", databases.Add(1)))
	if err != nil {
		t.Fatal(err)
	}
	return dsn
}

func TestPostgreSQL(t *testing.T) {
	suite(t, func(t *testing.T) *store.Store { return open(t, database(t)) })
}

// TestPasswords: no error of a database that cannot be opened has the password.
func TestPasswords(t *testing.T) {
	for _, dsn := range []string{
		"postgres://kabar:rahasia@127.0.0.1:1/kabar", "postgres://kabar:rahasia%@127.0.0.1/kabar", "postgres://kabar:ra/hasia@127.0.0.1/kabar", "postgres://kabar:rahasia@127.0.0.1:x/kabar",
		"postgres://127.0.0.1:1/kabar?password=rahasia", "postgres://127.0.0.1/kabar?password=rahasia&sslmode=no", "postgres://kabar:rahasia@127.0.0.1:1/kabar?connect_timeout=rahasia", "postgres:kabar:rahasia@db",
	} {
		s, err := store.Open(t.Context(), dsn)
		if err == nil {
			s.Close()
		}
		if err == nil || strings.Contains(err.Error(), "hasia") {
			t.Errorf("%s: %v", dsn, err)
		}
	}
}
