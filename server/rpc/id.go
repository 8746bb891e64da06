package rpc

import (
	"bytes"
	"encoding/json"
	"regexp"
	"sync"
	"unicode/utf8"
)

// isID reports whether a JSON value is a string or a number.
func isID(v json.RawMessage) bool {
	if len(v) == 0 {
		return false
	}
	c := v[0]
	return c == '"' || c == '-' || '0' <= c && c <= '9'
}

// keptOfMessage is how much of the end of a message is searched for its id.
const keptOfMessage = 4 << 10

// FindID looks for the id of a message that cannot be decoded, because it is
// too long or is no JSON: in its beginning and in its end. Some clients write
// the id last. It is nil where none is found.
func FindID(head, tail []byte) json.RawMessage {
	if id := firstID(head); id != nil {
		return id
	}
	if m := lastID().FindSubmatch(tail); len(m) == 2 && utf8.Valid(m[1]) && json.Valid(m[1]) {
		return m[1]
	}
	return nil
}

// lastID is an id that only jsonrpc and the end of the message may follow. The
// last bracket closes the message, so the id is not that of anything in it.
var lastID = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`"id"\s*:\s*("(?:[^"\\]|\\.)*"|-?[0-9][0-9.eE+-]*)\s*(?:,\s*"jsonrpc"\s*:\s*"[^"]*"\s*)?}\s*$`)
})

// firstID looks for the id among the members of a message, in one pass over
// its brackets and strings: whatever else is wrong with the message, however
// deep it is, and wherever it is cut off.
func firstID(message []byte) json.RawMessage {
	depth := 0
	for rest := message; len(rest) > 0; {
		switch c := rest[0]; {
		case c == '"':
			text, after := cutString(rest)
			value, isKey := cutColon(after)
			if rest = after; depth == 1 && isKey && string(text) == `"id"` {
				return idOf(value)
			}
			continue
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
		case depth == 0 && !isSpace(c):
			return nil // no object
		}
		rest = rest[1:]
	}
	return nil
}

// cutString cuts a string literal off, its quotes included. One without an end
// takes all.
func cutString(b []byte) (literal, rest []byte) {
	for i := 1; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return b[:i+1], b[i+1:]
		}
	}
	return b, nil
}

// cutColon returns what stands after the colon, if one comes next.
func cutColon(b []byte) (value []byte, ok bool) {
	value, ok = bytes.CutPrefix(bytes.TrimLeft(b, space), []byte(":"))
	return bytes.TrimLeft(value, space), ok
}

// idOf is the value if it is a whole string or number.
func idOf(value []byte) json.RawMessage {
	switch {
	case !isID(value):
		return nil
	case value[0] == '"':
		value, _ = cutString(value)
	default:
		end := bytes.IndexAny(value, ",}"+space)
		if end < 0 {
			return nil // it may have been cut off
		}
		value = value[:end]
	}
	if !utf8.Valid(value) || !json.Valid(value) {
		return nil
	}
	return value
}

// space is the white space of JSON.
const space = " \t\r\n"

func isSpace(c byte) bool { return bytes.IndexByte([]byte(space), c) >= 0 }
