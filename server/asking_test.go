package server_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/server"
	"hexmcp/server/internal/servertest"
	"hexmcp/server/stream"
	"hexmcp/server/web"
)

// elder is a client of an earlier protocol version, which is asked by a request.
type elder interface {
	Send(message string) // whose answer does not come at once
	Line() string        // what the server sends next
}

const initialize = `{"protocolVersion":"2025-06-18","capabilities":{"elicitation":{}},"clientInfo":{"name":"c","version":"1"}}`

type sseElder struct{ *servertest.SSEClient }

func (s sseElder) Send(message string) { s.SSEClient.Send(message) }
func (s sseElder) Line() string        { return s.Message() }

// httpElder gets what comes of a request from its response.
type httpElder struct {
	*servertest.HTTPClient
	t       *testing.T
	session string
	heard   chan string
}

func (h *httpElder) Line() string {
	select {
	case line := <-h.heard:
		return line
	case <-time.After(10 * time.Second):
		require.FailNow(h.t, "the server sends nothing")
		return ""
	}
}

func (h *httpElder) Send(message string) { h.sendWith(h.t.Context(), message) }

func (h *httpElder) sendWith(ctx context.Context, message string) {
	resp, err := h.Client().Do(h.Request(ctx, "/mcp", message, "Mcp-Session-Id", h.session))
	require.NoError(h.t, err)
	if resp.StatusCode == http.StatusAccepted {
		resp.Body.Close()
		return
	}
	go func() {
		defer resp.Body.Close()
		for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
			if data := strings.TrimPrefix(lines.Text(), "data: "); strings.HasPrefix(data, "{") {
				h.heard <- data
			}
		}
	}()
}

func elderOverHTTP(t *testing.T, d *servertest.HTTPClient) *httpElder {
	resp, _ := d.Post(servertest.Request(0, "initialize", initialize))
	return &httpElder{d, t, resp.Header.Get("Mcp-Session-Id"), make(chan string, 10)}
}

// elders are initialized clients of each transport.
var elders = map[string]func(*testing.T, *server.Server) elder{
	"stdio": func(t *testing.T, s *server.Server) elder {
		c := startStdio(t, s, stream.Options{})
		c.Send(servertest.Request(0, "initialize", initialize))
		c.Line()
		return c
	},
	"sse": func(t *testing.T, s *server.Server) elder {
		c := openHTTP(t, s).Connect()
		c.Send(servertest.Request(0, "initialize", initialize))
		c.Message()
		return sseElder{c}
	},
	"mcp": func(t *testing.T, s *server.Server) elder { return elderOverHTTP(t, openHTTP(t, s)) },
}

func deleteFinance(id int) string {
	return servertest.Request(id, "tools/call", `{"name":"HEX_DELETE_GROUP","arguments":{"groupId":"`+finance+`"}}`)
}

// asked is the question that the server has sent.
func asked(t *testing.T, line string) (id string) {
	t.Helper()
	var q struct {
		ID     json.RawMessage
		Method string
		Params struct {
			Mode, Message   string
			RequestedSchema struct{ Required []string }
		}
	}
	require.NoError(t, json.Unmarshal([]byte(line), &q), line)
	require.Equal(t, "elicitation/create", q.Method, line)
	assert.Equal(t, "Delete the group “Finance” for good? Access that was shared through it goes too.", q.Params.Message)
	assert.Equal(t, []string{"name"}, q.Params.RequestedSchema.Required)
	assert.Empty(t, q.Params.Mode, "which the first version with forms does not know")
	return string(q.ID)
}

func says(id, result string) string {
	return fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,%s}`, id, result)
}

func TestAClientOfAnEarlierVersionIsAskedWhileItsCallWaits(t *testing.T) {
	for name, connect := range elders {
		t.Run(name, func(t *testing.T) {
			s := confirming(t, "")
			c := connect(t, s)
			for said, want := range map[string]string{
				`"result":{"action":"decline"}`:                               `did not agree`,
				`"result":{"action":"cancel"}`:                                `did not agree`,
				`"result":{"action":"accept","content":{"name":"finance"}}`:   `typed another one`,
				`"result":{"action":"accept","content":[]}`:                   `did not agree`,
				`"error":{"code":-32601,"message":"there are no forms here"}`: `did not agree`,
			} {
				c.Send(deleteFinance(1))
				c.Send(says(asked(t, c.Line()), said))
				answer := c.Line()
				assert.Contains(t, answer, want, said)
				assert.Contains(t, answer, `"kind":"declined","retryable":false`)
			}
			assert.Contains(t, ask(t, s, servertest.Request(1, "tools/call", `{"name":"HEX_GET_GROUP","arguments":{"groupId":"`+finance+`"}}`)), `\"successful\":true`)

			c.Send(deleteFinance(2))
			id := asked(t, c.Line())
			c.Send(says(`"guessed"`, `"result":{"action":"accept","content":{"name":"Finance"}}`))
			c.Send(says(id, `"result":{"action":"accept","content":{"name":"Finance"}}`))
			answer := c.Line()
			assert.Contains(t, answer, `"id":2`)
			assert.Contains(t, answer, `\"successful\":true`)
		})
	}
}

