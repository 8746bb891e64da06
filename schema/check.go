package schema

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"

	"github.com/invopop/jsonschema"
	validator "github.com/santhosh-tekuri/jsonschema/v6"
)

// What checking arguments may cost. A message of 4 MiB can hold a million
// mistakes, and the validator keeps a kilobyte for each that it finds.
const (
	maxNesting  = 100 // objects and lists within each other
	maxProblems = 100 // checking ends when so many are found
	longList    = 100 // entries; those beyond are checked one at a time
)

// isTooDeep reports whether raw nests objects and lists deeper than [maxNesting].
// It counts brackets outside strings and needs no memory.
func isTooDeep(raw []byte) bool {
	depth, quoted := 0, false
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{', c == '[':
			depth++
			if depth > maxNesting {
				return true
			}
		case c == '}', c == ']':
			depth--
		}
	}
	return false
}

// checker validates arguments and collects what is wrong with them. The validator
// alone would go on to the last mistake and keep them all. So it gets the tree
// with long lists cut, and then their further entries one at a time.
type checker struct {
	ctx      context.Context //nolint:containedctx // a checker lives as long as one call of validate
	root     *jsonschema.Schema
	hints    Hints
	tree     any
	size     int      // bytes that the tree was read from
	at       []string // where in the tree it is
	problems []problem
	cuts     []cutList
}

// cutList is a list of which the tree holds only the first entries for a while.
type cutList struct {
	items *validator.Schema
	list  []any
	at    []string
	undo  func()
}

// validate validates the tree. Problems are the first to a hundred or so; none
// may be found when the context has ended.
func (c *checker) validate(s *validator.Schema) {
	if c.size > 2*longList { // an entry takes two bytes
		c.shorten(s, c.tree, nil)
	}
	c.value(s, c.tree, nil)
	for _, cut := range c.cuts {
		c.entries(cut)
	}
	for _, cut := range c.cuts {
		cut.undo()
	}
}

// value validates one value and those within it.
func (c *checker) value(s *validator.Schema, v any, at []string) {
	if failed, ok := errors.AsType[*validator.ValidationError](s.Validate(v)); ok {
		c.problems = append(c.problems, explain(place{c.root, c.hints, c.tree, at}, failed)...)
	}
}

// entries validates what was cut off a list, until enough is found or nobody
// waits for it any more.
func (c *checker) entries(cut cutList) {
	for i := longList; i < len(cut.list) && len(c.problems) < maxProblems && c.ctx.Err() == nil; i++ {
		c.value(cut.items, cut.list[i], append(slices.Clip(cut.at), strconv.Itoa(i)))
	}
}

// shorten cuts v if it is a long list, and all long lists within it; put puts
// another value in the place of v.
func (c *checker) shorten(s *validator.Schema, v any, put func(any)) {
	switch v := v.(type) {
	case map[string]any:
		for name, child := range s.Properties {
			if value, given := v[name]; given {
				c.within(name, child, value, func(other any) { v[name] = other })
			}
		}
	case []any:
		if s.Items2020 != nil {
			c.shortenList(s, v, put)
		}
	}
}

// within shortens the value at the name below where c is.
func (c *checker) within(name string, s *validator.Schema, v any, put func(any)) {
	c.at = append(c.at, name)
	c.shorten(s, v, put)
	c.at = c.at[:len(c.at)-1]
}

// shortenList does not look at the further entries of a list that is too long
// for its schema anyway.
func (c *checker) shortenList(s *validator.Schema, list []any, put func(any)) {
	items, checked := s.Items2020, list
	if s.MaxItems != nil && len(list) > *s.MaxItems {
		checked = list[:min(len(list), longList)]
	}
	for i, entry := range checked {
		c.within(strconv.Itoa(i), items, entry, func(other any) { list[i] = other })
	}
	if len(list) > longList {
		put(list[:longList:longList])
		c.cuts = append(c.cuts, cutList{items, checked, slices.Clone(c.at), func() { put(list) }})
	}
}

// read parses raw, with numbers as they are written. Secret says that messages must
// not repeat any of it.
func read(raw json.RawMessage, secret bool) (any, error) {
	if isTooDeep(raw) {
		return nil, invalid(trouble(nil, "nest objects and lists deeper than "+strconv.Itoa(maxNesting)+" levels"))
	}
	tree, err := validator.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		return nil, invalid(trouble(nil, "are not valid JSON: "+broken(raw, secret)))
	}
	if at := repeatedName(raw); at != nil {
		return nil, invalid(trouble(at, "is given twice; give it once"))
	}
	return tree, nil
}
