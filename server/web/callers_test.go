package web

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/server/internal/servertest"
)

// asked admits whoever names himself, and nobody else.
func asked() Options {
	return Options{
		Admit: func(next http.HandlerFunc) http.HandlerFunc {
			return func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("Caller") == "" {
					w.WriteHeader(http.StatusUnauthorized)
					return
				}
				next(w, r)
			}
		},
		CallerOf: func(r *http.Request) string { return r.Header.Get("Caller") },
		Pages:    map[string]http.HandlerFunc{"/page": func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "for all") }},
	}
}

func TestNobodyGetsPastWhoAdmits(t *testing.T) {
	d := open(t, servertest.New(), asked())
	for path, method := range map[string]string{"/mcp": http.MethodPost, "/sse": http.MethodGet, "/message": http.MethodPost} {
		r, err := http.NewRequest(method, d.URL+path, strings.NewReader(servertest.Call(1, "echo")))
		require.NoError(t, err)
		r.Header.Set("Content-Type", "application/json")
		resp, _ := d.Do(r)
		assert.Equal(t, http.StatusUnauthorized, resp.StatusCode, path)
	}
	for path, want := range map[string]string{"/healthz": "ok", "/page": "for all"} {
		r, err := http.NewRequest(http.MethodGet, d.URL+path, nil)
		require.NoError(t, err)
		resp, body := d.Do(r)
		assert.Equal(t, http.StatusOK, resp.StatusCode, path)
		assert.Contains(t, body, want)
	}
}

func TestASessionOfSSEIsItsCallersOwn(t *testing.T) {
	tr := newTransport(servertest.New().Server(), asked())
	h := tr.routes()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	ctx, gone := context.WithCancel(t.Context())
	defer gone()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+"/sse", nil)
	require.NoError(t, err)
	r.Header.Set("Caller", "ada")
	stream, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer stream.Body.Close()
	first := make([]byte, 200)
	n, err := stream.Body.Read(first)
	require.NoError(t, err)
	_, endpoint, ok := strings.Cut(string(first[:n]), "data: ")
	require.True(t, ok)
	endpoint, _, _ = strings.Cut(endpoint, "\n")

	send := func(caller string) int {
		r, err := http.NewRequest(http.MethodPost, server.URL+"/"+strings.TrimSpace(endpoint), strings.NewReader(`{"jsonrpc":"2.0","id":1,"method":"ping"}`))
		require.NoError(t, err)
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Caller", caller)
		resp, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		defer resp.Body.Close()
		return resp.StatusCode
	}
	assert.Equal(t, http.StatusNotFound, send("bob"), "who knows the id is not who connected")
	assert.Equal(t, http.StatusAccepted, send("ada"))
}

func TestACallThatIsNotAllowedIsNotMade(t *testing.T) {
	o := Options{Allow: func(w http.ResponseWriter, _ *http.Request, tool string) bool {
		if tool == "echo" {
			w.WriteHeader(http.StatusForbidden)
		}
		return tool != "echo"
	}}
	d := open(t, servertest.New(), o)
	for name, body := range map[string]string{
		"alone":      servertest.Call(1, "echo"),
		"in a batch": "[" + servertest.Call(1, "other") + "," + servertest.Call(2, "echo") + "]",
	} {
		r, err := http.NewRequest(http.MethodPost, d.URL+"/mcp", strings.NewReader(body))
		require.NoError(t, err)
		r.Header.Set("Content-Type", "application/json")
		resp, _ := d.Do(r)
		assert.Equal(t, http.StatusForbidden, resp.StatusCode, name)
	}
}
