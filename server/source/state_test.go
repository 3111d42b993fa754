package source

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kabar/server/fetch"
)

// However a source fails for a day, with one reason or with many, all the time or every other time, it is one warning.
func TestWarnings(t *testing.T) {
	for name, c := range map[string]struct {
		fails            func(n int) string // why request n fails; "" when it does not
		warned, recovers int
	}{
		"many reasons":   {func(n int) string { return []string{"a", "b", "c"}[n%3] }, 1, 0},
		"comes and goes": {func(n int) string { return []string{"a", ""}[n%2] }, 1, 1},
		"fails anew": {func(n int) string {
			if n == 0 || n > 3 {
				return "a"
			}
			return ""
		}, 2, 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := -1
				get := func(context.Context, fetch.Request) (*fetch.Response, error) {
					if n++; c.fails(n) != "" {
						return nil, &fetch.Error{Reason: c.fails(n)}
					}
					return feedBody("x"), nil
				}
				log := running(t, &Poller{Sites: []Site{{ID: "kab", Feeds: []string{"f"}, Refresh: time.Minute}}, Store: &memory{}, Get: get})
				pass(23 * time.Hour)
				if w, r := strings.Count(log.String(), "level=WARN"), strings.Count(log.String(), "read again"); w != c.warned || r != c.recovers {
					t.Errorf("%d warnings, %d recoveries: %s", w, r, log)
				}
			})
		})
	}
}

// A folder's state says what is wrong with which file, and is not written each time somebody looks.
func TestFolderState(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "baik.md", "# Baik\n\nisi")
	write(t, dir, "rusak.md", "---\ntitle: x\n")
	synctest.Test(t, func(t *testing.T) {
		m := &memory{}
		running(t, &Poller{Sites: []Site{{ID: "kab", Posts: Folder(dir)}}, Store: m})
		st := m.state("kab" + PostsSource)
		if st.Items != 1 || st.New != 1 || st.Refused != 1 || st.Succeeded.IsZero() || st.Error != "rusak.md cannot be read: its front matter has no closing line of ---" {
			t.Errorf("%+v", st)
		}
		pass(time.Minute)
		if again := m.state("kab" + PostsSource); !again.Tried.Equal(st.Tried) {
			t.Error("the state was written though nothing changed")
		}
		write(t, dir, "rusak.md", "---\ntitle: x\n---\nisi rusak")
		pass(time.Minute)
		if st := m.state("kab" + PostsSource); st.Items != 2 || st.Refused != 0 || st.Error != "" {
			t.Errorf("after mending: %+v", st)
		}
	})
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
