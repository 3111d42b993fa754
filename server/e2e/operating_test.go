package e2e

import (
	"debug/elf"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

const operating = "../../docs/operating/"

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// The program needs nothing beside itself: no loader, no library, no file. In an empty root it serves pages and makes its copies of pictures.
func TestAlone(t *testing.T) {
	t.Parallel()
	program, err := elf.Open(binary)
	if err != nil {
		t.Fatal(err)
	}
	defer program.Close()
	for _, p := range program.Progs {
		if p.Type == elf.PT_INTERP {
			t.Fatal("the program wants a loader")
		}
	}
	k := &kabar{t: t, dir: t.TempDir()}
	addr := freeAddr(t)
	k.url = "http://" + addr
	if err := os.Link(binary, filepath.Join(k.dir, "kabar")); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("/kabar", "serve", "-addr", addr)
	cmd.Env = []string{}
	cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: k.dir}
	if os.Getuid() != 0 {
		cmd.SysProcAttr.Cloneflags = syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
	}
	root := k.dir
	k.dir = "/"
	k.launch(cmd)
	k.dir = root
	k.articles(1)
	k.wait("a picture in WebP", func() bool { return strings.Contains(k.get("/brebes/").body, ".webp") })
	image := regexp.MustCompile(`/img/[^" ]+\.webp`).FindString(k.get("/brebes/").body)
	if a := k.get(image); a.StatusCode != 200 || a.Header.Get("Content-Type") != "image/webp" {
		t.Errorf("%s answers %d", image, a.StatusCode)
	}
}

