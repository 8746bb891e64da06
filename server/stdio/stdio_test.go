package stdio

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/server/internal/servertest"
	"hexmcp/server/rpc"
	"hexmcp/server/stream"
)

func TestEveryCallBeforeTheEndOfInputIsAnswered(t *testing.T) {
	const calls = 1000
	var in strings.Builder
	for i := range calls {
		in.WriteString(servertest.Call(i, "echo") + "\n")
	}
	var out bytes.Buffer

	require.NoError(t, Serve(t.Context(), servertest.New().Server(), strings.NewReader(in.String()), &out, stream.Options{}))

	answered := make(map[string]bool)
	for line := range strings.Lines(out.String()) {
		r := servertest.Decode(t, line)
		assert.Nil(t, r.Error)
		answered[string(r.ID)] = true
	}
	assert.Len(t, answered, calls)
}

func TestTheLastLineNeedsNoEnd(t *testing.T) {
	var out bytes.Buffer
	in := strings.NewReader("\r\n  \n" + servertest.Request(1, "ping", "{}") + "\r\n" + servertest.Request(2, "ping", "{}"))

	require.NoError(t, Serve(t.Context(), servertest.New().Server(), in, &out, stream.Options{}))

	assert.Equal(t, `{"jsonrpc":"2.0","id":1,"result":{}}`+"\n"+`{"jsonrpc":"2.0","id":2,"result":{}}`+"\n", out.String())
}

func TestCallsRunSideBySideUpToTheLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := servertest.New()
		c := start(t, f, stream.Options{CallsPerClient: 64})
		for i := range 70 {
			c.Send(servertest.Call(i, "slow"))
		}
		synctest.Wait()
		assert.Len(t, f.Started, 64, "calls that run")

		c.Send(servertest.Request("p", "ping", "{}"))
		assert.Equal(t, `{"jsonrpc":"2.0","id":"p","result":{}}`, c.Line(), "waiting calls must not block a ping")

		c.In.Close()
		go f.OpenGate(70)
		assert.Len(t, c.Rest(), 70)
		assert.NoError(t, <-c.Done)
	})
}

func TestACanceledCallIsNotAnswered(t *testing.T) {
	tests := map[string]struct{ id, cancel string }{
		"number":                   {`7`, `7`},
		"string":                   {`"7"`, `"7"`},
		"number beyond two to 53":  {`9007199254740993`, `9007199254740993`},
		"string with an escape in": {`"a\u0062"`, `"a\u0062"`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := servertest.New()
				c := start(t, f, stream.Options{})
				c.Send(servertest.CallWithID(tt.id, "slow"))
				<-f.Started
				c.Send(servertest.Cancel(tt.cancel))
				require.ErrorIs(t, <-f.Ended, rpc.ErrCanceled)
				c.In.Close()
				assert.Empty(t, c.Rest())
			})
		})
	}
}

func TestACancelReachesOnlyItsOwnCall(t *testing.T) {
	tests := map[string]struct{ id, cancel string }{
		"a string is not a number":  {`1`, `"1"`},
		"a number is not a string":  {`"1"`, `1`},
		"neighbours beyond 2 to 53": {`9007199254740993`, `9007199254740992`},
		"nobody's id":               {`1`, `2`},
		"no id at all":              {`1`, `null`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := servertest.New()
				c := start(t, f, stream.Options{})
				c.Send(servertest.CallWithID(tt.id, "slow"))
				c.Send(servertest.Cancel(tt.cancel))
				synctest.Wait()
				go f.OpenGate(1)
				assert.Equal(t, tt.id, string(servertest.Decode(t, c.Line()).ID))
			})
		})
	}
}

func TestAWaitingCallCanBeCanceled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := servertest.New()
		c := start(t, f, stream.Options{CallsPerClient: 1})
		c.Send(servertest.Call(1, "slow"))
		<-f.Started
		c.Send(servertest.Call(2, "slow"))
		c.Send(servertest.Cancel("2"))
		c.In.Close()
		synctest.Wait()
		go f.OpenGate(1)

		rest := c.Rest()

		require.Len(t, rest, 1)
		assert.Equal(t, "1", string(servertest.Decode(t, rest[0]).ID))
		assert.Empty(t, f.Started, "the canceled call must never have run")
	})
}

func TestAnIDInUseIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := servertest.New()
		c := start(t, f, stream.Options{})
		c.Send(servertest.Call(1, "slow"))
		<-f.Started
		c.Send(servertest.Call(1, "echo"))

		r := servertest.Decode(t, c.Line())
		require.NotNil(t, r.Error)
		assert.Equal(t, -32600, r.Error.Code)

		go f.OpenGate(1)
		assert.JSONEq(t, `{"data":{"slow":true},"error":null,"successful":true}`, string(servertest.Decode(t, c.Line()).Result.StructuredContent))
		c.Send(servertest.Call(1, "echo"))
		assert.Nil(t, servertest.Decode(t, c.Line()).Error, "an answered id may be used again")
	})
}

func TestWhenToldToStopItAnswersWhatItAccepted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := servertest.New()
		c := start(t, f, stream.Options{})
		c.Send(servertest.Call(1, "slow"))
		<-f.Started
		c.Stop()
		synctest.Wait()

		go f.OpenGate(1)

		assert.False(t, servertest.Decode(t, c.Line()).Result.IsError)
		assert.Empty(t, c.Rest())
		assert.NoError(t, <-c.Done)
	})
}

func TestAfterTheGracePeriodItCancelsAndAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := servertest.New()
		c := start(t, f, stream.Options{CallsPerClient: 1, Grace: 5 * time.Second})
		c.Send(servertest.Call(1, "slow"))
		<-f.Started
		c.Send(servertest.Call(2, "echo")) // waits for the only slot
		synctest.Wait()
		start := time.Now()
		c.Stop()

		for _, line := range c.Rest() {
			r := servertest.Decode(t, line)
			assert.True(t, r.Result.IsError)
			assert.Contains(t, string(r.Result.StructuredContent), `"kind":"canceled"`)
		}

		assert.NoError(t, <-c.Done)
		assert.Equal(t, 5*time.Second, time.Since(start))
		assert.ErrorIs(t, <-f.Ended, rpc.ErrStopping)
	})
}

func TestACallThatDoesNotNoticeTheEndIsAnsweredForIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := servertest.New()
		c := start(t, f, stream.Options{})
		c.Send(servertest.Call(1, "stuck"))
		<-f.Started
		c.Stop()

		r := servertest.Decode(t, c.Line())

		require.NotNil(t, r.Error)
		assert.Contains(t, r.Error.Message, "may have reached Hex")
		assert.NoError(t, <-c.Done)
		f.OpenGate(1)
	})
}

// brokenPipe is an output that nobody reads any more.
type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestABrokenOutputEndsTheLoopAndTheCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := servertest.New()
		in, client := io.Pipe()
		done := make(chan error, 1)
		go func() { done <- Serve(t.Context(), f.Server(), in, brokenPipe{}, stream.Options{}) }()
		_, err := io.WriteString(client, servertest.Call(1, "slow")+"\n")
		require.NoError(t, err)
		<-f.Started

		_, err = io.WriteString(client, servertest.Request(2, "ping", "{}")+"\n")
		require.NoError(t, err)

		assert.ErrorIs(t, <-f.Ended, io.ErrClosedPipe)
		assert.ErrorIs(t, <-done, io.ErrClosedPipe)
	})
}

func TestAnInputThatCannotBeReadIsAnError(t *testing.T) {
	err := Serve(t.Context(), servertest.New().Server(), io.MultiReader(
		strings.NewReader(servertest.Request(1, "ping", "{}")+"\n"), failingReader{}), io.Discard, stream.Options{})
	assert.ErrorIs(t, err, errUnreadable)
}

var errUnreadable = errors.New("unreadable")

type failingReader struct{}

func (failingReader) Read([]byte) (int, error) { return 0, errUnreadable }

