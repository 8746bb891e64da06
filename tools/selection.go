package tools

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// selection takes the wanted fields of a body, without nulls.
type selection struct {
	d     *jsontext.Decoder
	out   []byte
	seen  map[string]map[string]bool // names of fields by the path of their object, where not all are wanted
	plain map[string]bool            // paths of values that have no fields, where some are wanted
}

// choose returns of a body what is wanted: of a page of a list the fields of its
// entries, with all that stands beside them; of anything else the fields of the body.
// A field that there is not is a failure, which names those that there are.
func (a *Action) choose(want fields, body json.RawMessage, isPage bool) (json.RawMessage, error) {
	if want == nil {
		return body, nil
	}
	data := a.answerShape()
	if !isPage {
		want = want.ofEntries(data)
	}
	s := selection{d: newDecoder(body), seen: make(map[string]map[string]bool), plain: make(map[string]bool)}
	list := ""
	var err error
	if isPage {
		list, err = s.page(want)
	} else {
		err = s.value(want, "")
	}
	if err != nil {
		return body, nil // no JSON, or no page
	}
	s.see(list, data)
	if path := s.missing(want, ""); path != "" {
		return nil, s.unknown(path)
	}
	return s.out, nil
}

// Fields of a job's answer that stay whatever is wanted: without next nobody can go
// on, and a note sends whoever reads it to leftOut.
const (
	goesOnAt  = "next"
	leftOutAt = "leftOut"
)

var errNoPage = errors.New("no page of a list")

// page copies an object, and of the entries of its first list what is wanted. It
// returns the name of the list.
func (s *selection) page(want fields) (list string, err error) {
	if t, err := s.d.ReadToken(); err != nil || t.Kind() != jsontext.KindBeginObject {
		return "", errNoPage
	}
	s.out = append(s.out, '{')
	for s.d.PeekKind() == jsontext.KindString {
		name, err := s.name()
		if err != nil {
			return "", err
		}
		if list == "" && s.d.PeekKind() == jsontext.KindBeginArray {
			list = name
			err = s.value(want, "")
		} else {
			err = s.copy()
		}
		if err != nil {
			return "", err
		}
	}
	s.out = append(s.out, '}')
	if list == "" {
		return "", errNoPage
	}
	_, err = s.d.ReadToken()
	return list, err
}

// value takes the next value: of objects what is wanted, and of lists that of each
// entry. Path leads to it from the entry or body.
func (s *selection) value(want fields, path string) error {
	switch s.d.PeekKind() {
	case jsontext.KindBeginArray:
		return s.within('[', ']', func() error { s.comma(); return s.value(want, path) })
	case jsontext.KindBeginObject:
		if want != nil && s.seen[path] == nil {
			s.seen[path] = make(map[string]bool)
		}
		return s.within('{', '}', func() error { return s.member(want, path) })
	}
	if want != nil && s.d.PeekKind() != jsontext.KindNull {
		s.plain[path] = true
	}
	return s.copy()
}

// within takes what stands between brackets.
func (s *selection) within(opens, closes byte, next func() error) error {
	if _, err := s.d.ReadToken(); err != nil {
		return fmt.Errorf("read value: %w", err)
	}
	s.out = append(s.out, opens)
	for k := s.d.PeekKind(); k != jsontext.KindEndObject && k != jsontext.KindEndArray; k = s.d.PeekKind() {
		if err := next(); err != nil {
			return err
		}
	}
	s.out = append(s.out, closes)
	_, err := s.d.ReadToken()
	return err
}

// member takes the next member of an object if it is wanted and not null.
func (s *selection) member(want fields, path string) error {
	at := len(s.out)
	name, err := s.name()
	if err != nil {
		return err
	}
	inner, wanted := want[name]
	wanted = wanted || path == "" && (name == goesOnAt || name == leftOutAt)
	if want != nil {
		s.seen[path][name] = true
	}
	if s.d.PeekKind() == jsontext.KindNull {
		wanted = false
	} else if want == nil {
		wanted = true
	}
	if !wanted {
		s.out = s.out[:at]
		return s.d.SkipValue()
	}
	return s.value(inner, join(path, name))
}

