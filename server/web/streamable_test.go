package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/server"
	"hexmcp/server/internal/servertest"
	"hexmcp/server/rpc"
	"hexmcp/server/stream"
	"hexmcp/tools"
)

// statelessHeaders go with a stateless request.
func statelessHeaders(method, name string, more ...string) []string {
	h := []string{"MCP-Protocol-Version", "2026-07-28", "Mcp-Method", method}
	if name != "" {
		h = append(h, "Mcp-Name", name)
	}
	return append(h, more...)
}

func TestRequestsOverStreamableHTTP(t *testing.T) {
	echoed := `"structuredContent":{"data":{"n":1},"error":null,"successful":true}`
	call := `"name":"echo","arguments":{"n":1}`
	tests := map[string]struct {
		body    string
		headers []string
		status  int
		says    string
	}{
		"initialize":                 {servertest.Request(1, "initialize", `{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"c","version":"1"}}`), nil, 200, `"protocolVersion":"2025-06-18"`},
		"call":                       {servertest.Request(1, "tools/call", "{"+call+"}"), nil, 200, echoed},
		"call with a session id":     {servertest.Request(1, "tools/call", "{"+call+"}"), []string{"Mcp-Session-Id", "gone"}, 200, echoed},
		"call of a known version":    {servertest.Request(1, "tools/call", "{"+call+"}"), []string{"MCP-Protocol-Version", "2025-03-26"}, 200, echoed},
		"negotiated version unknown": {servertest.Request(1, "ping", "{}"), []string{"MCP-Protocol-Version", "1900-01-01"}, 400, `"requested":"1900-01-01"`},
		"negotiated unknown method":  {servertest.Request(1, "nope", "{}"), nil, 200, "-32601"},
		"negotiated unknown tool":    {servertest.Request(1, "tools/call", `{"name":"nope"}`), nil, 200, `-32602,"message":"unknown tool \"nope\"; tools/list names the tools"`},
		"notification":               {`{"jsonrpc":"2.0","method":"notifications/initialized"}`, nil, 202, ""},
		"cancel":                     {servertest.Cancel("1"), nil, 202, ""},
		"response":                   {`{"jsonrpc":"2.0","id":1,"result":{}}`, nil, 202, ""},
		"malformed":                  {`{`, nil, 400, `{"jsonrpc":"2.0","error":{"code":-32700`},
		"empty batch":                {`[]`, nil, 400, "-32600"},
		"batch": {
			"[" + servertest.Request(1, "ping", "{}") + `,{"jsonrpc":"2.0","method":"x"},{},[],` + servertest.CallWithToken("progress") + "]", nil, 200,
			`[{"jsonrpc":"2.0","id":1,"result":{}},{"jsonrpc":"2.0","error":{"code":-32600,"message":"jsonrpc must be \"2.0\""}},{"jsonrpc":"2.0","error":{"code":-32600`,
		},
		"batch of notifications":                   {`[{"jsonrpc":"2.0","method":"x"}]`, nil, 202, ""},
		"batch too late":                           {"[" + servertest.Request(1, "ping", "{}") + "]", []string{"MCP-Protocol-Version", "2025-06-18"}, 400, "2025-03-26"},
		"notification of a form that nobody knows": {`{"jsonrpc":"2.0","method":"notifications/x","params":[]}`, nil, 202, ""},
		"listening without events":                 {servertest.Stateless(1, "subscriptions/listen", ""), statelessHeaders("subscriptions/listen", "", "Accept", "application/json"), 406, "text/event-stream"},
		"cursor of nobody":                         {servertest.Request(1, "tools/list", `{"cursor":"%"}`), nil, 200, "the cursor is not one"},
		"other content type":                       {servertest.Request(1, "ping", "{}"), []string{"Content-Type", "text/plain"}, 415, "application/json"},
		"no content type":                          {servertest.Request(1, "ping", "{}"), []string{"Content-Type", ""}, 415, "application/json"},
		"content type with charset":                {servertest.Request(1, "ping", "{}"), []string{"Content-Type", "Application/JSON; charset=utf-8"}, 200, `"result":{}`},
		"accepts neither":                          {servertest.Request(1, "ping", "{}"), []string{"Accept", "text/html"}, 406, "Accept"},
		"accepts anything":                         {servertest.Request(1, "ping", "{}"), []string{"Accept", "*/*"}, 200, `"result":{}`},
		"accepts nothing named":                    {servertest.Request(1, "ping", "{}"), []string{"Accept", ""}, 200, `"result":{}`},
		"accepts events alone":                     {servertest.Request(1, "ping", "{}"), []string{"Accept", "text/event-stream"}, 200, "event: message\ndata: " + `{"jsonrpc":"2.0","id":1,"result":{}}` + "\n\n"},

		"stateless call":               {servertest.Stateless(1, "tools/call", call), statelessHeaders("tools/call", "echo"), 200, `"resultType":"complete"`},
		"stateless call, name encoded": {servertest.Stateless(1, "tools/call", call), statelessHeaders("tools/call", "=?base64?ZWNobw==?="), 200, echoed},
		"stateless name badly encoded": {servertest.Stateless(1, "tools/call", call), statelessHeaders("tools/call", "=?base64?%?="), 400, "-32020"},
		"stateless discover":           {servertest.Stateless(1, "server/discover", ""), statelessHeaders("server/discover", ""), 200, `"supportedVersions":["2026-07-28"`},
		"stateless list":               {servertest.Stateless(1, "tools/list", ""), statelessHeaders("tools/list", ""), 200, `"ttlMs":300000`},
		"stateless unknown method":     {servertest.Stateless(1, "nope", ""), statelessHeaders("nope", ""), 404, "-32601"},
		"stateless removed method":     {servertest.Stateless(1, "initialize", ""), statelessHeaders("initialize", ""), 404, "-32601"},
		"stateless unknown tool":       {servertest.Stateless(1, "tools/call", `"name":"nope"`), statelessHeaders("tools/call", "nope"), 400, "-32602"},
		"stateless without header":     {servertest.Stateless(1, "ping", ""), nil, 400, "-32020"},
		"stateless without method":     {servertest.Stateless(1, "tools/list", ""), []string{"MCP-Protocol-Version", "2026-07-28"}, 400, "-32020"},
		"stateless other method":       {servertest.Stateless(1, "tools/list", ""), statelessHeaders("tools/call", ""), 400, "-32020"},
		"stateless without name":       {servertest.Stateless(1, "tools/call", call), statelessHeaders("tools/call", ""), 400, "-32020"},
		"stateless other name":         {servertest.Stateless(1, "tools/call", call), statelessHeaders("tools/call", "fail"), 400, "-32020"},
		"stateless header alone":       {servertest.Request(1, "tools/list", "{}"), statelessHeaders("tools/list", ""), 400, "-32602"},
		"stateless other version":      {servertest.Stateless(1, "tools/list", ""), statelessHeaders("tools/list", "", "MCP-Protocol-Version", "2025-11-25"), 400, "-32020"},
		"stateless response":           {`{"jsonrpc":"2.0","id":1,"result":{}}`, statelessHeaders("", ""), 400, "-32600"},
		"stateless notification":       {servertest.Cancel("1"), statelessHeaders("notifications/cancelled", ""), 202, ""},
		"version of the future": {
			strings.ReplaceAll(servertest.Stateless(1, "tools/list", ""), "2026-07-28", "2099-01-01"),
			[]string{"MCP-Protocol-Version", "2099-01-01", "Mcp-Method", "tools/list"},
			400, `"code":-32022`,
		},
		"version of the past": {
			strings.ReplaceAll(servertest.Stateless(1, "tools/list", ""), "2026-07-28", "1900-01-01"), nil, 400, `"supported":["2026-07-28"`,
		},
		"no capabilities": {
			servertest.Request(1, "tools/list", `{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}`),
			statelessHeaders("tools/list", ""), 400, "-32602",
		},
	}
	d := open(t, servertest.New(), Options{})
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			resp, body := d.Post(tt.body, tt.headers...)
			assert.Equal(t, tt.status, resp.StatusCode, body)
			assert.Contains(t, body, tt.says)
			if tt.says == "" {
				assert.Empty(t, body)
			}
			assert.Equal(t, name == "initialize", resp.Header.Get("Mcp-Session-Id") != "")
		})
	}
}

