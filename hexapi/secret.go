package hexapi

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
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
