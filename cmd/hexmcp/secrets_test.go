package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/cmd/hexmcp/internal/profile"
	"hexmcp/hexapi"
)

// What must not be heard of again.
const (
	canary   = "hxtp_canary0123456789abcdef"   // the token
	bearer   = "hxtw_canaryOfTheClient98765"   // what an MCP client sends as its own
	password = "canary-password-of-a-database" // in the answers of Hex
)

// gossip is a Hex that repeats the token it was sent wherever it can: the path
// says how.
func gossip(t *testing.T) string {
	hex := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		w.Header().Set("X-Trace-Id", "trace "+token)
		for fragment, answer := range map[string]func(http.ResponseWriter, string){
			"/projects": success, "/cells": refusal, "/groups": proxyPage, "/users": unreadable,
			"/data-connections": connections, "/collections": redirect,
		} {
			if strings.Contains(r.URL.Path, fragment) {
				answer(w, token)
			}
		}
	}))
	hex.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	t.Cleanup(hex.Close)
	return hex.URL
}

func success(w http.ResponseWriter, token string) {
	fmt.Fprintf(w, `{"values":[{"title":%q,%q:1}],"pagination":{"after":"x%sx"}}`, token, token, token)
}

func refusal(w http.ResponseWriter, token string) {
	w.WriteHeader(http.StatusForbidden)
	fmt.Fprintf(w, `{"code":%[1]q,"message":"bad token %[1]s","issues":[{"message":%[1]q}],"details":[%[1]q],"reason":%[1]q,"traceId":%[1]q}`, token)
}

func proxyPage(w http.ResponseWriter, token string) {
	w.Header().Set("Content-Type", "text/html; token="+token)
	fmt.Fprintf(w, "<html>%s</html>", token)
}

// unreadable breaks HTTP itself, with the token where errors quote.
func unreadable(w http.ResponseWriter, token string) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err == nil {
		fmt.Fprintf(conn, "%s\r\n\r\n", token)
		conn.Close()
	}
}

// connections answers, and then says more than it announced.
func connections(w http.ResponseWriter, token string) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err == nil {
		body := fmt.Sprintf(`{"values":[{"id":"1","name":"warehouse","connectionDetails":{"password":%q}}]}`, password)
		fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s%s %s", len(body), body, token, password)
		conn.Close()
	}
}

func redirect(w http.ResponseWriter, token string) {
	w.Header().Set("Location", "http://127.0.0.1:1/?token="+token)
	w.WriteHeader(http.StatusFound)
}

// conversation is one call for each way of gossiping, and what is no call.
func conversation() []string {
	var lines []string
	for i, name := range []string{"HEX_LIST_PROJECTS", "HEX_LIST_GROUPS", "HEX_LIST_USERS", "HEX_LIST_DATA_CONNECTIONS", "HEX_LIST_COLLECTIONS"} {
		lines = append(lines, toolCall(i, name, "{}"))
	}
	return append(lines,
		toolCall(10, "HEX_GET_CELL", `{"cellId":"019b2284-db34-76cd-8a28-02bb0564c5a6"}`),
		toolCall(11, "HEX_DELETE_CELL", `{"cellId":"019b2284-db34-76cd-8a28-02bb0564c5a6"}`),
		toolCall(12, "HEX_LIST_USERS", `{"unknown":1}`),
		toolCall(13, "HEX_NOTHING", `{}`),
		`{"jsonrpc":"2.0","id":14,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"c","version":"1"}}}`,
		`{"jsonrpc":"2.0","id":15,"method":"tools/list"}`, `{"jsonrpc":`)
}

// ways are those in which the program learns the token.
func ways(t *testing.T, hex string) map[string][]string {
	file := filepath.Join(t.TempDir(), "token")
	require.NoError(t, os.WriteFile(file, []byte("Bearer "+canary+"\n"), 0o600))
	return map[string][]string{
		"environment": {"HEX_API_TOKEN=" + canary},
		"file":        {"HEX_API_TOKEN_FILE=" + file},
		"profile":     {"HOME=" + homeWithProfile(t, hex)},
	}
}

