//go:build !js

package share

import _ "embed" // for Icons

// Icons is the style sheet of the icons: an element of the classes i and i-{ID} shows one before its content, 24 pixels square and
// in its own colour. Pages inline it, so it never asks for a font or a file; the app in the browser finds it there and does not carry it.
//
//go:embed icons.css
var Icons string
