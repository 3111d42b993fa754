// Command browsers tries what matters most in Firefox and WebKit: the news page reads, an article is counted and shared, and a widget on
// somebody's page has its height before it loads. It installs the browsers from the distribution's packages when there are none, which is why
// it is no test: make browsers runs it, from the folder of the project.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"time"
)

// patience bounds every wait.
const patience = 30 * time.Second

// browser is what the two protocols have in common.
type browser interface {
	// command sends a W3C WebDriver command and decodes its value into result, which may be nil.
	command(ctx context.Context, c command, result any) error
	close()
}

// command is one of W3C WebDriver's in both spellings: of Marionette, and of HTTP under /session/{id}/.
type command struct {
	marionette, path string
	body             map[string]any
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "browsers:", err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	if err := install(ctx); err != nil {
		return err
	}
	s, err := serve(ctx)
	if err != nil {
		return err
	}
	defer s.close()
	var failed error
	for _, b := range []struct {
		name  string
		start func(context.Context) (browser, string, error)
	}{{"Firefox", firefox}, {"WebKit", webkit}} {
		d, version, err := b.start(ctx)
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("starting %s: %w", b.name, err))
			continue
		}
		err = try(ctx, d, s, b.name+" "+version)
		d.close()
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("%s %s: %w", b.name, version, err))
		}
	}
	return failed
}

// install brings what is missing from Debian's packages.
func install(ctx context.Context) error {
	missing := []string{}
	for program, pkg := range map[string]string{"firefox-esr": "firefox-esr", "WebKitWebDriver": "webkit2gtk-driver", "Xvfb": "xvfb"} {
		if _, err := exec.LookPath(program); err != nil {
			missing = append(missing, pkg)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	fmt.Println("installing", missing)
	for _, args := range [][]string{{"update", "-qq"}, append([]string{"install", "-y", "-qq", "--no-install-recommends"}, missing...)} {
		if out, err := exec.CommandContext(ctx, "apt-get", args...).CombinedOutput(); err != nil {
			return fmt.Errorf("install your distribution's %v: apt-get %v: %w\n%s", missing, args, err, out)
		}
	}
	return nil
}