// homeWithProfile is the home of somebody who has logged in.
func homeWithProfile(t *testing.T, hex string) string {
	home := t.TempDir()
	base, err := hexapi.BaseURL(hex)
	require.NoError(t, err)
	env := func(string) (string, bool) { return home, true }
	require.NoError(t, profile.Open(env, nil).Save(t.Context(), profile.Profile{Name: profile.Default, APIURL: base.String()}, canary))
	return home
}

// everyLog runs a test at each level and format of the log.
func everyLog(t *testing.T, test func(t *testing.T, env []string)) {
	hex := gossip(t)
	for way, env := range ways(t, hex) {
		for _, level := range []string{"debug", "info", "warn", "error"} {
			for _, format := range []string{"text", "json"} {
				t.Run(way+"/"+level+"/"+format, func(t *testing.T) {
					t.Parallel()
					test(t, append(env, "HEX_API_BASE_URL="+hex, "HEXMCP_TIMEOUT=1s", "HEXMCP_LOG_LEVEL="+level, "HEXMCP_LOG_FORMAT="+format))
				})
			}
		}
	}
}

func TestTheTokenIsHeardOfOverStdioInNoAnswerAndNoLog(t *testing.T) {
	everyLog(t, func(t *testing.T, env []string) {
		cmd := exec.CommandContext(t.Context(), binary)
		cmd.Env = env
		cmd.Stdin = strings.NewReader(strings.Join(conversation(), "\n"))
		var out, log bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &log
		require.NoError(t, cmd.Run())
		assert.Equal(t, len(conversation()), strings.Count(out.String(), "\n"), "answers")
		assert.Contains(t, out.String(), "[redacted]", "what Hex repeats is seen to be taken out")
		assert.Contains(t, out.String(), password, "what Hex answers is not changed otherwise")
		assertNoSecret(t, out.String(), canary)
		assertNoSecret(t, log.String(), canary, password)
	})
}

func TestTheTokenIsHeardOfOverHTTPInNoAnswerAndNoLog(t *testing.T) {
	everyLog(t, func(t *testing.T, env []string) {
		address := freePort(t)
		p := start(t, append(env, "HEXMCP_LISTEN="+address), "http")
		url := "http://" + address
		require.Eventually(t, func() bool {
			conn, err := net.Dial("tcp", address)
			if err == nil {
				conn.Close()
			}
			return err == nil
		}, 10*time.Second, 5*time.Millisecond)
		var said strings.Builder
		for _, message := range conversation() {
			said.WriteString(post(url, message, "Authorization", "Bearer "+bearer, "Mcp-Session-Id", bearer))
		}
		said.WriteString(get(t, url+"/healthz?token="+bearer, "Authorization", "Bearer "+bearer))
		said.WriteString(get(t, url+"/healthz", "Origin", "http://"+bearer+".example"))
		said.WriteString(get(t, url+"/"+bearer, "Authorization", "Bearer "+bearer))
		cmdline, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", p.Process.Pid))
		if !os.IsNotExist(err) {
			require.NoError(t, err)
		}
		require.NoError(t, p.Process.Signal(syscall.SIGTERM))
		require.NoError(t, p.Wait())
		assert.Contains(t, said.String(), "[redacted]")
		assertNoSecret(t, said.String(), canary, bearer)
		assertNoSecret(t, p.err.all.String(), canary, bearer, password)
		assertNoSecret(t, string(cmdline), canary)
	})
}

