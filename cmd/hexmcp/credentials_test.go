package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi/hexsim"
)

// writtenTo is a simulated workspace that remembers the bodies it was sent.
type writtenTo struct {
	*hexsim.Hex
	mu     sync.Mutex
	bodies []string
}

func (w *writtenTo) ServeHTTP(res http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	w.mu.Lock()
	w.bodies = append(w.bodies, string(body))
	w.mu.Unlock()
	r.Body = io.NopCloser(bytes.NewReader(body))
	w.Hex.ServeHTTP(res, r)
}

func (w *writtenTo) sent() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.bodies)
}

func last(all []string) string { return all[len(all)-1] }

// workspace serves one, and returns the environment of a program that calls it, with
// all tools and everything in the log.
func workspace(t *testing.T) (hex *writtenTo, env []string) {
	hex = &writtenTo{Hex: hexsim.New()}
	srv := httptest.NewServer(hex)
	t.Cleanup(srv.Close)
	return hex, []string{"HEX_API_TOKEN=" + hexsim.DemoToken, "HEX_API_BASE_URL=" + srv.URL, "HEXMCP_LOG_LEVEL=debug", "HEXMCP_TOOLSETS=all"}
}

// once makes one call of a tool, and returns what the caller and what the log is told.
type once func(t *testing.T, env []string, tool, arguments string) (told, logged string)

// waysToCall are the transports, and the command.
var waysToCall = map[string]once{
	"call": func(t *testing.T, env []string, tool, arguments string) (told, logged string) {
		var out, said bytes.Buffer
		cmd := exec.CommandContext(t.Context(), binary, "call", tool, arguments)
		cmd.Env, cmd.Stdout, cmd.Stderr = env, &out, &said
		_ = cmd.Run() // what was refused is told in both
		return out.String(), said.String()
	},
	"stdio": func(t *testing.T, env []string, tool, arguments string) (told, logged string) {
		p := start(t, env)
		_, err := fmt.Fprintln(p.in, toolCall(1, tool, arguments))
		require.NoError(t, err)
		told, err = p.out.ReadString('\n')
		require.NoError(t, err)
		require.NoError(t, p.in.Close())
		require.NoError(t, p.Wait())
		return told, p.err.all.String()
	},
	"http": func(t *testing.T, env []string, tool, arguments string) (told, logged string) {
		p := start(t, env, "http", "--listen", "127.0.0.1:0")
		told = post(p.address(t), toolCall(1, tool, arguments))
		p.terminate(t)
		require.NoError(t, p.Wait())
		return told, p.err.all.String()
	},
}

const connectionSecret = "correct-horse-battery-staple"

// A variable that the operator allows is filled in by the server: Hex gets the
// secret, and nobody else. To another host, or as another type, nothing is sent.
func TestVariablesOfCredentialsReachHexAndNobodyElse(t *testing.T) {
	for way, call := range waysToCall {
		t.Run(way, func(t *testing.T) {
			hex, env := workspace(t)
			env = append(env, "HEXMCP_CREDENTIAL_ENV=PG_PASSWORD=postgres@*.tidewater.example", "PG_PASSWORD="+connectionSecret)
			create := func(host string) (told, logged string) {
				return call(t, env, "HEX_CREATE_DATA_CONNECTION", fmt.Sprintf(
					`{"name":"Returns","type":"postgres","connectionDetails":{"postgres":{"hostname":%q,"port":5432,"database":"d","username":"u","password":"${env:PG_PASSWORD}"}}}`, host))
			}
			told, logged := create("pg.stranger.example")
			assert.Contains(t, told+logged, "PG_PASSWORD")
			assert.NotContains(t, strings.Join(hex.sent(), "\n"), "stranger", "nothing is sent to another host")
			assertNoSecret(t, told+logged, connectionSecret)

			told, logged = create("pg.tidewater.example")
			assert.Contains(t, told, "Returns", logged)
			require.NotEmpty(t, hex.sent())
			assert.Contains(t, last(hex.sent()), `"password":"`+connectionSecret+`"`)
			assertNoSecret(t, told+logged, connectionSecret)
		})
	}
}

// A presigned URL is a credential: who asked for it gets it, and the log does not.
func TestAPresignedURLIsNotLogged(t *testing.T) {
	for way, call := range waysToCall {
		t.Run(way, func(t *testing.T) {
			_, env := workspace(t)
			told, logged := call(t, env, "HEX_CREATE_PRESIGNED_URL", `{"projectId":"`+string(hexsim.ProjectForecast)+`"}`)
			assert.Contains(t, told, "demo_embed_", logged)
			assertNoSecret(t, logged, "demo_embed_")
		})
	}
}
