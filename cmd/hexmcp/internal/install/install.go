// Package install writes a server into the configurations of MCP clients.
//
// Each client is one row of [Clients]: where its configuration is on each system, which
// syntax it has, and how an entry looks. Only the entry of the server is changed;
// comments, order and everything else stay as they are. The file is replaced atomically,
// after a copy of it was put beside it. A file that cannot be parsed is not touched.
package install

import (
	"errors"
	"fmt"
	"regexp"
	"sync"
)

// Server is the server that a client is to start, or to reach at an address.
type Server struct {
	// Name is the name of the entry, such as hex.
	Name string
	// Command is the absolute path of the program to start.
	Command string
	// Args are its arguments; a token is never among them.
	Args []string
	// URL is the address of a server that runs already; empty to start Command.
	URL string
}

var names = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]*$`) })

// maxName is how many characters a name may have. Hosts join it to the names of tools,
// and model APIs allow 64 characters for both.
const maxName = 16

// CheckName refuses a name that some client would not accept for an entry.
func CheckName(name string) error {
	if len(name) > maxName || !names().MatchString(name) {
		return errors.New("the name of the server must be of letters, digits, - and _, at most 16, such as hex")
	}
	return nil
}

// Client is a program that uses MCP servers, and how its configuration names them.
type Client struct {
	// Name is for the command line, Title for people.
	Name, Title string
	// Next says what to do after the configuration was written.
	Next string

	syntax  syntax
	files   func(System) []string // candidates: the first one that exists is used, else the first one
	servers string                // the key of the object that holds the entries
	local   func(Server) []field  // the entry of a program to start
	remote  func(Server) []field  // the entry of a server at an address; nil if the client supports none
	extra   []field               // further fields of a new entry, which its owner may change
}

// field is a part of an entry.
type field struct {
	key   string
	value any // a string, a bool or a list of strings
}

// RemoteError means that a client does not support servers at an address.
type RemoteError struct{ Title string }

// Error says what to do.
func (e *RemoteError) Error() string {
	return e.Title + " takes no address in its configuration: leave --http out, so that it starts the server by itself"
}

// fields are the fields that the entry of the server must have.
func (c Client) fields(s Server) ([]field, error) {
	switch {
	case s.URL == "":
		return c.local(s), nil
	case c.remote == nil:
		return nil, &RemoteError{c.Title}
	}
	return c.remote(s), nil
}

// edit is a change of an entry.
type edit struct {
	path  []string // path of the entry in the file
	set   []field
	unset []string // keys that only the other kind of entry has: a program's or a URL's
	extra []field  // fields that are set only if the entry is new
}

func (c Client) edit(s Server) (edit, error) {
	set, err := c.fields(s)
	e := edit{path: []string{c.servers, s.Name}, set: set, extra: c.extra}
	other := c.local(s)
	if s.URL == "" && c.remote != nil {
		other = c.remote(s)
	}
	for _, f := range other {
		if !has(set, f.key) {
			e.unset = append(e.unset, f.key)
		}
	}
	return e, err
}

func has(fields []field, key string) bool {
	for _, f := range fields {
		if f.key == key {
			return true
		}
	}
	return false
}

// syntax reads and edits files in one syntax. An empty file is allowed.
type syntax interface {
	// decode reads the whole file. A [*SyntaxError] says where it is broken.
	decode(content []byte) (map[string]any, error)
	// put writes an entry, drop removes it.
	put(content []byte, e edit) ([]byte, error)
	drop(content []byte, path []string) ([]byte, error)
}

// SyntaxError means that a file cannot be parsed.
type SyntaxError struct {
	Line, Column int // from 1; 0 if not known
	Why          string
}

// Error says where, and why.
func (e *SyntaxError) Error() string {
	if e.Line == 0 {
		return e.Why
	}
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Why)
}

// errByHand means that a file is valid, but written in a way that cannot be edited safely.
var errByHand = errors.New("the file is written in a way that hexmcp does not edit, and was left as it is: add what --print shows by hand")

// Snippet is a configuration that only holds the entry of the server, for people who edit
// theirs by hand. It fails with a [*RemoteError].
func (c Client) Snippet(s Server) (string, error) {
	e, err := c.edit(s)
	if err != nil {
		return "", err
	}
	text, err := c.syntax.put(nil, e)
	return string(text), err
}
