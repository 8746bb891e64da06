package hexapi

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
)

// Secret is a string that fmt, log/slog and encoding/json show as "[redacted]". Three
// cases bypass that, because its methods are not called: an unexported field of a struct
// that is printed, a key of a map that is encoded, and the verb %p.
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

// check refuses what cannot be sent in a header. It does not look for a prefix, since
// older tokens have none.
func (s Secret) check() error {
	for _, c := range []byte(s) {
		if c <= ' ' || c > '~' {
			return errors.New("it contains a space or a character that is not printable ASCII")
		}
	}
	return nil
}
