package callers

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const secret = "0123456789abcdef0123456789abcdef"

// tokensIn opens a file of tokens.
func tokensIn(t *testing.T, content string) (*Tokens, string, error) {
	file := filepath.Join(t.TempDir(), "tokens")
	require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
	tokens, err := OpenTokens(file, func(err error) { t.Log(err) })
	return tokens, file, err
}

// ask sends a request through a guard, and returns the answer and who was let in.
func ask(g *Guard, change func(*http.Request)) (*httptest.ResponseRecorder, *Caller, string) {
	var in *Caller
	var log bytes.Buffer
	g.Log = slog.New(slog.NewTextHandler(&log, nil))
	h := g.Wrap(func(_ http.ResponseWriter, r *http.Request) {
		c := Of(r.Context())
		in = &c
		log.WriteString(r.Header.Get("Authorization"))
	})
	r := httptest.NewRequest(http.MethodPost, "/mcp", strings.NewReader("{}"))
	change(r)
	w := httptest.NewRecorder()
	h(w, r)
	return w, in, log.String()
}

func bearer(token string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+token) }
}

func TestOnlyACallerWithATokenIsLetIn(t *testing.T) {
	tokens, _, err := tokensIn(t, "# of the data team\n\ndata "+secret+"\n"+strings.ToUpper(secret)+"\n")
	require.NoError(t, err)
	g := &Guard{Checker: tokens}
	for name, tt := range map[string]struct {
		change func(*http.Request)
		caller string // empty where nobody is let in
		says   string
	}{
		"named token":      {bearer(secret), "data", ""},
		"token by line":    {bearer(strings.ToUpper(secret)), "token of line 4", ""},
		"small letters":    {func(r *http.Request) { r.Header.Set("Authorization", "bearer  "+secret) }, "data", ""},
		"no token":         {func(*http.Request) {}, "", "a token is needed"},
		"other token":      {bearer("fedcba9876543210fedcba9876543210"), "", "not among those of this server"},
		"part of a token":  {bearer(secret[:20]), "", "not among those"},
		"empty token":      {bearer(""), "", "must be Bearer and a token"},
		"other scheme":     {func(r *http.Request) { r.SetBasicAuth("data", secret) }, "", "must be Bearer"},
		"two headers":      {func(r *http.Request) { r.Header["Authorization"] = []string{"Bearer " + secret, "Bearer x"} }, "", "more than one"},
		"token in address": {func(r *http.Request) { r.URL.RawQuery = "access_token=" + secret }, "", "in the address is not taken"},
	} {
		t.Run(name, func(t *testing.T) {
			w, in, log := ask(g, tt.change)
			assert.NotContains(t, log+w.Body.String(), secret, "no token is told, nor seen behind the guard")
			if tt.caller != "" {
				require.NotNil(t, in)
				assert.Equal(t, Caller{tt.caller, All}, *in)
				return
			}
			assert.Nil(t, in)
			assert.Equal(t, http.StatusUnauthorized, w.Code)
			assert.Contains(t, w.Header().Get("WWW-Authenticate"), "Bearer")
			assert.NotContains(t, w.Header().Get("WWW-Authenticate"), "resource_metadata", "there is no other way to a token")
			assert.Contains(t, w.Body.String(), tt.says)
			assert.Contains(t, log, "caller refused")
		})
	}
}

func TestTheFileOfTokensIsReadAgainWhenItChanges(t *testing.T) {
	tokens, file, err := tokensIn(t, "old "+secret)
	require.NoError(t, err)
	var failures []error
	tokens.failed = func(err error) { failures = append(failures, err) }
	g := &Guard{Checker: tokens}
	later := time.Now()
	write := func(content string) {
		later = later.Add(time.Second)
		require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
		require.NoError(t, os.Chtimes(file, later, later))
	}
	lets := func(token string) bool { _, in, _ := ask(g, bearer(token)); return in != nil }
	next := strings.ToUpper(secret)

	write("old " + secret + "\nnew " + next)
	assert.True(t, lets(secret) && lets(next), "both while it is handed out")
	write("new " + next)
	assert.True(t, !lets(secret) && lets(next), "the old one was taken away")
	write("short")
	assert.True(t, lets(next) && lets(next), "a broken file changes nothing")
	assert.Len(t, failures, 1, "and is told once")
	require.NoError(t, os.Remove(file))
	assert.True(t, lets(next) && lets(next))
	assert.Len(t, failures, 2)
	write("new " + next)
	assert.True(t, lets(next))
}

func TestAFileThatLetsNobodyInOrEverybodyIsRefused(t *testing.T) {
	for content, why := range map[string]string{
		"":                     "it holds no token",
		"# nothing\n":          "it holds no token",
		"data 0123456789abcde": "fewer than 16 characters",
		"a b " + secret:        "more than a name and a token",
	} {
		_, _, err := tokensIn(t, content)
		require.ErrorContains(t, err, why)
		assert.NotContains(t, err.Error(), "0123456789")
	}
	_, err := OpenTokens(filepath.Join(t.TempDir(), "missing"), nil)
	assert.Error(t, err)
	_, err = OpenTokens(t.TempDir(), nil)
	assert.ErrorContains(t, err, "no regular file")
}

