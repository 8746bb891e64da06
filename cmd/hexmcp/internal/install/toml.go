package install

import (
	"bytes"
	"errors"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// tomlSyntax is TOML. It edits only entries that have a table of their own, with a
// header. For an entry within another table, people must edit the file by hand.
type tomlSyntax struct{}

func (tomlSyntax) decode(content []byte) (map[string]any, error) {
	all := map[string]any{}
	err := toml.Unmarshal(content, &all)
	if broken, ok := errors.AsType[*toml.DecodeError](err); ok {
		line, column := broken.Position()
		return nil, &SyntaxError{line, column, strings.TrimPrefix(broken.Error(), "toml: ")}
	}
	return all, err
}

// part is a table of a file, from its header to its last value.
type part struct {
	key        []string
	start, end int // byte offsets of whole lines
	values     []span
}

// span is a key with its value.
type span struct {
	key        string
	start, end int // byte offsets, without a comment after the value
}

// parts are the table at the path and the tables within it.
func parts(content []byte, path []string) []part {
	p := unstable.Parser{}
	p.Reset(content)
	var all []part
	for p.NextExpression() {
		e := p.Expression()
		switch key := keyOf(e); {
		case e.Kind == unstable.KeyValue && len(all) > 0:
			last := &all[len(all)-1]
			from, to := int(e.Raw.Offset), int(e.Raw.Offset+e.Raw.Length)
			last.values = append(last.values, span{strings.Join(key, "."), from, from + len(bytes.TrimRight(content[from:to], " \t"))})
			last.end = endOfLine(content, to)
		case e.Kind == unstable.Table || e.Kind == unstable.ArrayTable:
			at := int(e.Child().Raw.Offset)
			all = append(all, part{key, bytes.LastIndexByte(content[:at], '\n') + 1, endOfLine(content, at), nil})
		}
	}
	return slices.DeleteFunc(all, func(t part) bool { return !hasPrefix(t.key, path) })
}

func keyOf(e *unstable.Node) []string {
	var key []string
	if e.Kind == unstable.KeyValue || e.Kind == unstable.Table || e.Kind == unstable.ArrayTable {
		for it := e.Key(); it.Next(); {
			key = append(key, string(it.Node().Data))
		}
	}
	return key
}

func hasPrefix(key, path []string) bool {
	return len(key) >= len(path) && slices.Equal(key[:len(path)], path)
}

// endOfLine is the offset at which the next line begins.
func endOfLine(content []byte, at int) int {
	if i := bytes.IndexByte(content[at:], '\n'); i >= 0 {
		return at + i + 1
	}
	return len(content)
}

func (t tomlSyntax) put(content []byte, e edit) ([]byte, error) {
	all, err := t.decode(content)
	if err != nil {
		return nil, err
	}
	eol := "\n"
	if bytes.Contains(content, []byte("\r\n")) {
		eol = "\r\n"
	}
	tables := parts(content, e.path)
	own := slices.IndexFunc(tables, func(t part) bool { return len(t.key) == len(e.path) })
	switch {
	case own >= 0:
		return t.update(content, tables[own], entryIn(all, e.path), e, eol), nil
	case entryIn(all, e.path) != nil:
		return nil, errByHand
	}
	return appendTable(content, e, eol), nil
}

// appendTable appends a new entry to the file.
func appendTable(content []byte, e edit, eol string) []byte {
	b := bytes.Clone(content)
	if len(b) > 0 && b[len(b)-1] != '\n' {
		b = append(b, eol...)
	}
	if len(b) > 0 {
		b = append(b, eol...)
	}
	b = append(b, "["+dotted(e.path)+"]"+eol...)
	for _, f := range append(slices.Clone(e.set), e.extra...) {
		b = append(b, assignment(f)+eol...)
	}
	return b
}

// update changes the values of a table. It works from the end to the beginning, so that
// the offsets of values still to be changed stay right.
func (tomlSyntax) update(content []byte, table part, now map[string]any, e edit, eol string) []byte {
	b := bytes.Clone(content)
	end := table.end
	var missing []byte
	for _, f := range e.set {
		if !slices.ContainsFunc(table.values, func(s span) bool { return s.key == f.key }) {
			missing = append(missing, assignment(f)+eol...)
		}
	}
	if len(missing) > 0 && b[end-1] != '\n' {
		missing = append([]byte(eol), missing...)
	}
	b = slices.Insert(b, end, missing...)
	for _, s := range slices.Backward(table.values) {
		i := slices.IndexFunc(e.set, func(f field) bool { return f.key == s.key })
		switch {
		case slices.Contains(e.unset, s.key):
			b = slices.Delete(b, bytes.LastIndexByte(b[:s.start], '\n')+1, endOfLine(b, s.end))
		case i >= 0 && !holds(now[s.key], e.set[i].value):
			b = slices.Replace(b, s.start, s.end, []byte(assignment(e.set[i]))...)
		}
	}
	return b
}

func (t tomlSyntax) drop(content []byte, path []string) ([]byte, error) {
	all, err := t.decode(content)
	if err != nil {
		return nil, err
	}
	tables := parts(content, path)
	if len(tables) == 0 && entryIn(all, path) != nil {
		return nil, errByHand
	}
	b := bytes.Clone(content)
	for _, table := range slices.Backward(tables) {
		start := table.start
		if before := bytes.TrimRight(b[:start], " \t\r\n"); table.end == len(b) && len(before) > 0 {
			start = endOfLine(b, len(before)) // also removes empty lines before the last table
		}
		b = slices.Delete(b, start, table.end)
	}
	return b, nil
}

var bare = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9_-]+$`) })

// dotted writes a path as a dotted key of TOML.
func dotted(path []string) string {
	keys := make([]string, len(path))
	for i, key := range path {
		if keys[i] = key; !bare().MatchString(key) {
			keys[i] = string(encode(key))
		}
	}
	return strings.Join(keys, ".")
}

// assignment writes a key and its value. JSON strings, booleans and lists of strings are
// also valid TOML.
func assignment(f field) string {
	value := encode(f.value)
	if list, ok := f.value.([]string); ok {
		quoted := make([]string, len(list))
		for i, element := range list {
			quoted[i] = string(encode(element))
		}
		value = []byte("[" + strings.Join(quoted, ", ") + "]")
	}
	return dotted([]string{f.key}) + " = " + string(value)
}
