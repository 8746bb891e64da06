package hexapi

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// A scrubber hides a token in what came back for a request: as it is, in base64,
// and with any of its characters escaped as in JSON or in a URL. What is decoded
// afterwards would show it otherwise.
type scrubber struct {
	plain   [][]byte              // forms that are looked for as they stand
	short   []byte                // the token, if it is a short one
	whole   *regexp.Regexp        // a short token as a word of its own
	escaped func() *regexp.Regexp // the token with any of its characters escaped
}

// The lengths, in bytes, from which a token is looked for. A shorter one may be
// an ordinary word, so up to longToken it must stand by itself.
const (
	shortToken = 8
	longToken  = 16
)

func newScrubber(token Secret) *scrubber {
	s := &scrubber{}
	text := token.Reveal()
	if len(text) < shortToken {
		return s
	}
	s.escaped = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(escapedForm(text)) })
	if len(text) < longToken {
		s.short = []byte(text)
		s.whole = wholeWord(text)
	} else {
		s.plain = append(s.plain, []byte(text))
	}
	for _, form := range []string{
		base64.RawStdEncoding.EncodeToString([]byte(text)), base64.RawURLEncoding.EncodeToString([]byte(text)),
		url.QueryEscape(text), url.PathEscape(text),
	} {
		if form != text && !slices.ContainsFunc(s.plain, func(b []byte) bool { return string(b) == form }) {
			s.plain = append(s.plain, []byte(form))
		}
	}
	return s
}

// wholeWord matches a text that is no part of a longer word.
func wholeWord(text string) *regexp.Regexp {
	return regexp.MustCompile(`(^|[^0-9A-Za-z_])` + regexp.QuoteMeta(text) + `($|[^0-9A-Za-z_])`)
}

// escapedForm matches the text with each character as it is or escaped, and at
// least one escaped: \u0068, \\u0068 in JSON within JSON, \/ and %68.
func escapedForm(text string) string {
	var b strings.Builder
	for _, c := range text {
		if c < utf8.RuneSelf {
			fmt.Fprintf(&b, `(?:\\*%s|\\+u00(?i:%02x)|%%(?i:%02x))`, regexp.QuoteMeta(string(c)), c, c)
		} else {
			fmt.Fprintf(&b, `(?:%c|\\+u(?i:%04x))`, c, c)
		}
	}
	return b.String()
}

// bytes hides the token in a body or a text.
func (s *scrubber) bytes(b []byte) []byte {
	for _, form := range s.plain {
		if bytes.Contains(b, form) {
			b = bytes.ReplaceAll(b, form, []byte(redacted))
		}
	}
	if s.whole != nil && bytes.Contains(b, s.short) { // an expression alone takes a hundred times as long
		b = s.whole.ReplaceAll(b, []byte("${1}"+redacted+"${2}"))
	}
	if s.escaped != nil && mayHoldEscapes(b) {
		b = s.escaped().ReplaceAllFunc(b, hideEscaped)
	}
	return b
}

// hideEscaped leaves alone what holds no escape: short tokens are looked for as
// words of their own.
func hideEscaped(found []byte) []byte {
	if bytes.ContainsAny(found, `\%`) {
		return []byte(redacted)
	}
	return found
}

// mayHoldEscapes reports whether a character of a token may be escaped in b.
// Line breaks in SQL, the most frequent escapes, are none. Looking for one byte
// at a time is many times as fast as for any of two.
func mayHoldEscapes(b []byte) bool {
	return follows(b, '%', isHex) || follows(b, '\\', func(next byte) bool { return next == 'u' || next == '/' || next == '\\' })
}

// follows reports whether a byte like that stands after one of the given.
func follows(b []byte, given byte, like func(byte) bool) bool {
	for {
		i := bytes.IndexByte(b, given)
		if i < 0 || i+1 >= len(b) {
			return false
		}
		if like(b[i+1]) {
			return true
		}
		b = b[i+1:]
	}
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// error hides the token in the text of an error: net/http quotes answers that
// are not HTTP.
func (s *scrubber) error(err error) error {
	text := err.Error()
	if clean := string(s.bytes([]byte(text))); clean != text {
		return errors.New(clean)
	}
	return err
}

// headers hides the token in the headers that errors tell of.
func (s *scrubber) headers(h http.Header) {
	for _, name := range []string{"Content-Type", "X-Trace-Id"} {
		if value := h.Get(name); value != "" {
			h.Set(name, string(s.bytes([]byte(value))))
		}
	}
}
