package schema

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// Hints tell a [Decoder] what the types of the arguments do not say. A function may be
// nil.
type Hints struct {
	// ID finds the id in a text that was given for a UUID and is none, such as the
	// address of a page. If there is no id it may return a clause that says why. The
	// path of the argument has no indexes and is never empty.
	ID func(path []string, given string) (id, why string)
	// OrByName names what else [Hints.ID] finds an id by, such as "an email"; "" for
	// nothing. It gets the path of the argument as ID does.
	OrByName func(path []string) string
	// Instead returns a clause that says what to do instead of giving an argument
	// that does not exist; "" if it does not know. It gets the path of that argument
	// without indexes, and the names of the arguments that exist beside it.
	Instead func(path, known []string) string
	// Numeric reports whether a text argument may be given as a JSON number, whose
	// digits then become the text. Argument is the last name of its path.
	Numeric func(argument string) bool
}

// Hint returns a copy of the decoder with these hints instead of its own. They may be
// those of one call.
func (d *Decoder[T]) Hint(h Hints) *Decoder[T] {
	hinted := *d
	hinted.hints = h
	return &hinted
}

func (h Hints) id(at []string, given string) (id, why string) {
	names := named(at)
	if h.ID == nil || len(names) == 0 {
		return "", ""
	}
	return h.ID(names, given)
}

func (h Hints) orByName(at []string) string {
	names := named(at)
	if h.OrByName == nil || len(names) == 0 {
		return ""
	}
	return h.OrByName(names)
}

func (h Hints) instead(at, known []string) string {
	if h.Instead == nil {
		return ""
	}
	return h.Instead(named(at), known)
}

func (h Hints) numeric(at []string) bool {
	names := named(at)
	return h.Numeric != nil && len(names) > 0 && h.Numeric(names[len(names)-1])
}

// named leaves the indexes of lists out of a path.
func named(at []string) []string {
	var names []string
	for _, name := range at {
		if !isIndex(name) {
			names = append(names, name)
		}
	}
	return names
}

// broken says at which character a text stops being valid JSON, and quotes what stands
// before it unless that may be secret.
func broken(raw []byte, secret bool) string {
	const shown = 20
	err := json.Unmarshal(raw, new(json.RawMessage))
	wrong, ok := errors.AsType[*json.SyntaxError](err)
	if !ok {
		return "it cannot be read"
	}
	end := min(int(wrong.Offset), len(raw))
	if secret {
		return fmt.Sprintf("at character %d of %d", end, len(raw))
	}
	if end == len(raw) && !bytes.ContainsAny(raw[max(0, end-1):], "}]") {
		return "it ends too early, after " + quote(string(raw[max(0, end-shown):end]))
	}
	return fmt.Sprintf("at character %d, after %s", end, quote(string(raw[max(0, end-1-shown):max(0, end-1)])))
}
