// Package install writes a server into the configurations of MCP clients.
//
// Each client is one row of [Clients]: where its configuration is on each
// system, what it is written in, and how an entry looks. A file is changed in
// the one place that belongs to the server; comments, order and all else stay as
// they are. It is replaced whole, after a copy of it was put beside it, and a file
// that cannot be read is not touched.
package install

import (
	"errors"
	"fmt"
	"regexp"
	"sync"
)

// Server is what a client shall start or reach.
type Server struct {
	// Name is that of the entry, such as hex.
	Name string
	// Command is the absolute path of the program to start.
	Command string
	// Args are its arguments; a token is never among them.
	Args []string
	// URL is where a server runs that is to be reached instead; empty to start one.
	URL string
}

var names = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]*$`) })

// maxName is how many characters a name may have. It leaves room for the names of
// tools: a model is given both, in 64 characters.
const maxName = 16

// CheckName refuses what cannot name an entry in every client.
func CheckName(name string) error {
	if len(name) > maxName || !names().MatchString(name) {
		return errors.New("the name of the server must be of letters, digits, - and _, at most 16, such as hex")
	}
	return nil
}

// Client is a program that uses MCP servers, and where it is told of them.
type Client struct {
	// Name is for the command line, Title for people.
	Name, Title string
	// Next is what to do after the configuration was written.
	Next string

	syntax  syntax
	files   func(System) []string // the first that exists is meant, or else the first
	servers string                // the key under which the servers are
	local   func(Server) []field
	remote  func(Server) []field // nil where only programs can be started
	extra   []field              // what a new entry has besides, for its owner to change
}

// field is a part of an entry.
type field struct {
	key   string
	value any // a string, a bool or a list of strings
}

// RemoteError is a client that cannot reach a server by its address.
type RemoteError struct{ Title string }

// Error says what to do.
func (e *RemoteError) Error() string {
	return e.Title + " takes no address in its configuration: leave --http out, so that it starts the server by itself"
}

// fields are what the entry of the server must have.
func (c Client) fields(s Server) ([]field, error) {
	switch {
	case s.URL == "":
		return c.local(s), nil
	case c.remote == nil:
		return nil, &RemoteError{c.Title}
	}
	return c.remote(s), nil
}

// edit is what is to be done with an entry.
type edit struct {
	path  []string // of the entry in the file
	set   []field
	unset []string // what belongs to the other way to reach a server
	extra []field  // set only where the entry is new
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

// syntax reads and edits the files of one form. An empty file holds nothing yet.
type syntax interface {
	// decode reads all of a file, or tells with a [*SyntaxError] where it is broken.
	decode(content []byte) (map[string]any, error)
	// put writes an entry, drop takes it out.
	put(content []byte, e edit) ([]byte, error)
	drop(content []byte, path []string) ([]byte, error)
}

// SyntaxError is a file that cannot be read.
type SyntaxError struct {
	Line, Column int // from 1; 0 where it is not known
	Why          string
}

// Error says where, and why.
func (e *SyntaxError) Error() string {
	if e.Line == 0 {
		return e.Why
	}
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Why)
}

// errByHand is a file that is written in a way that cannot be edited safely.
var errByHand = errors.New("the file is written in a way that hexmcp does not edit, and was left as it is: add what --print shows by hand")

// Snippet is what a configuration must have for the server, for people who edit
// it themselves.
func (c Client) Snippet(s Server) (string, error) {
	e, err := c.edit(s)
	if err != nil {
		return "", err
	}
	text, err := c.syntax.put(nil, e)
	return string(text), err
}
