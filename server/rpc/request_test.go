package rpc

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sent keeps what is sent.
type sent []string

func (s *sent) Send(b []byte) error {
	*s = append(*s, string(b))
	return nil
}

func TestNothingIsSentAfterTheAnswer(t *testing.T) {
	var out sent
	r, _ := NewRequest(t.Context(), &Message{}, &out, 0)
	r.Notify([]byte("before"))
	require.True(t, r.Finish())
	r.Notify([]byte("after"))
	assert.Equal(t, sent{"before"}, out)
	assert.False(t, r.Finish(), "a request is answered once")
}

func TestACanceledRequestIsNotAnswered(t *testing.T) {
	r, ctx := NewRequest(t.Context(), &Message{}, nil, 0)
	r.Cancel()
	assert.False(t, r.Finish())
	assert.True(t, r.IsFinished())
	assert.ErrorIs(t, context.Cause(ctx), ErrCanceled)
}

func TestNotificationsWithoutAWayToTheClientAreDropped(t *testing.T) {
	m, e := Parse([]byte(`{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":{"progressToken":1}}}`))
	require.Nil(t, e)
	r, _ := NewRequest(t.Context(), m, nil, 0)
	assert.False(t, r.WantsProgress())
	assert.NotPanics(t, func() { r.Notify([]byte("lost")) })
}
