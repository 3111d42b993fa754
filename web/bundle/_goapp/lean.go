// What the lean build has in place of the parts of go-app that it leaves out.

package app

import (
	"errors"
	"math/rand/v2"
	"strconv"
)

var errLean = errors.New("this build of go-app has no encryption")

// Nothing of ours encrypts a state.
func encrypt(string, []byte) ([]byte, error) { return nil, errLean }

func decrypt(string, []byte) ([]byte, error) { return nil, errLean }

// newID names a store or a device; the runtime seeds rand from crypto.getRandomValues.
func newID() string {
	return strconv.FormatUint(rand.Uint64(), 36) + strconv.FormatUint(rand.Uint64(), 36)
}

// every is the only pattern of a route that this build knows.
type every struct{}

func everyPath(pattern string) every {
	if pattern != ".*" {
		panic("this build of go-app knows no pattern of a route but .*: " + pattern)
	}
	return every{}
}

func (every) MatchString(string) bool { return true }
