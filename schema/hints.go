package schema

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// Hints tell a [Decoder] what the types of the arguments do not say. A nil
// function knows nothing.
type Hints struct {
	// ID returns the id that is in a text which is no UUID where one is wanted,
	// such as the address of a page. Where there is none it may say why, in a
	// clause. The path of the argument comes without indexes and is never empty.
	ID func(path []string, given string) (id, why string)
	// OrByName is what [Hints.ID] finds an id by, such as "an email"; "" for nothing.
	// The path is as there.
	OrByName func(path []string) string
	// Instead says, in a clause, what to do in place of an argument that there
	// is not: its path without indexes, and the names that there are beside it.
	Instead func(path, known []string) string
	// Numeric reports whether a text argument may come as a bare number, which then
	// stands for its digits. Argument is the last name of its path.
	Numeric func(argument string) bool
}

// Hint returns the decoder with further hints, which may be those of one call.
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

// broken says where text stops to be JSON, and shows what stands before it unless
// that may be secret.
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
