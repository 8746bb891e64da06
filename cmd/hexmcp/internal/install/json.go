package install

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/tailscale/hujson"
)

// jsonSyntax is JSON. Comments and trailing commas are errors unless the client accepts
// them.
type jsonSyntax struct{ comments bool }

var (
	strictJSON = jsonSyntax{}
	looseJSON  = jsonSyntax{comments: true}
)

func (j jsonSyntax) decode(content []byte) (map[string]any, error) {
	root, err := j.parse(content)
	if err != nil {
		return nil, err
	}
	all := map[string]any{}
	root.Standardize()
	if json.Unmarshal(root.Pack(), &all) != nil {
		return nil, &SyntaxError{Why: "it holds no JSON object"}
	}
	return all, nil
}

func (j jsonSyntax) parse(content []byte) (hujson.Value, error) {
	if len(bytes.TrimSpace(content)) == 0 {
		content = []byte("{}\n")
	}
	root, err := hujson.Parse(bytes.Clone(content))
	if err != nil {
		return root, placed(err)
	}
	if !j.comments && !root.IsStandard() {
		return root, notStandard(content)
	}
	return root, nil
}

// placed moves line and column from the text of the parser's error into a SyntaxError.
func placed(err error) *SyntaxError {
	e := &SyntaxError{Why: strings.TrimPrefix(err.Error(), "hujson: ")}
	if inner := errors.Unwrap(err); inner != nil {
		if n, _ := fmt.Sscanf(e.Why, "line %d, column %d:", &e.Line, &e.Column); n == 2 {
			e.Why = inner.Error()
		}
	}
	return e
}

// notStandard is the error for a comment or a trailing comma that the client does not accept.
func notStandard(content []byte) *SyntaxError {
	e := &SyntaxError{Why: "a comment or a trailing comma, which the client does not take"}
	if at, ok := errors.AsType[*json.SyntaxError](json.Unmarshal(content, new(any))); ok {
		before := content[:max(0, min(int(at.Offset)-1, len(content)))]
		e.Line = bytes.Count(before, []byte("\n")) + 1
		e.Column = len(before) - bytes.LastIndexByte(before, '\n')
	}
	return e
}

func (j jsonSyntax) put(content []byte, e edit) ([]byte, error) {
	root, err := j.parse(content)
	if err != nil {
		return nil, err
	}
	w := writerOf(&root, content)
	at, isNew := &root, false
	for i, key := range e.path {
		if at, isNew, err = w.descend(at, e.path[:i], key); err != nil {
			return nil, err
		}
	}
	entry, err := objectIn(at, strings.Join(e.path, "."))
	if err != nil {
		return nil, err
	}
	for _, key := range e.unset {
		remove(entry, key)
	}
	if isNew {
		e.set = append(e.set, e.extra...)
	}
	for _, f := range e.set {
		w.set(entry, f.key, literal(f.value), len(e.path))
	}
	return root.Pack(), nil
}

func (j jsonSyntax) drop(content []byte, path []string) ([]byte, error) {
	root, err := j.parse(content)
	if err != nil {
		return nil, err
	}
	at := &root
	for i, key := range path {
		o, err := objectIn(at, strings.Join(path[:i], "."))
		if err != nil {
			return nil, err
		}
		if i == len(path)-1 {
			remove(o, key)
			break
		}
		m := memberOf(o, key)
		if m == nil {
			break
		}
		at = &m.Value
	}
	return root.Pack(), nil
}

// objectIn returns a value as an object, or fails if it is none.
func objectIn(v *hujson.Value, name string) (*hujson.Object, error) {
	o, ok := v.Value.(*hujson.Object)
	switch {
	case ok:
		return o, nil
	case name == "":
		return nil, &SyntaxError{Why: "it holds no JSON object"}
	}
	return nil, &SyntaxError{Why: fmt.Sprintf("%q must be an object", name)}
}

func memberOf(o *hujson.Object, key string) *hujson.ObjectMember {
	for i := range o.Members {
		if name, ok := o.Members[i].Name.Value.(hujson.Literal); ok && name.String() == key {
			return &o.Members[i]
		}
	}
	return nil
}

// literal writes a value on one line.
func literal(value any) hujson.ValueTrimmed {
	list, ok := value.([]string)
	if !ok {
		return hujson.Literal(encode(value))
	}
	var a hujson.Array
	for i, element := range list {
		v := hujson.Value{Value: hujson.Literal(encode(element))}
		if i > 0 {
			v.BeforeExtra = hujson.Extra(" ")
		}
		a.Elements = append(a.Elements, v)
	}
	return &a
}

// encode writes JSON without the HTML escapes of encoding/json, as people would.
func encode(value any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(value) // cannot fail for strings and booleans
	return bytes.TrimSpace(b.Bytes())
}
