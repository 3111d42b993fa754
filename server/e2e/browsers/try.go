package main

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// try walks the main path and prints what it saw.
func try(ctx context.Context, b browser, s *site, name string) error {
	ctx, cancel := context.WithTimeout(ctx, 2*patience)
	defer cancel()
	saw := func(format string, args ...any) { fmt.Printf("%s: %s\n", name, fmt.Sprintf(format, args...)) }

	if err := visit(ctx, b, s.kabar+"/brebes/"); err != nil {
		return err
	}
	if err := until(ctx, b, "return document.querySelectorAll('.item h2 a').length == 8"); err != nil {
		return fmt.Errorf("the news page: %w", err)
	}
	saw("the news page shows 8 articles")

	var article, share string
	if err := script(ctx, b, "return document.querySelector('.item h2 a').href", &article); err != nil {
		return err
	}
	if err := visit(ctx, b, article); err != nil {
		return err
	}
	if err := until(ctx, b, "return +document.querySelector('[data-views]').textContent > 0"); err != nil {
		return fmt.Errorf("counting a view: %w", err)
	}
	saw("an article is read and counted")

	if err := script(ctx, b, "return document.querySelector('a[href*=\"/go/whatsapp\"]').href", &share); err != nil {
		return err
	}
	if !strings.HasPrefix(share, s.kabar+"/go/whatsapp?") {
		return fmt.Errorf("the link to WhatsApp is %q", share)
	}
	// As a click would, but without leaving this machine.
	if err := script(ctx, b, "window.went = 0; fetch(arguments[0], {redirect: 'manual'}).then(r => window.went = r.type)", nil, share); err != nil {
		return err
	}
	if err := until(ctx, b, "return window.went == 'opaqueredirect'"); err != nil {
		return fmt.Errorf("sharing: %w", err)
	}
	saw("the link to WhatsApp redirects")

	if err := visit(ctx, b, s.host); err != nil {
		return err
	}
	return widgets(ctx, b, saw)
}

// widgets compares each frame's height when it was made with what it became, and with its content.
func widgets(ctx context.Context, b browser, saw func(string, ...any)) error {
	if err := until(ctx, b, "return !!window.loaded()"); err != nil {
		return fmt.Errorf("three frames: %w", err)
	}
	for i := range 3 {
		var inside struct {
			Src, Text  string
			High, Wide float64 // content beyond the frame, in pixels
		}
		var heights [2]float64 // made and now
		if err := frame(ctx, b, i); err != nil {
			return err
		}
		if err := script(ctx, b, `const e = document.documentElement
			return {src: location.href, text: document.querySelector("h1, h2").textContent, high: e.scrollHeight - e.clientHeight, wide: e.scrollWidth - e.clientWidth}`, &inside); err != nil {
			return err
		}
		if err := frame(ctx, b, nil); err != nil {
			return err
		}
		if err := script(ctx, b, "return window.heights(arguments[0])", &heights, inside.Src); err != nil {
			return err
		}
		if heights[0] != heights[1] || inside.High > 0 || inside.Wide > 0 || inside.Text == "" {
			return fmt.Errorf("a frame was made %v pixels high and is %v; %+v", heights[0], heights[1], inside)
		}
		saw("on a host page %q was made %v pixels high and stayed so, nothing cut off", inside.Text, heights[1])
	}
	return nil
}

// frame goes into the frame with this index, or back to the page for nil.
func frame(ctx context.Context, b browser, index any) error {
	return b.command(ctx, command{"WebDriver:SwitchToFrame", "frame", map[string]any{"id": index}}, nil)
}

func visit(ctx context.Context, b browser, url string) error {
	if err := b.command(ctx, command{"WebDriver:Navigate", "url", map[string]any{"url": url}}, nil); err != nil {
		return fmt.Errorf("visiting %s: %w", url, err)
	}
	return nil
}

func script(ctx context.Context, b browser, js string, result any, args ...any) error {
	if args == nil {
		args = []any{}
	}
	// Firefox runs it among the page's own scripts only when told that it has no sandbox.
	if err := b.command(ctx, command{"WebDriver:ExecuteScript", "execute/sync", map[string]any{"script": js, "args": args, "sandbox": nil}}, result); err != nil {
		return fmt.Errorf("%s: %w", js, err)
	}
	return nil
}

// until asks again until a script returns true.
func until(ctx context.Context, b browser, js string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		var ok bool
		if err := script(ctx, b, js, &ok); err != nil {
			return err
		}
		if ok {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waited in vain for %s", js)
		case <-time.After(50 * time.Millisecond):
		}
	}
}
