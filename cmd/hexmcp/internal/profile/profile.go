// Package profile keeps the tokens of one or several Hex workspaces for a user.
//
// A profile is a small file in the user's configuration folder that says to which address
// of Hex a token belongs, and whose it is. The token itself is in the keyring of the
// system or, if there is none, in the same file. The keyring also holds the address of
// the token, so that nobody can have the token sent elsewhere by editing the file.
package profile

import (
	"errors"
	"fmt"
	"regexp"
	"sync"
	"time"
)

// Default is the name of a profile for which no name was given.
const Default = "default"

// Profile says what is known of the token of a workspace, without the token itself.
type Profile struct {
	Name string `json:"-"`
	// APIURL is the address of the Hex API, the only one that the token is sent to.
	APIURL string `json:"apiUrl"`
	// Account is whose token it is, for people; empty for a workspace token.
	Account string `json:"account,omitempty"`
	// Workspace is the id of the workspace; empty if Hex did not say it.
	Workspace string `json:"workspace,omitempty"`
	// TokenEnds is when the token expires; nil for never, or if Hex did not say it.
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

// names matches names that can be names of files on every system.
var names = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]*$`) })

// maxName is how many characters the name of a profile may have.
const maxName = 64

// CheckName refuses what cannot be the name of a profile. The error does not repeat it,
// because it might be a token, given in the wrong place.
func CheckName(name string) error {
	if len(name) > maxName || !names().MatchString(name) || devices().MatchString(name) {
		return errors.New("the name of a profile must be of letters, digits, - and _, at most 64, such as work")
	}
	if tokens().MatchString(name) {
		return errors.New("the name of a profile holds a token: hexmcp login asks for the token itself")
	}
	return nil
}

// devices matches names that Windows reserves for devices.
var devices = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)^(con|prn|aux|nul|com\d|lpt\d)$`) })

var tokens = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)^hxt[pw]_`) })

// MissingError means that a profile does not exist.
type MissingError struct{ Name string }

// Error says what to do.
func (e *MissingError) Error() string {
	return fmt.Sprintf("there is no profile %q: make it with hexmcp login --profile %s, or see hexmcp profiles", e.Name, e.Name)
}

// BrokenError means that a profile exists but cannot be used.
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