// Its goroutine stays in Read, so the test ends that afterwards.
func TestAReaderThatCannotBeInterruptedStopsServing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		in, client := io.Pipe()
		defer client.Close()
		var out bytes.Buffer
		done := make(chan error, 1)
		go func() {
			done <- Serve(ctx, servertest.New().Server(), struct{ io.Reader }{in}, &out, stream.Options{})
		}()
		_, _ = io.WriteString(client, servertest.Request(1, "ping", "{}")+"\n")
		synctest.Wait()
		stop()
		assert.NoError(t, <-done)
		assert.Equal(t, `{"jsonrpc":"2.0","id":1,"result":{}}`+"\n", out.String())
	})
}

// stalledPipe is an output that nobody reads.
type stalledPipe struct{ ended chan struct{} }

func (s stalledPipe) Write([]byte) (int, error) {
	<-s.ended
	return 0, io.ErrClosedPipe
}

func TestAnswersThatNobodyReadsAreAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		out := stalledPipe{make(chan struct{})}
		defer close(out.ended)
		done := make(chan error, 1)
		in, client := io.Pipe()
		go func() { done <- Serve(ctx, servertest.New().Server(), in, out, stream.Options{}) }()
		_, _ = io.WriteString(client, servertest.Call(1, "echo")+"\n")
		synctest.Wait()
		stop()
		assert.ErrorIs(t, <-done, stream.ErrUnread)
	})
}

func TestOversizedLines(t *testing.T) {
	long := strings.Repeat("x", 300<<10)
	tests := map[string]struct{ line, id string }{
		"with the id in front":     {`{"jsonrpc":"2.0","id":5,"method":"tools/call","params":{"name":"` + long, `5`},
		"with a string for id":     {`{"id":"five","method":"` + long, `"five"`},
		"with the id at the end":   {`{"jsonrpc":"2.0","params":"` + long + `","id":5}`, `5`},
		"with a string at the end": {`{"params":"` + long + `", "id" : "a\"b" , "jsonrpc":"2.0" } `, `"a\"b"`},
		"with the id of another":   {`{"jsonrpc":"2.0","params":{"x":"` + long + `","id":5}}`, ``},
		"with an id in a text":     {`{"params":"` + long + `\"id\":5}`, ``},
		"that are no JSON":         {long, ``},
		"with an object for id":    {`{"id":{},"x":"` + long, ``},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			in := tt.line + "\n" + servertest.Request(6, "ping", "{}") + "\n"
			require.NoError(t, Serve(t.Context(), servertest.New().Server(), strings.NewReader(in), &out, stream.Options{MaxMessage: 100 << 10}))

			lines := strings.Split(strings.TrimSpace(out.String()), "\n")
			require.Len(t, lines, 2)
			refused := servertest.Decode(t, lines[0])
			assert.Equal(t, tt.id, string(refused.ID))
			assert.Equal(t, -32600, refused.Error.Code)
			assert.Contains(t, refused.Error.Message, strconv.Itoa(100<<10))
			assert.Equal(t, `{"jsonrpc":"2.0","id":6,"result":{}}`, lines[1])
		})
	}
}

func TestWhatWaitsIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := servertest.New()
		c := start(t, f, stream.Options{CallsPerClient: 1})
		read := make(chan int, 1)
		go func() {
			n := 0
			for ; n < 2*maxRequests; n++ {
				if _, err := io.WriteString(c.In, servertest.Call(n, "slow")+"\n"); err != nil {
					break
				}
			}
			read <- n
		}()
		synctest.Wait()
		assert.Empty(t, read, "the reader must pause")
		c.Stop()
		answered := make(map[string]bool)
		for _, line := range c.Rest() {
			answered[string(servertest.Decode(t, line).ID)] = true
		}
		assert.GreaterOrEqual(t, <-read, maxRequests)
		// One more may be read between the signal and the end of reading.
		assert.GreaterOrEqual(t, len(answered), maxRequests+1)
		for id := range len(answered) {
			require.True(t, answered[strconv.Itoa(id)], "each call that was read is answered, the one that waits as well: %d", id)
		}
	})
}
