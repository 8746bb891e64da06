package server_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/server"
	"hexmcp/server/internal/servertest"
	"hexmcp/server/stream"
)

// listening asks to be told of addresses, as a request of id 7.
func listening(addresses ...string) string {
	b, _ := json.Marshal(addresses)
	return servertest.Stateless(7, "subscriptions/listen", fmt.Sprintf(`"notifications":{"resourceSubscriptions":%s}`, b))
}

// started starts a run of some seconds, and returns its address.
func started(t *testing.T, s *server.Server) string {
	t.Helper()
	const project = "01990762-af2f-7d34-9cb0-00fc4a11ffd3"
	var answer struct {
		Result struct {
			StructuredContent struct{ Data struct{ RunID string } }
		}
	}
	line := ask(t, s, servertest.Request(1, "tools/call", `{"name":"HEX_RUN_PROJECT","arguments":{"projectId":"`+project+`"}}`))
	require.NoError(t, json.Unmarshal([]byte(line), &answer))
	require.NotEmpty(t, answer.Result.StructuredContent.Data.RunID, line)
	return "hex://runs/" + project + "/" + answer.Result.StructuredContent.Data.RunID
}

const tagged = `"_meta":{"io.modelcontextprotocol/subscriptionId":7}`

func TestWhoListensToARunIsToldWhenItChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, hex := longServer(t)
		run := started(t, s)
		c := startStdio(t, s, stream.Options{})
		c.Send(listening(run, "hex://projects/any", "hex://runs/a", "file:///etc/passwd", run))
		ack := c.Line()
		assert.Contains(t, ack, "notifications/subscriptions/acknowledged")
		assert.Contains(t, ack, tagged)
		assert.Contains(t, ack, `"resourceSubscriptions":["`+run+`"]`, "what does not change, or is not there, is not promised")

		heard, start := c.Listen(), time.Now()
		time.Sleep(time.Hour)
		synctest.Wait()
		require.LessOrEqual(t, len(heard), 4)
		require.GreaterOrEqual(t, len(heard), 2, "what it is first, and its end")
		for len(heard) > 0 {
			assert.Equal(t, `{"jsonrpc":"2.0","method":"notifications/resources/updated","params":{`+tagged+`,"uri":"`+run+`"}}`, <-heard)
		}
		asked := len(hex.all())
		assert.Less(t, asked, 10, "a run that has ended is asked about no more")
		c.Send(servertest.Request(8, "ping", "{}"))
		assert.Contains(t, <-heard, `"id":8`, "the connection is of use meanwhile")
		assert.Equal(t, time.Hour, time.Since(start))

		c.In.Close()
		assert.Contains(t, <-heard, `"id":7,"result":{"resultType":"complete","_meta":{"io.modelcontextprotocol/subscriptionId":7,"io.modelcontextprotocol/serverInfo":`)
		assert.NoError(t, <-c.Done, "and it ends with it")
	})
}

func TestAClientThatHasEnoughIsToldNothingMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, hex := longServer(t)
		c := startStdio(t, s, stream.Options{})
		c.Send(listening(started(t, s)))
		c.Line()
		c.Send(servertest.Cancel("7"))
		heard := c.Listen()
		synctest.Wait()
		asked := len(hex.all())
		time.Sleep(time.Minute)
		assert.LessOrEqual(t, len(heard), 1, "one may have been under way")
		assert.Len(t, hex.all(), asked)
		c.In.Close()
		require.NoError(t, <-c.Done)
	})
}

func TestHexIsAskedSlowlyHoweverMuchIsListenedTo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, hex := longServer(t)
		var all []string
		for i := range 30 {
			all = append(all, fmt.Sprintf("hex://runs/01990762-af2f-7d34-9cb0-00fc4a11ffd3/01990762-af2f-7d34-9cb0-%012d", i))
		}
		c := startStdio(t, s, stream.Options{})
		c.Send(listening(all...))
		assert.Equal(t, 20, strings.Count(c.Line(), "hex://runs/"))
		heard := c.Listen()
		time.Sleep(time.Minute)
		assert.LessOrEqual(t, len(hex.all()), 11)
		time.Sleep(time.Hour)
		assert.Len(t, hex.all(), 20, "what is not found is asked for once")
		assert.Empty(t, heard)
		c.In.Close()
		require.NoError(t, <-c.Done)
	})
}

func TestSubscriptionsOverHTTPAreAStream(t *testing.T) {
	s, _ := longServer(t)
	run := started(t, s)
	d := openHTTP(t, s)
	resp, err := d.Client().Do(d.Request(t.Context(), "/mcp", listening(run), "Mcp-Protocol-Version", "2026-07-28", "Mcp-Method", "subscriptions/listen"))
	require.NoError(t, err)
	defer resp.Body.Close()
	require.Equal(t, http.StatusOK, resp.StatusCode)
	require.Equal(t, "text/event-stream", resp.Header.Get("Content-Type"))
	first := make([]byte, 4096)
	n, err := resp.Body.Read(first)
	require.NoError(t, err)
	assert.Contains(t, string(first[:n]), "acknowledged")
}

