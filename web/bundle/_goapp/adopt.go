// The app's first mount adopts the page that the server sent, so that focus, selection, scroll, typed text and loaded pictures stay. go-app
// has no hydration: it would build each node anew and put its own tree in place of the page's.
//
// adopt.js lists what stands below the root, once; mounting then takes a node of that list where go-app would have made one, and neither sets
// its attributes nor appends it. That is one call into JavaScript for a node instead of half a dozen, and most of what a mount costs.

package app

import (
	"strconv"
	"strings"
)

// standing is a node of the page.
type standing struct {
	tag      string // "" for text
	index    int    // in nodes
	children []*standing
	next     int // the first child that may be adopted
}

// page is what is being adopted. It is nil before and after.
var page *struct {
	nodes Value
	here  *standing // whose children are being mounted; nil below a node that is made anew
	made  int
}

var pageAdopted bool

// adoptPage begins, if the page can be adopted, and returns what ends it.
func adoptPage() (end func()) {
	kabar := Window().Get("kabar")
	if pageAdopted || !kabar.Truthy() {
		return func() {}
	}
	pageAdopted = true
	list := kabar.Call("page")
	words := strings.Split(list.Get("words").String(), "\x00")
	index := 0
	var read func() *standing
	read = func() *standing {
		s := &standing{tag: words[0], index: index}
		count, _ := strconv.Atoi(words[1])
		words, index = words[2:], index+1
		s.children = make([]*standing, count)
		for i := range s.children {
			s.children[i] = read()
		}
		return s
	}
	page = &struct {
		nodes Value
		here  *standing
		made  int
	}{nodes: list.Get("nodes")}
	page.here = &standing{children: []*standing{read()}}
	return func() {
		adopted := "all"
		if page.made > 0 {
			adopted = "all but " + strconv.Itoa(page.made)
		}
		page = nil
		kabar.Set("adopted", adopted)
	}
}

// adopt returns the next child with the tag of the node whose children are being mounted, or nil. What it passes over belongs to somebody else:
// an extension or a translator.
func adopt(tag string) (*standing, Value) {
	if page == nil {
		return nil, nil
	}
	if page.here != nil {
		if s := page.here.take(tag); s != nil {
			return s, page.nodes.Index(s.index)
		}
	}
	page.made++
	return nil, nil
}

func (s *standing) take(tag string) *standing {
	for i := s.next; i < len(s.children); i++ {
		if s.children[i].tag == tag {
			s.next = i + 1
			return s.children[i]
		}
	}
	return nil
}

// enter makes s the node whose children are mounted, and leave its parent again. Where a child is missing the page is not the one that the app
// knows: there all children are made anew, and those that stand there are removed.
func (s *standing) enter(children []UI) (leave func()) {
	if page == nil {
		return func() {}
	}
	parent := page.here
	page.here = s
	if s != nil && !s.has(children) {
		page.here = nil
		for _, child := range s.children {
			page.nodes.Index(child.index).Call("remove")
		}
	}
	return func() { page.here = parent }
}

func (s *standing) has(children []UI) bool {
	defer func() { s.next = 0 }()
	for _, child := range children {
		tag := ""
		switch child := child.(type) {
		case *text:
			if child.value == "" {
				continue // no page has such a text
			}
		case HTML:
			tag = child.Tag()
		default:
			continue
		}
		if s.take(tag) == nil {
			return false
		}
	}
	return true
}

// place appends a child that was made, and leaves one that was adopted where it stands.
func place(parent, child UI) {
	if page == nil || page.here == nil {
		parent.JSValue().appendChild(child)
	}
}

// rest lets the browser show what was mounted, as package kabar/app/rest does, before the first updates follow. Until then a link is followed by
// the browser itself: go-app's own handler would let it, and follow it once more when the reader comes back.
func rest() {
	Window().Set("onclick", nil)
	rested := make(chan struct{})
	f := FuncOf(func(Value, []Value) any { close(rested); return nil })
	defer f.Release()
	Window().Get("kabar").Call("rest", f)
	<-rested
}
