package rpc

import (
	"bytes"
	"encoding/json"
	"regexp"
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

// FindID looks for the id in what was kept of a message that was too long: its
// beginning and its end. Some clients write the id last. It is nil where none
// is found.
func FindID(head, tail []byte) json.RawMessage {
	if id := firstID(head); id != nil {
		return id
	}
	if m := lastID.FindSubmatch(tail); len(m) == 2 && utf8.Valid(m[1]) {
		return m[1]
	}
	return nil
}

// lastID is an id that only jsonrpc and the end of the message may follow. The
// last bracket closes the message, so the id is not that of anything in it.
var lastID = regexp.MustCompile(`"id"\s*:\s*("(?:[^"\\]|\\.)*"|-?[0-9][0-9.eE+-]*)\s*(?:,\s*"jsonrpc"\s*:\s*"[^"]*"\s*)?}\s*$`)

// firstID looks for the id among the first members of a message.
func firstID(head []byte) json.RawMessage {
	d := json.NewDecoder(bytes.NewReader(head))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil
	}
	for {
		key, err := d.Token()
		if err != nil {
			return nil
		}
		var value json.RawMessage
		if d.Decode(&value) != nil {
			return nil
		}
		if key == "id" && isID(value) && utf8.Valid(value) {
			return value
		}
	}
}
