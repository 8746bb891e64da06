package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
)

const (
	callerOne = "caller-one-0123456789abcdef"
	callerTwo = "caller-two-0123456789abcdef"
)

// callersFile is a file of two tokens.
func callersFile(t *testing.T) string {
	file := filepath.Join(t.TempDir(), "callers")
	require.NoError(t, os.WriteFile(file, []byte("one "+callerOne+"\ntwo "+callerTwo+"\n"), 0o600))
	return file
}

func TestSettingsOfWhoMayCallThatContradictEachOtherStartNoServer(t *testing.T) {
	file := callersFile(t)
	for name, tt := range map[string]struct {
		env  []string
		args []string
		want string
	}{
		"two ways to be let in":       {nil, []string{"--caller-token-file", file, "--oauth-issuer", "https://login.example.com"}, "keep one"},
		"asked and not asked":         {nil, []string{"--caller-token-file", file, "--insecure-no-auth"}, "keep one"},
		"issuer without own address":  {nil, []string{"--oauth-issuer", "https://login.example.com"}, "needs --public-url"},
		"issuer over http":            {nil, []string{"--oauth-issuer", "http://login.example.com", "--public-url", "https://hex.example.com/mcp"}, "must have an https address"},
		"audience without issuer":     {nil, []string{"--oauth-audience", "api://hex"}, "only with --oauth-issuer"},
		"public address of no scheme": {nil, []string{"--public-url", "hex.example.com"}, "must be that of /mcp"},
		"missing file":                {nil, []string{"--caller-token-file", "missing"}, "tokens of callers"},
		"other machines, no tokens":   {nil, []string{"--listen", "0.0.0.0:0"}, "--caller-token-file or --oauth-issuer"},
		"both tokens of Hex":          {nil, []string{"--hex-token-from", "header"}, "the server has one as well"},
		"token from elsewhere":        {nil, []string{"--hex-token-from", "client"}, "from server or from header"},
		"a token for a file":          {nil, []string{"--caller-token-file", "hxtp_0123456789abcdef"}, "holds a token of Hex"},
	} {
		t.Run(name, func(t *testing.T) {
			said := output(t, append(tt.env, "HEX_API_TOKEN=hxtp_0123456789abcdef"), append([]string{"http"}, tt.args...)...)
			assert.Contains(t, said, "hexmcp: ")
			assert.Contains(t, said, tt.want)
			assertNoSecret(t, said, "hxtp_0123456789abcdef", callerOne)
		})
	}
}

func TestOnlyCallersWithATokenReachHex(t *testing.T) {
	var calls atomic.Int32
	hex := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		if strings.Contains(fmt.Sprint(r.Header), "caller-") {
			t.Error("the caller's own token was passed on to Hex")
		}
		_, _ = io.WriteString(w, `{"values":[]}`)
	}))
	t.Cleanup(hex.Close)
	p := start(t, []string{"HEX_API_TOKEN=hxtp_0123456789abcdef", "HEX_API_BASE_URL=" + hex.URL, "HEXMCP_LOG_LEVEL=debug"},
		"http", "--listen", "0.0.0.0:0", "--caller-token-file", callersFile(t))
	url := strings.Replace(p.address(t), "[::]", "127.0.0.1", 1)
	call := toolCall(1, "HEX_LIST_USERS", "{}")

	assert.Contains(t, post(url, call), "a token is needed")
	assert.Contains(t, post(url, call, "Authorization", "Bearer someone-elses-0123456789"), "not among those of this server")
	assert.Zero(t, calls.Load())
	assert.Contains(t, post(url, call, "Authorization", "Bearer "+callerOne), `"successful":true`)
	assert.Contains(t, post(url, call, "Authorization", "Bearer "+callerTwo), `"successful":true`)
	assert.Contains(t, post(url, call, "Authorization", "Bearer "+callerTwo, "X-Hex-Api-Token", "hxtp_of_caller_0123456789"), "leave out the header")
	assert.Contains(t, get(t, url+"/healthz"), `"status":"ok"`)
	p.terminate(t)
	require.NoError(t, p.Wait())
	assertNoSecret(t, p.err.all.String(), callerOne, callerTwo, "someone-elses-0123456789", "hxtp_of_caller_0123456789")
}

// Hundreds of callers at once: whose token a call is made with is whose answer it
// gets.
func TestNobodySeesWhatAnotherCallersTokenSees(t *testing.T) {
	const people, rounds = 200, 5
	hex := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, number, _ := strings.Cut(r.Header.Get("Authorization"), "_of_caller_")
		fmt.Fprintf(w, `{"values":[{"email":"caller-%s@example.com"}],"pagination":{"after":null,"before":null}}`, number)
	}))
	t.Cleanup(hex.Close)
	p := start(t, []string{"HEX_API_BASE_URL=" + hex.URL}, "http", "--listen", "127.0.0.1:0", "--hex-token-from", "header")
	url := p.address(t)
	assert.Contains(t, post(url, toolCall(1, "HEX_LIST_USERS", "{}")), "send theirs in the header X-Hex-Api-Token")

	var g errgroup.Group
	g.SetLimit(50)
	for i := range people * rounds {
		g.Go(func() error {
			number := fmt.Sprintf("%04d", i%people)
			answer := post(url, toolCall(1, "HEX_LIST_USERS", "{}"), "X-Hex-Api-Token", "hxtp_of_caller_"+number)
			if !strings.Contains(answer, "caller-"+number+"@example.com") || strings.Count(answer, "@example.com") != 2 {
				return fmt.Errorf("caller %s got %s", number, answer)
			}
			return nil
		})
	}
	assert.NoError(t, g.Wait())
	p.terminate(t)
	assert.NoError(t, p.Wait())
}
