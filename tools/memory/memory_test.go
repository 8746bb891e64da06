package memory

import (
	"context"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
)

const mib = 1 << 20

func begun(t *testing.T, b *Budget) *Reservation {
	t.Helper()
	r := b.Reserve()
	require.NoError(t, r.Begin(t.Context()))
	return r
}

func soon(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// requireFree fails a test that has left something reserved.
func requireFree(t *testing.T, b *Budget) {
	t.Helper()
	assert.True(t, b.calls.TryAcquire(b.most/Share), "calls")
	assert.True(t, b.messages.TryAcquire(b.most/2), "messages")
	assert.True(t, b.answers.TryAcquire(b.most*3/2), "answers")
	assert.True(t, b.last.TryAcquire(1), "last")
}

func TestACallWaitsForItsShareAsLongAsItHasTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := NewBudget(Least)
		var all []*Reservation
		for range Least / 4 / Share {
			all = append(all, begun(t, b))
		}
		start := time.Now()
		r := b.Reserve()
		require.ErrorIs(t, r.Begin(soon(t)), ErrBusy)
		assert.Equal(t, 9*time.Second, time.Since(start), "there must be time to say so")
		time.AfterFunc(time.Second, all[0].End)
		require.NoError(t, r.Begin(soon(t)))
		r.End()
		for _, r := range all {
			r.End()
			r.End()
		}
		requireFree(t, b)
	})
}

func TestAnAnswerThatFitsIntoTheShareTakesNothingElse(t *testing.T) {
	b := NewBudget(Least)
	r := begun(t, b)
	require.NoError(t, r.Answer(t.Context(), 40_000))
	assert.True(t, b.answers.TryAcquire(b.most*3/2))
	b.answers.Release(b.most * 3 / 2)
	require.NoError(t, r.Answer(t.Context(), 50_000))
	assert.False(t, b.answers.TryAcquire(b.most*3/2))
	r.End()
	requireFree(t, b)
}

func TestWhatNoCallMayHaveIsRefusedAtOnce(t *testing.T) {
	b := NewBudget(Least)
	r := begun(t, b)
	require.ErrorIs(t, r.Answer(t.Context(), 5*mib), ErrTooLarge)
	require.ErrorIs(t, r.Arguments(t.Context(), 17*mib), ErrTooLarge)
	require.NoError(t, r.Arguments(t.Context(), 16*mib))
	require.ErrorIs(t, r.Answer(t.Context(), 1), ErrTooLarge)
	r.End()
	requireFree(t, b)
}

func TestWhatACallKeepsCountsBesideItsAnswer(t *testing.T) {
	b := NewBudget(Least)
	r := begun(t, b)
	require.NoError(t, r.Work(t.Context(), 6*mib))
	require.NoError(t, r.Work(t.Context(), 5*mib), "it takes the place of what was taken before")
	require.NoError(t, r.Hold(t.Context(), 2*mib))
	letGo := r.Mark()
	require.NoError(t, r.Hold(t.Context(), 7*mib))
	require.ErrorIs(t, r.Hold(t.Context(), 2*mib), ErrTooLarge)
	require.ErrorIs(t, r.Encoding(t.Context(), 2*mib), ErrTooLarge)
	letGo()
	require.NoError(t, r.Encoding(t.Context(), 8*mib))
	require.ErrorIs(t, r.Hold(t.Context(), mib), ErrTooLarge)
	r.Keep(10)
	require.NoError(t, r.Hold(t.Context(), 15*mib), "the next call of a batch begins anew")
	r.End()
	requireFree(t, b)
}

// Calls that hold half of what they need, and wait for the other half, would wait
// for each other for ever.
func TestCallsThatGrowSideBySideAllGetThrough(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := NewBudget(Least)
		var g errgroup.Group
		for range 100 {
			g.Go(func() error {
				r := b.Reserve()
				defer r.End()
				if err := r.Begin(t.Context()); err != nil {
					return err
				}
				for n := int64(80_000); n < 5*mib; n *= 2 {
					if err := r.Answer(t.Context(), n); err != nil {
						return err
					}
					time.Sleep(time.Duration(rand.IntN(1000)))
				}
				r.Encoded(5 * mib)
				time.Sleep(time.Duration(rand.IntN(1000)))
				return nil
			})
		}
		require.NoError(t, g.Wait())
		requireFree(t, b)
	})
}

