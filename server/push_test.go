package main

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"log/slog"
	"math/big"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kabar/app/news"
	"kabar/server/source"
	"kabar/server/store"
)

// notified is a message as a browser reads it.
type notified struct {
	Title, Body, Tag, Icon, Image, Lang string
	Data                                struct{ URL string }

	who    string
	header http.Header
}

// pushService is one that browsers know, on this machine.
type pushService struct {
	*testing.T
	*httptest.Server
	mu       sync.Mutex
	browsers map[string]*browser
	got      []notified
	answer   func(who string) (status int, retryAfter string)
	public   string // the server's key that subscriptions are bound to
}

// browser has what a browser keeps of a subscription.
type browser struct {
	key  *ecdh.PrivateKey
	auth []byte
}

func newPushService(t *testing.T) *pushService {
	p := &pushService{T: t, browsers: map[string]*browser{}}
	p.Server = httptest.NewUnstartedServer(p)
	p.Config.ErrorLog = log.New(io.Discard, "", 0) // connections that a stopped server leaves
	p.StartTLS()
	t.Cleanup(p.Close)
	return p
}

func (p *pushService) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	who := strings.TrimPrefix(r.URL.Path, "/send/")
	if p.answer != nil {
		if status, after := p.answer(who); status != 0 {
			w.Header().Set("Retry-After", after)
			w.WriteHeader(status)
			return
		}
	}
	body, err := io.ReadAll(r.Body)
	b := p.browsers[who]
	if err != nil || b == nil || r.Method != "POST" || len(body) > 4096 {
		p.Errorf("%s %s with %d bytes, %v", r.Method, r.URL.Path, len(body), err)
		return
	}
	if err := p.vapid(r.Header.Get("Authorization")); err != nil {
		p.Error(err)
	}
	plain, err := b.decrypt(body, r.Header.Get("Content-Encoding"))
	n := notified{who: who, header: r.Header}
	if err == nil {
		err = json.Unmarshal(plain, &n)
	}
	if err != nil {
		p.Errorf("the message to %s: %v", who, err)
	}
	p.got = append(p.got, n)
	w.WriteHeader(http.StatusCreated)
}

// vapid checks who sends, as RFC 8292 has it.
func (p *pushService) vapid(header string) error {
	t, k, ok := strings.Cut(strings.TrimPrefix(header, "vapid t="), ", k=")
	parts := strings.Split(t, ".")
	if !ok || len(parts) != 3 || k != p.public {
		return fmt.Errorf("Authorization is %q, want VAPID with key %s", header, p.public)
	}
	var head struct{ Alg, Typ string }
	var claims struct {
		Aud, Sub string
		Exp      int64
	}
	for i, to := range []any{&head, &claims} {
		raw, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err == nil {
			err = json.Unmarshal(raw, to)
		}
		if err != nil {
			return fmt.Errorf("the token's part %d: %w", i, err)
		}
	}
	left := time.Until(time.Unix(claims.Exp, 0))
	if head.Alg != "ES256" || claims.Aud != p.URL || claims.Sub != "https://kabar.example" || left <= 0 || left > 24*time.Hour {
		return fmt.Errorf("the token says %+v %+v", head, claims)
	}
	raw, e1 := base64.RawURLEncoding.DecodeString(k)
	signature, e2 := base64.RawURLEncoding.DecodeString(parts[2])
	if e1 != nil || e2 != nil || len(signature) != 64 {
		return fmt.Errorf("key or signature: %v, %v", e1, e2)
	}
	public, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), raw)
	if err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if !ecdsa.Verify(public, sum[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])) {
		return fmt.Errorf("the token's signature is not the key's")
	}
	return nil
}

