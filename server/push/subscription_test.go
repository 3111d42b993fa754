package push

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
)

// FuzzSubscription: whatever is taken can be sent to, and nothing of it is larger than it may be.
func FuzzSubscription(f *testing.F) {
	const key, auth = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4", "BTBZMqHH6r4Tts7J_aSIgg" // RFC 8291, 5
	for _, endpoint := range []string{"https://fcm.googleapis.com/fcm/send/c1KrmpTuRm0:APA91b", "https://updates.push.services.mozilla.com/wpush/v2/gAAAA", "https://web.push.apple.com/QGd",
		"https://wns2-par02p.notify.windows.com/w/?token=BQYAAA%3d%3d", "https://[::1]/", "https://127.1/", "http://a.b/", "https://a.b:444/", "https://user@a.b/", "//a.b", "https://a.b/#x"} {
		f.Add(`{"endpoint":"` + endpoint + `","expirationTime":null,"keys":{"p256dh":"` + key + `","auth":"` + auth + `"}}`)
	}
	f.Add(`{"endpoint":"https://a.b/","keys":{"p256dh":"` + key + `==","auth":"` + auth + `=="}}`)
	f.Fuzz(func(t *testing.T, text string) {
		var s Subscription
		if json.Unmarshal([]byte(text), &s) != nil {
			return
		}
		p, err := s.Check([]string{"Pemilu"}, false)
		if err != nil {
			return
		}
		u, err := url.Parse(p.Endpoint)
		if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || !strings.Contains(u.Hostname(), ".") || len(p.Endpoint) > maxEndpoint || len(p.Key) != 87 || len(p.Auth) != 22 {
			t.Errorf("%q became %+v, %v", text, p, err)
		}
	})
}