func TestOtherMethodsAreNotAllowed(t *testing.T) {
	d := open(t, servertest.New(), Options{})
	for _, method := range []string{http.MethodGet, http.MethodDelete, http.MethodPut} {
		r := d.Request(t.Context(), "/mcp", "")
		r.Method = method
		resp, _ := d.Do(r)
		assert.Equal(t, http.StatusMethodNotAllowed, resp.StatusCode)
		assert.Equal(t, "POST", resp.Header.Get("Allow"))
	}
}

func TestBodiesAreBounded(t *testing.T) {
	d := open(t, servertest.New(), Options{Options: stream.Options{MaxMessage: 1000}})
	long := servertest.Request(1, "ping", `{"x":"`+strings.Repeat("x", 1000)+`"}`)
	for name, body := range map[string]*strings.Reader{"with a length": strings.NewReader(long), "in chunks": strings.NewReader(long)} {
		t.Run(name, func(t *testing.T) {
			r := d.Request(t.Context(), "/mcp", "")
			r.Body, r.ContentLength = http.NoBody, 0
			r.Body = readCloser{body}
			if name == "with a length" {
				r.ContentLength = int64(len(long))
			} else {
				r.ContentLength = -1
			}
			resp, answer := d.Do(r)
			assert.Equal(t, http.StatusRequestEntityTooLarge, resp.StatusCode)
			assert.Contains(t, answer, `"code":-32600,"message":"the message is longer than 1000 bytes"`)
		})
	}
}

