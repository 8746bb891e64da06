package web

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/server/internal/servertest"
	"hexmcp/server/rpc"
	"hexmcp/server/stream"
	"hexmcp/tools/memory"
)

func TestSSEAnswersOnTheStream(t *testing.T) {
	c := open(t, servertest.New(), Options{}).Connect()

	require.Equal(t, http.StatusAccepted, c.Send(servertest.Request(1, "initialize", `{"protocolVersion":"2024-11-05","capabilities":{},"clientInfo":{"name":"c","version":"1"}}`)))
	assert.Contains(t, c.Message(), `"protocolVersion":"2024-11-05"`)
	require.Equal(t, http.StatusAccepted, c.Send(`{"jsonrpc":"2.0","method":"notifications/initialized"}`))
	require.Equal(t, http.StatusAccepted, c.Send(servertest.Call("a", "echo")))
	assert.Equal(t, `"a"`, string(servertest.Decode(t, c.Message()).ID))
	require.Equal(t, http.StatusAccepted, c.Send(servertest.Request(2, "tools/call", `{"name":"progress","_meta":{"progressToken":9}}`)))
	for _, want := range []string{`"progressToken":9,"progress":1`, `"progress":2`, `"progress":3`, `"id":2,"result"`} {
		assert.Contains(t, c.Message(), want)
	}
}

func TestSSEIgnoresHeadersOfLaterVersions(t *testing.T) {
	c := open(t, servertest.New(), Options{}).Connect()
	require.Equal(t, http.StatusAccepted, c.Send(servertest.Stateless(1, "server/discover", ""), "Mcp-Protocol-Version", "2026-07-28"))
	assert.Contains(t, c.Message(), `"supportedVersions"`)
}

func TestSSERefusesWhatItCannotTake(t *testing.T) {
	c := open(t, servertest.New(), Options{Options: stream.Options{MaxMessage: 1000}}).Connect()
	assert.Equal(t, http.StatusUnsupportedMediaType, c.Send(servertest.Request(1, "ping", "{}"), "Content-Type", "text/plain"))
	assert.Equal(t, http.StatusBadRequest, c.Send("{"))
	assert.Equal(t, http.StatusRequestEntityTooLarge, c.Send(strings.Repeat("x", 1001)))
	c.Path = "/message?sessionId=guessed"
	assert.Equal(t, http.StatusNotFound, c.Send(servertest.Request(1, "ping", "{}")))
}

func TestSSESessionsCannotBeGuessedOrShared(t *testing.T) {
	f := servertest.New()
	d := open(t, f, Options{})
	a, b := d.Connect(), d.Connect()
	assert.NotEqual(t, a.Path, b.Path)
	assert.Regexp(t, `^/message\?sessionId=[A-Z2-7]{26}$`, a.Path)

	a.Send(servertest.Call(1, "slow"))
	<-f.Started
	b.Send(servertest.Cancel("1"))
	b.Send(servertest.Request(2, "ping", "{}"))
	b.Message() // the cancel has been dealt with
	f.OpenGate(1)
	assert.Contains(t, a.Message(), `"slow":true`, "the other client's cancel must not reach this call")
}

func TestSSECancelIsNotAnswered(t *testing.T) {
	f := servertest.New()
	c := open(t, f, Options{}).Connect()
	c.Send(servertest.Call(1, "slow"))
	<-f.Started
	c.Send(servertest.Cancel("1"))
	require.ErrorIs(t, <-f.Ended, rpc.ErrCanceled)
	c.Send(servertest.Request(2, "ping", "{}"))
	assert.Equal(t, `{"jsonrpc":"2.0","id":2,"result":{}}`, c.Message())
}

func TestAnSSEClientThatLeavesCancelsItsCalls(t *testing.T) {
	f := servertest.New()
	d := open(t, f, Options{Sessions: 1})
	c := d.Connect()
	for i := range 3 {
		c.Send(servertest.Call(i, "slow"))
		<-f.Started
	}
	c.Leave()
	for range 3 {
		assert.ErrorIs(t, <-f.Ended, rpc.ErrGone)
	}
	require.Eventually(t, func() bool { return c.Send(servertest.Request(1, "ping", "{}")) == http.StatusNotFound },
		5*time.Second, time.Millisecond, "its session must be forgotten")
	d.Connect() // and its place is free
}

