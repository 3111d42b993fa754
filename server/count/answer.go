package count

import (
	"encoding/json"
	"strconv"

	"kabar/app/news"
)

// AppendJSON appends the answer in JSON: {"counts":{key:{…},…},"rejected":[…]}, as encoding/json would write it. It is written by hand because it is most of what an answer costs
// beside its transaction.
func (a Answer) AppendJSON(b []byte) []byte {
	b = append(b, `{"counts":{`...)
	for i, t := range a.Totals {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendString(b, t.Key), ':')
		b = appendCounts(b, t.Counts)
	}
	b = append(b, '}')
	for i, r := range a.Rejected {
		if i == 0 {
			b = append(b, `,"rejected":[`...)
		} else {
			b = append(b, ',')
		}
		b = appendString(append(b, `{"id":`...), r.ID)
		b = append(appendString(append(b, `,"reason":`...), r.Reason), '}')
		if i == len(a.Rejected)-1 {
			b = append(b, ']')
		}
	}
	return append(b, '}', '\n')
}

func appendCounts(b []byte, c news.Counts) []byte {
	b = strconv.AppendInt(append(b, `{"views":`...), c.Views, 10)
	b = strconv.AppendInt(append(b, `,"shares":`...), c.Shares, 10)
	if c.Before != 0 {
		b = strconv.AppendInt(append(b, `,"before":`...), c.Before, 10)
	}
	if c.BeforeFrom != "" {
		b = appendString(append(b, `,"before_from":`...), c.BeforeFrom)
	}
	return append(b, '}')
}

// appendString appends a JSON string. Slugs and ids need no escapes.
func appendString(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			quoted, _ := json.Marshal(s) // a string always has its JSON
			return append(b, quoted...)
		}
	}
	return append(append(append(b, '"'), s...), '"')
}
