package stream

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/server/rpc"
)

// dispatcher answers when it is let, or when the request ends.
type dispatcher struct{ let chan struct{} }

func (d dispatcher) Dispatch(ctx context.Context, _ *rpc.Request) rpc.Answer {
	select {
	case <-d.let:
	case <-ctx.Done():
	}
	return rpc.Answer{Result: done{}}
}

type done struct{}

func (done) AppendResult(dst []byte) ([]byte, error) { return append(dst, "{}"...), nil }

// sent keeps what is sent.
type sent struct {
	mu   sync.Mutex
	text []string
}

func (s *sent) Send(b []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.text = append(s.text, string(b))
	return nil
}

func (s *sent) all() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text
}

func message(t *testing.T, id int, method string) *rpc.Message {
	m, err := rpc.Parse(fmt.Appendf(nil, `{"jsonrpc":"2.0","id":%d,"method":%q}`, id, method))
	require.Nil(t, err)
	return m
}

func answered(id int) string { return fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"result":{}}`, id) }

// schedule admits a message and runs its work as a transport does.
// ended is a context that waits for nothing.
func ended(t *testing.T) context.Context {
	ctx, end := context.WithCancel(t.Context())
	end()
	return ctx
}

func schedule(t *testing.T, c *Client, m *rpc.Message) {
	require.True(t, c.Admit(t.Context(), m))
	if work := c.Schedule(m); work != nil {
		go work()
	}
}

func TestRequestsWeighTheirBytesButNeverLessThanTheirShare(t *testing.T) {
	b := newBacklog(1000, 10)
	weight := func(m *rpc.Message) int64 {
		_, w := b.room(m)
		return w
	}
	short, long := message(t, 1, "tools/call"), message(t, 1, "tools/call")
	long.Raw = make([]byte, 250)
	assert.EqualValues(t, 100, weight(short))
	assert.EqualValues(t, 250, weight(long))
	assert.Zero(t, weight(&rpc.Message{Method: "notifications/initialized"}), "what needs no answer does not wait")
}

func TestAMessageWithoutAnAnswerIsAdmittedAlways(t *testing.T) {
	c := NewClient(t.Context(), dispatcher{}, &sent{}, Options{MaxMessage: 10}, Limits{Bytes: 10, Requests: 1})
	require.True(t, c.AdmitAll(ended(t), []*rpc.Message{{Method: "tools/call", ID: []byte("1"), Raw: make([]byte, 10)}}, 0))
	assert.False(t, c.Admit(ended(t), message(t, 2, "tools/call")))
	assert.True(t, c.AdmitAll(ended(t), []*rpc.Message{message(t, 3, "ping")}, 0), "what is no call waits for none")
	assert.True(t, c.Admit(ended(t), &rpc.Message{Method: "notifications/cancelled"}), "a cancel makes room")
}

func TestCallsBeyondTheSlotsWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, out := dispatcher{make(chan struct{})}, &sent{}
		c := NewClient(t.Context(), d, out, Options{CallsPerClient: 1}, Limits{Bytes: 1 << 20, Requests: 10})
		schedule(t, c, message(t, 1, "tools/call"))
		synctest.Wait()
		schedule(t, c, message(t, 2, "tools/call"))
		synctest.Wait()
		d.let <- struct{}{}
		synctest.Wait()
		assert.Equal(t, []string{answered(1)}, out.all())
		d.let <- struct{}{}
		require.NoError(t, c.Drain(t.Context()))
		assert.Equal(t, []string{answered(1), answered(2)}, out.all())
	})
}

// A read of a resource asks Hex, so that it must not hold up what comes after it.
func TestWhatReachesHexHoldsUpNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, out := dispatcher{make(chan struct{})}, &sent{}
		c := NewClient(t.Context(), d, out, Options{}, Limits{Bytes: 1 << 20, Requests: 10})
		read := message(t, 1, "resources/read")
		require.True(t, c.Admit(t.Context(), read))
		work := c.Schedule(read)
		require.NotNil(t, work, "it is not answered at once")
		go work()
		synctest.Wait()
		c.Schedule(&rpc.Message{Method: "notifications/cancelled", Params: rpc.Params{RequestID: []byte("1")}})
		require.NoError(t, c.Drain(t.Context()))
		assert.Empty(t, out.all(), "it was canceled")
	})
}

func TestDrainCancelsWhatRunsAfterTheGracePeriod(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &sent{}
		c := NewClient(t.Context(), dispatcher{}, out, Options{Grace: 5 * time.Second}, Limits{Bytes: 1 << 20, Requests: 10})
		schedule(t, c, message(t, 1, "tools/call"))
		synctest.Wait()
		told, tell := context.WithCancel(t.Context())
		tell()
		start := time.Now()
		require.NoError(t, c.Drain(told))
		assert.Equal(t, 5*time.Second, time.Since(start))
		assert.Equal(t, []string{answered(1)}, out.all())
		assert.ErrorIs(t, context.Cause(c.Context()), rpc.ErrStopping)

		late := message(t, 2, "ping")
		schedule(t, c, late)
		assert.Contains(t, out.all()[1], "the server is stopping")
	})
}