func TestARefusalSaysHowToGetATokenByOAuth(t *testing.T) {
	i := newIssuer(t)
	g := &Guard{Checker: i.checker(t), Resource: resource, Issuer: i.URL}
	w, _, _ := ask(g, func(*http.Request) {})
	assert.Equal(t, http.StatusUnauthorized, w.Code)
	assert.Equal(t, `Bearer resource_metadata="https://hex.example.com/.well-known/oauth-protected-resource/mcp", scope="hex:read"`, w.Header().Get("WWW-Authenticate"))

	w, _, _ = ask(g, bearer(i.token(map[string]any{"exp": time.Now().Add(-time.Hour)})))
	assert.Equal(t, http.StatusUnauthorized, w.Code)
	assert.Contains(t, w.Header().Get("WWW-Authenticate"), `error="invalid_token", error_description="the token has expired"`)

	w, _, _ = ask(g, bearer(i.token(map[string]any{"scope": "openid"})))
	assert.Equal(t, http.StatusForbidden, w.Code)
	assert.Contains(t, w.Header().Get("WWW-Authenticate"), `scope="hex:read", error="insufficient_scope"`)

	w, in, _ := ask(g, bearer(i.token(nil)))
	assert.Equal(t, http.StatusOK, w.Code)
	assert.Equal(t, Caller{"ada by cursor", Read}, *in)

	i.down = true
	w, _, _ = ask(&Guard{Checker: i.checker(t)}, bearer(i.token(nil)))
	assert.Equal(t, http.StatusServiceUnavailable, w.Code)
	assert.NotEmpty(t, w.Header().Get("Retry-After"))
}

func TestTheMetadataNamesTheAuthorizationServer(t *testing.T) {
	g := &Guard{Resource: "https://example.com/hex/mcp", Issuer: "https://login.example.com"}
	pages := g.Pages()
	for _, path := range []string{"/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource/mcp", "/.well-known/oauth-protected-resource/hex/mcp", "/hex/.well-known/oauth-protected-resource"} {
		require.Contains(t, pages, path)
		w := httptest.NewRecorder()
		pages[path](w, httptest.NewRequest(http.MethodGet, path, nil))
		assert.JSONEq(t, `{"resource":"https://example.com/hex/mcp","authorization_servers":["https://login.example.com"],
			"scopes_supported":["hex:read","hex:write","hex:destroy"],"bearer_methods_supported":["header"],"resource_name":"hexmcp"}`, w.Body.String())
	}
	assert.Empty(t, (&Guard{}).Pages())
}

func TestAHexTokenIsTakenFromItsHeaderOrRefused(t *testing.T) {
	send := func(h HexTokens, tokens ...string) (code int, got string, passed bool) {
		r := httptest.NewRequest(http.MethodPost, "/mcp", nil)
		r.Header[HexTokenHeader] = tokens
		w := httptest.NewRecorder()
		h.Wrap(func(_ http.ResponseWriter, r *http.Request) {
			got, passed = HexTokenOf(r.Context()).Reveal()+r.Header.Get(HexTokenHeader), true
		})(w, r)
		return w.Code, got, passed
	}
	_, got, passed := send(HexTokens{FromHeader: true}, "hxtp_of_the_caller")
	assert.True(t, passed)
	assert.Equal(t, "hxtp_of_the_caller", got, "in the context, and no longer in the headers")
	_, got, passed = send(HexTokens{FromHeader: true})
	assert.True(t, passed)
	assert.Empty(t, got)
	code, _, passed := send(HexTokens{FromHeader: true}, "a", "b")
	assert.False(t, passed)
	assert.Equal(t, http.StatusBadRequest, code)
	code, _, passed = send(HexTokens{}, "hxtp_of_the_caller")
	assert.False(t, passed, "the caller believes to act as itself")
	assert.Equal(t, http.StatusBadRequest, code)
	_, _, passed = send(HexTokens{})
	assert.True(t, passed)
}

func TestACallOfAToolNeedsItsScope(t *testing.T) {
	g := &Guard{Resource: resource, Log: slog.New(slog.DiscardHandler), Needs: func(tool string) Grants {
		return map[string]Grants{"read": Read, "write": Read | Write, "destroy": All}[tool]
	}}
	for _, tt := range []struct {
		grants Grants
		tool   string
		lacks  string
	}{
		{Read, "read", ""},
		{Read, "write", "hex:write"},
		{Read, "destroy", "hex:destroy"},
		{Read | Write, "write", ""},
		{Read | Write, "destroy", "hex:destroy"},
		{All, "destroy", ""},
	} {
		r := httptest.NewRequest(http.MethodPost, "/mcp", nil)
		w := httptest.NewRecorder()
		allowed := g.Allow(w, r.WithContext(With(t.Context(), Caller{"ada", tt.grants})), tt.tool)
		assert.Equal(t, tt.lacks == "", allowed, tt)
		if !allowed {
			assert.Equal(t, http.StatusForbidden, w.Code)
			assert.Contains(t, w.Header().Get("WWW-Authenticate"), `scope="`+tt.lacks+`", error="insufficient_scope"`)
		}
	}
}
