package rpc

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/semaphore"

	"hexmcp/server/internal/shelftest"
)

func TestWhoShowsFormsSaysSo(t *testing.T) {
	for capabilities, can := range map[string]bool{
		`{"elicitation":{}}`:                   true,
		`{"elicitation":{"form":{}}}`:          true,
		`{"elicitation":{"form":{},"url":{}}}`: true,
		`{"elicitation":{"url":{}}}`:           false,
		`{}`:                                   false,
		`{"elicitation":null}`:                 false,
		``:                                     false,
		`{"elicitation":true}`:                 false,
	} {
		assert.Equal(t, can, Elicits(json.RawMessage(capabilities)), capabilities)
	}
}

// outbox keeps what is sent.
type outbox struct {
	mu   sync.Mutex
	sent []string
}

func (o *outbox) Send(b []byte) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.sent = append(o.sent, string(b))
	return nil
}

var askedID = regexp.MustCompile(`^\{"jsonrpc":"2.0","id":("[A-Z2-7]{26}"),"method":"elicitation/create","params":\{"message":"Sure\?"\}\}$`)

// lastID is the id of the last question.
func (o *outbox) lastID(t *testing.T) string {
	o.mu.Lock()
	defer o.mu.Unlock()
	require.NotEmpty(t, o.sent)
	m := askedID.FindStringSubmatch(o.sent[len(o.sent)-1])
	require.Len(t, m, 2, o.sent)
	return m[1]
}

var ada = Party{Caller: "ada", Session: "1"}

// asking is a request whose client is asked.
type asking struct {
	*Request
	*outbox
	ctx    context.Context // to go on in
	answer json.RawMessage
	err    error
	done   chan struct{}
}

// startAsking asks, in a call that may take so long.
func startAsking(t *testing.T, q *Questions, limit time.Duration, slots ...Slots) *asking {
	m, wrong := Parse([]byte(`{"jsonrpc":"2.0","id":1,"method":"tools/call"}`))
	require.Nil(t, wrong)
	a := &asking{outbox: &outbox{}, done: make(chan struct{})}
	var ctx context.Context
	a.Request, ctx = NewRequest(t.Context(), m, a.outbox, limit)
	a.MayAsk(q, ada)
	require.True(t, a.CanAsk())
	for _, s := range slots {
		require.NoError(t, a.Hold(ctx, s))
	}
	go func() {
		a.ctx, a.answer, a.err = a.Ask(ctx, "elicitation/create", map[string]string{"message": "Sure?"})
		close(a.done)
	}()
	synctest.Wait()
	return a
}

func (a *asking) isDone() bool {
	synctest.Wait()
	select {
	case <-a.done:
		return true
	default:
		return false
	}
}

func answerOf(t *testing.T, id, rest string) *Message {
	m, wrong := Parse(fmt.Appendf(nil, `{"jsonrpc":"2.0","id":%s,%s}`, id, rest))
	require.Nil(t, wrong)
	require.True(t, m.IsAnswer())
	return m
}

func TestOnlyWhoWasAskedCanAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := NewQuestions()
		a := startAsking(t, q, 0)
		id := a.lastID(t)
		yes := answerOf(t, id, `"result":{"action":"accept"}`)
		for _, other := range []Party{{}, {Caller: "ada", Session: "2"}, {Caller: "bob", Session: "1"}} {
			q.Answer(other, yes)
			require.False(t, a.isDone(), other)
		}
		q.Answer(ada, answerOf(t, `"guessed"`, `"result":{}`))
		require.False(t, a.isDone())
		q.Answer(ada, yes)
		require.True(t, a.isDone())
		assert.JSONEq(t, `{"action":"accept"}`, string(a.answer))
		require.NoError(t, a.err)
		q.Answer(ada, yes) // which comes twice
		assert.Len(t, a.sent, 1)
	})
}

func TestAnAnswerThatIsAnErrorOrHugeIsNone(t *testing.T) {
	for name, rest := range map[string]string{
		"error": `"error":{"code":-32601,"message":"no"}`,
		"huge":  fmt.Sprintf(`"result":{"action":"accept","_":"%070000d"}`, 1),
	} {
		synctest.Test(t, func(t *testing.T) {
			q := NewQuestions()
			a := startAsking(t, q, 0)
			q.Answer(ada, answerOf(t, a.lastID(t), rest))
			require.True(t, a.isDone(), name)
			require.NoError(t, a.err)
			assert.Nil(t, a.answer)
		})
	}
}

func TestTheTimeOfACallStandsStillWhileAPersonThinks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := NewQuestions()
		a := startAsking(t, q, time.Minute)
		time.Sleep(9 * time.Minute)
		q.Answer(ada, answerOf(t, a.lastID(t), `"result":{}`))
		require.True(t, a.isDone())
		require.NoError(t, a.err)
		time.Sleep(time.Minute - 1)
		require.NoError(t, a.ctx.Err())
		time.Sleep(1)
		synctest.Wait()
		assert.ErrorIs(t, context.Cause(a.ctx), ErrLate)
	})
}