func TestAnAnnouncedLengthReservesNothing(t *testing.T) {
	r := servertest.LocalRequest(servertest.Request(1, "ping", "{}"))
	r.ContentLength = 1 << 50
	w := httptest.NewRecorder()
	Handler(servertest.New().Server(), Options{}).ServeHTTP(w, r)
	assert.Equal(t, http.StatusRequestEntityTooLarge, w.Code)
}

type readCloser struct{ *strings.Reader }

func (readCloser) Close() error { return nil }

func TestTheClientThatLeavesCancelsItsCall(t *testing.T) {
	f := servertest.New()
	d := open(t, f, Options{})
	ctx, leave := context.WithCancel(t.Context())
	go func() {
		resp, err := d.Client().Do(d.Request(ctx, "/mcp", servertest.Call(1, "slow")))
		if err == nil {
			resp.Body.Close()
		}
	}()
	<-f.Started
	leave()
	assert.ErrorIs(t, <-f.Ended, rpc.ErrGone)
}

func TestOneClientsCancelNeverEndsAnothersCall(t *testing.T) {
	for name, headers := range map[string][]string{"negotiated": nil, "stateless": statelessHeaders("notifications/cancelled", "")} {
		t.Run(name, func(t *testing.T) {
			f := servertest.New()
			d := open(t, f, Options{})
			answer := make(chan string, 1)
			go func() {
				_, body := d.Post(servertest.Call(5, "slow"))
				answer <- body
			}()
			<-f.Started
			resp, _ := d.Post(servertest.Cancel("5"), headers...)
			assert.Equal(t, http.StatusAccepted, resp.StatusCode)
			f.OpenGate(1)
			assert.Contains(t, <-answer, `"slow":true`)
		})
	}
}

