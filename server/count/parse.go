package count

import (
	"bytes"
	"encoding/json"

	"kabar/app/news"
)

// ParseEvents reads the body of a request, {"events":[…]}. What our own pages send when something happens, it reads itself, for that is most of what
// comes, and encoding/json takes nearly as long for it as all else that is done with a view before the disk; what has anything unusual in it is encoding/json's.
func ParseEvents(body []byte) ([]news.Event, error) {
	if events, ok := parsePlain(body); ok {
		return events, nil
	}
	var all struct {
		Events []news.Event `json:"events"`
	}
	err := json.Unmarshal(body, &all)
	return all.Events, err
}

// parsePlain reads events without spaces, escapes, times and unknown names.
func parsePlain(body []byte) (events []news.Event, ok bool) {
	p := plain{body}
	if !p.eat(`{"events":[`) {
		return nil, false
	}
	events = make([]news.Event, 0, 1)
	for more := true; more; more = p.eat(",") {
		var e news.Event
		if !p.event(&e) {
			return nil, false
		}
		events = append(events, e)
	}
	return events, p.eat("]}") && len(p.rest) == 0
}

// plain is what is still to be read.
type plain struct{ rest []byte }

func (p *plain) eat(s string) bool {
	rest, ok := bytes.CutPrefix(p.rest, []byte(s))
	p.rest = rest
	return ok
}

func (p *plain) event(e *news.Event) bool {
	if !p.eat("{") {
		return false
	}
	for more := true; more; more = p.eat(",") {
		name, ok := p.text()
		if !ok || !p.eat(":") {
			return false
		}
		value, ok := p.text()
		if !ok {
			return false
		}
		switch string(name) {
		case "id":
			e.ID = string(value)
		case "type":
			e.Type = news.EventType(value)
		case "article":
			e.Article = string(value)
		case "url":
			e.URL = string(value)
		case "network":
			e.Network = string(value)
		case "via":
			e.Via = news.Via(value)
		case "host":
			e.Host = string(value)
		default:
			return false
		}
	}
	return p.eat("}")
}

// text reads a string that stands for itself.
func (p *plain) text() (text []byte, ok bool) {
	if !p.eat(`"`) {
		return nil, false
	}
	for i, c := range p.rest {
		switch {
		case c == '"':
			text, p.rest = p.rest[:i], p.rest[i+1:]
			return text, true
		case c < ' ' || c > '~' || c == '\\':
			return nil, false
		}
	}
	return nil, false
}
