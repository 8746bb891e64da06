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

// What checking arguments may cost. A message of 4 MiB can hold a million
// mistakes.
const (
	maxNesting  = 100 // objects and lists within each other
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

// What a value counts for while arguments are checked, in bytes: its place in a
// list or object, and what Go takes for an object. PerByte is for the text: as it
// came, decoded, looked through, and written anew.
const (
	perValue  = 60
	perObject = 300
	perByte   = 6
)

// shortArguments are so few bytes that what they hold does not matter.
const shortArguments = 500

// Weight is about how many bytes of memory it takes to check arguments and to send
// them; 0 where it is not worth counting.
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

// checker holds arguments to their schema and collects what is wrong with them, up
// to a hundred or so problems, and only as long as somebody waits.
type checker struct {
	ctx      context.Context //nolint:containedctx // a checker lives as long as one check
	root     *jsonschema.Schema
	hints    Hints
	tree     any
	at       []string // where in the tree it is
	problems []problem
}

func (c *checker) isDone() bool { return len(c.problems) >= maxProblems || c.ctx.Err() != nil }

// below checks the value at a name or an index below where the checker is.
func (c *checker) below(name string, s *jsonschema.Schema, v any) {
	c.at = append(c.at, name)
	c.value(s, v)
	c.at = c.at[:len(c.at)-1]
}

// found keeps what is wrong with the value where the checker is.
func (c *checker) found(f fault) {
	c.problems = append(c.problems, place{c.root, c.hints, c.tree, slices.Clone(c.at)}.explain(f)...)
}

// read parses raw, with numbers as they are written. Secret says that messages must
// not repeat any of it.
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

// parse reads one JSON value, with numbers as they are written.
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
