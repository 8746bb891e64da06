package server

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
)

func TestEveryCallBeforeTheEndOfInputIsAnswered(t *testing.T) {
	const calls = 1000
	var in strings.Builder
	for i := range calls {
		in.WriteString(toolCall(i, "echo") + "\n")
	}
	var out bytes.Buffer

	require.NoError(t, newFixture().server(Options{}).ServeStdio(t.Context(), strings.NewReader(in.String()), &out))

	answered := make(map[string]bool)
	for line := range strings.Lines(out.String()) {
		r := decode(t, line)
		assert.Nil(t, r.Error)
		answered[string(r.ID)] = true
	}
	assert.Len(t, answered, calls)
}

func TestTheLastLineNeedsNoEnd(t *testing.T) {
	var out bytes.Buffer
	in := strings.NewReader("\r\n  \n" + rpc(1, "ping", "{}") + "\r\n" + rpc(2, "ping", "{}"))

	require.NoError(t, newFixture().server(Options{}).ServeStdio(t.Context(), in, &out))

	assert.Equal(t, `{"jsonrpc":"2.0","id":1,"result":{}}`+"\n"+`{"jsonrpc":"2.0","id":2,"result":{}}`+"\n", out.String())
}

func TestCallsRunSideBySideUpToTheLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture()
		c := startStdio(t, f.server(Options{Calls: 64}))
		for i := range 70 {
			c.send(toolCall(i, "slow"))
		}
		synctest.Wait()
		assert.Len(t, f.started, 64, "calls that run")

		c.send(rpc("p", "ping", "{}"))
		assert.Equal(t, `{"jsonrpc":"2.0","id":"p","result":{}}`, c.line(), "waiting calls must not block a ping")

		c.in.Close()
		go f.openGate(70)
		assert.Len(t, c.rest(), 70)
		assert.NoError(t, <-c.done)
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
				f := newFixture()
				c := startStdio(t, f.server(Options{}))
				c.send(callWithID(tt.id, "slow"))
				<-f.started
				c.send(cancelOf(tt.cancel))
				require.ErrorIs(t, <-f.ended, errCanceled)
				c.in.Close()
				assert.Empty(t, c.rest())
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
				f := newFixture()
				c := startStdio(t, f.server(Options{}))
				c.send(callWithID(tt.id, "slow"))
				c.send(cancelOf(tt.cancel))
				synctest.Wait()
				go f.openGate(1)
				assert.Equal(t, tt.id, string(decode(t, c.line()).ID))
			})
		})
	}
}

func callWithID(id, tool string) string {
	return `{"jsonrpc":"2.0","id":` + id + `,"method":"tools/call","params":{"name":"` + tool + `"}}`
}

func TestAWaitingCallCanBeCanceled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture()
		c := startStdio(t, f.server(Options{Calls: 1}))
		c.send(toolCall(1, "slow"))
		<-f.started
		c.send(toolCall(2, "slow"))
		c.send(cancelOf("2"))
		c.in.Close()
		synctest.Wait()
		go f.openGate(1)

		rest := c.rest()

		require.Len(t, rest, 1)
		assert.Equal(t, "1", string(decode(t, rest[0]).ID))
		assert.Empty(t, f.started, "the canceled call must never have run")
	})
}

func TestAnIDInUseIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture()
		c := startStdio(t, f.server(Options{}))
		c.send(toolCall(1, "slow"))
		<-f.started
		c.send(toolCall(1, "echo"))

		r := decode(t, c.line())
		require.NotNil(t, r.Error)
		assert.Equal(t, -32600, r.Error.Code)

		go f.openGate(1)
		assert.JSONEq(t, `{"data":{"slow":true},"error":null,"successful":true}`, string(decode(t, c.line()).Result.StructuredContent))
		c.send(toolCall(1, "echo"))
		assert.Nil(t, decode(t, c.line()).Error, "an answered id may be used again")
	})
}

func TestWhenToldToStopItAnswersWhatItAccepted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture()
		c := startStdio(t, f.server(Options{}))
		c.send(toolCall(1, "slow"))
		<-f.started
		c.stop()
		synctest.Wait()

		go f.openGate(1)

		assert.False(t, decode(t, c.line()).Result.IsError)
		assert.Empty(t, c.rest())
		assert.NoError(t, <-c.done)
	})
}