func TestTheWaitForAPersonEnds(t *testing.T) {
	for name, tt := range map[string]struct {
		end  func(*asking, *Questions)
		want error
	}{
		"nobody answers":  {func(*asking, *Questions) { time.Sleep(AnswerTime) }, ErrUnanswered},
		"canceled":        {func(a *asking, _ *Questions) { a.Cancel() }, ErrCanceled},
		"gone":            {func(a *asking, _ *Questions) { a.Stop(ErrGone) }, ErrGone},
		"draining":        {func(_ *asking, q *Questions) { q.Close() }, ErrStopping},
		"draining, twice": {func(_ *asking, q *Questions) { q.Close(); q.Close() }, ErrStopping},
	} {
		synctest.Test(t, func(t *testing.T) {
			q := NewQuestions()
			a := startAsking(t, q, time.Minute)
			id := a.lastID(t)
			tt.end(a, q)
			require.True(t, a.isDone(), name)
			require.ErrorIs(t, a.err, tt.want, name)
			assert.Equal(t, `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":`+id+`}}`, a.sent[1], "the form is closed")
			assert.Empty(t, q.open)
			assert.True(t, q.room.TryAcquire(questionBytes), "its room is free")
			a.Stop(nil)
		})
	}
}

func TestWhoWaitsForAPersonHoldsNoSlot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := NewQuestions()
		own, shared := semaphore.NewWeighted(1), semaphore.NewWeighted(1)
		a := startAsking(t, q, time.Minute, own, shared)
		require.True(t, own.TryAcquire(1))
		require.True(t, shared.TryAcquire(1))
		q.Answer(ada, answerOf(t, a.lastID(t), `"result":{}`))
		own.Release(1)
		require.False(t, a.isDone(), "it goes on once both are free")
		shared.Release(1)
		require.True(t, a.isDone())
		require.NoError(t, a.err)
		assert.False(t, own.TryAcquire(1) || shared.TryAcquire(1), "it holds them again")
		a.Release(own)
		a.Release(own)
		a.Release(shared)
		assert.True(t, own.TryAcquire(1) && shared.TryAcquire(1))

		b := startAsking(t, q, time.Minute)
		b.Holds(own)
		q.Answer(ada, answerOf(t, b.lastID(t), `"result":{}`))
		require.True(t, b.isDone())
	})
}

func TestThereIsNoSlotToGoOnWithinTheTimeThatIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := NewQuestions()
		own, shared := semaphore.NewWeighted(1), semaphore.NewWeighted(1)
		a := startAsking(t, q, time.Minute, own, shared)
		require.True(t, shared.TryAcquire(1))
		q.Answer(ada, answerOf(t, a.lastID(t), `"result":{}`))
		require.False(t, a.isDone())
		time.Sleep(time.Minute)
		require.True(t, a.isDone())
		require.ErrorIs(t, context.Cause(a.ctx), ErrLate)
		require.Error(t, a.err)
		a.Release(own)
		a.Release(shared)
		assert.True(t, own.TryAcquire(1), "what it took again is free")
		assert.False(t, shared.TryAcquire(1), "what another one has is not given back")
	})
}

func TestFewQuestionsAreOpenAtOneClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := NewQuestions()
		for range partyMost {
			defer startAsking(t, q, 0).Stop(nil)
		}
		a := startAsking(t, q, 0)
		require.True(t, a.isDone())
		require.ErrorIs(t, a.err, ErrManyQuestions)
		assert.Empty(t, a.sent)
		require.True(t, q.room.TryAcquire(questionBytes-partyMost*questionShare))
		b := startAsking(t, q, 0)
		require.True(t, b.isDone())
		require.ErrorIs(t, b.err, ErrManyQuestions, "nor are many calls kept for all clients")
	})
}

func TestAnAnswerMayComeToAnotherProcess(t *testing.T) {
	for rest, want := range map[string]string{`"result":{"action":"accept"}`: `{"action":"accept"}`, `"error":{"code":-32601,"message":"no"}`: ""} {
		synctest.Test(t, func(t *testing.T) {
			post := shelftest.New()
			here, there := NewQuestions(), NewQuestions()
			here.Post, there.Post = post, post
			a := startAsking(t, here, 0)
			there.Answer(Party{Caller: "bob", Session: "1"}, answerOf(t, a.lastID(t), rest))
			time.Sleep(collectEvery)
			require.False(t, a.isDone(), "it was not bob who was asked")
			there.Answer(ada, answerOf(t, a.lastID(t), rest))
			time.Sleep(collectEvery)
			require.True(t, a.isDone())
			require.NoError(t, a.err)
			assert.Equal(t, want, string(a.answer))
		})
	}
}

func TestAnAnswerIsLookedForOnlyWhereAnotherProcessMayGetIt(t *testing.T) {
	q := NewQuestions()
	assert.Nil(t, q.lookAgain(), "nothing ticks")
	q.Post = shelftest.New()
	assert.NotNil(t, q.lookAgain())
}