// A client of an earlier protocol version cancels by a message, in the session that it
// was given.
func TestACancelReachesTheCallOfItsSession(t *testing.T) {
	f := servertest.New()
	d := open(t, f, Options{})
	sessions := make([]string, 2)
	for i := range sessions {
		resp, _ := d.Post(servertest.Request(0, "initialize", `{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"c","version":"1"}}`))
		sessions[i] = resp.Header.Get("Mcp-Session-Id")
	}
	require.NotEqual(t, sessions[0], sessions[1])
	for name, call := range map[string]string{"plain": servertest.Call(5, "slow"), "in a batch": "[" + servertest.Call(5, "slow") + "]", "as events": servertest.CallWithToken("slow")} {
		t.Run(name, func(t *testing.T) {
			answer := make(chan *http.Response, 1)
			go func() {
				resp, _ := d.Post(call, "Mcp-Session-Id", sessions[0])
				answer <- resp
			}()
			<-f.Started
			id := "5"
			if name == "as events" {
				id = "1"
			}
			for _, other := range []string{sessions[1], "guessed", ""} {
				d.Post(servertest.Cancel(id), "Mcp-Session-Id", other)
			}
			assert.Empty(t, f.Ended, "another client's cancel must not reach this call")
			cancel := servertest.Cancel(id)
			if name == "in a batch" {
				cancel = "[" + cancel + "]"
			}
			resp, _ := d.Post(cancel, "Mcp-Session-Id", sessions[0])
			assert.Equal(t, http.StatusAccepted, resp.StatusCode)
			require.ErrorIs(t, <-f.Ended, rpc.ErrCanceled)
			assert.Equal(t, http.StatusAccepted, (<-answer).StatusCode, "without an answer")
			resp, _ = d.Post(servertest.Cancel(id), "Mcp-Session-Id", sessions[0])
			assert.Equal(t, http.StatusAccepted, resp.StatusCode, "a late cancel is no error")
		})
	}
}

func TestTheSameIDMayRunManyTimes(t *testing.T) {
	f := servertest.New()
	d := open(t, f, Options{})
	var clients sync.WaitGroup
	for range 10 {
		clients.Go(func() {
			_, body := d.Post(servertest.Call(1, "slow"))
			assert.Contains(t, body, `"slow":true`)
		})
	}
	for range 10 {
		<-f.Started
	}
	f.OpenGate(10)
	clients.Wait()
}

func TestBeyondTheLimitRequestsAreSentAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := servertest.New()
		h := Handler(f.Server(), Options{Calls: 1})
		done := make(chan *httptest.ResponseRecorder, 1)
		go func() { done <- serve(h, servertest.Call(1, "slow")) }()
		<-f.Started

		start := time.Now()
		w := serve(h, servertest.Call(2, "echo"))
		assert.Equal(t, http.StatusServiceUnavailable, w.Code)
		assert.Equal(t, "1", w.Header().Get("Retry-After"))
		assert.Equal(t, slotWait, time.Since(start))

		go f.OpenGate(1)
		assert.Contains(t, serve(h, servertest.Call(3, "echo")).Body.String(), `"successful":true`, "a slot that comes free in time is used")
		<-done
	})
}

// serve posts a message without a network.
func serve(h http.Handler, body string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, servertest.LocalRequest(body))
	return w
}

// stalledAnswer is a connection that takes no answer until its gate is closed.
type stalledAnswer struct {
	*httptest.ResponseRecorder
	writes, gate chan struct{}
}

func (s *stalledAnswer) Write(b []byte) (int, error) {
	s.writes <- struct{}{}
	<-s.gate
	return len(b), nil
}

func TestAClientThatDoesNotReadItsAnswerHoldsNoSlot(t *testing.T) {
	h := Handler(servertest.New().Server(), Options{Calls: 1})
	w := &stalledAnswer{httptest.NewRecorder(), make(chan struct{}, 1), make(chan struct{})}
	answered := make(chan struct{})
	go func() {
		h.ServeHTTP(w, servertest.LocalRequest(servertest.Call(1, "echo")))
		close(answered)
	}()
	<-w.writes

	assert.Contains(t, serve(h, servertest.Call(2, "echo")).Body.String(), `"successful":true`)
	close(w.gate)
	<-answered
}

