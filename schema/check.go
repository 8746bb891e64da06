package schema

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"

	"github.com/invopop/jsonschema"

	"hexmcp/schema/jsonscan"
)

// Bounds on the work of checking arguments: a message of 4 MiB can hold a million
// mistakes.
const (
	maxNesting  = 100 // levels of objects and lists within each other
	maxProblems = 100 // checking ends when so many are found
)

// isTooDeep reports whether raw nests objects and lists deeper than [maxNesting].
func isTooDeep(raw []byte) bool {
	depth := 0
	for c := range jsonscan.Structure(raw) {
		switch c {
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		}
		if depth > maxNesting {
			return true
		}
	}
	return false
}

// How many bytes of memory a part of the arguments counts for while they are checked.
const (
	perValue  = 60  // a value in a list or an object
	perObject = 300 // the map that Go makes of an object
	perByte   = 6   // a byte of the text, which is received, decoded, tidied and written again
)

// shortArguments is the length, in bytes, up to which the memory of arguments is not
// counted.
const shortArguments = 500

// Weight estimates how many bytes of memory it takes to check arguments and to send
// them. It is 0 for short ones, for which counting is not worth the time.
func Weight(raw []byte) int64 {
	if len(raw) <= shortArguments {
		return 0
	}
	weight := perByte * int64(len(raw))
	for c := range jsonscan.Structure(raw) {
		switch c {
		case ',', '[':
			weight += perValue
		case '{':
			weight += perObject
		}
	}
	return weight
}

// checker checks arguments against their schema and collects the problems. It ends
// after about maxProblems of them, and when ctx ends.
type checker struct {
	ctx      context.Context //nolint:containedctx // a checker lives as long as one check
	root     *jsonschema.Schema
	hints    Hints
	tree     any      // the arguments
	at       []string // the path of the value in tree that is being checked
	problems []problem
}

func (c *checker) isDone() bool { return len(c.problems) >= maxProblems || c.ctx.Err() != nil }

// below checks a value inside the current one, at a name or an index.
func (c *checker) below(name string, s *jsonschema.Schema, v any) {
	c.at = append(c.at, name)
	c.value(s, v)
	c.at = c.at[:len(c.at)-1]
}

// found notes a fault of the current value.
func (c *checker) found(f fault) {
	c.problems = append(c.problems, place{c.root, c.hints, c.tree, slices.Clone(c.at)}.explain(f)...)
}

// read parses raw, and keeps numbers as they are written. If secret is true, messages
// do not repeat any of it.
func read(raw json.RawMessage, secret bool) (any, error) {
	if isTooDeep(raw) {
		return nil, invalid(trouble(nil, "nest objects and lists deeper than "+strconv.Itoa(maxNesting)+" levels"))
	}
	tree, err := parse(raw)
	if err != nil {
		return nil, invalid(trouble(nil, "are not valid JSON: "+broken(raw, secret)))
	}
	if at := repeatedName(raw); at != nil {
		return nil, invalid(trouble(at, "is given twice; give it once"))
	}
	return tree, nil
}

// parse parses one JSON value, and keeps numbers as they are written.
func parse(raw []byte) (v any, err error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("there is more after the end")
	}
	return v, nil
}