func TestNoMoreIsHeldThanTheBudgetHas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := NewBudget(Least)
		var granted atomic.Int32
		for range 100 {
			go func() {
				r := begun(t, b)
				if r.Answer(soon(t), 4*mib) == nil {
					granted.Add(1)
				}
				<-t.Context().Done()
				r.End()
			}()
		}
		time.Sleep(time.Minute)
		assert.EqualValues(t, 2, granted.Load(), "of 13 MiB each, of 24: one of the answers, and the last part")
	})
}

func TestAnEncodedAnswerLeavesItsShareToOthers(t *testing.T) {
	b := NewBudget(Least)
	for _, size := range []int{1, shortAnswer + 1, 3 * mib} {
		var all []*Reservation
		for range 12 {
			r := begun(t, b)
			require.NoError(t, r.Answer(t.Context(), 40_000))
			r.Encoded(size)
			all = append(all, r)
		}
		free := 0
		for b.calls.TryAcquire(1) {
			free++
		}
		b.calls.Release(int64(free))
		if size < mib {
			assert.Equal(t, Least/4/Share, free, size)
		} else {
			assert.Equal(t, Least/4/Share-len(all)+8, free, "where the others have no room, they stay in their shares")
		}
		for _, r := range all {
			r.End()
		}
	}
	requireFree(t, b)
}

func TestTheLastPartIsLeftAsSoonAsThereIsRoom(t *testing.T) {
	b := NewBudget(Least)
	first, second := begun(t, b), begun(t, b)
	require.NoError(t, first.Answer(t.Context(), 5*mib-100_000))
	require.NoError(t, second.Answer(t.Context(), 5*mib-100_000))
	require.True(t, second.last)
	second.Encoded(10 * mib)
	require.True(t, second.last, "the answers have no room for 10 MiB")
	first.Encoded(1000)
	third := begun(t, b)
	require.NoError(t, third.Answer(t.Context(), 4*mib))
	assert.False(t, third.last)
	for _, r := range []*Reservation{first, second, third} {
		r.End()
	}
	requireFree(t, b)
}

// The answer to a write must never be lost: so a call of a batch begins only where
// the largest answer has room.
func TestABatchBeginsNoCallWhoseAnswerMayNotFit(t *testing.T) {
	b := NewBudget(Least)
	r := b.Reserve()
	for range 8 {
		require.NoError(t, r.Begin(t.Context()))
		require.NoError(t, r.Answer(t.Context(), 8*mib/4))
		r.Keep(mib)
	}
	require.NoError(t, r.Begin(t.Context()))
	r.Keep(mib)
	require.ErrorIs(t, r.Begin(t.Context()), ErrTooLarge)
	r.End()
	requireFree(t, b)
}

func TestMessagesHaveRoomOfTheirOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := NewBudget(Least)
		r := begun(t, b)
		require.NoError(t, r.Answer(t.Context(), 4*mib))
		require.NoError(t, b.AcquireMessage(t.Context(), 4*mib))
		assert.False(t, b.TryAcquireMessage(1))
		assert.True(t, b.TryAcquireMessage(0))
		require.ErrorIs(t, b.AcquireMessage(soon(t), mib), ErrBusy)
		b.ReleaseMessage(4 * mib)
		require.True(t, b.TryAcquireMessage(mib))
		b.ReleaseMessage(mib)
		r.End()
		requireFree(t, b)
	})
}

func TestWithoutABudgetNothingIsBounded(t *testing.T) {
	var b *Budget
	r := Of(With(t.Context(), b.Reserve()))
	require.NoError(t, r.Begin(t.Context()))
	require.NoError(t, r.Arguments(t.Context(), 1<<40))
	require.NoError(t, r.Answer(t.Context(), 1<<40))
	require.NoError(t, b.AcquireMessage(t.Context(), 1<<40))
	r.Keep(1)
	r.Encoded(1)
	r.End()
}

func BenchmarkSmallCall(b *testing.B) {
	budget := NewBudget(Default)
	for b.Loop() {
		r := budget.Reserve()
		_ = r.Begin(b.Context())
		_ = r.Answer(b.Context(), 40_000)
		r.Encoded(2000)
		r.End()
	}
}
