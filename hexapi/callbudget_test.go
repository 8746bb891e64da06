package hexapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sharing is a client whose token may make a few calls a minute.
func sharing(t *testing.T, h *hex, perMinute int, timeout time.Duration) *Client {
	t.Helper()
	return client(t, h, func(cfg *Config) { cfg.CallsPerMinute, cfg.Timeout = perMinute, timeout })
}

// Calls beyond those of a minute wait, and are sent in the order in which they came.
func TestCallsWaitForTheirShareOfAMinuteInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := sharing(t, playing(ok()), 2, 10*time.Minute)
		start := time.Now()
		var mu sync.Mutex
		var waited []time.Duration
		var order []int
		var all sync.WaitGroup
		for i := range 5 {
			all.Go(func() {
				assert.NoError(t, read(t.Context(), c))
				mu.Lock()
				defer mu.Unlock()
				waited, order = append(waited, time.Since(start)), append(order, i)
			})
			synctest.Wait()
			time.Sleep(time.Second)
		}
		all.Wait()
		assert.Equal(t, []int{0, 1, 2, 3, 4}, order)
		assert.Equal(t, []time.Duration{0, time.Second, time.Minute, time.Minute + time.Second, 2 * time.Minute}, waited)
	})
}

// Who has too little time is told when to come back, takes nobody's turn, and sends
// nothing.
func TestACallThatCannotWaitIsToldWhenToComeBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := playing(ok())
		c := sharing(t, h, 2, 10*time.Second)
		require.NoError(t, read(t.Context(), c))
		time.Sleep(20 * time.Second)
		require.NoError(t, read(t.Context(), c))
		for range 3 {
			err := read(t.Context(), c)
			assert.Equal(t, 40*time.Second, waitOf(t, err))
			require.ErrorContains(t, err, "not sent: the limit of 2 calls a minute allows it in 40s")
		}
		assert.Equal(t, 2, h.requests())
		time.Sleep(40 * time.Second)
		require.NoError(t, read(t.Context(), c), "it is as it was said")
	})
}

// A call that ends before its turn leaves it to others; other tokens have a budget
// of their own, and a client of the same token has the same.
func TestSharesBelongToATokenAndAreGivenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := playing(ok())
		c := sharing(t, h, 1, 10*time.Minute)
		require.NoError(t, read(t.Context(), c))
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- read(ctx, c) }()
		synctest.Wait()
		cancel()
		require.ErrorIs(t, <-ended, context.Canceled)
		other, err := c.WithToken("hxtp_another0123456789")
		require.NoError(t, err)
		start := time.Now()
		require.NoError(t, read(t.Context(), other))
		assert.Zero(t, time.Since(start))
		same, err := c.WithToken(token)
		require.NoError(t, err)
		require.NoError(t, read(t.Context(), same))
		assert.Equal(t, time.Minute, time.Since(start), "one minute, not two")
		time.Sleep(time.Minute)
		require.NoError(t, read(t.Context(), other))
		assert.Len(t, c.calls.(*LocalCallBudget).turns, 2, "of all calls, and of their group: what is over a minute old is forgotten")
	})
}

// An export is a read that is sent as a POST: it may be repeated where an answer got
// lost, and leaves what was read before as it is.
func TestAPostThatOnlyReadsIsARead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := playing(ok(), answers(http.StatusBadGateway, "<html>"), ok())
		c := client(t, h)
		ctx := AllowRecent(t.Context())
		require.NoError(t, read(ctx, c))
		_, err := c.ExportProject(ctx, ExportProjectInput{ProjectID: projectID})
		require.NoError(t, err, "it is made again")
		assert.Equal(t, 3, h.requests())
		require.NoError(t, read(ctx, c))
		assert.Equal(t, 3, h.requests(), "what was read is kept")
		_, err = c.ExportProject(ctx, ExportProjectInput{ProjectID: projectID})
		require.NoError(t, err)
		assert.Equal(t, 4, h.requests(), "exports of several projects have one path")
		failing := playing(answers(http.StatusInternalServerError, ""))
		_, err = client(t, failing).ExportProject(ctx, ExportProjectInput{ProjectID: projectID})
		require.Error(t, err)
	})
}

