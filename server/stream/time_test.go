package stream

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/server/rpc"
)

// late counts the requests that it gets too late, and answers when the request
// ends or when it is let.
type late struct {
	dispatcher
	n *atomic.Int32
}

func (l late) Dispatch(ctx context.Context, r *rpc.Request) rpc.Answer {
	if r.IsLate() {
		l.n.Add(1)
		return rpc.Answer{Result: done{}}
	}
	return l.dispatcher.Dispatch(ctx, r)
}

// The time of a call runs from when its message came: calls that wait for a slot
// are all over when the first one is.
func TestTheTimeOfACallContainsItsWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, out := late{dispatcher{make(chan struct{})}, new(atomic.Int32)}, &sent{}
		c := NewClient(t.Context(), d, out, Options{CallsPerClient: 1, CallTime: 2 * time.Second}, Limits{Bytes: 1 << 20, Requests: 10})
		start := time.Now()
		for id := range 5 {
			schedule(t, c, message(t, id, "tools/call"))
			synctest.Wait()
		}
		require.NoError(t, c.Drain(t.Context()))
		assert.Equal(t, 2*time.Second, time.Since(start))
		assert.Len(t, out.all(), 5)
		assert.EqualValues(t, 4, d.n.Load(), "only one was begun")
	})
}

func TestACallThatGetsItsSlotTooLateIsNotBegun(t *testing.T) {
	for name, tt := range map[string]struct {
		after time.Duration
		begun bool
	}{"in time": {1700 * time.Millisecond, true}, "with a twentieth left": {1900 * time.Millisecond, false}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d, out := late{dispatcher{make(chan struct{})}, new(atomic.Int32)}, &sent{}
				c := NewClient(t.Context(), d, out, Options{CallsPerClient: 1, CallTime: 2 * time.Second}, Limits{Bytes: 1 << 20, Requests: 10})
				for id := range 2 {
					schedule(t, c, message(t, id, "tools/call"))
					synctest.Wait()
				}
				time.Sleep(tt.after)
				d.let <- struct{}{}
				require.NoError(t, c.Drain(t.Context()))
				assert.Equal(t, tt.begun, d.n.Load() == 0)
			})
		})
	}
}

func TestOnlyCallsAreLimitedInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, ctx := rpc.NewRequest(t.Context(), message(t, 1, "subscriptions/listen"), nil, time.Second)
		defer r.Stop(nil)
		time.Sleep(time.Minute)
		assert.NoError(t, ctx.Err())
		assert.False(t, r.IsLate())
	})
}

// When the client is gone its calls get a moment, so that a write may end.
func TestWhenTheClientIsGoneTheGracePeriodIsShort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := NewClient(t.Context(), dispatcher{}, &sent{}, Options{}, Limits{Bytes: 1 << 20, Requests: 10})
		schedule(t, c, message(t, 1, "tools/call"))
		gone, leave := context.WithCancelCause(t.Context())
		leave(ErrGone)
		start := time.Now()
		require.NoError(t, c.Drain(gone))
		assert.Equal(t, GoneGrace, time.Since(start))
	})
}

// What is no call has room of its own, and a batch that finds none takes none.
func TestABatchIsAdmittedWholeOrNotAtAll(t *testing.T) {
	c := NewClient(t.Context(), dispatcher{}, &sent{}, Options{MaxMessage: 100}, Limits{Bytes: 100, Requests: 2})
	call := message(t, 1, "tools/call")
	require.True(t, c.AdmitAll(ended(t), []*rpc.Message{call}, 0))
	assert.False(t, c.AdmitAll(ended(t), []*rpc.Message{call, call}, 0), "there is room for one more")
	assert.True(t, c.AdmitAll(ended(t), []*rpc.Message{call}, 0), "which is still there")
	for range maxOthers {
		require.True(t, c.AdmitAll(ended(t), []*rpc.Message{message(t, 2, "ping")}, 0))
	}
	assert.False(t, c.AdmitAll(ended(t), []*rpc.Message{message(t, 3, "ping")}, 0))
}
