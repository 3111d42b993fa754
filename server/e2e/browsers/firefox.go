package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// marionette is Firefox by its own protocol: WebDriver's commands as JSON arrays on a TCP connection, each after its length and a colon. So no
// geckodriver is needed, which Debian does not package.
type marionette struct {
	conn    net.Conn
	r       *bufio.Reader
	id      int
	process *exec.Cmd
	profile string
}

func firefox(ctx context.Context) (browser, string, error) {
	profile, err := os.MkdirTemp("", "kabar-firefox-")
	if err != nil {
		return nil, "", err
	}
	addr, err := freeAddr()
	if err != nil {
		return nil, "", err
	}
	_, port, _ := net.SplitHostPort(addr)
	prefs := `user_pref("marionette.port", ` + port + `);` + "\n" + `user_pref("datareporting.policy.dataSubmissionEnabled", false);` + "\n" + `user_pref("app.update.enabled", false);`
	if err := os.WriteFile(filepath.Join(profile, "user.js"), []byte(prefs), 0o600); err != nil {
		return nil, "", err
	}
	m := &marionette{profile: profile, process: exec.CommandContext(ctx, "firefox-esr", "--headless", "--marionette", "--no-remote", "--profile", profile)}
	m.process.Env = append(os.Environ(), "HOME="+profile)
	if err := m.process.Start(); err != nil {
		return nil, "", err
	}
	if m.conn, err = dial(ctx, addr); err != nil {
		m.close()
		return nil, "", err
	}
	m.r = bufio.NewReader(m.conn)
	if _, err := m.read(); err != nil { // it says first which protocol it speaks
		m.close()
		return nil, "", err
	}
	var session struct {
		Capabilities struct {
			BrowserVersion string `json:"browserVersion"`
		} `json:"capabilities"`
	}
	if err := m.command(ctx, command{"WebDriver:NewSession", "", map[string]any{}}, &session); err != nil {
		m.close()
		return nil, "", err
	}
	return m, session.Capabilities.BrowserVersion, nil
}

// dial connects as soon as somebody listens.
func dial(ctx context.Context, addr string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*patience)
	defer cancel()
	for {
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", addr)
		if err == nil {
			return conn, nil
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func (m *marionette) command(ctx context.Context, c command, result any) error {
	m.id++
	body, err := json.Marshal([]any{0, m.id, c.marionette, c.body})
	if err != nil {
		return err
	}
	if deadline, ok := ctx.Deadline(); ok {
		m.conn.SetDeadline(deadline)
	}
	if _, err := fmt.Fprintf(m.conn, "%d:%s", len(body), body); err != nil {
		return err
	}
	text, err := m.read()
	if err != nil {
		return err
	}
	var answer [4]json.RawMessage // 1, the id, an error or null, the value
	if err := json.Unmarshal(text, &answer); err != nil {
		return err
	}
	if string(answer[2]) != "null" {
		return errors.New(string(answer[2]))
	}
	if result == nil {
		return nil
	}
	// What a script returns stands under value; a session stands there itself.
	var boxed struct{ Value json.RawMessage }
	if json.Unmarshal(answer[3], &boxed); boxed.Value != nil {
		return json.Unmarshal(boxed.Value, result)
	}
	return json.Unmarshal(answer[3], result)
}

func (m *marionette) read() ([]byte, error) {
	head, err := m.r.ReadString(':')
	if err != nil {
		return nil, err
	}
	n, err := strconv.Atoi(strings.TrimSuffix(head, ":"))
	if err != nil {
		return nil, err
	}
	text := make([]byte, n)
	_, err = io.ReadFull(m.r, text)
	return text, err
}

func (m *marionette) close() {
	if m.conn != nil {
		m.conn.Close()
	}
	m.process.Process.Kill()
	m.process.Wait()
	os.RemoveAll(m.profile)
}
