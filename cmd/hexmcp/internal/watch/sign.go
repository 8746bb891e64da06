package watch

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Secrets are the keys that events are signed with: the current one and, while the
// receiver changes its key, the one before.
type Secrets [][]byte

// How many bytes a key of Standard Webhooks has.
const (
	leastKey = 24
	mostKey  = 64
)

// ErrSecret means that a secret has the wrong form.
var ErrSecret = errors.New("a secret must be whsec_ and the base64 of 24 to 64 random bytes, as echo whsec_$(openssl rand -base64 32) makes it; several are separated by spaces or lines")

// ParseSecrets parses secrets in the form of Standard Webhooks, separated by white space.
// It fails with [ErrSecret].
func ParseSecrets(text string) (Secrets, error) {
	var all Secrets
	for word := range strings.FieldsSeq(text) {
		encoded, ok := strings.CutPrefix(word, "whsec_")
		key, err := base64.StdEncoding.DecodeString(encoded)
		if !ok || err != nil || len(key) < leastKey || len(key) > mostKey {
			return nil, ErrSecret
		}
		all = append(all, key)
	}
	if len(all) == 0 {
		return nil, ErrSecret
	}
	return all, nil
}

// sign is the value of the header webhook-signature: a signature of id, time and body with
// each secret.
func (s Secrets) sign(id string, at time.Time, body []byte) string {
	var all []string
	for _, key := range s {
		mac := hmac.New(sha256.New, key)
		fmt.Fprintf(mac, "%s.%d.%s", id, at.Unix(), body)
		all = append(all, "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	}
	return strings.Join(all, " ")
}
