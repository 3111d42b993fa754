package main

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"kabar/app/news"
	"kabar/server/micropub"
	"kabar/server/picture"
	"kabar/server/post"
	"kabar/server/source"
)

// Limits of what a client may send.
const (
	maxPostBody   = 1 << 20 // without photos
	maxPhotos     = 10
	maxUploadBody = maxPostBody + 2*picture.MaxBytes
	uploadTime    = 5 * time.Minute // of a photograph over a slow network
)

func micropubPath(site string) string { return "/micropub/" + site }

func (s *server) mediaURL(o *office) string { return s.base + micropubPath(o.ID) + "/media/" }

// invalid is a request that the protocol calls invalid_request.
func invalid(message string) error { return badRequest("invalid_request", message) }

func forbidden(message string) error {
	return &httpError{status: http.StatusForbidden, code: "forbidden", message: message}
}

// publisher is the office that the address names, if it lets posts be written.
func (s *server) publisher(r *http.Request) (*office, error) {
	o, err := s.site(r)
	if err != nil {
		return nil, err
	}
	if o.MicropubToken == nil {
		return nil, notFound("Micropub endpoint: the office has no micropub_token_sha256")
	}
	return o, nil
}

// bearer returns the token of the header, or "".
func bearer(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

// authorize checks a token, and that it may do what scope names; "" is anything.
func (o *office) authorize(token, scope string) error {
	sum := sha256.Sum256([]byte(token))
	switch {
	case token == "":
		return &httpError{status: http.StatusUnauthorized, code: "unauthorized", message: "no access token: send Authorization: Bearer, or access_token in the form"}
	case subtle.ConstantTimeCompare(sum[:], o.MicropubToken) != 1:
		return forbidden("the access token is not this office's")
	case scope != "" && !slices.Contains(o.MicropubScope, scope):
		return &httpError{status: http.StatusForbidden, code: "insufficient_scope", message: "the token may not " + scope}
	}
	return nil
}

// micropubQuery answers what a client wants to know.
func (s *server) micropubQuery(w http.ResponseWriter, r *http.Request) error {
	open(w)
	o, err := s.publisher(r)
	if err != nil {
		return err
	}
	if err := o.authorize(bearer(r), ""); err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	q := r.URL.Query()
	none := []string{}
	switch q.Get("q") {
	case "config":
		writeJSON(w, http.StatusOK, map[string]any{"media-endpoint": strings.TrimSuffix(s.mediaURL(o), "/"), "syndicate-to": none,
			"q": []string{"config", "source", "syndicate-to", "category"}, "post-types": []map[string]string{{"type": "article", "name": "Berita"}, {"type": "note", "name": "Kabar singkat"}, {"type": "photo", "name": "Foto"}}})
	case "syndicate-to":
		writeJSON(w, http.StatusOK, map[string]any{"syndicate-to": none})
	case "category":
		l, err := s.store.List(r.Context(), o.ID, news.Query{Limit: 1})
		if err != nil {
			return err
		}
		writeJSON(w, http.StatusOK, map[string]any{"categories": append(none, l.Categories...)})
	case "source":
		p, err := s.findPost(r.Context(), o, q.Get("url"), false)
		if err != nil {
			return err
		}
		f, err := post.Folder(o.Posts).Read(p.file)
		if err != nil {
			return err
		}
		writeJSON(w, http.StatusOK, s.entry(o, f).Source(append(q["properties[]"], q["properties"]...)))
	default:
		return invalid("q: want config, source, syndicate-to or category")
	}
	return nil
}

func (s *server) entry(o *office, f *post.File) micropub.Entry {
	return micropub.Entry{File: f, Location: o.Public().Location(), Media: s.mediaURL(o)}
}

// micropub creates, updates, deletes and undeletes posts.
func (s *server) micropub(w http.ResponseWriter, r *http.Request) error {
	open(w)
	w.Header().Set("Cache-Control", "no-store")
	o, err := s.publisher(r)
	if err != nil {
		return err
	}
	token := bearer(r)
	if err := s.admit(w, r, o, token); err != nil {
		return err
	}
	req, err := micropub.Parse(r)
	if r.MultipartForm != nil {
		defer r.MultipartForm.RemoveAll()
	}
	if req != nil && req.Token != "" {
		if token != "" {
			return invalid("the access token stands in the header and in the body; send one of them")
		}
		token = req.Token
	}
	if err := o.authorize(token, ""); err != nil {
		return err
	}
	if err != nil {
		return refused(err)
	}
	scope := req.Action
	if scope == "undelete" {
		scope = "delete"
	}
	if err := o.authorize(token, scope); err != nil {
		return err
	}
	s.posting.Lock()
	defer s.posting.Unlock()
	if req.Action == "create" {
		return s.createPost(w, r, o, req)
	}
	return s.changePost(w, r, o, req)
}

// admit bounds what is read before anything is, and lets who holds a token take time over a slow network and send photographs. A form or JSON may
// hold the token itself, so without one in the header it is read, but no photograph is: it would be kept in memory until its end came.
func (s *server) admit(w http.ResponseWriter, r *http.Request, o *office, token string) error {
	limit, photos := int64(maxPostBody), strings.HasPrefix(strings.ToLower(r.Header.Get("Content-Type")), "multipart/")
	if photos && token == "" {
		return &httpError{status: http.StatusUnauthorized, code: "unauthorized", message: "no access token in the header, where multipart needs it: send Authorization: Bearer"}
	}
	if token != "" {
		if err := o.authorize(token, ""); err != nil {
			return err
		}
		rc := http.NewResponseController(w)
		if err := errors.Join(rc.SetReadDeadline(time.Now().Add(uploadTime)), rc.SetWriteDeadline(time.Now().Add(2*uploadTime))); err != nil && !errors.Is(err, http.ErrNotSupported) {
			return err
		}
		if photos {
			limit = maxUploadBody
		}
	}
	r.Body = http.MaxBytesReader(w, r.Body, limit)
	return nil
}

// refused is the answer to a request that cannot be read or done.
func refused(err error) error {
	var e micropub.Error
	var big *http.MaxBytesError
	switch {
	case errors.As(err, &e):
		return invalid(e.Error())
	case errors.As(err, &big):
		return err
	}
	return &httpError{status: http.StatusBadRequest, code: "invalid_request", message: "the request cannot be read", err: err}
}

func (s *server) createPost(w http.ResponseWriter, r *http.Request, o *office, req *micropub.Request) error {
	var f post.File
	e := s.entry(o, &f)
	// The text and the date are looked at before photographs are decoded and kept.
	if err := e.Create(req.Properties); err != nil {
		return refused(err)
	}
	if f.Text(post.Date) == "" {
		f.Set(post.Date, s.now().In(e.Location).Format(micropub.DateLayout))
	}
	if len(req.Photos) > maxPhotos {
		return invalid(fmt.Sprintf("more than %d photos", maxPhotos))
	}
	photos := e.Get("photo")
	for i, h := range req.Photos {
		name, err := s.keepUpload(o, h)
		if err != nil {
			return err
		}
		v := micropub.Value{Text: s.mediaURL(o) + name}
		if alts := req.Properties["mp-photo-alt"]; i < len(alts) {
			v.Alt = alts[i].Text
		}
		photos = append(photos, v)
	}
	if len(req.Photos) > 0 {
		if err := e.Set("photo", photos); err != nil {
			return refused(err)
		}
	}
	p, err := parsePost("x.md", &f, o)
	if err != nil {
		return err
	}
	if p.Draft && f.Text(post.Draft) != "true" {
		return invalid("the post is empty: send content, summary or photo")
	}
	title, folder := p.Title, post.Folder(o.Posts)
	if v := req.Properties["mp-slug"]; len(v) > 0 {
		title = v[0].Text
	}
	slug, name, err := folder.Same(&f, title)
	if err == nil && slug == "" {
		slug, name, err = folder.Create(&f, title, func(slug string) (bool, error) {
			_, err := s.store.GUIDOf(r.Context(), o.ID, source.PostsSource, slug)
			if errors.Is(err, news.ErrNotFound) {
				return false, nil
			}
			return true, err
		})
	}
	if err != nil {
		return err
	}
	if p, err = parsePost(name, &f, o); err != nil {
		return err
	}
	shown, err := s.publish(r.Context(), o, p)
	if err != nil {
		return err
	}
	if shown { // the store knows whether the same was sent twice
		if slug, err = s.store.SlugOf(r.Context(), o.ID, source.PostsSource, p.GUID); err != nil {
			return err
		}
	}
	h := w.Header()
	h.Set("Location", s.base+news.ArticlePath(o.ID, slug))
	h.Set("Access-Control-Expose-Headers", "Location")
	if shown {
		w.WriteHeader(http.StatusCreated)
	} else {
		w.WriteHeader(http.StatusAccepted) // a draft, or its date is to come
	}
	return nil
}

// parsePost reads a post as the folder's reader will.
func parsePost(name string, f *post.File, o *office) (source.Post, error) {
	data, err := f.Bytes()
	if err != nil {
		return source.Post{}, err
	}
	p, err := source.ParsePost(name, data, o.Public().Location())
	if err != nil {
		return p, invalid("the post cannot be published: " + err.Error())
	}
	return p, nil
}

// publish stores a post at once, without waiting for the folder to be looked at, or takes it back when it is a draft now. It reports
// whether the post is shown.
func (s *server) publish(ctx context.Context, o *office, p source.Post) (bool, error) {
	if p.Draft || p.Published.After(s.now()) {
		if err := s.store.Remove(ctx, o.ID, source.PostsSource, p.GUID); err != nil && !errors.Is(err, news.ErrNotFound) {
			return false, err
		}
		return false, nil
	}
	_, err := s.store.Ingest(ctx, o.ID, source.PostsSource, []source.Item{p.Item})
	return err == nil, err
}

// found is a post of an office.
type found struct {
	guid, file string
}

// findPost finds the post at an address, among those in the trash or those that are not.
func (s *server) findPost(ctx context.Context, o *office, address string, trashed bool) (p found, err error) {
	if address == "" {
		return p, invalid("url: which post?")
	}
	route, ok := news.Route{}, false
	if rest, ours := strings.CutPrefix(address, s.base+"/"); ours {
		rest, _, _ = strings.Cut(rest, "#")
		rest, _, _ = strings.Cut(rest, "?")
		route, ok = news.ParsePath("/"+rest, "")
	}
	if !ok || route.Page != news.PageArticle || route.Site != o.ID {
		return p, invalid("url: not the address of a post of this office")
	}
	p.guid, err = s.store.GUIDOf(ctx, o.ID, source.PostsSource, route.Slug)
	switch {
	case errors.Is(err, news.ErrNotFound):
		p.guid = "post:" + route.Slug // a draft, which the store never saw
	case err != nil:
		return p, err
	case p.guid == "":
		return p, forbidden("this article comes from another source and is changed there")
	}
	p.file, err = post.Folder(o.Posts).Find(strings.TrimPrefix(p.guid, "post:"), trashed)
	if errors.Is(err, post.ErrNotFound) {
		return p, invalid("url: no such post")
	}
	return p, err
}

func (s *server) changePost(w http.ResponseWriter, r *http.Request, o *office, req *micropub.Request) error {
	p, err := s.findPost(r.Context(), o, req.URL, req.Action == "undelete")
	if err != nil {
		return err
	}
	folder := post.Folder(o.Posts)
	switch req.Action {
	case "delete":
		if err = folder.Trash(p.file); err != nil {
			return err
		}
		if err = s.store.Remove(r.Context(), o.ID, source.PostsSource, p.guid); errors.Is(err, news.ErrNotFound) {
			err = nil // a draft
		}
	case "undelete":
		if err = folder.Restore(p.file); err == nil {
			err = s.republish(r.Context(), o, p, nil)
		}
	case "update":
		err = s.republish(r.Context(), o, p, req)
	}
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// republish reads a post again, changes it where a request says so, and shows what it is now.
func (s *server) republish(ctx context.Context, o *office, p found, req *micropub.Request) error {
	folder := post.Folder(o.Posts)
	f, err := folder.Read(p.file)
	if err != nil {
		return err
	}
	if req != nil {
		e := s.entry(o, f)
		if err := e.Update(req); err != nil {
			return refused(err)
		}
		f.Set(post.Updated, s.now().In(e.Location).Format(micropub.DateLayout))
	}
	parsed, err := parsePost(p.file, f, o)
	if err != nil {
		return err
	}
	if req != nil {
		data, err := f.Bytes()
		if err != nil {
			return err
		}
		if err := folder.Write(p.file, data); err != nil {
			return err
		}
	}
	_, err = s.publish(ctx, o, parsed)
	return err
}

// micropubMedia takes a photograph before the post that shows it.
func (s *server) micropubMedia(w http.ResponseWriter, r *http.Request) error {
	open(w)
	w.Header().Set("Cache-Control", "no-store")
	o, err := s.publisher(r)
	if err != nil {
		return err
	}
	token := bearer(r)
	if err := s.admit(w, r, o, token); err != nil {
		return err
	}
	err = r.ParseMultipartForm(maxPostBody)
	if r.MultipartForm != nil {
		defer r.MultipartForm.RemoveAll()
	}
	if t := r.PostFormValue("access_token"); t != "" {
		if token != "" {
			return invalid("the access token stands in the header and in the body; send one of them")
		}
		token = t
	}
	if e := o.authorize(token, ""); e != nil {
		return e
	}
	if err != nil {
		return refused(err)
	}
	if !slices.Contains(o.MicropubScope, "create") {
		if err := o.authorize(token, "media"); err != nil {
			return err
		}
	}
	files := r.MultipartForm.File["file"]
	if len(files) != 1 {
		return invalid("file: want one photo")
	}
	s.posting.Lock()
	defer s.posting.Unlock()
	name, err := s.keepUpload(o, files[0])
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Location", s.mediaURL(o)+name)
	h.Set("Access-Control-Expose-Headers", "Location")
	w.WriteHeader(http.StatusCreated)
	return nil
}

// keepUpload cleans a photograph and keeps it in the office's folder, under a name made of its content.
func (s *server) keepUpload(o *office, h *multipart.FileHeader) (name string, err error) {
	if h.Size > picture.MaxBytes {
		return "", &httpError{status: http.StatusRequestEntityTooLarge, code: "invalid_request", message: fmt.Sprintf("a photo may have %d MB", picture.MaxBytes>>20)}
	}
	file, err := h.Open()
	if err != nil {
		return "", fmt.Errorf("open the upload: %w", err)
	}
	defer file.Close()
	data, err := io.ReadAll(file)
	if err != nil {
		return "", fmt.Errorf("read the upload: %w", err)
	}
	clean, err := picture.Clean(data)
	if err != nil {
		return "", invalid("the photo cannot be kept: " + err.Error())
	}
	sum := sha256.Sum256(clean)
	name = hex.EncodeToString(sum[:12]) + ".jpg"
	return name, post.Folder(o.Posts).AddMedia(name, clean)
}

var uploadName = regexp.MustCompile(`^[0-9a-f]{24}\.jpg$`)

// micropubFile shows an upload to the client that has sent it, before a post does.
func (s *server) micropubFile(w http.ResponseWriter, r *http.Request) error {
	o, err := s.publisher(r)
	if err != nil {
		return err
	}
	name := r.PathValue("file")
	if !uploadName.MatchString(name) {
		return notFound("photo")
	}
	data, err := post.Folder(o.Posts).ReadFile(path.Join(post.Media, name))
	if err != nil {
		return notFound("photo")
	}
	w.Header().Set("Content-Type", "image/jpeg")
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	w.Write(data) // the client may have gone
	return nil
}

// micropubPreflight lets clients that run in a browser post; what they hold is the token, not a cookie.
func (s *server) micropubPreflight(w http.ResponseWriter, r *http.Request) error {
	open(w)
	h := w.Header()
	h.Set("Access-Control-Allow-Methods", "GET, POST")
	h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type")
	h.Set("Access-Control-Max-Age", "86400")
	w.WriteHeader(http.StatusNoContent)
	return nil
}
