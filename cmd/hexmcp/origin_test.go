package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi/hexsim"
)

// revocable is a Hex that knows a token until it is revoked.
type revocable struct {
	known, others http.Handler
	revoked       atomic.Bool
}

func (r *revocable) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if r.revoked.Load() {
		r.others.ServeHTTP(w, req)
		return
	}
	r.known.ServeHTTP(w, req)
}

// Hex refuses a token: whoever reads so must learn where that one came from, and
// of no other place.
func TestATokenThatHexRefusesIsAskedForWhereItCameFrom(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	require.NoError(t, os.WriteFile(file, []byte(canary), 0o600))
	const europe = `the profile "europe" with hexmcp login --profile europe`
	for name, tt := range map[string]struct {
		env  map[string]string
		args []string
		want string
	}{
		"environment":       {map[string]string{"HEX_API_TOKEN": canary}, nil, "HEX_API_TOKEN"},
		"file of a flag":    {map[string]string{"HEX_API_TOKEN": canary}, []string{"--token-file", file}, "the file of --token-file"},
		"file of a setting": {map[string]string{"HEX_API_TOKEN_FILE": file}, nil, "the file of HEX_API_TOKEN_FILE"},
		"default profile":   {nil, nil, europe},
		"profile of a flag": {map[string]string{"HEX_API_TOKEN": canary}, []string{"--profile", "europe"}, europe},
	} {
		t.Run(name, func(t *testing.T) {
			handler := &revocable{known: hexsim.New(hexsim.WithToken(canary)), others: hexsim.New()}
			hex := httptest.NewServer(handler)
			t.Cleanup(hex.Close)
			u := newUser(t, ring{})
			status, _, said := u.runs(canary, "login", "--profile", "europe", "--api-url", hex.URL)
			require.Equal(t, exitOK, status, said)
			handler.revoked.Store(true)
			u.env = tt.env
			if tt.want != europe {
				u.env["HEX_API_BASE_URL"] = hex.URL
			}
			_, answer, _ := u.runs("", append([]string{"call", "HEX_LIST_USERS"}, tt.args...)...)
			assert.Contains(t, answer, "put a valid one into "+strings.ReplaceAll(tt.want, `"`, `\"`)+", and set ")
			_, report, _ := u.runs("", append([]string{"doctor"}, tt.args...)...)
			assert.Contains(t, report, "put it into "+tt.want+"\n")
			assertNoSecret(t, answer+report, canary)
		})
	}
}

func TestATokenOfACallerThatHexRefusesIsAskedForInItsHeader(t *testing.T) {
	p := start(t, []string{"HEX_API_BASE_URL=" + hexOf(t, bearer)}, "http", "--listen", "127.0.0.1:0", "--hex-token-from", "header")
	answer := post(p.address(t), toolCall(1, "HEX_LIST_USERS", "{}"), "X-Hex-Api-Token", canary)
	assert.Contains(t, answer, "put a valid one into the header X-Hex-Api-Token, and")
	assert.NotContains(t, answer, "HEX_API_TOKEN")
	assertNoSecret(t, answer, canary)
	p.terminate(t)
	require.NoError(t, p.Wait())
}
