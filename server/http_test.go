package server

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// door is a server behind a real listener.
type door struct {
	*httptest.Server
	t *testing.T
}

func openDoor(t *testing.T, s *Server, o HTTPOptions) *door {
	d := &door{httptest.NewServer(s.Handler(o)), t}
	t.Cleanup(d.Close)
	return d
}

// request prepares a POST of a message as a client of the earlier protocol
// sends it. Headers come in pairs; an empty value takes one away.
func (d *door) request(ctx context.Context, path, body string, headers ...string) *http.Request {
	d.t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, d.URL+path, strings.NewReader(body))
	require.NoError(d.t, err)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json, text/event-stream")
	setHeaders(r, headers)
	return r
}

func setHeaders(r *http.Request, pairs []string) {
	for i := 0; i+1 < len(pairs); i += 2 {
		switch name, value := pairs[i], pairs[i+1]; {
		case name == "Host":
			r.Host = value
		case value == "":
			r.Header.Del(name)
		default:
			r.Header.Set(name, value)
		}
	}
}

// do sends a request and reads the whole answer.
func (d *door) do(r *http.Request) (*http.Response, string) {
	d.t.Helper()
	resp, err := d.Client().Do(r)
	require.NoError(d.t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(d.t, err)
	return resp, string(body)
}

func (d *door) post(body string, headers ...string) (*http.Response, string) {
	d.t.Helper()
	return d.do(d.request(d.t.Context(), "/mcp", body, headers...))
}

func TestHealth(t *testing.T) {
	d := openDoor(t, newFixture().server(Options{}), HTTPOptions{})
	r, err := http.NewRequest(http.MethodGet, d.URL+"/healthz", nil)
	require.NoError(t, err)
	resp, body := d.do(r)
	assert.Equal(t, http.StatusOK, resp.StatusCode)
	assert.JSONEq(t, `{"status":"ok"}`, body)
}

func TestHostAndOriginAreCheckedOnEveryRoute(t *testing.T) {
	tests := map[string]struct {
		headers []string
		refused bool
	}{
		"no origin":                  {nil, false},
		"own origin":                 {[]string{"Host", "localhost:8765", "Origin", "http://localhost:8765"}, false},
		"listed origin":              {[]string{"Origin", "https://App.example"}, false},
		"listed host":                {[]string{"Host", "mcp.internal:8765"}, false},
		"other loopback address":     {[]string{"Host", "127.9.9.9:1"}, false},
		"IPv6 loopback":              {[]string{"Host", "[::1]:8765"}, false},
		"IPv6 loopback without port": {[]string{"Host", "[::1]"}, false},
		"foreign origin":             {[]string{"Origin", "https://evil.example"}, true},
		"own host on another port":   {[]string{"Host", "localhost:8765", "Origin", "http://localhost:3000"}, true},
		"origin null":                {[]string{"Origin", "null"}, true},
		"origin of a file":           {[]string{"Host", "localhost", "Origin", "file://localhost"}, true},
		"foreign host":               {[]string{"Host", "evil.example"}, true},
		"host that begins like ours": {[]string{"Host", "localhost.evil.example"}, true},
		"foreign host as origin too": {[]string{"Host", "evil.example", "Origin", "http://evil.example"}, true},
		"address that is not ours":   {[]string{"Host", "192.0.2.7"}, true},
	}
	routes := map[string]string{"/mcp": http.MethodPost, "/sse": http.MethodGet, "/message": http.MethodPost, "/healthz": http.MethodGet, "/": http.MethodGet}
	h := newFixture().server(Options{}).Handler(HTTPOptions{Hosts: []string{"MCP.internal"}, Origins: []string{"https://app.example/"}})
	for name, tt := range tests {
		for route, method := range routes {
			t.Run(name+" "+route, func(t *testing.T) {
				ctx, gone := context.WithCancel(t.Context())
				gone() // lets /sse end at once
				r := httptest.NewRequestWithContext(ctx, method, route, strings.NewReader("{}"))
				r.Host = "localhost"
				setHeaders(r, tt.headers)
				w := httptest.NewRecorder()

				h.ServeHTTP(w, r)

				assert.Equal(t, tt.refused, w.Code == http.StatusForbidden, w.Code)
				assert.NotEqual(t, "*", w.Header().Get("Access-Control-Allow-Origin"))
			})
		}
	}
}

func TestTwoOriginsAreNone(t *testing.T) {
	r := httptest.NewRequest(http.MethodGet, "/healthz", nil)
	r.Host = "localhost"
	r.Header["Origin"] = []string{"http://localhost", "https://evil.example"}
	w := httptest.NewRecorder()
	newFixture().server(Options{}).Handler(HTTPOptions{}).ServeHTTP(w, r)
	assert.Equal(t, http.StatusForbidden, w.Code)
}

func TestAnyAddressIsAdmittedOnlyWhenAskedFor(t *testing.T) {
	h := newFixture().server(Options{}).Handler(HTTPOptions{InsecureNoAuth: true})
	for host, want := range map[string]int{"192.0.2.7:8765": http.StatusOK, "[2001:db8::1]": http.StatusOK, "evil.example": http.StatusForbidden} {
		r := httptest.NewRequest(http.MethodGet, "/healthz", nil)
		r.Host = host
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		assert.Equal(t, want, w.Code, host)
	}
}

func TestAListedOriginMayAskFirst(t *testing.T) {
	h := newFixture().server(Options{}).Handler(HTTPOptions{Origins: []string{"https://app.example"}})
	r := httptest.NewRequest(http.MethodOptions, "/mcp", nil)
	r.Host = "localhost"
	r.Header.Set("Origin", "https://app.example")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	assert.Equal(t, http.StatusNoContent, w.Code)
	assert.Equal(t, "https://app.example", w.Header().Get("Access-Control-Allow-Origin"))
	for _, name := range []string{"Mcp-Method", "Mcp-Name", "Mcp-Protocol-Version"} {
		assert.Contains(t, w.Header().Get("Access-Control-Allow-Headers"), name)
	}
}