func TestSSEClientsAreBounded(t *testing.T) {
	d := open(t, servertest.New(), Options{Sessions: 1})
	d.Connect()
	r, err := http.NewRequest(http.MethodGet, d.URL+"/sse", nil)
	require.NoError(t, err)
	resp, _ := d.Do(r)
	assert.Equal(t, http.StatusServiceUnavailable, resp.StatusCode)
	assert.Equal(t, "1", resp.Header.Get("Retry-After"))
}

func TestCallsOfAnSSEClientAreBounded(t *testing.T) {
	f := servertest.New()
	c := open(t, f, Options{Calls: 1}).Connect()
	for i := range sseRequests {
		require.Equal(t, http.StatusAccepted, c.Send(servertest.Call(i, "slow")))
	}
	assert.Equal(t, http.StatusServiceUnavailable, c.Send(servertest.Call("more", "slow")))
	assert.Equal(t, http.StatusAccepted, c.Send(servertest.Cancel("0")), "a cancel is always taken")
	c.Leave()
}

// HEAD asks about a page and opens no stream.
func TestOnlyGETOpensAStream(t *testing.T) {
	d := open(t, servertest.New(), Options{Sessions: 1})
	for range 3 {
		r, err := http.NewRequest(http.MethodHead, d.URL+"/sse", nil)
		require.NoError(t, err)
		resp, _ := d.Do(r)
		assert.Equal(t, http.StatusMethodNotAllowed, resp.StatusCode)
		assert.Equal(t, "GET", resp.Header.Get("Allow"))
	}
	d.Connect()
}

// nowhere takes what is sent.
type nowhere struct{}

func (nowhere) Send([]byte) error { return nil }

// ended is a context that waits for nothing.
func ended(t *testing.T) context.Context {
	ctx, end := context.WithCancel(t.Context())
	end()
	return ctx
}

// A message beyond the backlog waits for room as a long body does, and no longer than
// its client is there. Meanwhile a cancel gets through.
func TestAMessageWaitsForRoomInTheBacklog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		budget := memory.NewBudget(memory.Least)
		call, _ := rpc.Parse([]byte(servertest.Call(1, "echo")))
		note, _ := rpc.Parse([]byte(`{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}`))
		call.Raw = make([]byte, memory.ShortMessage+1)
		c := stream.NewClient(t.Context(), servertest.New().Server(), nowhere{}, stream.Options{Memory: budget}, stream.Limits{Bytes: int64(len(call.Raw)), Requests: 1, Shared: nil})
		for c.AdmitAll(ended(t), []*rpc.Message{call}, 0) {
		}
		require.True(t, budget.TryAcquireMessage(2*shortBody))
		b := &body{held: 2 * shortBody, memory: budget}
		start := time.Now()
		assert.False(t, admit(t.Context(), c, []*rpc.Message{call}, b))
		assert.Equal(t, bodyWait, time.Since(start))
		assert.Equal(t, 2*shortBody, b.held, "it is to be given back")

		go func() {
			assert.True(t, admit(t.Context(), c, []*rpc.Message{call}, b))
			assert.Zero(t, b.held, "it is the message's")
		}()
		synctest.Wait()
		assert.True(t, admit(t.Context(), c, []*rpc.Message{note}, &body{memory: budget}))
		go c.Schedule(call)()
		synctest.Wait()

		time.AfterFunc(time.Second, func() { c.Stop(rpc.ErrGone) })
		start = time.Now()
		assert.False(t, admit(t.Context(), c, []*rpc.Message{call}, b))
		assert.Equal(t, time.Second, time.Since(start))
	})
}

