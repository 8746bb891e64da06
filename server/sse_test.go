package server

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sseClient is connected to /sse.
type sseClient struct {
	*door
	path   string // where its messages go
	body   io.ReadCloser
	events *bufio.Reader
	leave  context.CancelFunc
}

func (d *door) connect() *sseClient {
	d.t.Helper()
	ctx, leave := context.WithCancel(d.t.Context())
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, d.URL+"/sse", nil)
	require.NoError(d.t, err)
	resp, err := d.Client().Do(r)
	require.NoError(d.t, err)
	require.Equal(d.t, http.StatusOK, resp.StatusCode)
	require.Equal(d.t, "text/event-stream", resp.Header.Get("Content-Type"))
	c := &sseClient{door: d, body: resp.Body, events: bufio.NewReader(resp.Body), leave: leave}
	d.t.Cleanup(func() { leave(); resp.Body.Close() })
	kind, data, err := c.event()
	require.NoError(d.t, err)
	require.Equal(d.t, "endpoint", kind)
	c.path = data
	return c
}

// event reads one event.
func (c *sseClient) event() (kind, data string, err error) {
	for {
		line, err := c.events.ReadString('\n')
		if err != nil {
			return "", "", err
		}
		switch key, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": "); key {
		case "event":
			kind = value
		case "data":
			data = value
		case "":
			if kind != "" {
				return kind, data, nil
			}
		}
	}
}

// message reads the server's next message.
func (c *sseClient) message() string {
	c.t.Helper()
	kind, data, err := c.event()
	require.NoError(c.t, err)
	require.Equal(c.t, "message", kind)
	return data
}

// send posts a message and returns the status.
func (c *sseClient) send(body string, headers ...string) int {
	c.t.Helper()
	resp, _ := c.do(c.request(c.t.Context(), c.path, body, headers...))
	return resp.StatusCode
}

func TestSSEAnswersOnTheStream(t *testing.T) {
	c := openDoor(t, newFixture().server(Options{}), HTTPOptions{}).connect()

	require.Equal(t, http.StatusAccepted, c.send(rpc(1, "initialize", `{"protocolVersion":"2024-11-05","capabilities":{},"clientInfo":{"name":"c","version":"1"}}`)))
	assert.Contains(t, c.message(), `"protocolVersion":"2024-11-05"`)
	require.Equal(t, http.StatusAccepted, c.send(`{"jsonrpc":"2.0","method":"notifications/initialized"}`))
	require.Equal(t, http.StatusAccepted, c.send(toolCall("a", "echo")))
	assert.Equal(t, `"a"`, string(decode(t, c.message()).ID))
	require.Equal(t, http.StatusAccepted, c.send(rpc(2, "tools/call", `{"name":"progress","_meta":{"progressToken":9}}`)))
	for _, want := range []string{`"progressToken":9,"progress":1`, `"progress":2`, `"progress":3`, `"id":2,"result"`} {
		assert.Contains(t, c.message(), want)
	}
}

func TestSSEIgnoresHeadersOfLaterRevisions(t *testing.T) {
	c := openDoor(t, newFixture().server(Options{}), HTTPOptions{}).connect()
	require.Equal(t, http.StatusAccepted, c.send(modern(1, "server/discover", ""), "Mcp-Protocol-Version", "2026-07-28"))
	assert.Contains(t, c.message(), `"supportedVersions"`)
}

func TestSSERefusesWhatItCannotTake(t *testing.T) {
	c := openDoor(t, newFixture().server(Options{MaxMessage: 1000}), HTTPOptions{}).connect()
	assert.Equal(t, http.StatusUnsupportedMediaType, c.send(rpc(1, "ping", "{}"), "Content-Type", "text/plain"))
	assert.Equal(t, http.StatusBadRequest, c.send("{"))
	assert.Equal(t, http.StatusRequestEntityTooLarge, c.send(strings.Repeat("x", 1001)))
	c.path = "/message?sessionId=guessed"
	assert.Equal(t, http.StatusNotFound, c.send(rpc(1, "ping", "{}")))
}

func TestSSESessionsCannotBeGuessedOrShared(t *testing.T) {
	f := newFixture()
	d := openDoor(t, f.server(Options{}), HTTPOptions{})
	a, b := d.connect(), d.connect()
	assert.NotEqual(t, a.path, b.path)
	assert.Regexp(t, `^/message\?sessionId=[A-Z2-7]{26}$`, a.path)

	a.send(toolCall(1, "slow"))
	<-f.started
	b.send(cancelOf("1"))
	b.send(rpc(2, "ping", "{}"))
	b.message() // the cancel has been dealt with
	f.openGate(1)
	assert.Contains(t, a.message(), `"slow":true`, "the other client's cancel must not reach this call")
}

func TestSSECancelIsNotAnswered(t *testing.T) {
	f := newFixture()
	c := openDoor(t, f.server(Options{}), HTTPOptions{}).connect()
	c.send(toolCall(1, "slow"))
	<-f.started
	c.send(cancelOf("1"))
	require.ErrorIs(t, <-f.ended, errCanceled)
	c.send(rpc(2, "ping", "{}"))
	assert.Equal(t, `{"jsonrpc":"2.0","id":2,"result":{}}`, c.message())
}

func TestAnSSEClientThatLeavesCancelsItsCalls(t *testing.T) {
	f := newFixture()
	d := openDoor(t, f.server(Options{}), HTTPOptions{Sessions: 1})
	c := d.connect()
	for i := range 3 {
		c.send(toolCall(i, "slow"))
		<-f.started
	}
	c.leave()
	for range 3 {
		assert.ErrorIs(t, <-f.ended, errGone)
	}
	require.Eventually(t, func() bool { return c.send(rpc(1, "ping", "{}")) == http.StatusNotFound },
		5*time.Second, time.Millisecond, "its session must be forgotten")
	d.connect() // and its place is free
}

