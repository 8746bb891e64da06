package hexapi

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
)

// Secret is a string that shows itself to nobody: not to fmt, log/slog or
// encoding/json. (Keep it out of unexported fields of what is printed, out of
// the keys of maps that are encoded, and away from %p: none of these asks it.)
type Secret string

const redacted = "[redacted]"

// String hides the secret.
func (s Secret) String() string { return redacted }

// Format hides the secret from every verb of fmt, wrong ones included.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// LogValue hides the secret from log/slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText hides the secret from encoders.
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// Reveal returns the secret itself, for the one place that sends it.
func (s Secret) Reveal() string { return string(s) }

// check refuses what cannot travel in a header. Tokens are not told by their
// prefix: older ones have none.
func (s Secret) check() error {
	for _, c := range []byte(s) {
		if c <= ' ' || c > '~' {
			return errors.New("it contains a space or a character that is not printable ASCII")
		}
	}
	return nil
}

// minEcho is the length from which a secret is looked for in what Hex sends: a
// shorter one is for trials, and may be an ordinary word.
const minEcho = 16

// scrub hides the secret in a text that echoes it.
func (s Secret) scrub(b []byte) []byte {
	if len(s) < minEcho || !bytes.Contains(b, []byte(s)) {
		return b
	}
	return bytes.ReplaceAll(b, []byte(s), []byte(redacted))
}

// scrubError hides the secret in the text of an error: net/http quotes answers
// that are not HTTP.
func (s Secret) scrubError(err error) error {
	text := err.Error()
	if clean := string(s.scrub([]byte(text))); clean != text {
		return errors.New(clean)
	}
	return err
}

// scrubHeaders hides the secret in the headers that errors tell of.
func (s Secret) scrubHeaders(h http.Header) {
	for _, name := range []string{"Content-Type", "X-Trace-Id"} {
		if value := h.Get(name); value != "" {
			h.Set(name, string(s.scrub([]byte(value))))
		}
	}
}
