package check

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Hexmcp is started as the example does, with its secrets in another folder and its
// ports on loopback: it serves calls, is ready, counts in Redis, and ends in time.
func TestHexmcpServesAsTheExamplesStartIt(t *testing.T) {
	for name, r := range examples(t) {
		t.Run(name, func(t *testing.T) {
			redis := miniredis.RunT(t)
			redis.RequireAuth("of-redis")
			serving, metrics := onLoopback(t, r, "HEXMCP_LISTEN"), onLoopback(t, r, "HEXMCP_METRICS_LISTEN")
			hex, token := simulated(t)
			env := append(r.place(t, map[string]string{
				"hex-token": token, "callers": "data-team of-the-caller-0123456789abcdef", "redis-url": "redis://:of-redis@" + redis.Addr() + "/0",
			}), "HEX_API_BASE_URL="+hex)
			server := command(t, env, r.args...)
			said, err := server.StderrPipe()
			require.NoError(t, err)
			require.NoError(t, server.Start())
			go func() { _, _ = io.Copy(io.Discard, said) }()

			assert.Eventually(t, func() bool { return get(serving+"/healthz") == 200 }, 10*time.Second, 20*time.Millisecond)
			assert.Eventually(t, func() bool { return get(serving+"/readyz") == 200 }, 10*time.Second, 20*time.Millisecond)
			assert.Contains(t, call(t, serving, "of-the-caller-0123456789abcdef"), `"successful":true`)
			assert.Contains(t, call(t, serving, "of-somebody-else"), "invalid_token")
			told := text(t, metrics+"/metrics")
			assert.Contains(t, told, "hexmcp_redis_up 1")
			assert.Contains(t, told, `hexmcp_calls_total{outcome="ok",tool="HEX_LIST_USERS"} 1`)
			require.NoError(t, server.Process.Signal(syscall.SIGTERM))
			ended(t, server, r.grace)
		})
	}
}

// onLoopback puts a free port of loopback in place of the address of a setting.
func onLoopback(t *testing.T, r replica, setting string) (url string) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer ln.Close()
	require.True(t, strings.HasPrefix(r.env[setting], "0.0.0.0:"), setting)
	r.env[setting] = ln.Addr().String()
	return "http://" + r.env[setting]
}

// simulated is a Hex of hexmcp sim.
func simulated(t *testing.T) (address, token string) {
	t.Helper()
	sim := command(t, nil, "sim", "--listen", "127.0.0.1:0")
	out, err := sim.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, sim.Start())
	lines := bufio.NewScanner(out)
	require.True(t, lines.Scan())
	address = strings.TrimPrefix(lines.Text(), "HEX_API_BASE_URL=")
	require.True(t, lines.Scan())
	return address, strings.TrimPrefix(lines.Text(), "HEX_API_TOKEN=")
}

func get(url string) (status int) {
	res, err := http.Get(url)
	if err != nil {
		return 0
	}
	defer res.Body.Close()
	return res.StatusCode
}

func text(t *testing.T, url string) string {
	t.Helper()
	res, err := http.Get(url)
	require.NoError(t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return string(body)
}

func call(t *testing.T, url, token string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/mcp",
		strings.NewReader(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"HEX_LIST_USERS","arguments":{}}}`))
	require.NoError(t, err)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return string(body)
}