func TestSSEClientsAreBounded(t *testing.T) {
	d := openDoor(t, newFixture().server(Options{}), HTTPOptions{Sessions: 1})
	d.connect()
	r, err := http.NewRequest(http.MethodGet, d.URL+"/sse", nil)
	require.NoError(t, err)
	resp, _ := d.do(r)
	assert.Equal(t, http.StatusServiceUnavailable, resp.StatusCode)
	assert.Equal(t, "1", resp.Header.Get("Retry-After"))
}

func TestCallsOfAnSSEClientAreBounded(t *testing.T) {
	f := newFixture()
	c := openDoor(t, f.server(Options{}), HTTPOptions{Calls: 1}).connect()
	for i := range sseCalls {
		require.Equal(t, http.StatusAccepted, c.send(toolCall(i, "slow")))
	}
	assert.Equal(t, http.StatusServiceUnavailable, c.send(toolCall("more", "slow")))
	assert.Equal(t, http.StatusAccepted, c.send(cancelOf("0")), "a cancel is always taken")
	c.leave()
}

// HEAD asks about a page and opens no stream.
func TestOnlyGETOpensAStream(t *testing.T) {
	d := openDoor(t, newFixture().server(Options{}), HTTPOptions{Sessions: 1})
	for range 3 {
		r, err := http.NewRequest(http.MethodHead, d.URL+"/sse", nil)
		require.NoError(t, err)
		resp, _ := d.do(r)
		assert.Equal(t, http.StatusMethodNotAllowed, resp.StatusCode)
		assert.Equal(t, "GET", resp.Header.Get("Allow"))
	}
	d.connect()
}

func TestRequestsOfAnSSEClientAreBoundedToo(t *testing.T) {
	c := newFixture().server(Options{}).newConn(t.Context(), nowhere{}, nil, newBudget(sseBytes, sseCalls))
	ping, _ := parse([]byte(rpc(1, "ping", "{}")))
	note, _ := parse([]byte(`{"jsonrpc":"2.0","method":"notifications/initialized"}`))
	for range sseCalls {
		require.True(t, c.admit([]*message{ping, note}))
	}
	assert.False(t, c.admit([]*message{ping}))
	assert.True(t, c.admit([]*message{note}), "what needs no answer costs nothing")
	c.receive(ping)
	assert.True(t, c.admit([]*message{ping}), "an answer makes room")
}

// gatedReader is an SSE client's connection that takes no answer until its gate
// is closed.
type gatedReader struct {
	*httptest.ResponseRecorder
	endpoint, answer chan string
	gate             chan struct{}
}

func (g *gatedReader) Write(b []byte) (int, error) {
	switch text := string(b); {
	case strings.HasPrefix(text, "event: endpoint"):
		g.endpoint <- text
	case strings.HasPrefix(text, "event: message"):
		g.answer <- text
		<-g.gate
	}
	return len(b), nil
}

func TestAnSSEClientThatReadsNothingHoldsUpNobodyElse(t *testing.T) {
	f := newFixture().server(Options{}).newFront(HTTPOptions{Calls: 1})
	w := &gatedReader{httptest.NewRecorder(), make(chan string, 1), make(chan string, 1), make(chan struct{})}
	ctx, leave := context.WithCancel(t.Context())
	left := make(chan struct{})
	go func() {
		f.connect(w, httptest.NewRequestWithContext(ctx, http.MethodGet, "/sse", nil))
		close(left)
	}()
	_, id, _ := strings.Cut(strings.TrimSpace(<-w.endpoint), "sessionId=")
	r := localRequest(toolCall(1, "echo"))
	r.URL.RawQuery = "sessionId=" + id
	f.message(httptest.NewRecorder(), r)
	<-w.answer // is being written

	assert.Contains(t, serve(f.handler(), toolCall(1, "echo")).Body.String(), `"successful":true`)
	close(w.gate)
	leave()
	<-left
}

// slowReader is an SSE client's connection that takes nothing.
type slowReader struct {
	*httptest.ResponseRecorder
	deadline time.Time
}

func (s *slowReader) SetWriteDeadline(t time.Time) error {
	s.deadline = t
	return nil
}

func (s *slowReader) Write(b []byte) (int, error) {
	if !strings.HasPrefix(string(b), "event: message") {
		return s.ResponseRecorder.Write(b)
	}
	time.Sleep(time.Until(s.deadline))
	return 0, context.DeadlineExceeded
}

func TestAReaderThatStallsIsLetGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture().server(Options{}).newFront(HTTPOptions{KeepAlive: time.Hour})
		w := &slowReader{ResponseRecorder: httptest.NewRecorder()}
		left := make(chan struct{})
		go func() {
			f.connect(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/sse", nil))
			close(left)
		}()
		synctest.Wait()
		var id string
		for id = range f.sessions.conns {
		}
		start := time.Now()
		r := localRequest(toolCall(1, "echo"))
		r.URL.RawQuery = "sessionId=" + id
		f.message(httptest.NewRecorder(), r)

		<-left
		assert.Equal(t, patience, time.Since(start))
		assert.Empty(t, f.sessions.conns)
	})
}

func TestSSEIsKeptAlive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newFixture().server(Options{}).Handler(HTTPOptions{})
		ctx, leave := context.WithTimeout(t.Context(), 46*time.Second)
		defer leave()
		r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/sse", nil)
		r.Host = "localhost"
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		assert.Equal(t, 3, strings.Count(w.Body.String(), ": keepalive\n\n"))
	})
}
