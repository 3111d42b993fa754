package share_test

import (
	"regexp"
	"strings"
	"testing"

	"kabar/app/share"
)

// maxIcons is what all icons may weigh, in bytes: they stand in every page.
const maxIcons = 3 << 10

func TestIcons(t *testing.T) {
	if len(share.Icons) > maxIcons {
		t.Errorf("the icons weigh %d bytes, more than %d", len(share.Icons), maxIcons)
	}
	for _, request := range []string{"url(", "data:", "@import", "@font-face", "</", "//"} {
		if strings.Contains(share.Icons, request) {
			t.Errorf("the icons have %q: they must need nothing else, and stand in a style element", request)
		}
	}
	drawn := map[string]bool{}
	rule := regexp.MustCompile(`^\.i-([a-z]+)::before\{clip-path:path\((?:evenodd,)?"(M[MLHVCSQTAZmlhvcsqtaz0-9 .-]*z)"\)\}$`)
	for line := range strings.Lines(share.Icons) {
		if line = strings.TrimSpace(line); !strings.HasPrefix(line, ".i-") {
			continue
		}
		m := rule.FindStringSubmatch(line)
		if m == nil {
			t.Errorf("not an icon's rule: %s", line)
			continue
		}
		drawn[m[1]] = true
	}
	want := []string{"search", "external", "eye", "keep"}
	for _, n := range share.Networks {
		want = append(want, n.ID)
	}
	for _, id := range want {
		if !drawn[id] {
			t.Errorf("there is no icon for %s", id)
		}
	}
	if len(drawn) != len(want) {
		t.Errorf("%d icons are drawn, %d are used", len(drawn), len(want))
	}
}
