package server

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
func (h *stalledHex) server(t *testing.T, timeout time.Duration) *Server {
	transport := hexapi.NewTransport(nil)
	t.Cleanup(transport.CloseIdleConnections)
	hex, err := hexapi.New(hexapi.Config{BaseURL: h.URL, Token: "hxtp_test", Transport: transport, Timeout: timeout})
	require.NoError(t, err)
	return New(HexInfo("test"), Tools(tools.All(), hex), Options{Grace: time.Millisecond})
}

const (
	readCall  = `{"name":"HEX_LIST_PROJECTS","arguments":{}}`
	writeCall = `{"name":"HEX_RUN_PROJECT","arguments":{"projectId":"01990762-af2f-7d34-9cb0-00fc4a11ffd3"}}`
)

// stalledCalls start a call of id 1 through a door and return the ways in which
// its client can end it.
func stalledCalls() map[string]func(*testing.T, *Server, string) map[string]func() {
	return map[string]func(*testing.T, *Server, string) map[string]func(){
		"stdio": func(t *testing.T, s *Server, call string) map[string]func() {
			c := startStdio(t, s)
			c.send(call)
			go c.rest()
			return map[string]func(){"cancels": func() { c.send(cancelOf("1")) }, "is told to stop": c.stop}
		},
		"mcp": func(t *testing.T, s *Server, call string) map[string]func() {
			d := openDoor(t, s, HTTPOptions{})
			ctx, leave := context.WithCancel(t.Context())
			r := d.request(ctx, "/mcp", call)
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
		"sse": func(t *testing.T, s *Server, call string) map[string]func() {
			c := openDoor(t, s, HTTPOptions{}).connect()
			require.Equal(t, http.StatusAccepted, c.send(call))
			return map[string]func(){"cancels": func() { c.send(cancelOf("1")) }, "leaves": c.leave}
		},
	}
}

func TestWhoeverEndsACallEndsItsRequestToHex(t *testing.T) {
	ways := map[string][]string{"stdio": {"cancels", "is told to stop"}, "mcp": {"leaves"}, "sse": {"cancels", "leaves"}}
	for door, open := range stalledCalls() {
		for _, way := range ways[door] {
			for method, params := range map[string]string{http.MethodGet: readCall, http.MethodPost: writeCall} {
				t.Run(door+" "+way+", "+method, func(t *testing.T) {
					holdsNothing(t)
					hex := startStalledHex(t)
					end := open(t, hex.server(t, time.Minute), rpc(1, "tools/call", params))[way]
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
func TestTheTimeLimitOfACallReachesHexThroughEachDoor(t *testing.T) {
	const limit = 500 * time.Millisecond // in which a busy machine makes a request
	answers := map[string]func(*testing.T, *Server, string) string{
		"stdio": func(t *testing.T, s *Server, call string) string {
			c := startStdio(t, s)
			c.send(call)
			return c.line()
		},
		"mcp": func(t *testing.T, s *Server, call string) string {
			_, body := openDoor(t, s, HTTPOptions{}).post(call)
			return body
		},
		"sse": func(t *testing.T, s *Server, call string) string {
			c := openDoor(t, s, HTTPOptions{}).connect()
			c.send(call)
			return c.message()
		},
	}
	for door, answer := range answers {
		t.Run(door, func(t *testing.T) {
			holdsNothing(t)
			hex := startStalledHex(t)
			s := hex.server(t, limit)
			start := time.Now()
			said := answer(t, s, rpc(1, "tools/call", writeCall))
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
	c := startStdio(t, hex.server(t, time.Minute))
	c.send(rpc(1, "tools/call", writeCall))
	<-hex.arrived
	c.stop()
	said := c.line()
	assert.Contains(t, said, `"kind":"canceled"`)
	assert.Contains(t, said, "check with HEX_GET_PROJECT_RUNS before calling again")
}

// The end of the input is no cancel: what was read is answered.
func TestTheEndOfInputLeavesRequestsToHexAlone(t *testing.T) {
	holdsNothing(t)
	hex := startStalledHex(t)
	c := startStdio(t, hex.server(t, 200*time.Millisecond))
	c.send(rpc(1, "tools/call", readCall))
	<-hex.arrived
	c.in.Close()
	assert.Contains(t, strings.Join(c.rest(), ""), `"kind":"timeout"`)
	assert.NoError(t, <-c.done)
}

// holdsNothing checks that at the end of the test, when all that it started
// was told to stop, no goroutine and so no connection is left.
func holdsNothing(t *testing.T) {
	before := goleak.IgnoreCurrent()
	t.Cleanup(func() { goleak.VerifyNone(t, before) })
}
