package web

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/server/internal/servertest"
	"hexmcp/server/stream"
	"hexmcp/tools/memory"
)

// open serves the fixture's tools over HTTP.
func open(t *testing.T, f *servertest.Fixture, o Options) *servertest.HTTPClient {
	return servertest.OpenHTTP(t, Handler(f.Server(), o))
}

func TestHealth(t *testing.T) {
	d := open(t, servertest.New(), Options{})
	r, err := http.NewRequest(http.MethodGet, d.URL+"/healthz", nil)
	require.NoError(t, err)
	resp, body := d.Do(r)
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
	h := Handler(servertest.New().Server(), Options{Hosts: []string{"MCP.internal"}, Origins: []string{"https://a.example", " https://app.example/"}})
	for name, tt := range tests {
		for route, method := range routes {
			t.Run(name+" "+route, func(t *testing.T) {
				ctx, gone := context.WithCancel(t.Context())
				gone() // lets /sse end at once
				r := httptest.NewRequestWithContext(ctx, method, route, strings.NewReader("{}"))
				r.Host = "localhost"
				servertest.SetHeaders(r, tt.headers)
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
	Handler(servertest.New().Server(), Options{}).ServeHTTP(w, r)
	assert.Equal(t, http.StatusForbidden, w.Code)
}

func TestAnyAddressIsAdmittedOnlyWhenAskedFor(t *testing.T) {
	h := Handler(servertest.New().Server(), Options{Exposed: true})
	for host, want := range map[string]int{"192.0.2.7:8765": http.StatusOK, "[2001:db8::1]": http.StatusOK, "evil.example": http.StatusForbidden} {
		r := httptest.NewRequest(http.MethodGet, "/healthz", nil)
		r.Host = host
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		assert.Equal(t, want, w.Code, host)
	}
}

func TestAListedOriginMayAskFirst(t *testing.T) {
	h := Handler(servertest.New().Server(), Options{Origins: []string{"https://app.example"}})
	r := httptest.NewRequest(http.MethodOptions, "/mcp", nil)
	r.Host = "localhost"
	r.Header.Set("Origin", "https://app.example")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	assert.Equal(t, http.StatusNoContent, w.Code)
	assert.Equal(t, "https://app.example", w.Header().Get("Access-Control-Allow-Origin"))
	assert.Equal(t, "GET, POST, DELETE", w.Header().Get("Access-Control-Allow-Methods"))
	for _, name := range []string{"Mcp-Method", "Mcp-Name", "Mcp-Protocol-Version"} {
		assert.Contains(t, w.Header().Get("Access-Control-Allow-Headers"), name)
	}
}

func TestNamesThatCanNeverMatchAreKnown(t *testing.T) {
	for _, name := range []string{"https://mcp.example", "", " ", "*.example", "a,b"} {
		assert.False(t, IsHost(name), name)
	}
	for _, name := range []string{"mcp.example:8765", " b"} {
		assert.True(t, IsHost(name), name)
	}
	for _, origin := range []string{"*", "https://*.example", "app.example", "https://app.example/path", ""} {
		assert.False(t, IsOrigin(origin), origin)
	}
	for _, origin := range []string{"vscode-webview://x", " http://[::1]:3/"} {
		assert.True(t, IsOrigin(origin), origin)
	}
}

// Whoever sends half a message holds up nobody else.
func TestHalfABodyHoldsNoSlot(t *testing.T) {
	d := open(t, servertest.New(), Options{Calls: 1})
	for _, length := range []int{1000, 4 << 20} {
		for range 20 {
			conn, err := net.Dial("tcp", strings.TrimPrefix(d.URL, "http://"))
			require.NoError(t, err)
			defer conn.Close()
			_, err = fmt.Fprintf(conn, "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n{", length)
			require.NoError(t, err)
		}
	}
	resp, body := d.Post(servertest.Call(1, "echo"))
	assert.Equal(t, http.StatusOK, resp.StatusCode, body)
}

func TestLongBodiesShareTheirRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := servertest.New()
		h := Handler(f.Server(), Options{Options: stream.Options{Memory: memory.NewBudget(memory.Least)}})
		long := servertest.Request(1, "tools/call", `{"name":"slow","arguments":{"x":"`+strings.Repeat("x", 2*shortBody)+`"}}`)
		room := memory.Least / 8 / (2 * len(long)) // each counts twice
		answers := make(chan int, room)
		for range room {
			go func() { answers <- serve(h, long).Code }()
			<-f.Started
		}
		start := time.Now()
		refused := servertest.LocalRequest(long)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, refused)
		assert.Equal(t, http.StatusServiceUnavailable, w.Code)
		assert.Equal(t, bodyWait, time.Since(start))
		left, err := io.Copy(io.Discard, refused.Body)
		require.NoError(t, err)
		assert.Zero(t, left, "a client that is cut off while it writes sees no answer")
		assert.Contains(t, w.Body.String(), "too many long messages")
		assert.Contains(t, w.Body.String(), `"data":{"kind":"busy","retryAfterSeconds":1}`)
		assert.Equal(t, http.StatusOK, serve(h, servertest.Call(1, "echo")).Code, "short ones pass")

		time.AfterFunc(bodyWait-time.Second, func() { f.OpenGate(room + 1) })
		assert.Equal(t, http.StatusOK, serve(h, long).Code, "room that comes free in time is used")
		for range room {
			assert.Equal(t, http.StatusOK, <-answers)
		}
		go f.OpenGate(1)
		assert.Equal(t, http.StatusOK, serve(h, long).Code, "the room is given back")
	})
}
