package canon

// kind says by which rules a browser reads what an element holds.
type kind int

const (
	plain        kind = iota
	preformatted      // the first newline in it is dropped
	void              // holds nothing and has no end tag
	textOnly          // holds text only, whose first newline is dropped
	empty             // holds nothing that is shown, but has an end tag
)

// elements are those that a component may use. Missing on purpose: whatever holds something other than HTML (script, style, template,
// noscript, svg, math, title, xmp, plaintext, …), whatever belongs to the page and not to a component (html, head, body, base, link,
// meta), and plugins.
var elements = map[string]kind{
	"a": plain, "abbr": plain, "address": plain, "article": plain, "aside": plain, "audio": plain, "b": plain, "bdi": plain, "bdo": plain,
	"blockquote": plain, "button": plain, "caption": plain, "cite": plain, "code": plain, "colgroup": plain, "data": plain,
	"datalist": plain, "dd": plain, "del": plain, "details": plain, "dfn": plain, "dialog": plain, "div": plain, "dl": plain, "dt": plain,
	"em": plain, "fieldset": plain, "figcaption": plain, "figure": plain, "footer": plain, "form": plain, "h1": plain, "h2": plain,
	"h3": plain, "h4": plain, "h5": plain, "h6": plain, "header": plain, "hgroup": plain, "i": plain, "ins": plain, "kbd": plain,
	"label": plain, "legend": plain, "li": plain, "main": plain, "mark": plain, "menu": plain, "meter": plain, "nav": plain, "ol": plain,
	"optgroup": plain, "option": plain, "output": plain, "p": plain, "picture": plain, "progress": plain, "q": plain, "rp": plain,
	"rt": plain, "ruby": plain, "s": plain, "samp": plain, "search": plain, "section": plain, "select": plain, "small": plain,
	"span": plain, "strong": plain, "sub": plain, "summary": plain, "sup": plain, "table": plain, "tbody": plain, "td": plain,
	"tfoot": plain, "th": plain, "thead": plain, "time": plain, "tr": plain, "u": plain, "ul": plain, "var": plain, "video": plain,

	"pre": preformatted, "textarea": textOnly, "iframe": empty,

	"area": void, "br": void, "col": void, "hr": void, "img": void, "input": void, "source": void, "track": void, "wbr": void,
}

// booleans are the attributes that mean true by being there. go-app writes hidden="false" for Hidden(false), which hides; in the browser
// it sets the property, as strconv.ParseBool understands the value.
var booleans = map[string]bool{
	"allowfullscreen": true, "async": true, "autofocus": true, "autoplay": true, "checked": true, "controls": true, "default": true,
	"defer": true, "disabled": true, "formnovalidate": true, "hidden": true, "inert": true, "ismap": true, "itemscope": true,
	"loop": true, "multiple": true, "muted": true, "novalidate": true, "open": true, "playsinline": true, "readonly": true,
	"required": true, "reversed": true, "selected": true,
}