// The units' commands are the program's own, with settings that it accepts, and are held as narrow as systemd can judge.
func TestUnits(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	addr := freeAddr(t)
	settings := strings.NewReplacer("/var/lib/kabar", dir, "127.0.0.1:8080", addr, "127.0.0.1:9100", freeAddr(t), "https://kab-brebes.kpu.go.id/feed/", feeds(t, nil)+"/brebes.rss.xml", `name = "KPU`, "allow_private_feeds = true\nname = \"KPU").Replace(read(t, operating+"kabar.toml"))
	config := filepath.Join(dir, "kabar.toml")
	if err := os.WriteFile(config, []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	here := strings.NewReplacer("/usr/local/bin/kabar", binary, "/etc/kabar/kabar.toml", config, "$$", "$", "%%", "%")
	commands := map[string]string{}
	var files []string
	for _, name := range []string{"kabar.service", "kabar-backup.service", "kabar-backup.timer"} {
		text := read(t, operating+name)
		if m := regexp.MustCompile(`(?m)^ExecStart=(.*)$`).FindStringSubmatch(text); m != nil {
			commands[name] = here.Replace(m[1])
		}
		file := filepath.Join(dir, name)
		files = append(files, file)
		if err := os.WriteFile(file, []byte(strings.ReplaceAll(text, "/usr/local/bin/kabar", binary)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if tool, err := exec.LookPath("systemd-analyze"); err == nil { // the rest holds without it
		for _, args := range [][]string{append([]string{"verify"}, files...), {"security", "--offline=yes", "--threshold=20", files[0]}, {"security", "--offline=yes", "--threshold=20", files[1]}} {
			if out, err := exec.Command(tool, args...).CombinedOutput(); err != nil {
				t.Errorf("systemd-analyze %v: %v\n%s", args, err, out)
			}
		}
	}
	k := &kabar{t: t, dir: dir, url: "http://" + addr}
	k.launch(exec.Command("sh", "-c", "exec "+commands["kabar.service"]))
	k.articles(1)
	out, err := shell(dir, strings.TrimSuffix(strings.TrimPrefix(commands["kabar-backup.service"], "/bin/sh -c '"), "'"))
	if err != nil {
		t.Fatalf("the backup: %v\n%s", err, out)
	}
	if found, err := filepath.Glob(filepath.Join(dir, "backup", "kabar-2*.db")); err != nil || len(found) != 1 {
		t.Errorf("backups: %q, %v", found, err)
	}
}

func shell(dir, script string) (string, error) {
	c := exec.Command("bash", "-euo", "pipefail", "-c", script)
	c.Dir = dir
	out, err := c.CombinedOutput()
	return string(out), err
}

// What the guide says of backup and restore works, word by word, on a server under way: after the restore stands what was counted until the
// backup, and nothing of what came later or of the old file's log.
func TestRestore(t *testing.T) {
	t.Parallel()
	blocks := regexp.MustCompile("(?ms)^##+ (Backup|Restore)$\n.*?^```sh\n(.*?)^```$").FindAllStringSubmatch(read(t, "../../docs/operating.md"), -1)
	if len(blocks) != 2 {
		t.Fatalf("%d blocks in the guide", len(blocks))
	}
	k := serve(t, []string{feeds(t, nil) + "/brebes.rss.xml"})
	slug := k.articles(1)[0].Slug
	view := func(reader int) int64 {
		var got struct {
			Counts map[string]struct{ Views int64 }
		}
		a := k.do("POST", "/api/v1/sites/brebes/events", event(`"type":"view","article":"`+slug+`"`), "X-Forwarded-For", fmt.Sprint("203.0.113.", reader))
		if err := json.Unmarshal([]byte(a.body), &got); err != nil {
			t.Fatal(err)
		}
		return got.Counts[slug].Views
	}
	view(1)
	view(2)
	kept := filepath.Join(k.dir, "backup")
	if err := os.Mkdir(kept, 0o700); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(k.dir, "kabar.toml")
	run := func(block string) {
		t.Helper()
		text := strings.NewReplacer("/etc/kabar/kabar.toml", config, "kabar backup", binary+" backup", "/mnt/backup/kabar.db", filepath.Join(kept, "kabar-20260812-023000.db"), "/var/lib/kabar", k.dir).Replace(block)
		text = regexp.MustCompile(`(?m)^systemctl (stop|start) kabar$`).ReplaceAllString(text, "")
		if out, err := shell(k.dir, text); err != nil {
			t.Fatalf("%s: %v\n%s", text, err, out)
		}
	}
	run(blocks[0][2])
	if got := view(3); got != 3 {
		t.Errorf("%d views before the restore", got)
	}
	k.stop(syscall.SIGKILL) // which leaves a log behind
	if _, err := os.Stat(filepath.Join(k.dir, "kabar.db-wal")); err != nil {
		t.Fatal(err)
	}
	run(blocks[1][2])
	run(blocks[1][2]) // and again, as one who is not sure
	k.start("-config", config)
	if got := view(4); got != 3 {
		t.Errorf("%d views after the restore, want the backup's 2 and this one", got)
	}
	if a := k.get("/brebes/" + slug); a.StatusCode != 200 {
		t.Errorf("the article answers %d", a.StatusCode)
	}
	t.Log("2 of 2 views of before the backup are there after the restore, and 0 of the 1 that came between")
}

// Each fault in the guide's table has the tests that it names.
func TestFaultsTable(t *testing.T) {
	t.Parallel()
	_, table, _ := strings.Cut(read(t, "../../docs/operating.md"), "\n## Faults\n")
	table, _, _ = strings.Cut(table, "\n## ")
	rows := regexp.MustCompile("(?m)^\\|.*\\| (`server.*) \\|$").FindAllStringSubmatch(table, -1)
	if len(rows) < 10 || len(rows) != strings.Count(table, "\n|")-2 {
		t.Fatalf("%d rows name a test", len(rows))
	}
	found := 0
	for _, row := range rows {
		for _, part := range strings.Split(row[1], "; ") {
			dir, names, _ := strings.Cut(strings.TrimPrefix(part, "`"), "`: ")
			files, err := filepath.Glob("../../" + dir + "/*_test.go")
			if err != nil {
				t.Fatal(err)
			}
			var code strings.Builder
			for _, f := range files {
				code.WriteString(read(t, f))
			}
			for _, name := range strings.Split(names, ", ") {
				if !strings.Contains(code.String(), "\nfunc "+name+"(t *testing.T) {") {
					t.Errorf("%s has no %s", dir, name)
				}
				found++
			}
		}
	}
	t.Logf("%d faults, %d tests", len(rows), found)
}
