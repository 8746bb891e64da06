package main

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/zalando/go-keyring"

	"hexmcp/cmd/hexmcp/internal/profile"
	"hexmcp/hexapi"
	"hexmcp/hexapi/hexsim"
)

// ring is a keyring of a test.
type ring map[string]string

func (r ring) Get(name string) (string, error) {
	if secret, ok := r[name]; ok {
		return secret, nil
	}
	return "", keyring.ErrNotFound
}
func (r ring) Set(name, secret string) error { r[name] = secret; return nil }
func (r ring) Delete(name string) error      { delete(r, name); return nil }

// refusingRing is a keyring that nobody has unlocked.
type refusingRing struct{ ring }

func (refusingRing) Set(string, string) error { return errors.New("it is locked") }

// user has a home and a keyring, and runs commands.
type user struct {
	t    *testing.T
	home string
	ring profile.Keyring
	env  map[string]string
}

func newUser(t *testing.T, ring profile.Keyring) *user {
	return &user{t: t, home: t.TempDir(), ring: ring, env: map[string]string{}}
}

func (u *user) lookup(name string) (string, bool) {
	if name == "HOME" || name == "APPDATA" {
		return u.home, true
	}
	value, ok := u.env[name]
	return value, ok
}

func (u *user) runs(in string, args ...string) (status int, out, said string) {
	var o, e bytes.Buffer
	status = run(u.t.Context(), streams{in: strings.NewReader(in), out: &o, err: &e, env: u.lookup, keyring: u.ring}, args)
	return status, o.String(), e.String()
}

// hexOf is a Hex that knows one token.
func hexOf(t *testing.T, token string, options ...hexsim.Option) string {
	hex := httptest.NewServer(hexsim.New(append(options, hexsim.WithToken(token))...))
	t.Cleanup(hex.Close)
	return hex.URL
}

func TestALoginSaysWhoseTokenItIsAndPutsItIntoTheKeyring(t *testing.T) {
	hex, held := hexOf(t, canary), ring{}
	u := newUser(t, held)
	status, out, said := u.runs("Bearer "+canary+"\n", "login", "--api-url", hex)
	require.Equal(t, exitOK, status, said)
	assert.Contains(t, out, "as Ada Okafor <ada.okafor@tidewater.example>, ADMIN.")
	assert.Contains(t, out, "The id of the workspace is "+string(hexsim.Workspace))
	assert.Contains(t, out, "The token ends in ")
	assert.Contains(t, out, "the keyring of this system")
	assert.Contains(t, held[profile.Default], canary)
	assertNoSecret(t, out+said, canary)

	status, out, said = u.runs("", "call", "HEX_LIST_USERS")
	assert.Equal(t, exitOK, status, said)
	assert.Contains(t, out, "Ada Okafor")

	status, _, said = u.runs("", "logout")
	assert.Equal(t, exitOK, status, said)
	assert.Empty(t, held)
}

func TestALoginWithoutAKeyringSaysSoAndKeepsAFile(t *testing.T) {
	hex := hexOf(t, canary)
	u := newUser(t, refusingRing{})
	status, out, said := u.runs(canary, "login", "--api-url", hex)
	require.Equal(t, exitOK, status, said)
	assert.Contains(t, said, "keyring: it is locked. The token goes into a file instead, unencrypted, that only you can read")
	assert.Contains(t, out, "default.json")
	assertNoSecret(t, out+said, canary)
	status, _, said = u.runs("", "call", "HEX_LIST_USERS")
	assert.Equal(t, exitOK, status, said)
}

