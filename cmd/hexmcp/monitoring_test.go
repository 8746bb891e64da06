package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// answering is a Hex that answers everything with one status.
func answering(t *testing.T, status int) (address string, asked *atomic.Int32) {
	asked = new(atomic.Int32)
	hex := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, `{"values":[]}`)
	}))
	t.Cleanup(hex.Close)
	return hex.URL, asked
}

// until waits for the log to say something, and returns all that it said on the
// way: several lines may come at once.
func (p *process) until(t *testing.T, says string) (said string) {
	t.Helper()
	for line := range p.err.line {
		if said += line; strings.Contains(said, says) {
			break
		}
	}
	return said
}

func TestReadinessSaysWhyNoCallCanBeMade(t *testing.T) {
	well, _ := answering(t, http.StatusOK)
	locked, _ := answering(t, http.StatusUnauthorized)
	ill, _ := answering(t, http.StatusInternalServerError)
	const token = "HEX_API_TOKEN=hxtp_0123456789abcdef"
	for name, tt := range map[string]struct {
		env  []string
		args []string
		want string
	}{
		"well":                         {[]string{token, "HEX_API_BASE_URL=" + well}, nil, `{"status":"ready"}`},
		"demo":                         {nil, []string{"--demo"}, `{"status":"ready"}`},
		"token refused":                {[]string{token, "HEX_API_BASE_URL=" + locked}, nil, `"reason":"Hex does not accept the token"`},
		"no token":                     {[]string{"HEX_API_BASE_URL=" + well}, nil, `"reason":"there is no Hex token that can be used"`},
		"gone":                         {[]string{token, "HEX_API_BASE_URL=127.0.0.1:1"}, nil, `"reason":"Hex cannot be reached"`},
		"ill":                          {[]string{token, "HEX_API_BASE_URL=" + ill}, nil, `"reason":"Hex answers with an error of its own"`},
		"callers bring tokens":         {[]string{"HEX_API_BASE_URL=" + locked}, []string{"--hex-token-from", "header"}, `{"status":"ready"}`},
		"callers bring tokens to none": {[]string{"HEX_API_BASE_URL=127.0.0.1:1"}, []string{"--hex-token-from", "header"}, `"reason":"Hex cannot be reached"`},
	} {
		t.Run(name, func(t *testing.T) {
			p := start(t, tt.env, append([]string{"http", "--listen", "127.0.0.1:0"}, tt.args...)...)
			url := p.address(t)
			assert.Contains(t, get(t, url+"/readyz"), "Hex was not asked yet")
			p.until(t, "ready") // or not ready
			assert.Contains(t, get(t, url+"/readyz"), tt.want)
			assert.Contains(t, get(t, url+"/healthz"), `"status":"ok"`)
			p.terminate(t)
			require.NoError(t, p.Wait())
			assertNoSecret(t, p.err.all.String(), "hxtp_0123456789abcdef")
		})
	}
}

func TestReadinessEndsBeforeTheServerDoes(t *testing.T) {
	p := start(t, nil, "http", "--demo", "--listen", "127.0.0.1:0", "--drain-delay", "30s")
	url := p.address(t)
	get(t, url+"/readyz")
	p.until(t, "ready")
	assert.Contains(t, get(t, url+"/readyz"), `{"status":"ready"}`)
	p.terminate(t)
	assert.Contains(t, get(t, url+"/readyz"), `"reason":"the server is stopping"`)
	assert.Contains(t, post(url, toolCall(1, "HEX_LIST_USERS", "{}")), `"successful":true`, "calls are still taken")
	require.NoError(t, p.Process.Signal(syscall.SIGTERM))
	assert.Error(t, p.Wait(), "a second signal ends it at once")
}

func TestMetricsAreBesideTheServerForCallersOrOnAnAddressOfTheirOwn(t *testing.T) {
	hex, _ := answering(t, http.StatusOK)
	env := []string{"HEX_API_TOKEN=hxtp_0123456789abcdef", "HEX_API_BASE_URL=" + hex}
	one := []string{"Authorization", "Bearer " + callerOne}
	counted := `hexmcp_calls_total{outcome="ok",tool="HEX_LIST_USERS"} 1`
	t.Run("beside it", func(t *testing.T) {
		p := start(t, env, "http", "--listen", "127.0.0.1:0", "--caller-token-file", callersFile(t))
		url := p.address(t)
		assert.Contains(t, post(url, toolCall(1, "HEX_LIST_USERS", "{}"), one...), `"successful":true`)
		assert.Contains(t, get(t, url+"/metrics"), "a token is needed")
		told := get(t, url+"/metrics", one...)
		assert.Contains(t, told, counted)
		assert.Contains(t, told, `hexmcp_hex_requests_total{status="200"}`)
		assert.Contains(t, told, `hexmcp_run_budget_left{window="hour"} 60`)
		p.terminate(t)
		require.NoError(t, p.Wait())
	})
	t.Run("on its own", func(t *testing.T) {
		p := start(t, env, "http", "--listen", "127.0.0.1:0", "--caller-token-file", callersFile(t), "--metrics-listen", "127.0.0.1:0")
		said := p.until(t, "/metrics")
		at := regexp.MustCompile(`http://[0-9.:]+/metrics`).FindString(said)
		url := strings.TrimSuffix(regexp.MustCompile(`http://[0-9.:]+/mcp`).FindString(said), "/mcp")
		assert.Contains(t, post(url, toolCall(1, "HEX_LIST_USERS", "{}"), one...), `"successful":true`)
		assert.Contains(t, get(t, at), counted)
		assert.Contains(t, get(t, url+"/metrics", one...), "nothing is served here")
		p.terminate(t)
		require.NoError(t, p.Wait())
	})
}