// decrypt is the receiving side of RFC 8291, with one record of RFC 8188.
func (b *browser) decrypt(body []byte, coding string) ([]byte, error) {
	if coding != "aes128gcm" || len(body) < 21+65 || body[20] != 65 {
		return nil, fmt.Errorf("%d bytes in %q", len(body), coding)
	}
	salt, size, theirs, sealed := body[:16], binary.BigEndian.Uint32(body[16:20]), body[21:86], body[86:]
	if len(sealed) > int(size) {
		return nil, fmt.Errorf("more than one record")
	}
	public, err := ecdh.P256().NewPublicKey(theirs)
	if err != nil {
		return nil, err
	}
	secret, err := b.key.ECDH(public)
	if err != nil {
		return nil, err
	}
	ikm, e1 := hkdf.Key(sha256.New, secret, b.auth, "WebPush: info\x00"+string(b.key.PublicKey().Bytes())+string(theirs), 32)
	key, e2 := hkdf.Key(sha256.New, ikm, salt, "Content-Encoding: aes128gcm\x00", 16)
	nonce, e3 := hkdf.Key(sha256.New, ikm, salt, "Content-Encoding: nonce\x00", 12)
	block, e4 := aes.NewCipher(key)
	if e1 != nil || e2 != nil || e3 != nil || e4 != nil {
		return nil, fmt.Errorf("%v %v %v %v", e1, e2, e3, e4)
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	plain, err := gcm.Open(nil, nonce, sealed, nil)
	if err != nil {
		return nil, err
	}
	plain = bytes.TrimRight(plain, "\x00")
	if !bytes.HasSuffix(plain, []byte{2}) {
		return nil, fmt.Errorf("no delimiter of the last record")
	}
	return plain[:len(plain)-1], nil
}

// subscription is what a browser would send for who.
func (p *pushService) subscription(who string, categories ...string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	b := p.browsers[who]
	if b == nil {
		key, err := ecdh.P256().GenerateKey(rand.Reader)
		if err != nil {
			p.Fatal(err)
		}
		b = &browser{key, make([]byte, 16)}
		rand.Read(b.auth)
		p.browsers[who] = b
	}
	return subscriptionJSON(p.URL+"/send/"+who, base64.RawURLEncoding.EncodeToString(b.key.PublicKey().Bytes()), base64.RawURLEncoding.EncodeToString(b.auth), categories...)
}

func subscriptionJSON(endpoint, key, auth string, categories ...string) string {
	j, _ := json.Marshal(map[string]any{"subscription": map[string]any{"endpoint": endpoint, "expirationTime": nil, "keys": map[string]string{"p256dh": key, "auth": auth}}, "categories": categories})
	return string(j)
}

// take returns who was told what since it was last asked, in order.
func (p *pushService) take() []notified {
	p.mu.Lock()
	defer p.mu.Unlock()
	got := p.got
	p.got = nil
	slices.SortStableFunc(got, func(a, b notified) int { return strings.Compare(a.who, b.who) })
	return got
}

// want checks who was told what.
func (p *pushService) want(told ...string) {
	p.Helper()
	var got []string
	for _, n := range p.take() {
		got = append(got, n.who+": "+n.Title+" | "+n.Body)
	}
	if !slices.Equal(got, told) {
		p.Errorf("told %q, want %q", got, told)
	}
}

const pushSettings = `public_url = "https://kabar.example"
[[site]]
id = "brebes"
name = "KPU Kabupaten Brebes"
push = true
push_every = "2h"
[[site]]
id = "tegal"
name = "KPU Kota Tegal"
`

// ready lets a server send to the push service.
func (p *pushService) ready(r *running) *running {
	r.s.pushAnywhere = true
	r.s.push.Dial = p.Client().Transport
	p.public = r.s.push.Keys.Public
	return r
}

func (r *running) subscribe(body string) {
	r.Helper()
	if a := r.ask("POST", "/api/v1/sites/brebes/push", body); a.StatusCode != 204 {
		r.Fatalf("subscribing: %d %s", a.StatusCode, a.body)
	}
}

// news comes from a source that was read before.
func (r *running) news(titles ...string) {
	r.Helper()
	for _, title := range titles {
		title, category, _ := strings.Cut(title, " @")
		it := source.Item{GUID: title, Title: title, Published: r.now(), Announce: true}
		if category != "" {
			it.Categories = []string{category}
		}
		if _, err := r.s.store.Ingest(r.Context(), "brebes", "feed", []source.Item{it}); err != nil {
			r.Fatal(err)
		}
	}
}

// round lets some time pass, and sends.
func (r *running) round(d time.Duration) {
	r.Helper()
	r.pass(d)
	if err := r.s.push.Round(r.Context()); err != nil {
		r.Fatal(err)
	}
}

// TestPush: who asked is told of what is new, at most once in the office's time, and of what they chose.
func TestPush(t *testing.T) {
	t.Parallel()
	p := newPushService(t)
	r := p.ready(start(t, "", pushSettings))
	r.news("Sebelum siapa pun berlangganan")
	r.subscribe(p.subscription("semua"))
	r.subscribe(p.subscription("pemilu", "Pemilu", "Hukum"))
	r.round(time.Minute)
	p.want()

	r.news("Rapat pleno @Umum")
	p.want()
	r.round(time.Second)
	p.want() // pictures have a moment to come
	r.round(time.Minute)
	got := p.take()
	if len(got) != 1 || got[0].who != "semua" || got[0].Title != "Rapat pleno" || got[0].Body != "KPU Kabupaten Brebes" || got[0].Data.URL != "/brebes/rapat-pleno" || got[0].Tag != "kabar-brebes" || got[0].Lang != "id" {
		t.Errorf("told %+v", got)
	}
	if h := got[0].header; h.Get("TTL") != "43200" || h.Get("Urgency") != "normal" || h.Get("Topic") != "news" || len(h["Cookie"]) > 0 {
		t.Errorf("sent with %v", h)
	}
	r.round(time.Minute)
	p.want() // once

	r.news("Debat @Pemilu", "Satu @Umum", "Dua @Umum")
	r.round(time.Minute)
	p.want("pemilu: Debat | KPU Kabupaten Brebes") // the other was told a moment ago
	r.round(2 * time.Hour)
	p.want("semua: Dua | KPU Kabupaten Brebes · dan 2 berita lain")
	r.round(2 * time.Hour)
	p.want()

	// Another choice is taken, in the place of the old one.
	r.subscribe(p.subscription("pemilu"))
	r.news("Tiga @Umum")
	r.round(25 * time.Hour)
	p.want() // nothing is told a day late
	r.news("Empat @Umum")
	r.round(time.Minute)
	p.want("pemilu: Empat | KPU Kabupaten Brebes", "semua: Empat | KPU Kabupaten Brebes")

	// Its picture comes along, no larger than a phone needs.
	const src = "https://kab-brebes.kpu.go.id/foto.jpg"
	if _, err := r.s.store.Ingest(r.Context(), "brebes", "feed", []source.Item{{GUID: "foto", Title: "Dengan foto", ImageSrc: src, Published: r.now(), Announce: true}}); err != nil {
		t.Fatal(err)
	}
	if err := r.s.store.PutPicture(r.Context(), store.PictureSource{Site: "brebes", Src: src}, news.Image{Name: "0123456789abcdef", Widths: []int{240, 720, 1280}}, nil); err != nil {
		t.Fatal(err)
	}
	r.round(3 * time.Hour)
	if got := p.take(); len(got) != 2 || got[1].Icon != "/img/0123456789abcdef-240.jpg" || got[1].Image != "/img/0123456789abcdef-720.jpg" {
		t.Errorf("told %+v", got)
	}

	// A correction is no news, nor is what an import brings, which has no wish to be told.
	for _, it := range []source.Item{{GUID: "Empat", Title: "Empat (ralat)", Published: r.now(), Announce: true}, {GUID: "arsip", Title: "Arsip", Published: r.now()}} {
		if _, err := r.s.store.Ingest(r.Context(), "brebes", "feed", []source.Item{it}); err != nil {
			t.Fatal(err)
		}
	}
	r.round(3 * time.Hour)
	p.want()

	for range 2 { // the second time nobody is there
		if a := r.ask("POST", "/api/v1/sites/brebes/push/unsubscribe", fmt.Sprintf(`{"endpoint":%q}`, p.URL+"/send/semua")); a.StatusCode != 204 {
			t.Errorf("unsubscribing: %d %s", a.StatusCode, a.body)
		}
	}
	r.news("Lima")
	r.round(3 * time.Hour)
	p.want("pemilu: Lima | KPU Kabupaten Brebes")
	r.holds("/send/semua", false)
	r.holds("/send/pemilu", true)
}

// holds checks whether the database knows an endpoint with a text in it.
func (r *running) holds(text string, want bool) {
	r.Helper()
	db, err := sql.Open("sqlite", "file:"+r.path)
	if err != nil {
		r.Fatal(err)
	}
	defer db.Close()
	var n int
	if err := db.QueryRowContext(r.Context(), "SELECT COUNT(*) FROM push_subscription WHERE endpoint LIKE $1", "%"+text+"%").Scan(&n); err != nil {
		r.Fatal(err)
	}
	if n > 0 != want {
		r.Errorf("%d subscriptions with %q in their endpoint, want any: %v", n, text, want)
	}
}

// TestPushFailures: who is gone is forgotten, who cannot be reached is tried again when the push service says, and no log names them.
func TestPushFailures(t *testing.T) {
	t.Parallel()
	p := newPushService(t)
	r := p.ready(start(t, "", pushSettings))
	var lines bytes.Buffer
	r.s.push.Log = slog.New(slog.NewTextHandler(&lines, nil))
	for _, who := range []string{"ada", "hilang", "pindah", "sibuk", "rusak"} {
		r.subscribe(p.subscription(who))
	}
	p.answer = func(who string) (int, string) {
		status := map[string]int{"hilang": 404, "pindah": 410, "sibuk": 429, "rusak": 500}[who]
		return status, map[string]string{"sibuk": "1800"}[who]
	}
	r.news("Satu")
	r.round(time.Minute)
	p.want("ada: Satu | KPU Kabupaten Brebes")
	for who, want := range map[string]bool{"hilang": false, "pindah": false, "sibuk": true, "rusak": true} {
		r.holds("/send/"+who, want)
	}
	p.answer = nil
	r.round(2 * time.Minute)
	p.want("rusak: Satu | KPU Kabupaten Brebes")
	r.news("Dua")
	r.round(29 * time.Minute)
	p.want("sibuk: Dua | KPU Kabupaten Brebes · dan 1 berita lain")

	// A push service that does not answer.
	r.round(3 * time.Hour)
	p.take()
	p.CloseClientConnections()
	p.Close()
	r.news("Tiga")
	r.round(3 * time.Hour)
	if text := lines.String(); !strings.Contains(text, "failed=3") || strings.Contains(text, "/send/") {
		t.Errorf("the log says %s", text)
	}
	// One that nobody ever reaches is forgotten in the end.
	for range 45 {
		r.news(r.now().String())
		r.round(7 * time.Hour)
	}
	r.holds("/send/", false)
}

// through is a connection that a test stands in.
type through func(*http.Request) (*http.Response, error)

func (f through) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// writing is an io.Writer for each line of a log.
type writing func(line string)

func (f writing) Write(p []byte) (int, error) {
	f(string(p))
	return len(p), nil
}

// TestPushHanging: no office waits for another whose readers' endpoints do not answer, and those cost an office little, however many names they have.
func TestPushHanging(t *testing.T) {
	t.Parallel()
	p := newPushService(t)
	r := p.ready(start(t, "", pushSettings+"push = true\npush_every = \"2h\"\n"))
	both := func(title string) {
		t.Helper()
		r.news(title)
		if _, err := r.s.store.Ingest(t.Context(), "tegal", "feed", []source.Item{{GUID: title, Title: title, Published: r.now(), Announce: true}}); err != nil {
			t.Fatal(err)
		}
		r.pass(time.Minute)
	}
	soon := func(what string, c <-chan error) {
		t.Helper()
		select {
		case err := <-c:
			if err != nil {
				t.Fatal(err)
			}
		case <-time.After(20 * time.Second):
			t.Fatal("waits in vain for " + what)
		}
	}
	r.subscribe(strings.ReplaceAll(p.subscription("diam"), p.URL, "https://diam.example"))
	if a := r.ask("POST", "/api/v1/sites/tegal/push", p.subscription("ada")); a.StatusCode != 204 {
		t.Fatalf("%d %s", a.StatusCode, a.body)
	}
	dial, hanging, told, first, second := r.s.push.Dial, make(chan error, 1), make(chan error, 1), make(chan error, 1), make(chan error, 1)
	release := make(chan struct{})
	r.s.push.Dial = through(func(q *http.Request) (*http.Response, error) {
		if q.URL.Host == "diam.example" {
			hanging <- nil
			<-release
			return nil, context.DeadlineExceeded
		}
		return dial.RoundTrip(q)
	})
	// The log tells when that was written down. Until then time is not to pass, or the next news would be due later.
	r.s.push.Log = slog.New(slog.NewTextHandler(writing(func(line string) {
		if strings.Contains(line, "site=tegal sent=1") {
			told <- nil
		}
	}), nil))
	both("Satu")
	go func() { first <- r.s.push.Round(t.Context()) }()
	soon("an endpoint that hangs", hanging)
	soon("the other office's news", told)
	r.pass(3 * time.Hour)
	both("Dua")
	// The first round has not ended for the one office, and may be about to for the other.
	for more := true; more; {
		go func() { second <- r.s.push.Round(t.Context()) }()
		soon("the next round", second)
		select {
		case <-told:
			more = false
		default:
		}
	}
	close(release)
	soon("the first round", first)
	p.want("ada: Satu | KPU Kota Tegal", "ada: Dua | KPU Kota Tegal")

	const many = 50
	for i := range many {
		r.subscribe(strings.ReplaceAll(p.subscription("diam"), p.URL+"/send/", fmt.Sprintf("https://n%d.diam.example/", i)))
	}
	r.subscribe(p.subscription("ada"))
	asked := 0
	var mu sync.Mutex
	r.s.push.Dial = through(func(q *http.Request) (*http.Response, error) {
		if strings.HasSuffix(q.URL.Host, "diam.example") {
			mu.Lock()
			defer mu.Unlock()
			asked++
			return nil, context.DeadlineExceeded
		}
		return dial.RoundTrip(q)
	})
	r.news("Tiga")
	r.round(time.Minute)
	p.want("ada: Tiga | KPU Kabupaten Brebes")
	if asked < 3 || asked > 10 { // three in vain, while seven more are under way
		t.Errorf("%d of %d endpoints of one domain that does not answer were waited for", asked, many)
	}
	r.holds("n49.diam.example", true)
	asked = 0
	r.round(2 * time.Minute)
	if asked == 0 {
		t.Error("they are not asked again")
	}
}

// TestPushGuard: no endpoint leads a server inside, whatever its name says.
func TestPushGuard(t *testing.T) {
	p := newPushService(t)
	r := p.ready(start(t, "", pushSettings))
	dial := r.s.push.Dial
	guarded, err := r.s.newSender(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	r.subscribe(p.subscription("dalam"))
	r.news("Satu")
	r.s.push.Dial = guarded.Dial
	r.round(time.Minute)
	r.s.push.Dial = dial
	p.want()
	r.holds("/send/", false)
}

// TestPushRestart: what is due is sent after a stop, by one of several servers, with the keys that browsers know.
func TestPushRestart(t *testing.T) {
	t.Parallel()
	p := newPushService(t)
	r := p.ready(start(t, "", pushSettings))
	for i := range 70 { // more than are claimed at once
		r.subscribe(p.subscription(fmt.Sprintf("s%02d", i)))
	}
	r.news("Satu")
	stopped, cancel := context.WithCancel(t.Context())
	r.pass(time.Minute)
	p.answer = func(string) (int, string) {
		cancel() // in the middle of the first message
		<-stopped.Done()
		return 503, ""
	}
	if err := r.s.push.Round(stopped); err != nil {
		t.Fatal(err)
	}
	p.want()
	r.stop()
	p.answer = nil

	a := start(t, r.path, pushSettings)
	b := start(t, r.path, pushSettings)
	if a.s.push.Keys != r.s.push.Keys || b.s.push.Keys != r.s.push.Keys {
		t.Fatal("the servers have different keys")
	}
	var wg sync.WaitGroup
	for _, s := range []*running{p.ready(a), p.ready(b)} {
		s.pass(r.now().Add(time.Second).Sub(s.now()))
		wg.Go(func() {
			if err := s.s.push.Round(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	got := p.take()
	told := map[string]bool{}
	for _, n := range got {
		told[n.who] = true
	}
	if len(got) != 70 || len(told) != 70 {
		t.Errorf("%d messages to %d subscriptions, want one to each of 70", len(got), len(told))
	}
}

// TestPushAPI: what a browser asks, and what is refused.
func TestPushAPI(t *testing.T) {
	t.Parallel()
	p := newPushService(t)
	r := start(t, "", pushSettings)
	r.news("Satu @Pemilu")
	var offer struct {
		Key        string
		Categories []string
	}
	if a := r.ask("GET", "/api/v1/sites/brebes/push", ""); json.Unmarshal([]byte(a.body), &offer) != nil || len(offer.Key) != 87 || !slices.Equal(offer.Categories, []string{"Pemilu"}) || len(a.Header["Set-Cookie"]) > 0 {
		t.Errorf("the offer is %d %s", a.StatusCode, a.body)
	}
	good := strings.ReplaceAll(p.subscription("x"), p.URL, "https://push.example.com")
	r.subscribe(good)
	var key, auth string
	for name, to := range map[string]*string{"p256dh": &key, "auth": &auth} {
		_, rest, _ := strings.Cut(good, `"`+name+`":"`)
		*to, _, _ = strings.Cut(rest, `"`)
	}
	many := make([]string, 21)
	for i := range many {
		many[i] = "k"
	}
	for _, c := range []struct {
		name, path, body string
		status           int
		want             string
	}{
		{"office without", "tegal/push", good, 404, "no_push"},
		{"no office", "nirgends/push", good, 404, "not_found"},
		{"no JSON", "brebes/push", "halo", 400, "bad_json"},
		{"large", "brebes/push", `{"categories":["` + strings.Repeat("x", 9000), 413, "too_large"},
		{"no subscription", "brebes/push", "{}", 422, "endpoint"},
		{"http", "brebes/push", subscriptionJSON("http://push.example.com/x", key, auth), 422, "https"},
		{"password", "brebes/push", subscriptionJSON("https://a:b@push.example.com/x", key, auth), 422, "https"},
		{"address", "brebes/push", subscriptionJSON("https://127.0.0.1/x", key, auth), 422, "public host"},
		{"address of IPv6", "brebes/push", subscriptionJSON("https://[::1]/x", key, auth), 422, "public host"},
		{"inside", "brebes/push", subscriptionJSON("https://localhost/x", key, auth), 422, "public host"},
		{"inside by name", "brebes/push", subscriptionJSON("https://db.internal./x", key, auth), 422, "public host"},
		{"port", "brebes/push", subscriptionJSON("https://push.example.com:8443/x", key, auth), 422, "public host"},
		{"long", "brebes/push", subscriptionJSON("https://push.example.com/"+strings.Repeat("x", 2048), key, auth), 422, "2048"},
		{"no point", "brebes/push", subscriptionJSON("https://push.example.com/x", "B"+strings.Repeat("A", 86), auth), 422, "p256dh"},
		{"short secret", "brebes/push", subscriptionJSON("https://push.example.com/x", key, "AAAA"), 422, "auth"},
		{"many categories", "brebes/push", subscriptionJSON("https://push.example.com/x", key, auth, many...), 422, "categories"},
		{"long category", "brebes/push", subscriptionJSON("https://push.example.com/x", key, auth, strings.Repeat("x", 201)), 422, "categories"},
		{"unsubscribe without JSON", "brebes/push/unsubscribe", "", 400, "bad_json"},
	} {
		if a := r.ask("POST", "/api/v1/sites/"+c.path, c.body); a.StatusCode != c.status || !strings.Contains(a.body, c.want) {
			t.Errorf("%s: %d %s, want %d with %q", c.name, a.StatusCode, a.body, c.status, c.want)
		}
	}
	// One address does not fill the list.
	if got := spend(r.s.limits.subscribes, "36.68.1.1", r.now()); got != addressSubscribes.atOnce {
		t.Errorf("%d subscriptions at once, want %d", got, addressSubscribes.atOnce)
	}
	for from, want := range map[string]int{"36.68.1.1": 429, "36.68.1.2": 204} {
		if a := r.ask("POST", "/api/v1/sites/brebes/push", good, "X-Forwarded-For", from); a.StatusCode != want || want == 429 && !jsonError(a.body, "too_many") {
			t.Errorf("from %s: %d %s, want %d", from, a.StatusCode, a.body, want)
		}
	}
	if a := r.ask("POST", "/api/v1/sites/brebes/push/unsubscribe", `{"endpoint":"https://push.example.com/y"}`, "X-Forwarded-For", "36.68.1.1"); a.StatusCode != 204 {
		t.Errorf("unsubscribing beyond the limit: %d", a.StatusCode)
	}
	if a := r.ask("POST", "/api/v1/sites/brebes/push", good, "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"); a.StatusCode != 403 {
		t.Errorf("from another site: %d", a.StatusCode)
	}
	if a := r.ask("GET", "/api/v1/sites/tegal/push", ""); a.StatusCode != 404 {
		t.Errorf("the offer of an office without: %d", a.StatusCode)
	}
	// Only such an office's page says so.
	for office, want := range map[string]bool{"brebes": true, "tegal": false} {
		if a := r.ask("GET", "/"+office+"/aplikasi", ""); strings.Contains(a.body, `id="pemberitahuan"`) != want {
			t.Errorf("%s's page of the app offers notifications: %v", office, !want)
		}
	}
	if a := r.ask("GET", "/brebes/worker.js", ""); len(a.body) > 4096 || !strings.Contains(a.body, "showNotification") {
		t.Errorf("the worker has %d bytes, want at most 4,096", len(a.body))
	} else {
		t.Logf("the worker has %d bytes", len(a.body))
	}
}
