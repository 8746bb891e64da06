// Package visible shows the characters in a text that a reader would not see.
// Such characters can hide instructions to a model in a title, a cell or an
// error message, and escape sequences can write to a terminal. Each is replaced
// by a mark such as ⟦U+200B⟧, which no sensible text holds, so that people,
// models and terminals all get the same.
//
// Characters that scripts and emoji need to be written correctly stay where
// they do that.
package visible

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// Text returns s with each hidden character replaced by its mark. Line breaks and
// tabs stay.
func Text(s string) string {
	first := firstHidden(s)
	if first < 0 {
		return s
	}
	var b strings.Builder
	b.WriteString(s[:first])
	for at := first; at < len(s); {
		r, size := utf8.DecodeRuneInString(s[at:])
		switch {
		case !isHidden(r):
			b.WriteString(s[at : at+size])
		case belongs(s, at, r, size):
			size = max(size, flagLength(s, at))
			b.WriteString(s[at : at+size])
		default:
			fmt.Fprintf(&b, "⟦U+%04X⟧", r)
		}
		at += size
	}
	return b.String()
}

// firstHidden returns where the first character stands that may be hidden, -1
// where there is none.
func firstHidden(s string) int {
	for i, r := range s {
		if isHidden(r) {
			return i
		}
	}
	return -1
}

// JSON returns valid JSON whose strings, names of members included, show what
// [Text] shows. It returns src itself where there is nothing to show.
func JSON(src []byte) []byte {
	if isPlain(src) {
		return src
	}
	var dst []byte
	copied := 0
	for start := bytes.IndexByte(src, '"'); start >= 0; {
		end := start + literalLength(src[start:])
		if shown, changed := literal(src[start:end]); changed {
			dst = append(append(dst, src[copied:start]...), shown...)
			copied = end
		}
		next := bytes.IndexByte(src[end:], '"')
		if next < 0 {
			break
		}
		start = end + next
	}
	if copied == 0 {
		return src
	}
	return append(dst, src[copied:]...)
}

// longestMark is how many bytes the mark of the last character has.
const longestMark = len("⟦U+10FFFF⟧")

// MostBytes is how many bytes [JSON] returns for src at the most.
func MostBytes(src []byte) int {
	most := len(src)
	if isPlain(src) {
		return most
	}
	for i := 0; i < len(src); {
		switch c := src[i]; {
		case c == '\\':
			i++
			if isHidingEscape(src, i) {
				most += longestMark
			}
			i++
		case c < 0x7f:
			i++
		default:
			r, size := utf8.DecodeRune(src[i:])
			switch {
			case isHidden(r):
				most += longestMark
			case size == 1: // no UTF-8
				most += len(string(utf8.RuneError)) - 1
			}
			i += size
		}
	}
	return most
}

// literalLength is the length of the JSON string literal that src begins with.
func literalLength(src []byte) int {
	at := 1
	for {
		i := bytes.IndexAny(src[at:], `"\`)
		if i < 0 {
			return len(src) // src is no valid JSON
		}
		if at += i + 1; src[at-1] == '"' {
			return at
		}
		at++ // the character behind the backslash
	}
}

// literal shows what is hidden in a JSON string literal, and reports whether
// anything is.
func literal(src []byte) ([]byte, bool) {
	if !mayHide(src) {
		return src, false
	}
	value, err := jsontext.AppendUnquote(nil, src)
	if err != nil && value == nil { // half a surrogate pair is an error with a value
		return src, false
	}
	shown := Text(string(value))
	if shown == string(value) {
		return src, false
	}
	quoted, err := jsontext.AppendQuote(nil, shown)
	return quoted, err == nil
}

// mayHide reports whether a JSON string literal holds a character that may be
// hidden, as itself or as an escape.
func mayHide(src []byte) bool {
	for i := 0; i < len(src); {
		if c := src[i]; c < 0x7f {
			if c == '\\' {
				i++
				if isHidingEscape(src, i) {
					return true
				}
			}
			i++
			continue
		}
		r, size := utf8.DecodeRune(src[i:])
		if isHidden(r) {
			return true
		}
		i += size
	}
	return false
}

// isHidingEscape reports whether the letter at i, behind a backslash, is that
// of an escape whose character may be hidden.
func isHidingEscape(src []byte, i int) bool {
	return i < len(src) && (src[i] == 'u' || src[i] == 'b' || src[i] == 'f')
}

// isPlain reports whether JSON holds ASCII only, no DEL, and no escape but of
// what can be seen, or of line breaks and tabs. Most answers pass here, at
// eight bytes a step: five times as fast as one by one.
func isPlain(src []byte) bool {
	for i := 0; i < len(src); i++ {
		if i+8 <= len(src) && isPlainWord(binary.LittleEndian.Uint64(src[i:])) {
			i += 7
			continue
		}
		switch c := src[i]; {
		case c >= 0x7f:
			return false
		case c == '\\':
			i++
			if isHidingEscape(src, i) {
				return false
			}
		}
	}
	return true
}

// isPlainWord reports whether eight bytes are ASCII without DEL and backslash.
func isPlainWord(w uint64) bool {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	del, backslash := w^0x7f*ones, w^'\\'*ones
	// Subtracting one borrows from a byte that is zero, and sets its highest bit.
	return (w|(del-ones)&^del|(backslash-ones)&^backslash)&highs == 0
}

var mark = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`⟦U\+[0-9A-F]{4,6}⟧`) })

// Mark returns the first mark that s holds, "" where it holds none. What was
// shown with marks must not be written back to where it came from.
func Mark(s string) string { return mark().FindString(s) }