func TestRequestsOfAnSSEClientAreBoundedToo(t *testing.T) {
	c := stream.NewClient(t.Context(), servertest.New().Server(), nowhere{}, stream.Options{}, stream.Limits{Bytes: sseBytes, Requests: sseRequests})
	ping, _ := rpc.Parse([]byte(servertest.Request(1, "ping", "{}")))
	note, _ := rpc.Parse([]byte(`{"jsonrpc":"2.0","method":"notifications/initialized"}`))
	for range 64 {
		require.True(t, c.AdmitAll(ended(t), []*rpc.Message{ping, note}, 0))
	}
	assert.False(t, c.AdmitAll(ended(t), []*rpc.Message{note, ping}, 0))
	assert.True(t, c.AdmitAll(ended(t), []*rpc.Message{note}, 0), "what needs no answer costs nothing")
	c.Schedule(ping)
	assert.True(t, c.AdmitAll(ended(t), []*rpc.Message{ping}, 0), "an answer makes room")
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
	f := newTransport(servertest.New().Server(), Options{Calls: 1})
	w := &gatedReader{httptest.NewRecorder(), make(chan string, 1), make(chan string, 1), make(chan struct{})}
	ctx, leave := context.WithCancel(t.Context())
	left := make(chan struct{})
	go func() {
		f.connect(w, httptest.NewRequestWithContext(ctx, http.MethodGet, "/sse", nil))
		close(left)
	}()
	_, id, _ := strings.Cut(strings.TrimSpace(<-w.endpoint), "sessionId=")
	r := servertest.LocalRequest(servertest.Call(1, "echo"))
	r.URL.RawQuery = "sessionId=" + id
	f.message(httptest.NewRecorder(), r)
	<-w.answer // is being written

	assert.Contains(t, serve(f.routes(), servertest.Call(1, "echo")).Body.String(), `"successful":true`)
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
		f := newTransport(servertest.New().Server(), Options{KeepAlive: time.Hour})
		w := &slowReader{ResponseRecorder: httptest.NewRecorder()}
		left := make(chan struct{})
		go func() {
			f.connect(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/sse", nil))
			close(left)
		}()
		synctest.Wait()
		var id string
		for id = range f.sessions.clients {
		}
		start := time.Now()
		r := servertest.LocalRequest(servertest.Call(1, "echo"))
		r.URL.RawQuery = "sessionId=" + id
		f.message(httptest.NewRecorder(), r)

		<-left
		assert.Equal(t, stallLimit, time.Since(start))
		assert.Empty(t, f.sessions.clients)
	})
}

// lagger takes what is written to it, each time after so long.
type lagger struct {
	slowReader
	lag time.Duration
}

func (l *lagger) Write(b []byte) (int, error) {
	time.Sleep(l.lag * time.Duration(len(b)) / stallBytes)
	if time.Now().After(l.deadline) {
		return 0, context.DeadlineExceeded
	}
	return l.ResponseRecorder.Write(b)
}

func TestAReaderThatIsSlowGetsALongAnswer(t *testing.T) {
	answer := make([]byte, 9*stallBytes/2)
	for lag, whole := range map[time.Duration]bool{stallLimit - time.Second: true, stallLimit + time.Second: false} {
		synctest.Test(t, func(t *testing.T) {
			w := &lagger{slowReader{ResponseRecorder: httptest.NewRecorder()}, lag}
			writeJSON(w, http.StatusOK, answer)
			assert.Equal(t, whole, w.Body.Len() == len(answer))
			e := &lagger{slowReader{ResponseRecorder: httptest.NewRecorder()}, lag}
			assert.Equal(t, whole, newEventStream(e).Send(answer) == nil)
		})
	}
}

func TestSSEIsKeptAlive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := Handler(servertest.New().Server(), Options{})
		ctx, leave := context.WithTimeout(t.Context(), 46*time.Second)
		defer leave()
		r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/sse", nil)
		r.Host = "localhost"
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		assert.Equal(t, 3, strings.Count(w.Body.String(), ": keepalive\n\n"))
	})
}

func TestEventStreamsThatWouldBreakAreRefused(t *testing.T) {
	h := Handler(servertest.New().Server(), Options{NoSSE: "use /mcp"})
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://localhost/sse", nil))
	assert.Equal(t, http.StatusNotImplemented, w.Code)
	assert.Contains(t, w.Body.String(), `"message":"use /mcp"`)
}
