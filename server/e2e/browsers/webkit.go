package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// webDriver is WebKitGTK behind WebKitWebDriver: W3C WebDriver over HTTP. WebKitGTK has no headless mode, so it draws on a screen in memory.
type webDriver struct {
	session         string // its address
	driver, display *exec.Cmd
}

func webkit(ctx context.Context) (browser, string, error) {
	found, err := filepath.Glob("/usr/lib/*/webkit2gtk-4.*/MiniBrowser")
	if err != nil || len(found) == 0 {
		return nil, "", fmt.Errorf("no MiniBrowser of WebKitGTK: %w", os.ErrNotExist)
	}
	w := &webDriver{display: exec.CommandContext(ctx, "Xvfb", "-displayfd", "3", "-screen", "0", "1280x1024x24", "-nolisten", "tcp")}
	r, out, err := os.Pipe()
	if err != nil {
		return nil, "", err
	}
	defer r.Close()
	w.display.ExtraFiles = []*os.File{out}
	err = w.display.Start()
	out.Close()
	if err != nil {
		return nil, "", err
	}
	number := make([]byte, 16)
	n, err := r.Read(number) // Xvfb says its number when it is there
	if err != nil {
		w.close()
		return nil, "", fmt.Errorf("starting Xvfb: %w", err)
	}
	addr, err := freeAddr()
	if err != nil {
		w.close()
		return nil, "", err
	}
	_, port, _ := net.SplitHostPort(addr)
	w.driver = exec.CommandContext(ctx, "WebKitWebDriver", "--host=127.0.0.1", "--port="+port)
	w.driver.Env = append(os.Environ(), "DISPLAY=:"+strings.TrimSpace(string(number[:n])), "GDK_BACKEND=x11", "LIBGL_ALWAYS_SOFTWARE=1")
	if err := w.driver.Start(); err != nil {
		w.close()
		return nil, "", err
	}
	conn, err := dial(ctx, addr)
	if err != nil {
		w.close()
		return nil, "", err
	}
	conn.Close()
	w.session = "http://" + addr + "/session"
	var session struct {
		SessionID    string `json:"sessionId"`
		Capabilities struct {
			BrowserVersion string `json:"browserVersion"`
		} `json:"capabilities"`
	}
	options := map[string]any{"binary": found[0], "args": []string{"--automation"}}
	wanted := map[string]any{"capabilities": map[string]any{"alwaysMatch": map[string]any{"webkitgtk:browserOptions": options}}}
	if err := w.command(ctx, command{"", "", wanted}, &session); err != nil {
		w.close()
		return nil, "", err
	}
	w.session += "/" + session.SessionID + "/"
	return w, session.Capabilities.BrowserVersion, nil
}

func (w *webDriver) command(ctx context.Context, c command, result any) error {
	body, err := json.Marshal(c.body)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.session+c.path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	var answer struct{ Value json.RawMessage }
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil {
		return fmt.Errorf("%s: %w", res.Status, err)
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", res.Status, answer.Value)
	}
	if result == nil {
		return nil
	}
	return json.Unmarshal(answer.Value, result)
}

func (w *webDriver) close() {
	if strings.HasSuffix(w.session, "/") {
		if req, err := http.NewRequest(http.MethodDelete, strings.TrimSuffix(w.session, "/"), nil); err == nil {
			if res, err := http.DefaultClient.Do(req); err == nil {
				res.Body.Close()
			}
		}
	}
	for _, p := range []*exec.Cmd{w.driver, w.display} {
		if p != nil && p.Process != nil {
			p.Process.Kill()
			p.Wait()
		}
	}
}