func TestThatOneCanListenIsSaid(t *testing.T) {
	s, _ := longServer(t)
	assert.Contains(t, ask(t, s, servertest.Stateless(1, "server/discover", "")), `"resources":{"subscribe":true}`)
	assert.Contains(t, ask(t, s, servertest.Request(1, "initialize", initialize)), `"resources":{}`, "not of the ways of earlier versions")
	assert.NotContains(t, ask(t, servertest.New().Server(), servertest.Stateless(1, "server/discover", "")), "subscribe")
}

func TestSubscriptionsAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := longServer(t)
		run := started(t, s)
		c := startStdio(t, s, stream.Options{})
		heard := c.Listen()
		for i := range 17 {
			c.Send(strings.Replace(listening(run), `"id":7`, fmt.Sprintf(`"id":%d`, 100+i), 1))
		}
		synctest.Wait()
		acknowledged, refused := 0, 0
		for len(heard) > 0 {
			switch line := <-heard; {
			case strings.Contains(line, "acknowledged"):
				acknowledged++
			case strings.Contains(line, "too many subscriptions"):
				refused++
			}
		}
		assert.Equal(t, 16, acknowledged)
		assert.Equal(t, 1, refused)
		c.In.Close()
		for range 16 {
			for line := range heard {
				if strings.Contains(line, `"resultType"`) {
					break
				}
			}
		}
		require.NoError(t, <-c.Done)
	})
}

func subscribing(id int, method, address string) string {
	return servertest.Request(id, "resources/"+method, fmt.Sprintf(`{"uri":%q}`, address))
}

func TestAClientOfAnEarlierVersionSubscribesToARun(t *testing.T) {
	for name, connect := range map[string]func(*testing.T, *server.Server) elder{"stdio": elders["stdio"], "sse": elders["sse"]} {
		t.Run(name, func(t *testing.T) {
			s, _ := longServer(t)
			run := started(t, s)
			c := connect(t, s)
			c.Send(subscribing(1, "subscribe", run))
			lines := []string{c.Line(), c.Line()}
			assert.Contains(t, lines, `{"jsonrpc":"2.0","id":1,"result":{}}`)
			assert.Contains(t, lines, `{"jsonrpc":"2.0","method":"notifications/resources/updated","params":{"uri":"`+run+`"}}`)
			c.Send(subscribing(2, "unsubscribe", run))
			assert.Equal(t, `{"jsonrpc":"2.0","id":2,"result":{}}`, c.Line())
			c.Send(subscribing(3, "subscribe", "hex://projects/any"))
			assert.Contains(t, c.Line(), "nobody can subscribe to")
			c.Send(subscribing(4, "subscribe", "hex://runs/a/"+strings.Repeat("b", 2000)))
			assert.Contains(t, c.Line(), "nobody can subscribe to", "it would be kept as long as the client is there")
		})
	}
	s, _ := longServer(t)
	assert.Contains(t, ask(t, s, subscribing(1, "subscribe", started(t, s))), `"code":-32601`, "where no message reaches the client nothing is promised")
}

func TestASubscriptionTellsOfChangesUntilItEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, hex := longServer(t)
		c := startStdio(t, s, stream.Options{})
		c.Send(servertest.Request(0, "initialize", initialize))
		assert.Contains(t, c.Line(), `"resources":{"subscribe":true}`)
		heard := c.Listen()
		first := started(t, s)
		c.Send(subscribing(1, "subscribe", first))
		c.Send(subscribing(2, "subscribe", first))
		time.Sleep(time.Hour)
		synctest.Wait()
		assert.GreaterOrEqual(t, len(heard), 4, "two answers, what it is first, and its end")
		assert.LessOrEqual(t, len(heard), 6, "each once")

		asked := len(hex.all())
		second := started(t, s)
		c.Send(subscribing(3, "subscribe", second))
		synctest.Wait()
		c.Send(subscribing(4, "unsubscribe", second))
		synctest.Wait()
		before := len(hex.all())
		assert.Greater(t, before, asked)
		time.Sleep(time.Hour)
		assert.Len(t, hex.all(), before, "nobody asks for what nobody listens to")

		for i := range 17 {
			c.Send(subscribing(100+i, "subscribe", fmt.Sprintf("hex://runs/a/%d", i)))
		}
		synctest.Wait()
		refused := 0
		for len(heard) > 0 {
			if strings.Contains(<-heard, "too many resources are subscribed to") {
				refused++
			}
		}
		assert.Equal(t, 2, refused, "the first one is still there")
		c.In.Close()
		require.NoError(t, <-c.Done)
	})
}