func TestProgressTravelsBeforeTheAnswerOnTheSameResponse(t *testing.T) {
	d := open(t, servertest.New(), Options{})
	for range 50 {
		resp, body := d.Post(servertest.CallWithToken("progress"))
		assert.Equal(t, "text/event-stream", resp.Header.Get("Content-Type"))
		assert.Equal(t, "no", resp.Header.Get("X-Accel-Buffering"))
		events := strings.Split(strings.TrimSuffix(body, "\n\n"), "\n\n")
		require.Len(t, events, 4, body)
		assert.Contains(t, events[0], `"progress":1,"total":3,"message":"one"`)
		assert.Contains(t, events[1], `"progress":2,"total":3}`)
		assert.Contains(t, events[2], `"progress":3,"message":"three"`)
		assert.Contains(t, events[3], `"id":1,"result":`)
	}
}

func TestProgressNeedsAClientThatReadsEvents(t *testing.T) {
	d := open(t, servertest.New(), Options{})
	resp, body := d.Post(servertest.CallWithToken("progress"), "Accept", "application/json")
	assert.Equal(t, "application/json", resp.Header.Get("Content-Type"))
	assert.Equal(t, "1", string(servertest.Decode(t, body).ID))
}

func TestASilentStreamIsKeptAlive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := servertest.New()
		h := Handler(f.Server(), Options{})
		done := make(chan string, 1)
		go func() { done <- serve(h, servertest.CallWithToken("slow")).Body.String() }()
		<-f.Started
		time.Sleep(31 * time.Second) // of the bubble's clock
		f.OpenGate(1)
		body := <-done
		assert.Equal(t, 2, strings.Count(body, ": keepalive\n\n"), body)
		assert.Contains(t, body, "event: message\ndata: {")
	})
}

func TestErrorsBeforeTheFirstEventKeepTheirStatus(t *testing.T) {
	d := open(t, servertest.New(), Options{})
	body := servertest.Stateless(1, "tools/call", `"name":"nope"`)
	body = strings.Replace(body, `"_meta":{`, `"_meta":{"progressToken":1,`, 1)
	resp, answer := d.Post(body, statelessHeaders("tools/call", "nope")...)
	assert.Equal(t, http.StatusBadRequest, resp.StatusCode)
	assert.Equal(t, "application/json", resp.Header.Get("Content-Type"))
	assert.Contains(t, answer, "-32602")
}

func TestASubscriptionIsAcknowledgedBeforeItEnds(t *testing.T) {
	d := open(t, servertest.New(), Options{})
	for range 50 {
		_, body := d.Post(servertest.Stateless(1, "subscriptions/listen", `"notifications":{"toolsListChanged":true}`), statelessHeaders("subscriptions/listen", "")...)
		ack := strings.Index(body, "notifications/subscriptions/acknowledged")
		require.Positive(t, ack, body)
		assert.Greater(t, strings.Index(body, `"result":`), ack)
	}
}

func TestACallKnowsNothingOfItsHTTPRequest(t *testing.T) {
	var got context.Context
	tool := servertest.Tool("look", "Looks.", servertest.Echo)
	inner := tool.Call
	tool.Call = func(ctx context.Context, a json.RawMessage) tools.Envelope {
		got = ctx
		return inner(ctx, a)
	}
	s := server.New(server.Info{Name: "f", Version: "1"}, []server.Tool{tool}, server.Options{})
	d := servertest.OpenHTTP(t, Handler(s, Options{}))
	d.Post(servertest.Call(1, "look"), "Authorization", "Bearer "+servertest.Secret)
	require.NotNil(t, got)
	assert.Nil(t, got.Value(http.ServerContextKey))
	assert.NotContains(t, fmt.Sprint(got), servertest.Secret)
}
