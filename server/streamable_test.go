package server

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

	"hexmcp/tools"
)

// modern writes a request of revision 2026-07-28.
func modern(id any, method, params string) string {
	meta := `"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}`
	if params != "" {
		meta += ","
	}
	return rpc(id, method, "{"+meta+params+"}")
}

// modernHeaders go with a modern request.
func modernHeaders(method, name string, more ...string) []string {
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
		"initialize":              {rpc(1, "initialize", `{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"c","version":"1"}}`), nil, 200, `"protocolVersion":"2025-06-18"`},
		"call":                    {rpc(1, "tools/call", "{"+call+"}"), nil, 200, echoed},
		"call with a session id":  {rpc(1, "tools/call", "{"+call+"}"), []string{"Mcp-Session-Id", "gone"}, 200, echoed},
		"call of a known version": {rpc(1, "tools/call", "{"+call+"}"), []string{"MCP-Protocol-Version", "2025-03-26"}, 200, echoed},
		"legacy version unknown":  {rpc(1, "ping", "{}"), []string{"MCP-Protocol-Version", "1900-01-01"}, 400, `"requested":"1900-01-01"`},
		"legacy unknown method":   {rpc(1, "nope", "{}"), nil, 200, "-32601"},
		"legacy unknown tool":     {rpc(1, "tools/call", `{"name":"nope"}`), nil, 200, `-32602,"message":"unknown tool \"nope\"; tools/list names the tools"`},
		"notification":            {`{"jsonrpc":"2.0","method":"notifications/initialized"}`, nil, 202, ""},
		"cancel":                  {cancelOf("1"), nil, 202, ""},
		"response":                {`{"jsonrpc":"2.0","id":1,"result":{}}`, nil, 202, ""},
		"malformed":               {`{`, nil, 400, `{"jsonrpc":"2.0","error":{"code":-32700`},
		"empty batch":             {`[]`, nil, 400, "-32600"},
		"batch": {
			"[" + rpc(1, "ping", "{}") + `,{"jsonrpc":"2.0","method":"x"},{},[],` + withToken("progress") + "]", nil, 200,
			`[{"jsonrpc":"2.0","id":1,"result":{}},{"jsonrpc":"2.0","error":{"code":-32600,"message":"jsonrpc must be \"2.0\""}},{"jsonrpc":"2.0","error":{"code":-32600`,
		},
		"batch of notifications":                   {`[{"jsonrpc":"2.0","method":"x"}]`, nil, 202, ""},
		"batch too late":                           {"[" + rpc(1, "ping", "{}") + "]", []string{"MCP-Protocol-Version", "2025-06-18"}, 400, "2025-03-26"},
		"notification of a form that nobody knows": {`{"jsonrpc":"2.0","method":"notifications/x","params":[]}`, nil, 202, ""},
		"listening without events":                 {modern(1, "subscriptions/listen", ""), modernHeaders("subscriptions/listen", "", "Accept", "application/json"), 406, "text/event-stream"},
		"cursor of nobody":                         {rpc(1, "tools/list", `{"cursor":"%"}`), nil, 200, "the cursor is not one"},
		"other content type":                       {rpc(1, "ping", "{}"), []string{"Content-Type", "text/plain"}, 415, "application/json"},
		"no content type":                          {rpc(1, "ping", "{}"), []string{"Content-Type", ""}, 415, "application/json"},
		"content type with charset":                {rpc(1, "ping", "{}"), []string{"Content-Type", "Application/JSON; charset=utf-8"}, 200, `"result":{}`},
		"accepts neither":                          {rpc(1, "ping", "{}"), []string{"Accept", "text/html"}, 406, "Accept"},
		"accepts anything":                         {rpc(1, "ping", "{}"), []string{"Accept", "*/*"}, 200, `"result":{}`},
		"accepts nothing named":                    {rpc(1, "ping", "{}"), []string{"Accept", ""}, 200, `"result":{}`},
		"accepts events alone":                     {rpc(1, "ping", "{}"), []string{"Accept", "text/event-stream"}, 200, "event: message\ndata: " + `{"jsonrpc":"2.0","id":1,"result":{}}` + "\n\n"},

		"modern call":               {modern(1, "tools/call", call), modernHeaders("tools/call", "echo"), 200, `"resultType":"complete"`},
		"modern call, name encoded": {modern(1, "tools/call", call), modernHeaders("tools/call", "=?base64?ZWNobw==?="), 200, echoed},
		"modern name badly encoded": {modern(1, "tools/call", call), modernHeaders("tools/call", "=?base64?%?="), 400, "-32020"},
		"modern discover":           {modern(1, "server/discover", ""), modernHeaders("server/discover", ""), 200, `"supportedVersions":["2026-07-28"`},
		"modern list":               {modern(1, "tools/list", ""), modernHeaders("tools/list", ""), 200, `"ttlMs":300000`},
		"modern unknown method":     {modern(1, "nope", ""), modernHeaders("nope", ""), 404, "-32601"},
		"modern removed method":     {modern(1, "initialize", ""), modernHeaders("initialize", ""), 404, "-32601"},
		"modern unknown tool":       {modern(1, "tools/call", `"name":"nope"`), modernHeaders("tools/call", "nope"), 400, "-32602"},
		"modern without header":     {modern(1, "ping", ""), nil, 400, "-32020"},
		"modern without method":     {modern(1, "tools/list", ""), []string{"MCP-Protocol-Version", "2026-07-28"}, 400, "-32020"},
		"modern other method":       {modern(1, "tools/list", ""), modernHeaders("tools/call", ""), 400, "-32020"},
		"modern without name":       {modern(1, "tools/call", call), modernHeaders("tools/call", ""), 400, "-32020"},
		"modern other name":         {modern(1, "tools/call", call), modernHeaders("tools/call", "fail"), 400, "-32020"},
		"modern header alone":       {rpc(1, "tools/list", "{}"), modernHeaders("tools/list", ""), 400, "-32602"},
		"modern other version":      {modern(1, "tools/list", ""), modernHeaders("tools/list", "", "MCP-Protocol-Version", "2025-11-25"), 400, "-32020"},
		"modern response":           {`{"jsonrpc":"2.0","id":1,"result":{}}`, modernHeaders("", ""), 400, "-32600"},
		"modern notification":       {cancelOf("1"), modernHeaders("notifications/cancelled", ""), 202, ""},
		"version of the future": {
			strings.ReplaceAll(modern(1, "tools/list", ""), "2026-07-28", "2099-01-01"),
			[]string{"MCP-Protocol-Version", "2099-01-01", "Mcp-Method", "tools/list"},
			400, `"code":-32022`,
		},
		"version of the past": {
			strings.ReplaceAll(modern(1, "tools/list", ""), "2026-07-28", "1900-01-01"), nil, 400, `"supported":["2026-07-28"`,
		},
		"no capabilities": {
			rpc(1, "tools/list", `{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}`),
			modernHeaders("tools/list", ""), 400, "-32602",
		},
	}
	d := openDoor(t, newFixture().server(Options{}), HTTPOptions{})
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			resp, body := d.post(tt.body, tt.headers...)
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
	d := openDoor(t, newFixture().server(Options{}), HTTPOptions{})
	for _, method := range []string{http.MethodGet, http.MethodDelete, http.MethodPut} {
		r := d.request(t.Context(), "/mcp", "")
		r.Method = method
		resp, _ := d.do(r)
		assert.Equal(t, http.StatusMethodNotAllowed, resp.StatusCode)
		assert.Equal(t, "POST", resp.Header.Get("Allow"))
	}
}

