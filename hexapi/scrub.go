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

// A scrubber hides a token in what came back for a request: the token itself, its
// base64, and forms with some characters escaped as in JSON or in a URL. These must be
// hidden too, because whoever decodes them would see the token.
type scrubber struct {
	plain   [][]byte              // forms that are replaced wherever they stand
	short   []byte                // the token, if it is a short one
	whole   *regexp.Regexp        // matches a short token only as a word of its own
	escaped func() *regexp.Regexp // the token with any of its characters escaped
}

// A token below shortToken bytes is not looked for. One below longToken bytes may be
// part of an ordinary word, so it is hidden only where it stands as a word of its own.
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

// wholeWord matches a text where it is not part of a longer word.
func wholeWord(text string) *regexp.Regexp {
	return regexp.MustCompile(`(^|[^0-9A-Za-z_])` + regexp.QuoteMeta(text) + `($|[^0-9A-Za-z_])`)
}

// escapedForm is a regular expression for the text with each character as it is or
// escaped: \u0068, \\u0068 in JSON within JSON, \/ and %68.
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
	if s.whole != nil && bytes.Contains(b, s.short) { // the regular expression takes a hundred times as long
		b = s.whole.ReplaceAll(b, []byte("${1}"+redacted+"${2}"))
	}
	if s.escaped != nil && mayHoldEscapes(b) {
		b = s.escaped().ReplaceAllFunc(b, hideEscaped)
	}
	return b
}

// hideEscaped hides a match only if it holds an escape. The expression also matches the
// plain token, which is hidden before; a short one may be part of a word and stays.
func hideEscaped(found []byte) []byte {
	if bytes.ContainsAny(found, `\%`) {
		return []byte(redacted)
	}
	return found
}

// mayHoldEscapes reports whether b has an escape that could stand for a character of
// a token. \n, the most frequent escape in SQL, could not. Searching for each of the two
// bytes by itself is many times as fast as for both at once.
func mayHoldEscapes(b []byte) bool {
	return follows(b, '%', isHex) || follows(b, '\\', func(next byte) bool { return next == 'u' || next == '/' || next == '\\' })
}

// follows reports whether somewhere in b a byte for which like is true follows given.
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

// error hides the token in the text of an error, because net/http quotes answers that
// are not HTTP.
func (s *scrubber) error(err error) error {
	text := err.Error()
	if clean := string(s.bytes([]byte(text))); clean != text {
		return errors.New(clean)
	}
	return err
}

// headers hides the token in those headers that errors and answers show.
func (s *scrubber) headers(h http.Header) {
	for _, name := range []string{"Content-Type", "X-Trace-Id"} {
		if value := h.Get(name); value != "" {
			h.Set(name, string(s.bytes([]byte(value))))
		}
	}
}
