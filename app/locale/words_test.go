package locale_test

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"kabar/app/locale"
)

// TestCatalogues holds every language complete and alike: no field empty, the same formats, as many sections and paragraphs.
func TestCatalogues(t *testing.T) {
	first := reflect.ValueOf(locale.For(locale.Tags[0]).Words)
	statistics := reflect.ValueOf(*locale.For(locale.Tags[0]).Statistics())
	for _, tag := range locale.Tags {
		l := locale.For(tag)
		if l.Tag != tag {
			t.Errorf("For(%q) has tag %q", tag, l.Tag)
		}
		compare(t, tag, first, reflect.ValueOf(l.Words))
		compare(t, tag+" pocket", reflect.ValueOf(*locale.Pocket(locale.Tags[0])), reflect.ValueOf(*locale.Pocket(tag)))
		compare(t, tag+" notice", reflect.ValueOf(*locale.Notice(locale.Tags[0])), reflect.ValueOf(*locale.Notice(tag)))
		compare(t, tag+" snippets", reflect.ValueOf(*locale.Snippets(locale.Tags[0])), reflect.ValueOf(*locale.Snippets(tag)))
		compare(t, tag+".Statistics", statistics, reflect.ValueOf(*l.Statistics()))
	}
}

var verb = regexp.MustCompile(`%[^%]?`)

func compare(t *testing.T, name string, want, got reflect.Value) {
	t.Helper()
	switch got.Kind() {
	case reflect.Struct:
		for i := range got.NumField() {
			compare(t, name+"."+got.Type().Field(i).Name, want.Field(i), got.Field(i))
		}
	case reflect.Array, reflect.Slice:
		if want.Len() != got.Len() || got.Len() == 0 {
			t.Errorf("%s has %d parts, want %d and some", name, got.Len(), want.Len())
			return
		}
		for i := range got.Len() {
			compare(t, fmt.Sprintf("%s[%d]", name, i), want.Index(i), got.Index(i))
		}
	case reflect.String:
		s := got.String()
		if strings.TrimSpace(s) == "" {
			t.Errorf("%s is empty", name)
		}
		if strings.ContainsFunc(s, func(r rune) bool { return r == unicode.ReplacementChar || unicode.IsControl(r) }) ||
			strings.Contains(s, "  ") {
			t.Errorf("%s has control characters or double spaces: %q", name, s)
		}
		verbs, wanted := verb.FindAllString(s, -1), verb.FindAllString(want.String(), -1)
		if !reflect.DeepEqual(verbs, wanted) {
			t.Errorf("%s has %q where the first language has %q", name, verbs, wanted)
		}
		switch relative := strings.HasSuffix(name, "sAgo"); {
		case got.Type() == reflect.TypeFor[locale.Format]():
			if !reflect.DeepEqual(verbs, []string{"%s"}) {
				t.Errorf("%s has the places %q, want one %%s", name, verbs)
			}
		case relative && !reflect.DeepEqual(verbs, []string{"%d"}):
			t.Errorf("%s has the places %q, want one %%d", name, verbs)
		case !relative && len(verbs) > 0:
			t.Errorf("%s has a place to fill but is no Format: %q", name, s)
		}
	case reflect.Int32:
		if got.Int() == 0 {
			t.Errorf("%s is empty", name)
		}
	default:
		t.Errorf("%s is a %s, which this test does not know", name, got.Kind())
	}
}

// TestDistinct finds words that were copied into the other language and not translated.
func TestDistinct(t *testing.T) {
	same := map[string]bool{"Menu": true, "Email": true}
	id, en := reflect.ValueOf(locale.For("id").Words), reflect.ValueOf(locale.For("en").Words)
	for i := range id.NumField() {
		if name := id.Type().Field(i).Name; !same[name] && reflect.DeepEqual(id.Field(i).Interface(), en.Field(i).Interface()) {
			t.Errorf("%s is the same in both languages", name)
		}
	}
}

func TestFormat(t *testing.T) {
	for value, want := range map[string]string{"WhatsApp": "Bagikan ke WhatsApp", "100%s": "Bagikan ke 100%s", "": "Bagikan ke "} {
		if got := locale.For("id").ShareTo.With(value); got != want {
			t.Errorf("With(%q) = %q, want %q", value, got, want)
		}
	}
}

// TestWording holds the words that the brief and the world outside go by.
func TestWording(t *testing.T) {
	id := locale.For("id")
	for got, want := range map[string]string{
		id.LatestNews:                                   "Berita Terkini",
		id.Share:                                        "Bagikan",
		id.ViewsBefore + "51" + id.ViewsAfter:           "Telah dilihat 51 kali",
		id.ViewsCount.With(id.Number(1234)):             "Telah dilihat 1.234 kali",
		id.SearchResults.With("pemilu"):                 "Hasil pencarian “pemilu”",
		locale.For("en").ViewsCount.With("1"):           "Viewed 1×",
		locale.For("en").SharesCount.With("1"):          "Shared 1×",
		locale.For("en").ReadingTime(1):                 "1 min read",
		id.ReadingTime(0) + ", " + id.ReadingTime(1200): "1 menit baca, 1.200 menit baca",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	for _, tag := range locale.Tags {
		rule := fmt.Sprint(locale.Notice(tag))
		for _, fact := range []string{"48", "9", "12", "27", "2022", "UU PDP", "IP", "hash", "JavaScript"} {
			if !strings.Contains(rule, fact) {
				t.Errorf("%s: the privacy notice does not name %s", tag, fact)
			}
		}
	}
}

func TestShareLabel(t *testing.T) {
	id := locale.For("id")
	for _, c := range [][4]string{
		{"whatsapp", "WhatsApp", "WhatsApp", "Bagikan ke WhatsApp"},
		{"email", "Email", "Email", "Bagikan lewat email"},
		{"copy", "", "Salin tautan", "Salin tautan"},
		{"print", "", "Cetak", "Cetak berita ini"},
		{"native", "", "Bagikan lewat aplikasi lain", "Bagikan lewat aplikasi lain"},
	} {
		text, accessible := id.ShareLabel(c[0], c[1])
		if text != c[2] || accessible != c[3] {
			t.Errorf("ShareLabel(%q) = %q, %q", c[0], text, accessible)
		}
		if !strings.Contains(strings.ToLower(accessible), strings.ToLower(text)) {
			t.Errorf("%s: the accessible name %q lacks the visible text %q (WCAG 2.5.3)", c[0], accessible, text)
		}
	}
}