func TestBodiesAreBounded(t *testing.T) {
	d := openDoor(t, newFixture().server(Options{MaxMessage: 1000}), HTTPOptions{})
	long := rpc(1, "ping", `{"x":"`+strings.Repeat("x", 1000)+`"}`)
	for name, body := range map[string]*strings.Reader{"with a length": strings.NewReader(long), "in chunks": strings.NewReader(long)} {
		t.Run(name, func(t *testing.T) {
			r := d.request(t.Context(), "/mcp", "")
			r.Body, r.ContentLength = http.NoBody, 0
			r.Body = readCloser{body}
			if name == "with a length" {
				r.ContentLength = int64(len(long))
			} else {
				r.ContentLength = -1
			}
			resp, answer := d.do(r)
			assert.Equal(t, http.StatusRequestEntityTooLarge, resp.StatusCode)
			assert.Contains(t, answer, `"code":-32600,"message":"the message is longer than 1000 bytes"`)
		})
	}
}

func TestAnAnnouncedLengthReservesNothing(t *testing.T) {
	r := localRequest(rpc(1, "ping", "{}"))
	r.ContentLength = 1 << 50
	w := httptest.NewRecorder()
	newFixture().server(Options{}).Handler(HTTPOptions{}).ServeHTTP(w, r)
	assert.Equal(t, http.StatusRequestEntityTooLarge, w.Code)
}