func TestAfterTheGracePeriodItCancelsAndAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture()
		c := startStdio(t, f.server(Options{Calls: 1, Grace: 5 * time.Second}))
		c.send(toolCall(1, "slow"))
		<-f.started
		c.send(toolCall(2, "echo")) // waits for the only slot
		synctest.Wait()
		start := time.Now()
		c.stop()

		for _, line := range c.rest() {
			r := decode(t, line)
			assert.True(t, r.Result.IsError)
			assert.Contains(t, string(r.Result.StructuredContent), `"kind":"canceled"`)
		}

		assert.NoError(t, <-c.done)
		assert.Equal(t, 5*time.Second, time.Since(start))
		assert.ErrorIs(t, <-f.ended, errStopping)
	})
}

func TestACallThatDoesNotNoticeTheEndIsAnsweredForIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture()
		c := startStdio(t, f.server(Options{}))
		c.send(toolCall(1, "stuck"))
		<-f.started
		c.stop()

		r := decode(t, c.line())

		require.NotNil(t, r.Error)
		assert.Contains(t, r.Error.Message, "may have reached Hex")
		assert.NoError(t, <-c.done)
		f.openGate(1)
	})
}

// brokenPipe is an output that nobody reads any more.
type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestABrokenOutputEndsTheLoopAndTheCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture()
		in, client := io.Pipe()
		done := make(chan error, 1)
		go func() { done <- f.server(Options{}).ServeStdio(t.Context(), in, brokenPipe{}) }()
		_, err := io.WriteString(client, toolCall(1, "slow")+"\n")
		require.NoError(t, err)
		<-f.started

		_, err = io.WriteString(client, rpc(2, "ping", "{}")+"\n")
		require.NoError(t, err)

		assert.ErrorIs(t, <-f.ended, io.ErrClosedPipe)
		assert.ErrorIs(t, <-done, io.ErrClosedPipe)
	})
}

func TestAnInputThatCannotBeReadIsAnError(t *testing.T) {
	err := newFixture().server(Options{}).ServeStdio(t.Context(), io.MultiReader(
		strings.NewReader(rpc(1, "ping", "{}")+"\n"), failingReader{}), io.Discard)
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
		s := newFixture().server(Options{})
		go func() { done <- s.ServeStdio(ctx, struct{ io.Reader }{in}, &out) }()
		_, _ = io.WriteString(client, rpc(1, "ping", "{}")+"\n")
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
		go func() { done <- newFixture().server(Options{}).ServeStdio(ctx, in, out) }()
		_, _ = io.WriteString(client, toolCall(1, "echo")+"\n")
		synctest.Wait()
		stop()
		assert.ErrorIs(t, <-done, errUnread)
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
			in := tt.line + "\n" + rpc(6, "ping", "{}") + "\n"
			s := newFixture().server(Options{MaxMessage: 100 << 10})

			require.NoError(t, s.ServeStdio(t.Context(), strings.NewReader(in), &out))

			lines := strings.Split(strings.TrimSpace(out.String()), "\n")
			require.Len(t, lines, 2)
			refused := decode(t, lines[0])
			assert.Equal(t, tt.id, string(refused.ID))
			assert.Equal(t, -32600, refused.Error.Code)
			assert.Contains(t, refused.Error.Message, strconv.Itoa(100<<10))
			assert.Equal(t, `{"jsonrpc":"2.0","id":6,"result":{}}`, lines[1])
		})
	}
}

func TestWhatWaitsIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture()
		c := startStdio(t, f.server(Options{Calls: 1}))
		read := make(chan int, 1)
		go func() {
			n := 0
			for ; n < 2*stdioCalls; n++ {
				if _, err := io.WriteString(c.in, toolCall(n, "slow")+"\n"); err != nil {
					break
				}
			}
			read <- n
		}()
		synctest.Wait()
		assert.Empty(t, read, "the reader must pause")
		c.stop()
		answers := len(c.rest())
		assert.GreaterOrEqual(t, <-read, stdioCalls)
		assert.Equal(t, stdioCalls+1, answers, "each call that was read is answered, the one that waits as well")
	})
}
