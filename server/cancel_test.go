package server_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"hexmcp/hexapi"
	"hexmcp/server"
	"hexmcp/server/internal/servertest"
	"hexmcp/server/stream"
	"hexmcp/tools"
)

// atOnce is how soon an end must reach Hex. It takes a few milliseconds; the
// rest is for machines that are busy.
const atOnce = 500 * time.Millisecond

// stalledHex takes requests and never answers.
type stalledHex struct {
	*httptest.Server
	arrived chan string // gets the method of each request
	left    chan time.Time
}

func startStalledHex(t *testing.T) *stalledHex {
	h := &stalledHex{arrived: make(chan string, 100), left: make(chan time.Time, 100)}
	h.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // only then does net/http watch the connection
		h.arrived <- r.Method
		<-r.Context().Done()
		h.left <- time.Now()
	}))
	t.Cleanup(h.Close)
	return h
}

// end is when a request ended.
func (h *stalledHex) end(t *testing.T) time.Time {
	t.Helper()
	select {
	case at := <-h.left:
		return at
	case <-time.After(5 * time.Second):
		h.CloseClientConnections()
		require.FailNow(t, "the request to Hex has not ended")
		return time.Time{}
	}
}

// server offers the whole catalogue on the stalled Hex.
func (h *stalledHex) server(t *testing.T, timeout time.Duration) *server.Server {
	toHex := hexapi.NewTransport(nil)
	t.Cleanup(toHex.CloseIdleConnections)
	hex, err := hexapi.New(hexapi.Config{BaseURL: h.URL, Token: "hxtp_test", Transport: toHex, Timeout: timeout})
	require.NoError(t, err)
	return server.New(server.HexInfo("test"), server.Tools(tools.All(), server.OneClient(hex)), server.Options{})
}

const (
	readCall  = `{"name":"HEX_LIST_PROJECTS","arguments":{}}`
	writeCall = `{"name":"HEX_RUN_PROJECT","arguments":{"projectId":"01990762-af2f-7d34-9cb0-00fc4a11ffd3"}}`
)

// stalledCalls start a call of id 1 through a transport and return the ways in which
// its client can end it.
func stalledCalls() map[string]func(*testing.T, *server.Server, string) map[string]func() {
	return map[string]func(*testing.T, *server.Server, string) map[string]func(){
		"stdio": func(t *testing.T, s *server.Server, call string) map[string]func() {
			c := startStdio(t, s, stream.Options{Grace: time.Millisecond})
			c.Send(call)
			go c.Rest()
			return map[string]func(){"cancels": func() { c.Send(servertest.Cancel("1")) }, "is told to stop": c.Stop}
		},
		"mcp": func(t *testing.T, s *server.Server, call string) map[string]func() {
			d := openHTTP(t, s)
			ctx, leave := context.WithCancel(t.Context())
			r := d.Request(ctx, "/mcp", call)
			ended := make(chan struct{})
			go func() {
				defer close(ended)
				if resp, err := d.Client().Do(r); err == nil {
					resp.Body.Close()
				}
			}()
			t.Cleanup(func() { leave(); <-ended })
			return map[string]func(){"leaves": leave}
		},
		"sse": func(t *testing.T, s *server.Server, call string) map[string]func() {
			c := openHTTP(t, s).Connect()
			require.Equal(t, http.StatusAccepted, c.Send(call))
			return map[string]func(){"cancels": func() { c.Send(servertest.Cancel("1")) }, "leaves": c.Leave}
		},
	}
}

func TestWhoeverEndsACallEndsItsRequestToHex(t *testing.T) {
	ways := map[string][]string{"stdio": {"cancels", "is told to stop"}, "mcp": {"leaves"}, "sse": {"cancels", "leaves"}}
	for transport, open := range stalledCalls() {
		for _, way := range ways[transport] {
			for method, params := range map[string]string{http.MethodGet: readCall, http.MethodPost: writeCall} {
				t.Run(transport+" "+way+", "+method, func(t *testing.T) {
					holdsNothing(t)
					hex := startStalledHex(t)
					end := open(t, hex.server(t, time.Minute), servertest.Request(1, "tools/call", params))[way]
					require.Equal(t, method, <-hex.arrived)
					start := time.Now()
					end()
					assert.Less(t, hex.end(t).Sub(start), atOnce)
					assert.Empty(t, hex.arrived, "a call that has ended must not be repeated")
				})
			}
		}
	}
}

// The deadline of a call ends its request to Hex, and the caller hears of it.
func TestTheTimeLimitOfACallReachesHexThroughEachTransport(t *testing.T) {
	const limit = 500 * time.Millisecond // in which a busy machine makes a request
	answers := map[string]func(*testing.T, *server.Server, string) string{
		"stdio": func(t *testing.T, s *server.Server, call string) string {
			c := startStdio(t, s, stream.Options{Grace: time.Millisecond})
			c.Send(call)
			return c.Line()
		},
		"mcp": func(t *testing.T, s *server.Server, call string) string {
			_, body := openHTTP(t, s).Post(call)
			return body
		},
		"sse": func(t *testing.T, s *server.Server, call string) string {
			c := openHTTP(t, s).Connect()
			c.Send(call)
			return c.Message()
		},
	}
	for transport, answer := range answers {
		t.Run(transport, func(t *testing.T) {
			holdsNothing(t)
			hex := startStalledHex(t)
			s := hex.server(t, limit)
			start := time.Now()
			said := answer(t, s, servertest.Request(1, "tools/call", writeCall))
			assert.Contains(t, said, `"kind":"timeout"`)
			assert.Contains(t, said, "check with HEX_GET_PROJECT_RUNS before calling again")
			assert.Less(t, hex.end(t).Sub(start), limit+atOnce)
			assert.Len(t, hex.arrived, 1)
		})
	}
}

// What the server itself ends is told as canceled, not as a broken connection.
func TestACallThatTheServerEndsSaysSo(t *testing.T) {
	holdsNothing(t)
	hex := startStalledHex(t)
	c := startStdio(t, hex.server(t, time.Minute), stream.Options{Grace: time.Millisecond})
	c.Send(servertest.Request(1, "tools/call", writeCall))
	<-hex.arrived
	c.Stop()
	said := c.Line()
	assert.Contains(t, said, `"kind":"canceled"`)
	assert.Contains(t, said, "check with HEX_GET_PROJECT_RUNS before calling again")
}

// The end of the input is no cancel: what was read is answered.
func TestTheEndOfInputLeavesRequestsToHexAlone(t *testing.T) {
	holdsNothing(t)
	hex := startStalledHex(t)
	c := startStdio(t, hex.server(t, 200*time.Millisecond), stream.Options{Grace: time.Millisecond})
	c.Send(servertest.Request(1, "tools/call", readCall))
	<-hex.arrived
	c.In.Close()
	assert.Contains(t, strings.Join(c.Rest(), ""), `"kind":"timeout"`)
	assert.NoError(t, <-c.Done)
}

// holdsNothing checks that at the end of the test, when all that it started
// was told to stop, no goroutine and so no connection is left.
func holdsNothing(t *testing.T) {
	before := goleak.IgnoreCurrent()
	t.Cleanup(func() { goleak.VerifyNone(t, before) })
}
