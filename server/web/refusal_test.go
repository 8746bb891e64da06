package web

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/server/internal/servertest"
	"hexmcp/server/stream"
)

func TestASlashAtTheEndIsNoOtherPath(t *testing.T) {
	d := open(t, servertest.New(), Options{})
	for _, path := range []string{"/mcp", "/mcp/"} {
		resp, body := d.Do(d.Request(t.Context(), path, servertest.Call(1, "echo")))
		assert.Equal(t, http.StatusOK, resp.StatusCode, path)
		assert.Contains(t, body, `"successful":true`)
	}
}

// Clients look for the metadata of an authorization server wherever it may be,
// and read what they get as JSON.
func TestUnknownPathsAreAnsweredInJSON(t *testing.T) {
	d := open(t, servertest.New(), Options{})
	for _, path := range []string{
		"/", "/register", "/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource/mcp",
		"/.well-known/oauth-authorization-server", "/.well-known/openid-configuration", "/mcp/x", "/mcp//", "/a/../mcp",
	} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			r := d.Request(t.Context(), "/", "{}")
			r.Method, r.URL.Path = method, path
			resp, body := d.Do(r)
			assert.Equal(t, http.StatusNotFound, resp.StatusCode, path)
			assert.Equal(t, "application/json", resp.Header.Get("Content-Type"), path)
			assert.Contains(t, body, `"error":"not_found"`)
			assert.Contains(t, body, "/mcp")
		}
	}
}

func TestTheSSEEndpointWorksBelowAPath(t *testing.T) {
	h := http.StripPrefix("/tools/hex", Handler(servertest.New().Server(), Options{}))
	srv := httptest.NewServer(h)
	defer srv.Close()
	for _, path := range []string{"/tools/hex/sse", "/tools/hex/sse/"} {
		resp, err := http.Get(srv.URL + path)
		require.NoError(t, err)
		start := make([]byte, 256)
		n, err := resp.Body.Read(start)
		require.NoError(t, err)
		_, endpoint, ok := strings.Cut(strings.TrimSpace(string(start[:n])), "event: endpoint\ndata: ")
		require.True(t, ok, string(start[:n]))
		base, err := url.Parse(srv.URL + path)
		require.NoError(t, err)
		messages, err := base.Parse(endpoint)
		require.NoError(t, err)
		sent, err := http.Post(messages.String(), "application/json", strings.NewReader(servertest.Request(1, "ping", "{}")))
		require.NoError(t, err)
		assert.Equal(t, http.StatusAccepted, sent.StatusCode, messages.String())
		sent.Body.Close()
		resp.Body.Close()
	}
}

func TestAByteOrderMarkBeforeTheBodyIsSkipped(t *testing.T) {
	d := open(t, servertest.New(), Options{})
	_, body := d.Post("\ufeff" + servertest.Request(1, "ping", "{}"))
	assert.JSONEq(t, `{"jsonrpc":"2.0","id":1,"result":{}}`, body)
}

func TestAnUnknownVersionIsToldTheKnownOnes(t *testing.T) {
	d := open(t, servertest.New(), Options{})
	for _, version := range []string{"1900-01-01", "2099-01-01", "nonsense"} {
		for _, method := range []string{"ping", "tools/list"} {
			resp, body := d.Post(servertest.Request(1, method, "{}"), "MCP-Protocol-Version", version)
			assert.Equal(t, http.StatusBadRequest, resp.StatusCode, version)
			assert.Contains(t, body, `"message":"unsupported protocol version; supported are 2026-07-28, 2025-11-25`)
			assert.Contains(t, body, `"supported":["2026-07-28"`)
			assert.Contains(t, body, `"id":1`)
		}
		resp, body := d.Post(servertest.Request(1, "initialize", `{"protocolVersion":"2099-01-01","capabilities":{},"clientInfo":{"name":"c","version":"1"}}`), "MCP-Protocol-Version", version)
		assert.Equal(t, http.StatusOK, resp.StatusCode, body)
	}
}

