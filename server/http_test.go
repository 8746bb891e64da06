package server

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

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
		"picture in a foreign page":  {[]string{"Sec-Fetch-Site", "cross-site"}, true},
		"page on another port":       {[]string{"Sec-Fetch-Site", "same-site"}, true},
		"address typed by a person":  {[]string{"Sec-Fetch-Site", "none"}, false},
		"own page":                   {[]string{"Sec-Fetch-Site", "same-origin"}, false},
	}
	routes := map[string]string{"/mcp": http.MethodPost, "/sse": http.MethodGet, "/message": http.MethodPost, "/healthz": http.MethodGet, "/": http.MethodGet}
	h := newFixture().server(Options{}).Handler(HTTPOptions{Hosts: []string{"MCP.internal"}, Origins: []string{"https://a.example", " https://app.example/"}})
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

func TestNamesThatCanNeverMatchAreRefused(t *testing.T) {
	for name, tt := range map[string]struct {
		config Config
		says   string
	}{
		"any origin":            {Config{AllowedOrigins: []string{"*"}}, "there is no *"},
		"part of an origin":     {Config{AllowedOrigins: []string{"https://*.example"}}, "there is no *"},
		"origin without scheme": {Config{AllowedOrigins: []string{"app.example"}}, "such as https://app.example.com"},
		"origin with a path":    {Config{AllowedOrigins: []string{"https://app.example/path"}}, "such as https://app.example.com"},
		"host with a scheme":    {Config{AllowedHosts: []string{"https://mcp.example"}}, "such as hexmcp.example.com"},
		"no host":               {Config{AllowedHosts: []string{""}}, "such as hexmcp.example.com"},
		"well written":          {Config{AllowedHosts: []string{"mcp.example:8765", " b"}, AllowedOrigins: []string{"vscode-webview://x", " http://[::1]:3/"}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			tt.config.Timeout, tt.config.Calls, tt.config.Demo = time.Second, 1, true
			_, err := tt.config.Hex(nil, "test")
			if tt.says == "" {
				assert.NoError(t, err)
				return
			}
			assert.ErrorContains(t, err, tt.says)
		})
	}
}

// Whoever sends half a message holds up nobody else.
func TestHalfABodyHoldsNoSlot(t *testing.T) {
	d := openDoor(t, newFixture().server(Options{}), HTTPOptions{Calls: 1})
	for _, length := range []int{1000, 4 << 20} {
		for range 20 {
			conn, err := net.Dial("tcp", strings.TrimPrefix(d.URL, "http://"))
			require.NoError(t, err)
			defer conn.Close()
			_, err = fmt.Fprintf(conn, "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n{", length)
			require.NoError(t, err)
		}
	}
	resp, body := d.post(toolCall(1, "echo"))
	assert.Equal(t, http.StatusOK, resp.StatusCode, body)
}

func TestLongBodiesShareTheirRoom(t *testing.T) {
	f := newFixture()
	d := openDoor(t, f.server(Options{}), HTTPOptions{})
	long := func(id int) string {
		return rpc(id, "tools/call", `{"name":"slow","arguments":{"x":"`+strings.Repeat("x", 2*shortBody)+`"}}`)
	}
	const room = longBodies / (4 << 20)
	answers := make(chan int, room)
	for id := range room {
		go func() {
			resp, _ := d.post(long(id))
			answers <- resp.StatusCode
		}()
		<-f.started
	}
	resp, body := d.post(long(room))
	assert.Equal(t, http.StatusServiceUnavailable, resp.StatusCode)
	assert.Contains(t, body, "too many long messages")
	resp, _ = d.post(toolCall(1, "echo"))
	assert.Equal(t, http.StatusOK, resp.StatusCode, "short ones pass")
	f.openGate(room)
	for range room {
		assert.Equal(t, http.StatusOK, <-answers)
	}
	go f.openGate(1)
	resp, _ = d.post(long(1))
	assert.Equal(t, http.StatusOK, resp.StatusCode, "the room is given back")
}
