package callers

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/lestrrat-go/jwx/v3/jwa"
	"github.com/lestrrat-go/jwx/v3/jwk"
	"github.com/lestrrat-go/jwx/v3/jws"
	"github.com/lestrrat-go/jwx/v3/jwt"
	"github.com/stretchr/testify/require"
)

const resource = "https://hex.example.com/mcp"

// issuer is an authorization server, as far as a resource server sees it.
type issuer struct {
	*httptest.Server
	t *testing.T

	mu      sync.Mutex
	key     jwk.Key // signs
	public  []jwk.Key
	fetches int
	down    bool
}

func newIssuer(t *testing.T) *issuer {
	i := &issuer{t: t}
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		i.answer(w, map[string]string{"issuer": i.URL, "jwks_uri": i.URL + "/keys"})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		i.mu.Lock()
		i.fetches++
		set := map[string]any{"keys": i.public}
		i.mu.Unlock()
		i.answer(w, set)
	})
	i.Server = httptest.NewServer(mux)
	t.Cleanup(i.Close)
	i.rotate("first")
	return i
}

func (i *issuer) answer(w http.ResponseWriter, body any) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.down {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	if err := json.NewEncoder(w).Encode(body); err != nil {
		i.t.Error(err)
	}
}

// rotate signs with a new key and forgets the others.
func (i *issuer) rotate(id string) {
	raw, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(i.t, err)
	key, err := jwk.Import(raw)
	require.NoError(i.t, err)
	require.NoError(i.t, key.Set(jwk.KeyIDKey, id))
	public, err := key.PublicKey()
	require.NoError(i.t, err)
	i.mu.Lock()
	defer i.mu.Unlock()
	i.key, i.public = key, []jwk.Key{public}
}

// claims of a token that is let in, with changes; nil takes one away.
func (i *issuer) claims(changes map[string]any) jwt.Token {
	token := jwt.New()
	all := map[string]any{
		"iss": i.URL, "aud": resource, "sub": "ada", "client_id": "cursor", "scope": "openid hex:read",
		"iat": time.Now(), "exp": time.Now().Add(time.Minute),
	}
	for name, value := range changes {
		all[name] = value
	}
	for name, value := range all {
		if value != nil {
			require.NoError(i.t, token.Set(name, value))
		}
	}
	return token
}

// token is signed with the key that the issuer signs with now.
func (i *issuer) token(changes map[string]any) string {
	signed, err := jwt.Sign(i.claims(changes), jwt.WithKey(jwa.ES256(), i.key))
	require.NoError(i.t, err)
	return string(signed)
}

// signed is a token of another key or algorithm.
func (i *issuer) signed(alg jwa.SignatureAlgorithm, key any, id string) string {
	headers := jws.NewHeaders()
	require.NoError(i.t, headers.Set(jws.KeyIDKey, id))
	signed, err := jwt.Sign(i.claims(nil), jwt.WithKey(alg, key, jws.WithProtectedHeaders(headers)))
	require.NoError(i.t, err)
	return string(signed)
}

func (i *issuer) checker(t *testing.T) *JWT {
	keys, err := NewKeys(i.URL, i.Client())
	require.NoError(t, err)
	return &JWT{Issuer: i.URL, Audiences: []string{resource}, Keys: keys}
}