// Hex counts calls of a kind apart, too. How many of a standard kind it allows differs
// from workspace to workspace, so that they are held back only after it has refused one.
func TestCallsOfAKindKeepToTheLimitOfTheirKind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := sharing(t, playing(ok()), 1000, time.Minute)
		take := func(group rateGroup) error {
			_, _, err := c.calls.Take(t.Context(), c.share(t.Context(), group), 0)
			return err
		}
		sent := func(group rateGroup) (n int) {
			for ; n < 50; n++ {
				if err := take(group); err != nil {
					assert.Equal(t, time.Minute, waitOf(t, err))
					break
				}
			}
			return n
		}
		assert.Equal(t, 30, sent(fixedRate))
		assert.Equal(t, 20, sent(chartRate))
		assert.Equal(t, 50, sent(standardRate))
		time.Sleep(time.Minute)
		c.refused.add(limitKey{token, standardRate})
		assert.Equal(t, 30, sent(standardRate))
		require.ErrorContains(t, take(standardRate), "Hex's limit of 30 calls of this kind a minute")
		assert.Equal(t, 50, sent(kernelRate), "which is counted as runs")
	})
}

// A search of many calls once kept all others of its token waiting for a minute.
func TestCallsThatLeaveRoomAreNotTheLastOfAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := sharing(t, playing(ok()), 12, 30*time.Second)
		search := LeaveRoom(t.Context())
		for range 10 {
			require.NoError(t, read(search, c))
		}
		err := read(search, c)
		require.ErrorContains(t, err, "the limit of 12 calls a minute, 2 of which are left to other tools, allows it in 1m0s")
		for range 2 {
			require.NoError(t, read(t.Context(), c))
		}
		require.ErrorContains(t, read(t.Context(), c), "the limit of 12 calls a minute allows it in 1m0s")
		time.Sleep(time.Minute)
		require.NoError(t, read(search, c))
	})
}

func TestAFewCallsAMinuteLeaveNoRoom(t *testing.T) {
	for perMinute, most := range map[int]int{0: 0, 1: 1, 5: 5, 6: 5, 20: 17, 30: 25, 60: 50} {
		assert.Equal(t, most, Share{PerMinute: perMinute, LeavesRoom: true}.Most())
		assert.Equal(t, perMinute, Share{PerMinute: perMinute}.Most())
	}
}

func (f callBudgetFunc) Take(ctx context.Context, share Share, patience time.Duration) (time.Duration, func(), error) {
	return f(ctx, share, patience)
}

type callBudgetFunc func(context.Context, Share, time.Duration) (time.Duration, func(), error)

func TestABudgetOfCallsMayBeKeptElsewhere(t *testing.T) {
	for name, tc := range map[string]struct {
		wait time.Duration
		err  error
		want error
	}{
		"lets it pass":    {0, nil, nil},
		"lets it wait":    {9 * time.Second, nil, nil},
		"is used up":      {0, fmt.Errorf("shared: %w", errUsedUp), errUsedUp},
		"cannot be asked": {0, errors.New("connection refused"), ErrBudget},
	} {
		bubble(t, name, func(t *testing.T) {
			h, shares := playing(ok()), []Share(nil)
			c := client(t, h, func(cfg *Config) {
				cfg.CallsPerMinute, cfg.Timeout = 7, 20*time.Second
				cfg.CallBudget = callBudgetFunc(func(_ context.Context, share Share, patience time.Duration) (time.Duration, func(), error) {
					shares = append(shares, share)
					assert.Equal(t, 18*time.Second, patience, "a tenth of the time is left for the call")
					if share.Kind == "" {
						return tc.wait, func() {}, tc.err
					}
					return 0, func() {}, nil
				})
			})
			start := time.Now()
			err := run(t.Context(), c)
			require.ErrorIs(t, err, tc.want)
			assertNoSecret(t, shares[0].Token)
			assert.Equal(t, Share{Token: shares[0].Token, PerMinute: 7}, shares[1], "of all operations together, after those of the kind")
			if err == nil {
				assert.Equal(t, tc.wait, time.Since(start))
				assert.Equal(t, 1, h.requests())
				return
			}
			assert.Equal(t, NotSent, asError[*Error](t, err).Outcome)
			assert.Zero(t, h.requests())
			assert.Len(t, shares, 2, "a budget that fails is not asked again and again")
		})
	}
}
