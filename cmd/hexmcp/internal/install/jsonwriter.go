package install

import (
	"bytes"
	"strings"

	"github.com/tailscale/hujson"
)

// writer adds members to objects in the style of the file: with its line ends and its
// unit of indentation.
type writer struct{ eol, unit string }

// writerOf finds out how the file is indented, and how its lines end.
func writerOf(root *hujson.Value, content []byte) writer {
	w := writer{"\n", "  "}
	if i := bytes.IndexByte(content, '\n'); i > 0 && content[i-1] == '\r' {
		w.eol = "\r\n"
	}
	if o, ok := root.Value.(*hujson.Object); ok && len(o.Members) > 0 {
		before := string(o.Members[0].Name.BeforeExtra)
		if i := strings.LastIndexByte(before, '\n'); i >= 0 && strings.Trim(before[i+1:], " \t") == "" && before[i+1:] != "" {
			w.unit = before[i+1:]
		}
	}
	return w
}

func (w writer) line(depth int) string { return w.eol + strings.Repeat(w.unit, depth) }

// descend returns the member key of the object at, whose path is given. If there is none,
// or it is null, it makes it an empty object.
func (w writer) descend(at *hujson.Value, path []string, key string) (v *hujson.Value, isNew bool, err error) {
	o, err := objectIn(at, strings.Join(path, "."))
	if err != nil {
		return nil, false, err
	}
	m := memberOf(o, key)
	if m != nil && m.Value.Value.Kind() != 'n' {
		return &m.Value, false, nil
	}
	w.set(o, key, &hujson.Object{}, len(path))
	return &memberOf(o, key).Value, true, nil
}

// set gives a member a value. It does not touch a member that has this value already, so
// that its format stays. Depth is how deep the object is in the file.
func (w writer) set(o *hujson.Object, key string, value hujson.ValueTrimmed, depth int) {
	if m := memberOf(o, key); m != nil {
		if !sameValue(m.Value.Value, value) {
			m.Value.Value = value
		}
		return
	}
	m := hujson.ObjectMember{
		Name:  hujson.Value{Value: hujson.Literal(encode(key))},
		Value: hujson.Value{BeforeExtra: hujson.Extra(" "), Value: value},
	}
	m.Name.BeforeExtra, o.AfterExtra = w.around(o, depth)
	if n := len(o.Members); n > 0 && o.Members[n-1].Value.AfterExtra != nil {
		m.Value.AfterExtra = hujson.Extra{} // a trailing comma, as the file has
	}
	o.Members = append(o.Members, m)
}

// around is what to write before and after a new last member: before it the comments that
// ended the object, and white space in the style of the file.
func (w writer) around(o *hujson.Object, depth int) (before, after hujson.Extra) {
	comments := withoutSpace(o.AfterExtra)
	oneLine := len(o.Members) > 0 && !bytes.ContainsRune(o.Members[len(o.Members)-1].Name.BeforeExtra, '\n') && len(comments) == 0
	if oneLine {
		return hujson.Extra(" "), o.AfterExtra
	}
	after = hujson.Extra(w.line(depth))
	if tail := o.AfterExtra[len(comments):]; len(o.Members) > 0 && bytes.ContainsRune(tail, '\n') {
		after = tail
	}
	return append(bytes.Clone(comments), w.line(depth+1)...), after
}

// withoutSpace removes white space at the end, so that only comments are left.
func withoutSpace(e hujson.Extra) []byte { return bytes.TrimRight(e, " \t\r\n") }

// remove removes a member. Comments around it stay.
func remove(o *hujson.Object, key string) {
	m := memberOf(o, key)
	if m == nil {
		return
	}
	i := 0
	for &o.Members[i] != m {
		i++
	}
	kept := bytes.Clone(withoutSpace(m.Name.BeforeExtra))
	trailing := m.Value.AfterExtra != nil
	o.Members = append(o.Members[:i], o.Members[i+1:]...)
	next := &o.AfterExtra
	if i < len(o.Members) {
		next = &o.Members[i].Name.BeforeExtra
	} else if i > 0 {
		kept = append(endWith(&o.Members[i-1].Value, trailing), kept...)
	}
	*next = append(kept, *next...)
	if len(o.Members) == 0 && len(withoutSpace(o.AfterExtra)) == 0 {
		o.AfterExtra = nil
	}
}

// endWith makes last the last value of its object, with a trailing comma or without one.
// It returns the comments that stood before the comma after it.
func endWith(last *hujson.Value, trailing bool) []byte {
	comments := bytes.Clone(withoutSpace(last.AfterExtra))
	last.AfterExtra = nil
	if trailing {
		last.AfterExtra = hujson.Extra{}
	}
	return comments
}

// sameValue reports whether two values are the same apart from white space and comments.
func sameValue(a, b hujson.ValueTrimmed) bool {
	minimal := func(v hujson.ValueTrimmed) string {
		value := hujson.Value{Value: v}.Clone()
		value.Minimize()
		return value.String()
	}
	return minimal(a) == minimal(b)
}
