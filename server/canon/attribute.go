package canon

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// attr is an attribute as the component set it.
type attr struct{ name, value string }

// attributes reads the rest of a start tag into p.attrs, in order of name.
func (p *parser) attributes() error {
	p.attrs = p.attrs[:0]
	for {
		if after, ok := strings.CutPrefix(p.rest, ">"); ok {
			p.rest = after
			break
		}
		after, ok := strings.CutPrefix(p.rest, " ")
		if !ok {
			return fmt.Errorf("its tag does not end")
		}
		p.rest = after
		if err := p.attribute(); err != nil {
			return err
		}
	}
	slices.SortFunc(p.attrs, func(a, b attr) int { return cmp.Compare(a.name, b.name) })
	for i := 1; i < len(p.attrs); i++ {
		if p.attrs[i].name == p.attrs[i-1].name {
			return fmt.Errorf("attribute %s stands there twice", p.attrs[i].name)
		}
	}
	return nil
}

func (p *parser) attribute() error {
	end := strings.IndexAny(p.rest, "= >")
	if end < 0 {
		return fmt.Errorf("its tag does not end")
	}
	// Without a value it was "true": go-app keeps no empty attribute.
	a := attr{name: p.rest[:end], value: "true"}
	if err := a.check(); err != nil {
		return err
	}
	p.rest = p.rest[end:]
	if after, ok := strings.CutPrefix(p.rest, "="); ok {
		if !strings.HasPrefix(after, `"`) {
			return fmt.Errorf("attribute %s has no quoted value", a.name)
		}
		quoted, err := strconv.QuotedPrefix(after)
		if err != nil {
			return fmt.Errorf("the value of attribute %s is not quoted as go-app quotes: %w", a.name, err)
		}
		if a.value, err = strconv.Unquote(quoted); err != nil {
			return fmt.Errorf("unquoting attribute %s: %w", a.name, err)
		}
		p.rest = after[len(quoted):]
	}
	if booleans[a.name] {
		if on, _ := strconv.ParseBool(a.value); !on {
			return nil
		}
		a.value = ""
	}
	p.attrs = append(p.attrs, a)
	return nil
}

// check refuses names that a browser would read otherwise, and those whose value is a program or a page of its own: our components
// attach Go functions instead.
func (a attr) check() error {
	for i := range len(a.name) {
		c := a.name[i]
		if (c < 'a' || c > 'z') && (i == 0 || c != '-' && (c < '0' || c > '9')) {
			return fmt.Errorf("attribute name %.20q is not of a-z, 0-9 and -", a.name)
		}
	}
	if a.name == "" || strings.HasPrefix(a.name, "on") || a.name == "srcdoc" {
		return fmt.Errorf("attribute %.20q is not for components", a.name)
	}
	return nil
}

func (a attr) write(out *strings.Builder) {
	out.WriteByte(' ')
	out.WriteString(a.name)
	if booleans[a.name] {
		return
	}
	out.WriteString(`="`)
	writeValue(out, a.value)
	out.WriteByte('"')
}