type readCloser struct{ *strings.Reader }

func (readCloser) Close() error { return nil }

func TestTheClientThatLeavesCancelsItsCall(t *testing.T) {
	f := newFixture()
	d := openDoor(t, f.server(Options{}), HTTPOptions{})
	ctx, leave := context.WithCancel(t.Context())
	go func() {
		resp, err := d.Client().Do(d.request(ctx, "/mcp", toolCall(1, "slow")))
		if err == nil {
			resp.Body.Close()
		}
	}()
	<-f.started
	leave()
	assert.ErrorIs(t, <-f.ended, errGone)
}

func TestOneClientsCancelNeverEndsAnothersCall(t *testing.T) {
	for name, headers := range map[string][]string{"legacy": nil, "modern": modernHeaders("notifications/cancelled", "")} {
		t.Run(name, func(t *testing.T) {
			f := newFixture()
			d := openDoor(t, f.server(Options{}), HTTPOptions{})
			answer := make(chan string, 1)
			go func() {
				_, body := d.post(toolCall(5, "slow"))
				answer <- body
			}()
			<-f.started
			resp, _ := d.post(cancelOf("5"), headers...)
			assert.Equal(t, http.StatusAccepted, resp.StatusCode)
			f.openGate(1)
			assert.Contains(t, <-answer, `"slow":true`)
		})
	}
}

// A client of the earlier revisions cancels by a message, in the session that it
// was given.
func TestACancelReachesTheCallOfItsSession(t *testing.T) {
	f := newFixture()
	d := openDoor(t, f.server(Options{}), HTTPOptions{})
	sessions := make([]string, 2)
	for i := range sessions {
		resp, _ := d.post(rpc(0, "initialize", `{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"c","version":"1"}}`))
		sessions[i] = resp.Header.Get("Mcp-Session-Id")
	}
	require.NotEqual(t, sessions[0], sessions[1])
	for name, call := range map[string]string{"plain": toolCall(5, "slow"), "in a batch": "[" + toolCall(5, "slow") + "]", "as events": withToken("slow")} {
		t.Run(name, func(t *testing.T) {
			answer := make(chan *http.Response, 1)
			go func() {
				resp, _ := d.post(call, "Mcp-Session-Id", sessions[0])
				answer <- resp
			}()
			<-f.started
			id := "5"
			if name == "as events" {
				id = "1"
			}
			for _, other := range []string{sessions[1], "guessed", ""} {
				d.post(cancelOf(id), "Mcp-Session-Id", other)
			}
			assert.Empty(t, f.ended, "another client's cancel must not reach this call")
			cancel := cancelOf(id)
			if name == "in a batch" {
				cancel = "[" + cancel + "]"
			}
			resp, _ := d.post(cancel, "Mcp-Session-Id", sessions[0])
			assert.Equal(t, http.StatusAccepted, resp.StatusCode)
			require.ErrorIs(t, <-f.ended, errCanceled)
			assert.Equal(t, http.StatusAccepted, (<-answer).StatusCode, "without an answer")
			resp, _ = d.post(cancelOf(id), "Mcp-Session-Id", sessions[0])
			assert.Equal(t, http.StatusAccepted, resp.StatusCode, "a late cancel is no error")
		})
	}
}

func TestTheSameIDMayRunManyTimes(t *testing.T) {
	f := newFixture()
	d := openDoor(t, f.server(Options{}), HTTPOptions{})
	var clients sync.WaitGroup
	for range 10 {
		clients.Go(func() {
			_, body := d.post(toolCall(1, "slow"))
			assert.Contains(t, body, `"slow":true`)
		})
	}
	for range 10 {
		<-f.started
	}
	f.openGate(10)
	clients.Wait()
}

func TestBeyondTheLimitRequestsAreSentAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture()
		h := f.server(Options{}).Handler(HTTPOptions{Calls: 1})
		done := make(chan *httptest.ResponseRecorder, 1)
		go func() { done <- serve(h, toolCall(1, "slow")) }()
		<-f.started

		start := time.Now()
		w := serve(h, toolCall(2, "echo"))
		assert.Equal(t, http.StatusServiceUnavailable, w.Code)
		assert.Equal(t, "1", w.Header().Get("Retry-After"))
		assert.Equal(t, slotWait, time.Since(start))

		go f.openGate(1)
		assert.Contains(t, serve(h, toolCall(3, "echo")).Body.String(), `"successful":true`, "a slot that comes free in time is used")
		<-done
	})
}

// serve posts a message without a network.
func serve(h http.Handler, body string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, localRequest(body))
	return w
}

func localRequest(body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/mcp", strings.NewReader(body))
	r.Host = "localhost"
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json, text/event-stream")
	return r
}

func withToken(tool string) string {
	return rpc(1, "tools/call", fmt.Sprintf(`{"name":%q,"_meta":{"progressToken":"t"}}`, tool))
}

func TestProgressTravelsBeforeTheAnswerOnTheSameResponse(t *testing.T) {
	d := openDoor(t, newFixture().server(Options{}), HTTPOptions{})
	for range 50 {
		resp, body := d.post(withToken("progress"))
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
	d := openDoor(t, newFixture().server(Options{}), HTTPOptions{})
	resp, body := d.post(withToken("progress"), "Accept", "application/json")
	assert.Equal(t, "application/json", resp.Header.Get("Content-Type"))
	assert.Equal(t, "1", string(decode(t, body).ID))
}

func TestASilentStreamIsKeptAlive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture()
		h := f.server(Options{}).Handler(HTTPOptions{})
		done := make(chan string, 1)
		go func() { done <- serve(h, withToken("slow")).Body.String() }()
		<-f.started
		time.Sleep(31 * time.Second) // of the bubble's clock
		f.openGate(1)
		body := <-done
		assert.Equal(t, 2, strings.Count(body, ": keepalive\n\n"), body)
		assert.Contains(t, body, "event: message\ndata: {")
	})
}

func TestErrorsBeforeTheFirstEventKeepTheirStatus(t *testing.T) {
	d := openDoor(t, newFixture().server(Options{}), HTTPOptions{})
	body := modern(1, "tools/call", `"name":"nope"`)
	body = strings.Replace(body, `"_meta":{`, `"_meta":{"progressToken":1,`, 1)
	resp, answer := d.post(body, modernHeaders("tools/call", "nope")...)
	assert.Equal(t, http.StatusBadRequest, resp.StatusCode)
	assert.Equal(t, "application/json", resp.Header.Get("Content-Type"))
	assert.Contains(t, answer, "-32602")
}

func TestASubscriptionIsAcknowledgedBeforeItEnds(t *testing.T) {
	d := openDoor(t, newFixture().server(Options{}), HTTPOptions{})
	for range 50 {
		_, body := d.post(modern(1, "subscriptions/listen", `"notifications":{"toolsListChanged":true}`), modernHeaders("subscriptions/listen", "")...)
		ack := strings.Index(body, "notifications/subscriptions/acknowledged")
		require.Positive(t, ack, body)
		assert.Greater(t, strings.Index(body, `"result":`), ack)
	}
}

func TestACallKnowsNothingOfItsHTTPRequest(t *testing.T) {
	var got context.Context
	tool := fixtureTool("look", "Looks.", echo)
	inner := tool.Call
	tool.Call = func(ctx context.Context, a json.RawMessage) tools.Envelope {
		got = ctx
		return inner(ctx, a)
	}
	d := openDoor(t, New(Info{Name: "f", Version: "1"}, []Tool{tool}, Options{}), HTTPOptions{})
	d.post(toolCall(1, "look"), "Authorization", "Bearer "+secret)
	require.NotNil(t, got)
	assert.Nil(t, got.Value(http.ServerContextKey))
	assert.NotContains(t, fmt.Sprint(got), secret)
}