func TestTheTokenIsHeardOfInNoOtherOutput(t *testing.T) {
	address := gossip(t)
	hex := "HEX_API_BASE_URL=" + address
	commands := map[string][]string{
		"tools": {"tools"}, "tools as json": {"tools", "--json"}, "one tool": {"tools", "HEX_RUN_PROJECT"},
		"version": {"version"}, "help": {"--help"}, "help of http": {"help", "http"}, "completion": {"completion", "bash"},
		"call":                {"call", "HEX_LIST_PROJECTS"},
		"call that fails":     {"call", "HEX_GET_CELL", `{"cellId":"019b2284-db34-76cd-8a28-02bb0564c5a6"}`},
		"call of nothing":     {"call", "HEX_NOTHING"},
		"unknown flag":        {"call", "HEX_LIST_PROJECTS", "--nothing"},
		"plain http":          {"call", "HEX_LIST_PROJECTS", "--api-url", "http://hex.example"},
		"address of no host":  {"call", "HEX_LIST_PROJECTS", "--api-url", "https://"},
		"http on all":         {"http", "--listen", "0.0.0.0:0"},
		"a taken port":        {"http", "--listen", strings.TrimPrefix(hex, "HEX_API_BASE_URL=http://")},
		"profiles":            {"profiles", "--json"},
		"doctor":              {"doctor", "--timeout", "300ms"},
		"install":             {"install", "cursor", "--print"},
		"certificate missing": {"call", "HEX_LIST_PROJECTS", "--ca-file", "missing"},
	}
	for way, env := range ways(t, address) {
		for name, args := range commands {
			t.Run(way+"/"+name, func(t *testing.T) {
				assertNoSecret(t, output(t, append(env, hex, "HEXMCP_LOG_LEVEL=debug"), args...), canary)
			})
		}
	}
}

// A token that was put into the wrong variable is not shown either.
func TestASecretInTheWrongPlaceIsNotShown(t *testing.T) {
	for name, env := range map[string][]string{
		"address with a password": {"HEX_API_BASE_URL=https://user:" + canary + "@hex.example"},
		"address with a user":     {"HEX_API_BASE_URL=https://" + canary + "@hex.example"},
		"broken address":          {"HEX_API_BASE_URL=https://user:" + canary + "@hex.example:port"},
		"address with a query":    {"HEX_API_BASE_URL=https://hex.example/?token=" + canary},
		"timeout":                 {"HEXMCP_TIMEOUT=" + canary},
		"concurrency":             {"HEXMCP_CONCURRENCY=" + canary},
		"demo":                    {"HEXMCP_DEMO=" + canary},
		"log level":               {"HEXMCP_LOG_LEVEL=" + canary},
		"log format":              {"HEXMCP_LOG_FORMAT=" + canary},
		"path of the file":        {"HEX_API_TOKEN=", "HEX_API_TOKEN_FILE=" + canary},
		"token of two words":      {"HEX_API_TOKEN=" + canary + " " + canary},
		"token twice":             {"HEX_API_TOKEN=" + canary, "HEX_API_TOKEN_FILE=" + canary},
	} {
		t.Run(name, func(t *testing.T) {
			said := output(t, append([]string{"HEX_API_TOKEN=hxtp_test"}, env...), "call", "HEX_LIST_PROJECTS")
			assert.Contains(t, said, "hexmcp: ", "it is refused")
			assertNoSecret(t, said, canary)
		})
	}
}

// output is all that the program says before it ends.
func output(t *testing.T, env []string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), binary, args...)
	cmd.Env = env
	out, err := cmd.CombinedOutput()
	if _, failed := errors.AsType[*exec.ExitError](err); !failed {
		require.NoError(t, err)
	}
	require.NotEmpty(t, out)
	return string(out)
}

// assertNoSecret also finds what was cut at its end.
func assertNoSecret(t *testing.T, text string, secrets ...string) {
	t.Helper()
	for _, secret := range secrets {
		if at := strings.Index(text, secret[:len(secret)-4]); at >= 0 {
			assert.Fail(t, "a secret is told", "%q", text[max(0, at-150):min(len(text), at+50)])
		}
	}
}

// lastPort is the port that freePort gave last.
var lastPort atomic.Int32

// freePort is an address that nothing listens on, and that no other test of this
// process is given. It lies below the ports that systems hand out by themselves:
// one of those could go to a test that asks for any port, before the program
// listens on it.
func freePort(t *testing.T) string {
	t.Helper()
	const first, ports = 20000, 10000
	lastPort.CompareAndSwap(0, int32(os.Getpid()%ports))
	for range ports {
		address := fmt.Sprintf("127.0.0.1:%d", first+int(lastPort.Add(1))%ports)
		if ln, err := net.Listen("tcp", address); err == nil {
			require.NoError(t, ln.Close())
			return address
		}
	}
	require.Fail(t, "no port is free")
	return ""
}

func get(t *testing.T, url string, headers ...string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	require.NoError(t, err)
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	req.Host = req.Header.Get("Host") // without one, that of the address
	res, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return fmt.Sprint(res.Header, string(body))
}
