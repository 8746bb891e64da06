// Package profile keeps the tokens of one or several Hex workspaces for a user.
//
// A profile is a small file in the user's configuration folder that says where a
// token belongs and whose it is. The token itself is in the keyring of the system
// or, where there is none, in the same file. Beside a token in the keyring stands
// the address that it belongs to, so that nobody can send it elsewhere by editing
// the file.
package profile

import (
	"errors"
	"fmt"
	"regexp"
	"sync"
	"time"
)

// Default is the name of a profile that was given none.
const Default = "default"

// Profile is a token of a workspace, and what is known of it.
type Profile struct {
	Name string `json:"-"`
	// APIURL is the address of the Hex API, the only one that the token is sent to.
	APIURL string `json:"apiUrl"`
	// Account is whose token it is, for people; empty for a workspace token.
	Account string `json:"account,omitempty"`
	// Workspace is the id of the workspace; empty where Hex did not tell.
	Workspace string `json:"workspace,omitempty"`
	// TokenEnds is when the token ends; nil for never, or where Hex did not tell.
	TokenEnds *time.Time `json:"tokenEnds,omitempty"`
	// InKeyring reports whether the token is in the keyring, and not in the file.
	InKeyring bool `json:"inKeyring,omitempty"`
}

// Place says where the token is, for people.
func (p Profile) Place() string {
	if p.InKeyring {
		return "keyring"
	}
	return "file"
}

// names are those that make a good name of a file on every system.
var names = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]*$`) })

// maxName is how many characters the name of a profile may have.
const maxName = 64

// CheckName refuses what cannot name a profile, without repeating it: it might
// be a token in the wrong place.
func CheckName(name string) error {
	if len(name) > maxName || !names().MatchString(name) || devices().MatchString(name) {
		return errors.New("the name of a profile must be of letters, digits, - and _, at most 64, such as work")
	}
	if tokens().MatchString(name) {
		return errors.New("the name of a profile holds a token: hexmcp login asks for the token itself")
	}
	return nil
}

// devices are names that Windows has taken.
var devices = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)^(con|prn|aux|nul|com\d|lpt\d)$`) })

var tokens = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)^hxt[pw]_`) })

// MissingError is a profile that does not exist.
type MissingError struct{ Name string }

// Error says what to do.
func (e *MissingError) Error() string {
	return fmt.Sprintf("there is no profile %q: make it with hexmcp login --profile %s, or see hexmcp profiles", e.Name, e.Name)
}

// BrokenError is a profile that cannot be used.
type BrokenError struct {
	Name string
	Err  error
}

// Error says what to do.
func (e *BrokenError) Error() string {
	return fmt.Sprintf("the profile %q cannot be used: %v; hexmcp login --profile %s makes it anew", e.Name, e.Err, e.Name)
}

// Unwrap returns the cause.
func (e *BrokenError) Unwrap() error { return e.Err }