// name copies the next name, and returns it.
func (s *selection) name() (string, error) {
	t, err := s.d.ReadToken()
	if err != nil {
		return "", fmt.Errorf("read name: %w", err)
	}
	name := t.String()
	s.comma()
	s.out = append(appendMarshalled(s.out, name), ':')
	return name, nil
}

// comma parts a value from the one before it.
func (s *selection) comma() {
	if last := s.out[len(s.out)-1]; last != '{' && last != '[' {
		s.out = append(s.out, ',')
	}
}

func (s *selection) copy() error {
	v, err := s.d.ReadValue()
	s.out = append(s.out, v...)
	return err
}

func join(path, name string) string { return strings.TrimPrefix(path+"."+name, ".") }

// ofEntries lets the fields of entries be named without their list, as those of a
// page are, where the answer has no such field itself.
func (f fields) ofEntries(data shape) fields {
	meant := make(fields)
	for name, within := range f {
		lists := data.listsWith(name)
		if _, own := data.Properties[name]; own || len(lists) == 0 {
			meant.want(within, name)
			continue
		}
		for _, list := range lists {
			inner := within
			if data.at(list).Properties[name].isPlain() {
				inner = nil // a search says as status what a list says as status.name
			}
			meant.want(inner, list, name)
		}
	}
	return meant
}

// see adds the fields that the schema of the answer knows: Hex leaves some out where
// they do not apply. They are those of the entries of the named list.
func (s *selection) see(list string, data shape) {
	if list != "" {
		data = data.Properties[list]
	}
	for at, known := range s.seen {
		for name := range data.at(at).Properties {
			known[name] = true
		}
	}
}

// answerShape is what the output schema says of data; nothing where it says nothing.
func (a *Action) answerShape() shape {
	var envelope struct {
		Properties struct{ Data shape }
	}
	_ = json.Unmarshal(a.Output(), &envelope)
	return envelope.Properties.Data
}

// shape is what a JSON Schema says of names.
type shape struct {
	Properties map[string]shape
	Items      *shape
}

// at is the shape of objects at a path, those of lists in between.
func (p shape) at(path string) shape {
	for p.Items != nil {
		p = *p.Items
	}
	if path == "" {
		return p
	}
	name, rest, _ := strings.Cut(path, ".")
	return p.Properties[name].at(rest)
}

// isPlain reports whether nothing is within it.
func (p shape) isPlain() bool { return len(p.Properties) == 0 && p.Items == nil }

// listsWith are the lists whose entries have a field.
func (p shape) listsWith(name string) (lists []string) {
	for list, of := range p.Properties {
		if _, has := of.at("").Properties[name]; has && of.Items != nil && list != leftOutAt {
			lists = append(lists, list)
		}
	}
	return lists
}

// missing is the path of a wanted field that there is not; "" where there is none.
// What no object was seen of may have any field.
func (s *selection) missing(want fields, path string) string {
	for _, name := range slices.Sorted(maps.Keys(want)) {
		at := join(path, name)
		known, objects := s.seen[path]
		if objects && !known[name] || !objects && s.plain[path] {
			return at
		}
		if lacks := s.missing(want[name], at); lacks != "" {
			return lacks
		}
	}
	return ""
}

// unknown is the failure of a field that there is not.
func (s *selection) unknown(path string) error {
	of := ""
	if i := strings.LastIndexByte(path, '.'); i >= 0 {
		of = path[:i]
	}
	names := slices.Sorted(maps.Keys(s.seen[of]))
	there := "it holds no others"
	if len(names) > 0 {
		there = "there are " + several(names, ", ", named)
	}
	why := fmt.Sprintf("fields names %s, which the answer does not have: %s.", named(cut(path, 60)), there)
	return &finding{ErrorDetail{Kind: InvalidInput, Issues: []Issue{{Path: fieldsArgument, Message: why}}}, why + " Correct fields and call again."}
}
