package hexapi

import (
	"bytes"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// This file hides the credentials of a request in what came back for it. Unlike
// tokens they may be short, or be long and have many lines.

// shortCredential is the least number of bytes of a credential that is hidden. A shorter
// one keeps nothing secret, and would be found everywhere.
const shortCredential = 4

// maxEscaped is the largest number of bytes of a credential that is also looked for with
// single characters escaped.
const maxEscaped = 256

// keyInFile finds private keys in the JSON of a service account.
var keyInFile = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`"private_key[a-z_]*"\s*:\s*("(?:[^"\\]|\\.)*")`) })

// scrubCredentials hides credentials in the body, the headers and the error.
func (got *received) scrubCredentials(secrets []string) {
	for _, form := range credentialForms(secrets) {
		s := newCredentialScrubber(form)
		s.headers(got.header)
		got.body = s.strings(got.body)
		if got.err != nil {
			got.err = s.error(got.err)
		}
	}
}

// credentialForms are the texts to hide, longest first: each credential, its lines,
// and the private keys in it.
func credentialForms(secrets []string) []string {
	var forms []string
	for _, secret := range secrets {
		forms = append(forms, secret)
		for _, key := range keyInFile().FindAllStringSubmatch(secret, -1) {
			var text string
			_ = json.Unmarshal([]byte(key[1]), &text) // text stays empty if this fails
			forms = append(forms, text)
		}
	}
	for _, form := range forms {
		for line := range strings.Lines(form) {
			if line = strings.TrimSpace(line); len(line) >= longToken && !strings.HasPrefix(line, "-----") {
				forms = append(forms, line)
			}
		}
	}
	forms = slices.DeleteFunc(forms, func(f string) bool { return len(f) < shortCredential })
	slices.SortStableFunc(forms, func(a, b string) int { return len(b) - len(a) })
	return slices.Compact(forms)
}

// newCredentialScrubber hides a credential of up to maxEscaped bytes as a token is
// hidden, a very short one only as a word of its own. It also hides the credential as
// JSON escapes it, once and twice.
func newCredentialScrubber(text string) *scrubber {
	s := &scrubber{}
	if len(text) <= maxEscaped {
		s = newScrubber(Secret(text))
	}
	switch {
	case len(text) < shortToken:
		s.short, s.whole = []byte(text), wholeWord(text)
	case len(text) > maxEscaped:
		s.plain = [][]byte{[]byte(text), []byte(url.QueryEscape(text)), []byte(url.PathEscape(text))}
	}
	once := inJSON(text)
	escaped, _ := json.Marshal(text) // escapes <, > and & too; cannot fail for a string
	for _, form := range []string{once, inJSON(once), string(escaped[1 : len(escaped)-1])} {
		if form != text && len(form) >= longToken {
			s.plain = append(s.plain, []byte(form))
		}
	}
	return s
}

// inJSON is a text as it is written between the quotes of a JSON string.
func inJSON(text string) string {
	b, err := encodeBody(text)
	if err != nil {
		return text
	}
	return string(b[1 : len(b)-1])
}

var jsonString = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`"(?:[^"\\]|\\.)*"(\s*:)?`) })

// strings hides the credential in the strings of a JSON body, but not in names and
// numbers: replacing a credential of digits in a number would leave invalid JSON. In a
// body that is not JSON it hides the credential everywhere.
func (s *scrubber) strings(body []byte) []byte {
	if !isJSON(body) {
		return s.bytes(body)
	}
	return jsonString().ReplaceAllFunc(body, func(text []byte) []byte {
		if bytes.HasSuffix(text, []byte(":")) {
			return text
		}
		return s.bytes(text)
	})
}
