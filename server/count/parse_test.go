package count_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"kabar/app/news"
	"kabar/server/count"
)

// Whatever a body says, it is read as encoding/json reads it.
func FuzzParseEvents(f *testing.F) {
	for _, body := range []string{
		`{"events":[{"id":"17640000000001234567","type":"view","article":"berita-0","via":"page","host":""}]}`,
		`{"events":[{"id":"a","type":"share","url":"https://x.example/?a=1","network":"whatsapp"},{"id":"b"}]}`,
		`{"events":[]}`, `{"events":[{}]}`, `{"events":[{"id":"a","ID":"b"}]}`, `{"events":[{"id":"a","id":"b"}]}`, `{"events":[{"id":"\u0041\""}]}`, "{\"events\":[{\"id\":\"\xff\"}]}",
		`{"events":[{"id":"a","at":"2026-08-12T09:00:00+07:00"}]}`, `{"events":[{"id":1}]}`, `{"events":[{"id":"a"}],"events":[]}`, `{"events":[{"id":"a"},]}`, `{"events":[{"id":"a",}]}`,
		`{"events":[{"id":"a"}]} `, ` {"events" : [ {"id":"a"} ] }`, `{"events":[{"id":"a"}]}}`, `{"events":[{"other":"a"}]}`, `{"events":null}`, `null`, ``, `[`, `{"events":[{"id":"a"`,
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var want struct {
			Events []news.Event `json:"events"`
		}
		wantErr := json.Unmarshal(body, &want)
		got, err := count.ParseEvents(body)
		if (err == nil) != (wantErr == nil) || err == nil && len(got)+len(want.Events) > 0 && !reflect.DeepEqual(got, want.Events) {
			t.Errorf("%s\nis read as %+v, %v\nwant %+v, %v", body, got, err, want.Events, wantErr)
		}
	})
}

// What our pages send takes one allocation for the events and one for each text, whose bytes are the request's and not kept.
func TestParseIsLean(t *testing.T) {
	body := []byte(`{"events":[{"id":"17640000000001234567","type":"view","via":"page","host":"","article":"berita-0"}]}`)
	const texts = 4
	if n := testing.AllocsPerRun(100, func() {
		if events, err := count.ParseEvents(body); err != nil || len(events) != 1 {
			t.Fatal(events, err)
		}
	}); n > 1+texts {
		t.Errorf("%v allocations", n)
	}
	events, err := count.ParseEvents(body)
	clear(body)
	if err != nil || events[0].ID != "17640000000001234567" || strings.ContainsRune(events[0].Article, 0) {
		t.Errorf("%+v, %v", events, err)
	}
}
