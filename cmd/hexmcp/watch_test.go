package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi/hexsim"
)

// inventory is the demo project that has the most runs in two days.
const inventory = string(hexsim.ProjectInventory)

// watchEnv is where the watch finds a simulated Hex, which calls looked when runs
// were asked for.
func watchEnv(t *testing.T, looked func()) []string {
	sim := hexsim.New()
	hex := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sim.ServeHTTP(w, r)
		if strings.HasSuffix(r.URL.Path, "/runs") {
			looked()
		}
	}))
	t.Cleanup(hex.Close)
	return []string{"HEX_API_TOKEN=" + hexsim.DemoToken, "HEX_API_BASE_URL=" + hex.URL + "/api", "PATH=" + os.Getenv("PATH")}
}

// eventID is the id in a line of the watch.
func eventID(t *testing.T, line string) string {
	t.Helper()
	var e struct{ ID string }
	require.NoError(t, json.Unmarshal([]byte(line), &e), line)
	return e.ID
}

// What two days brought is told to the end although the program is killed again
// and again, after a few events each time.
func TestAWatchThatIsKilledAgainAndAgainTellsAll(t *testing.T) {
	env := watchEnv(t, func() {})
	state := filepath.Join(t.TempDir(), "state.json")
	args := []string{"watch", "--project", inventory, "--since", "-47h", "--state", state, "--on", "completed"}
	told := map[string]int{}
	kills := 0
	for len(told) < 47 {
		p := start(t, env, args...)
		for left := 1 + 3*(kills%4); left > 0 && len(told) < 47; left-- {
			line, err := p.out.ReadString('\n')
			require.NoError(t, err)
			told[eventID(t, line)]++
		}
		require.NoError(t, p.Process.Kill())
		rest, err := io.ReadAll(p.out)
		require.NoError(t, err)
		for line := range strings.Lines(string(rest)) {
			told[eventID(t, line)]++
		}
		_ = p.Wait()
		kills++
		require.Less(t, kills, 50, "it gets on")
	}
	again := 0
	for _, times := range told {
		again += times - 1
	}
	assert.LessOrEqual(t, again, kills, "each kill repeats one event at the most")
	info, err := os.Stat(state)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
}

func TestAWatchEndsAtOnceAndGoesOnWhereItEnded(t *testing.T) {
	looked := make(chan struct{}, 100)
	env := watchEnv(t, func() { looked <- struct{}{} })
	state := filepath.Join(t.TempDir(), "state.json")
	args := []string{"watch", "-p", "Inventory health by warehouse", "--since", "-47h", "--state", state, "--on", "completed"}
	p := start(t, env, args...)
	for range 47 {
		_, err := p.out.ReadString('\n')
		require.NoError(t, err)
	}
	require.NoError(t, p.Process.Signal(syscall.SIGTERM))
	assert.NoError(t, p.Wait())
	saved, err := os.ReadFile(state)
	require.NoError(t, err)
	assert.Contains(t, string(saved), `"walked":true`)

	<-looked
	p = start(t, env, args...)
	<-looked
	require.NoError(t, p.Process.Signal(syscall.SIGTERM))
	again, err := io.ReadAll(p.out)
	require.NoError(t, err)
	assert.Empty(t, string(again), "nothing is told again")
	assert.NoError(t, p.Wait())
}

// A receiver gets each event, signed, over a connection of its own making, and
// neither the secret nor the path of its address is said.
func TestEventsArePostedToAReceiver(t *testing.T) {
	got := make(chan http.Header, 100)
	var calls int
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if calls++; calls == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		got <- r.Header
	}))
	defer hook.Close()
	const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	env := append(watchEnv(t, func() {}), "HEXMCP_WATCH_POST="+hook.URL+"/canary", "HEXMCP_WATCH_SECRET="+secret)
	p := start(t, env, "watch", "-p", inventory, "--since", "-47h", "--on", "completed")
	ids := map[string]bool{}
	for len(ids) < 47 {
		h := <-got
		ids[h.Get("Webhook-Id")] = true
		assert.True(t, strings.HasPrefix(h.Get("Webhook-Signature"), "v1,"))
		assert.Empty(t, h.Get("Authorization"))
	}
	require.NoError(t, p.Process.Signal(syscall.SIGTERM))
	assert.NoError(t, p.Wait())
	said := p.err.all.String()
	assert.Contains(t, said, "answers 503")
	for _, hidden := range []string{"canary", "MfKQ", hexsim.DemoToken} {
		assert.NotContains(t, said, hidden)
	}
}

func TestAWatchThatIsSetUpWronglySaysSo(t *testing.T) {
	dir := t.TempDir()
	broken := filepath.Join(dir, "broken")
	require.NoError(t, os.WriteFile(broken, []byte("x"), 0o600))
	for says, args := range map[string][]string{
		`--on takes started, completed, errored, killed, published, created, separated by commas; "failed" is none of them`: {"--on", "failed"},
		"the calls per minute must be from 1 to 30":                {"--calls-per-minute", "31"},
		"--post needs a secret to sign events with":                {"--post", "https://example.com"},
		"must be one such as https://example.com/hook":             {"--post", "example.com"},
		"[exec post] were all set":                                 {"--post", "https://example.com", "--exec", "x"},
		"--since must not be in the future":                        {"--since", "2100-01-01"},
		`--since must be a time such as`:                           {"--since", "soon"},
		"the state cannot be used":                                 {"--state", broken},
		"no such file or directory":                                {"--state", filepath.Join(dir, "none", "state")},
		`no project has the title "Nothing"`:                       {"--project", "Nothing"},
		"--project: ":                                              {"--project", "https://app.hex.tech/x/home"},
		"--project needs the id, an address or the whole title":    {"--project", " "},
		"there is no project 019990d4-0000-7000-8000-000000000000": {"--project", "019990d4-0000-7000-8000-000000000000"},
		"watch takes flags only":                                   {"Nothing"},
	} {
		var said, out bytes.Buffer
		status := run(t.Context(), streams{in: strings.NewReader(""), out: &out, err: &said, env: noVariables}, append([]string{"watch", "--demo"}, args...))
		assert.NotEqual(t, exitOK, status, args)
		assert.Contains(t, said.String(), says)
	}
	var said bytes.Buffer
	status := run(t.Context(), streams{in: strings.NewReader(""), out: io.Discard, err: &said, env: noVariables}, []string{"watch"})
	assert.Equal(t, exitUsage, status)
	assert.Contains(t, said.String(), "no Hex API token is configured: run hexmcp login, or set HEX_API_TOKEN or --token-file; --demo needs none\n")
	assert.NotContains(t, said.String(), "ask the user", "a person reads it")
}