// Each refusal is one line of the log, with what was sent and what would allow
// it, which the answer names as well.
func TestARefusalIsOneLineOfTheLog(t *testing.T) {
	tests := map[string]struct {
		method, path, body string
		headers            []string
		status             int
		logged             []string
		flag               string
	}{
		"host":             {"GET", "/healthz", "", []string{"Host", "mcp.example:80"}, 403, []string{`host=mcp.example:80`}, "--allow-host mcp.example:80"},
		"origin":           {"POST", "/mcp", "{}", []string{"Origin", "https://app.example"}, 403, []string{"origin=https://app.example"}, "--allow-origin https://app.example"},
		"origin null":      {"POST", "/mcp", "{}", []string{"Origin", "null"}, 403, []string{"origin=null"}, ""},
		"picture":          {"GET", "/healthz", "", []string{"Sec-Fetch-Site", "cross-site"}, 403, []string{"sec-fetch-site=cross-site"}, ""},
		"path":             {"GET", "/.well-known/x", "", nil, 404, []string{"path=/.well-known/x"}, ""},
		"session":          {"POST", "/message?sessionId=s3cret", "{}", nil, 404, []string{"path=/message", "unknown sessionId"}, ""},
		"method":           {"DELETE", "/mcp", "", nil, 405, []string{"method=DELETE"}, ""},
		"accept":           {"POST", "/mcp", "{}", []string{"Accept", "text/html"}, 406, []string{"accept=text/html"}, ""},
		"content type":     {"POST", "/mcp", "{}", []string{"Content-Type", "text/plain"}, 415, []string{"content-type=text/plain"}, ""},
		"length":           {"POST", "/mcp", strings.Repeat("x", 1001), nil, 413, []string{"bytes=1001"}, ""},
		"malformed":        {"POST", "/mcp", `{"id":1,"x":"\x"}`, nil, 400, []string{"not valid JSON"}, ""},
		"version":          {"POST", "/mcp", servertest.Request(1, "ping", "{}"), []string{"MCP-Protocol-Version", "1900-01-01"}, 400, []string{"mcp-protocol-version=1900-01-01"}, ""},
		"stateless method": {"POST", "/mcp", servertest.Stateless(1, "nope", ""), statelessHeaders("nope", ""), 404, []string{"nope"}, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			h := Handler(servertest.New().Server(), Options{Options: stream.Options{Logger: servertest.Logged(&log), MaxMessage: 1000}})
			r := servertest.LocalRequest(tt.body)
			r.Method = tt.method
			r.URL, _ = url.Parse(tt.path)
			servertest.SetHeaders(r, tt.headers)
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)

			assert.Equal(t, tt.status, w.Code)
			assert.Equal(t, 1, strings.Count(log.String(), "\n"), log.String())
			assert.Contains(t, log.String(), `level=WARN msg="request refused" status=`)
			assert.NotContains(t, log.String(), "s3cret")
			for _, part := range tt.logged {
				assert.Contains(t, log.String(), part)
			}
			assert.Equal(t, "application/json", w.Header().Get("Content-Type"))
			if tt.flag == "" {
				assert.NotContains(t, log.String()+w.Body.String(), "--")
				return
			}
			assert.Contains(t, log.String(), `allow="`+tt.flag+`"`)
			assert.Contains(t, w.Body.String(), "start hexmcp http with "+tt.flag)
		})
	}
}

// Whoever leaves the path out of the address of the server meets its page.
func TestACallToThePageIsToldWhereMCPIs(t *testing.T) {
	page := func(http.ResponseWriter, *http.Request) {}
	h := Handler(servertest.New().Server(), Options{Pages: map[string]http.HandlerFunc{"": page}})
	r := servertest.LocalRequest(servertest.Request(1, "ping", "{}"))
	r.URL, _ = url.Parse("/")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	assert.Equal(t, http.StatusMethodNotAllowed, w.Code)
	assert.Contains(t, w.Body.String(), "the method here is GET, HEAD; MCP is at /mcp, or at /sse for older clients")
}

// A client must hear that the server lives although all calls hang.
func TestWhatIsNoCallNeedsNoSlot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := servertest.New()
		h := Handler(f.Server(), Options{Calls: 1})
		done := make(chan struct{})
		go func() {
			serve(h, servertest.Call(1, "slow"))
			close(done)
		}()
		<-f.Started
		for _, body := range []string{
			servertest.Request(2, "ping", "{}"), servertest.Request(2, "tools/list", "{}"), "[" + servertest.Request(2, "ping", "{}") + "]",
			servertest.Request(2, "initialize", `{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"c","version":"1"}}`),
		} {
			w := serve(h, body)
			assert.Equal(t, http.StatusOK, w.Code)
			assert.Contains(t, w.Body.String(), `"result":`)
		}
		assert.Equal(t, http.StatusServiceUnavailable, serve(h, "["+servertest.Call(2, "echo")+"]").Code)
		f.OpenGate(1)
		<-done
	})
}

func TestACallThatWaitedTooLongIsNotBegun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := servertest.New()
		h := Handler(f.Server(), Options{Calls: 1, Options: stream.Options{CallTime: slotWait}})
		first, second := make(chan string, 1), make(chan string, 1)
		go func() { first <- serve(h, servertest.Call(1, "slow")).Body.String() }()
		<-f.Started
		go func() { second <- serve(h, servertest.Call(2, "slow")).Body.String() }()
		time.Sleep(slotWait * 95 / 100)
		f.OpenGate(1)
		assert.Contains(t, <-first, `"slow":true`)
		answer := <-second
		assert.Contains(t, answer, `"kind":"timeout"`)
		assert.Contains(t, answer, "nothing was sent to Hex")
	})
}