// Hex may refuse users/me to a token that is good: only 401 says that it is not.
func TestATokenThatMayNotSayWhoItIsIsKept(t *testing.T) {
	for status, kept := range map[int]bool{403: true, 404: true, 401: false, 500: false} {
		t.Run(strconv.Itoa(status), func(t *testing.T) {
			hex := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(status)
				_, _ = io.WriteString(w, `{"code":"FORBIDDEN","message":"no","traceId":"x"}`)
			}))
			defer hex.Close()
			u := newUser(t, ring{})
			ended, out, said := u.runs(canary, "login", "--api-url", hex.URL, "--timeout", "1s")
			assert.Equal(t, kept, ended == exitOK, said)
			assert.Equal(t, kept, strings.Contains(out, "does not say whose it is"), out)
			_, listed, _ := u.runs("", "profiles")
			assert.Equal(t, kept, strings.Contains(listed, "default"), listed)
		})
	}
}

// A server that was started before finds the token of a login at its next call,
// and another token after another login.
func TestALoginSaysWhatHasAnsweredInHexsPlace(t *testing.T) {
	for _, status := range []int{http.StatusOK, http.StatusFound, http.StatusForbidden, http.StatusNotFound} {
		page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(status)
			_, _ = io.WriteString(w, "<html>Sign in</html>")
		}))
		u := newUser(t, ring{})
		code, _, said := u.runs(canary, "login", "--api-url", page.URL)
		page.Close()
		assert.Equal(t, exitFailed, code)
		assert.Contains(t, said, "nothing was kept: "+page.URL+"/api is answered with "+strconv.Itoa(status)+" by something other than Hex's API: see that the address is right")
	}
}

func TestALoginReachesAServerThatRuns(t *testing.T) {
	first, second := hexOf(t, canary), hexOf(t, bearer)
	u := newUser(t, ring{})
	in, feed := io.Pipe()
	answers, out := io.Pipe()
	ended := make(chan int)
	go func() {
		ended <- run(t.Context(), streams{in: in, out: out, err: io.Discard, env: u.lookup, keyring: u.ring}, nil)
	}()
	call := func() string {
		_, err := io.WriteString(feed, toolCall(1, "HEX_LIST_USERS", "{}")+"\n")
		require.NoError(t, err)
		line := make([]byte, 64<<10)
		n, err := answers.Read(line)
		require.NoError(t, err)
		return string(line[:n])
	}
	assert.Contains(t, call(), "run hexmcp login")
	for _, login := range [][]string{{canary, first}, {bearer, second}} {
		status, _, said := u.runs(login[0], "login", "--api-url", login[1])
		require.Equal(t, exitOK, status, said)
		assert.Contains(t, call(), "Ada Okafor")
	}
	_, _, _ = u.runs("", "logout")
	require.NoError(t, feed.Close())
	assert.Equal(t, exitOK, <-ended)
}

func TestAServerOfAProfileThatIsMissingExplainsItself(t *testing.T) {
	u := newUser(t, ring{})
	status, out, said := u.runs(toolCall(1, "HEX_LIST_USERS", "{}")+"\n", "--profile", "work")
	assert.Equal(t, exitUsage, status)
	assert.Contains(t, out, `hexmcp login --profile work`)
	assert.Contains(t, out, "Nothing was sent to Hex")
	assert.Contains(t, said, `there is no profile "work"`)
}

// Hex does not document the unit of a token's end.
func TestTheEndOfATokenIsReadInSecondsOrMilliseconds(t *testing.T) {
	want := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	for _, exp := range []float64{float64(want.Unix()), float64(want.UnixMilli())} {
		assert.Equal(t, want, *endOf(hexapi.Me{Token: &hexapi.TokenEnd{Exp: &exp}}))
	}
	assert.Nil(t, endOf(hexapi.Me{}))
	assert.Nil(t, endOf(hexapi.Me{Token: &hexapi.TokenEnd{}}))
}

func TestTheEndOfATokenIsSaidInDays(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.Local)
	for hours, want := range map[int]string{
		-1: "has ended on 2026-03-01", 1: "ends within a day, on 2026-03-01",
		30: "ends in a day, on 2026-03-02", 240: "ends in 10 days, on 2026-03-11",
	} {
		at := now.Add(time.Duration(hours) * time.Hour)
		assert.Equal(t, want, ends(&at, now))
	}
	assert.Equal(t, "never ends", ends(nil, now))
}