func TestACallThatIsCanceledWhileAPersonIsAskedIsNotMade(t *testing.T) {
	for name, connect := range elders {
		t.Run(name, func(t *testing.T) {
			s := confirming(t, "")
			c := connect(t, s)
			c.Send(deleteFinance(1))
			id := asked(t, c.Line())
			c.Send(servertest.Cancel("1"))
			assert.Contains(t, c.Line(), `"notifications/cancelled","params":{"requestId":`+id)
			c.Send(says(id, `"result":{"action":"accept","content":{"name":"Finance"}}`))
			c.Send(servertest.Request(2, "tools/call", `{"name":"HEX_GET_GROUP","arguments":{"groupId":"`+finance+`"}}`))
			answer := c.Line()
			assert.Contains(t, answer, `"id":2`, "the canceled call is not answered")
			assert.Contains(t, answer, "Finance")
		})
	}
}

func TestNobodyAnswersInAnothersSession(t *testing.T) {
	s := confirming(t, "")
	d := openHTTP(t, s)
	a, b := elderOverHTTP(t, d), elderOverHTTP(t, d)
	sse := d.Connect()
	a.Send(deleteFinance(1))
	id := asked(t, a.Line())
	yes := says(id, `"result":{"action":"accept","content":{"name":"Finance"}}`)
	b.Send(yes)
	sse.Send(yes)
	d.Post(yes)
	a.Send(says(id, `"result":{"action":"decline"}`))
	assert.Contains(t, a.Line(), "did not agree")
}

func TestAClientThatLeavesIsAskedNoLonger(t *testing.T) {
	s := confirming(t, "")
	c := elderOverHTTP(t, openHTTP(t, s))
	ctx, leave := context.WithCancel(t.Context())
	c.sendWith(ctx, deleteFinance(1))
	id := asked(t, c.Line())
	leave()
	c.Send(says(id, `"result":{"action":"decline"}`))
	c.Send(servertest.Request(2, "tools/call", `{"name":"HEX_GET_GROUP","arguments":{"groupId":"`+finance+`"}}`))
	assert.Contains(t, c.Line(), `"id":2`)
}

func TestWhereTheInputEndsNobodyIsAskedAnyMore(t *testing.T) {
	c := startStdio(t, confirming(t, ""), stream.Options{})
	c.Send(servertest.Request(0, "initialize", initialize))
	c.Line()
	c.Send(deleteFinance(1))
	asked(t, c.Line())
	c.In.Close()
	rest := c.Rest()
	require.Len(t, rest, 2)
	assert.Contains(t, rest[0], "notifications/cancelled")
	assert.Contains(t, rest[1], `"kind":"canceled","retryable":true`)
	require.NoError(t, <-c.Done)
}

func TestAServerThatDrainsAsksNobodyAnyMore(t *testing.T) {
	ln, err := web.Listen("127.0.0.1:0", false)
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- web.Serve(ctx, confirming(t, ""), ln, web.Options{Options: stream.Options{Grace: time.Hour}})
	}()
	d := servertest.OpenHTTP(t, http.NotFoundHandler())
	d.URL = "http://" + ln.Addr().String()
	c := elderOverHTTP(t, d)
	sse := d.Connect()
	sse.Send(servertest.Request(0, "initialize", initialize))
	sse.Message()
	sse.Send(deleteFinance(1))
	asked(t, sse.Message())
	c.Send(deleteFinance(1))
	asked(t, c.Line())
	stop()
	for _, line := range []func() string{c.Line, sse.Message} {
		assert.Contains(t, line(), "notifications/cancelled")
		assert.Contains(t, line(), `"kind":"canceled","retryable":true`)
	}
	require.NoError(t, <-ended)
}

func TestOnlyWhoSaidSoIsAsked(t *testing.T) {
	for name, tt := range map[string]struct{ capabilities, session string }{
		"no forms":        {`{}`, "own"},
		"only addresses":  {`{"elicitation":{"url":{}}}`, "own"},
		"without session": {`{"elicitation":{}}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			d := openHTTP(t, confirming(t, ""))
			resp, _ := d.Post(servertest.Request(0, "initialize", strings.Replace(initialize, `{"elicitation":{}}`, tt.capabilities, 1)))
			session := resp.Header.Get("Mcp-Session-Id")
			if tt.session == "" {
				session = ""
			}
			_, answer := d.Post(deleteFinance(1), "Mcp-Session-Id", session)
			assert.Contains(t, answer, `\"successful\":true`)
		})
	}
	d := openHTTP(t, confirming(t, ""))
	c := elderOverHTTP(t, d)
	_, answer := d.Post(deleteFinance(1), "Mcp-Session-Id", c.session, "Accept", "application/json")
	assert.Contains(t, answer, `\"successful\":true`, "a client that takes no events hears no question")
}
