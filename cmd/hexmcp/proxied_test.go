package main

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/server/callers"
	"hexmcp/server/rpc"
)

// request sends a request with headers, and tells how it was answered.
func request(t *testing.T, method, url, body string, headers ...string) (code int, answer string) {
	t.Helper()
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	require.NoError(t, err)
	r.Close = true
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer res.Body.Close()
	all, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return res.StatusCode, string(all)
}

func TestWhatATrustedProxySaysIsBelieved(t *testing.T) {
	p := start(t, nil, "http", "--demo", "--listen", "127.0.0.1:0", "--trust-proxy", "127.0.0.1,10.0.0.0/8", "--allow-host", "hex.example.com", "--caller-calls-per-minute", "1")
	url := p.address(t)
	call := toolCall(1, "HEX_LIST_USERS", "{}")
	from := func(address string) int {
		code, _ := request(t, http.MethodPost, url+"/mcp", call, "X-Forwarded-For", "8.8.8.8, "+address+", 10.0.0.3", "X-Forwarded-Host", "hex.example.com")
		return code
	}
	assert.Equal(t, http.StatusOK, from("203.0.113.9"))
	assert.Equal(t, http.StatusTooManyRequests, from("203.0.113.9"))
	assert.Equal(t, http.StatusOK, from("203.0.113.10"), "each address has limits of its own")

	_, page := request(t, http.MethodGet, url+"/", "", "X-Forwarded-Proto", "https", "X-Forwarded-Host", "hex.example.com")
	assert.Contains(t, page, "https://hex.example.com/mcp")
	code, _ := request(t, http.MethodPost, url+"/mcp", call, "X-Forwarded-Host", "evil.example")
	assert.Equal(t, http.StatusForbidden, code)
	code, said := request(t, http.MethodPost, url+"/mcp", call, "X-Forwarded-For", "<script>")
	assert.Equal(t, http.StatusBadRequest, code)
	assert.Equal(t, "X-Forwarded-For must be a list of addresses\n", said)
	p.terminate(t)
	require.NoError(t, p.Wait())
	assert.Contains(t, p.err.all.String(), "caller=203.0.113.9")
}

func TestAProxyThatIsNotTrustedIsNotBelieved(t *testing.T) {
	p := start(t, nil, "http", "--demo", "--listen", "127.0.0.1:0", "--trust-proxy", "192.0.2.1")
	code, page := request(t, http.MethodGet, p.address(t)+"/", "", "X-Forwarded-Proto", "https", "X-Forwarded-Host", "evil.example", "X-Forwarded-For", "nonsense")
	assert.Equal(t, http.StatusOK, code)
	assert.NotContains(t, page, "evil.example")
	p.terminate(t)
	require.NoError(t, p.Wait())
}

func TestNonsenseForAProxyStartsNoServer(t *testing.T) {
	for value, want := range map[string]string{"proxy.example.com": "must be an address or a network", "0.0.0.0/0": "is everybody"} {
		said := output(t, nil, "http", "--demo", "--listen", "127.0.0.1:0", "--trust-proxy", value)
		assert.Contains(t, said, want)
		assert.NotContains(t, said, "serving")
	}
}

func TestRefusalsAreCounted(t *testing.T) {
	p := start(t, nil, "http", "--demo", "--listen", "127.0.0.1:0", "--caller-token-file", callersFile(t), "--caller-calls-per-minute", "1")
	url := p.address(t)
	call := toolCall(1, "HEX_LIST_USERS", "{}")
	for _, headers := range [][]string{{}, {"Origin", "https://evil.example"}, {"Authorization", "Bearer " + callerOne}, {"Authorization", "Bearer " + callerOne}} {
		request(t, http.MethodPost, url+"/mcp", call, headers...)
	}
	_, counts := request(t, http.MethodGet, url+"/metrics", "", "Authorization", "Bearer "+callerTwo)
	for _, status := range []string{"401", "403", "429"} {
		assert.Contains(t, counts, `hexmcp_http_refusals_total{status="`+status+`"} 1`)
	}
	p.terminate(t)
	require.NoError(t, p.Wait())
}

func TestACallerIsNotToldOfWhatItsScopesWithhold(t *testing.T) {
	for grants, want := range map[callers.Grants]rpc.Withheld{
		callers.Read:                 {Writing: true, Destroying: true},
		callers.Read | callers.Write: {Destroying: true},
		callers.All:                  {},
	} {
		r := (&http.Request{}).WithContext(callers.With(t.Context(), callers.Caller{Grants: grants}))
		assert.Equal(t, want, withheld(r))
	}
	assert.Zero(t, withheld(&http.Request{}), "where nobody is asked")
}
