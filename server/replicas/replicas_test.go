package replicas

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"log/slog"
	"net"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"hexmcp/hexapi"
	"hexmcp/server/limits"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fleet is a Redis with a clock of its own, and what replicas of it say.
type fleet struct {
	*miniredis.Miniredis
	now time.Time
	log bytes.Buffer
}

func newFleet(t *testing.T) *fleet {
	f := &fleet{Miniredis: miniredis.RunT(t), now: time.Unix(1_800_000_000, 0)}
	f.SetTime(f.now)
	return f
}

// pass moves the clock of Redis on.
func (f *fleet) pass(d time.Duration) {
	f.now = f.now.Add(d)
	f.SetTime(f.now)
	f.FastForward(d)
}

// replica is one of three.
func (f *fleet) replica(t *testing.T, change ...func(*Options)) *Link {
	o := Options{URL: "redis://" + f.Addr(), Replicas: 3, Timeout: 2 * time.Second, Log: slog.New(slog.NewTextHandler(&f.log, nil))}
	for _, c := range change {
		c(&o)
	}
	l, err := Open(o)
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.redis.Close() })
	l.Connect(t.Context())
	return l
}

// taken takes runs until there are none, and says how many there were.
func taken(t *testing.T, b hexapi.Budget, key string) (n int, limit *hexapi.LimitError) {
	t.Helper()
	for ; n < 100; n++ {
		if _, err := b.Take(t.Context(), key); err != nil {
			require.ErrorAs(t, err, &limit)
			return n, limit
		}
	}
	return n, nil
}

func TestReplicasShareTheRunsOfAToken(t *testing.T) {
	f := newFleet(t)
	a, b := f.replica(t).Budget(20, 30), f.replica(t).Budget(20, 30)
	for range 7 {
		_, err := a.Take(t.Context(), "token")
		require.NoError(t, err)
	}
	f.pass(20 * time.Second)
	n, limit := taken(t, b, "token")
	assert.Equal(t, 13, n)
	assert.Equal(t, "the limit of 20 runs a minute", limit.Limit)
	assert.Equal(t, 40*time.Second, limit.Wait)
	n, _ = taken(t, a, "another")
	assert.Equal(t, 20, n, "each token has a budget of its own")
	f.pass(40 * time.Second)
	n, _ = taken(t, a, "token")
	assert.Equal(t, 7, n, "the window slides")
	f.pass(time.Minute)
	n, limit = taken(t, b, "token")
	assert.Equal(t, 3, n)
	assert.Equal(t, "the limit of 30 runs an hour", limit.Limit)
	assert.Equal(t, 58*time.Minute, limit.Wait)
}

func TestARefundGivesBackTheVeryRun(t *testing.T) {
	f := newFleet(t)
	a, b := f.replica(t).Budget(2, 0), f.replica(t).Budget(2, 0)
	refund, err := a.Take(t.Context(), "token")
	require.NoError(t, err)
	f.pass(30 * time.Second)
	_, err = b.Take(t.Context(), "token")
	require.NoError(t, err)
	refund()
	refund()
	f.pass(29 * time.Second)
	n, limit := taken(t, b, "token")
	assert.Equal(t, 1, n)
	assert.Equal(t, 31*time.Second, limit.Wait, "the second run counts from its own time")
	assert.Len(t, b.ledger.turns, 2)
	assert.Empty(t, a.ledger.turns)
}

// However many ask at once, the budget holds to the number.
func TestRunsOfManyAtOnceHoldTheBudgetToTheNumber(t *testing.T) {
	f := newFleet(t)
	budgets := []*Budget{f.replica(t).Budget(0, 50), f.replica(t).Budget(0, 50), f.replica(t).Budget(0, 50)}
	var let atomic.Int64
	var g sync.WaitGroup
	for i := range 150 {
		g.Go(func() {
			if _, err := budgets[i%3].Take(t.Context(), "token"); err == nil {
				let.Add(1)
			}
		})
	}
	g.Wait()
	assert.EqualValues(t, 50, let.Load())
}

func TestSearchesLeaveRoomToTheCallsOfAllReplicas(t *testing.T) {
	f := newFleet(t)
	a, b := f.replica(t).CallBudget(), f.replica(t).CallBudget()
	single := hexapi.Share{Token: "token", PerMinute: 6}
	search := single
	search.LeavesRoom = true
	for i, each := range []struct {
		budget *CallBudget
		share  hexapi.Share
		wait   time.Duration
	}{
		{a, search, 0}, {b, search, 0}, {a, search, 0}, {b, search, 0}, {a, search, 0}, {b, search, time.Minute},
	} {
		wait, giveBack, err := each.budget.Take(t.Context(), each.share, time.Hour)
		require.NoError(t, err)
		assert.Equal(t, each.wait, wait, i)
		if wait > 0 {
			giveBack()
		}
	}
	wait, _, err := b.Take(t.Context(), single, time.Hour)
	require.NoError(t, err)
	assert.Zero(t, wait)
}

func TestReplicasGiveTurnsInOneOrder(t *testing.T) {
	f := newFleet(t)
	a, b := f.replica(t).CallBudget(), f.replica(t).CallBudget()
	share := hexapi.Share{Token: "token", PerMinute: 2}
	for i, want := range []time.Duration{0, 0, time.Minute, time.Minute, 2 * time.Minute} {
		wait, _, err := []*CallBudget{a, b}[i%2].Take(t.Context(), share, time.Hour)
		require.NoError(t, err)
		assert.Equal(t, want, wait, i)
	}
	_, _, err := a.Take(t.Context(), share, 2*time.Minute)
	var limit *hexapi.LimitError
	require.ErrorAs(t, err, &limit)
	assert.Equal(t, hexapi.LimitError{Limit: "the limit of 2 calls a minute", Wait: 2 * time.Minute}, *limit)
	kind := hexapi.Share{Token: "token", Kind: "charts", PerMinute: 1}
	wait, giveBack, err := a.Take(t.Context(), kind, 0)
	require.NoError(t, err)
	assert.Zero(t, wait, "a kind is counted apart")
	giveBack()
	_, _, err = b.Take(t.Context(), kind, 0)
	require.NoError(t, err)
	for _, key := range f.Keys() {
		assert.True(t, strings.HasPrefix(key, "hexmcp:"), key)
		assert.NotContains(t, key, "token")
		assert.Positive(t, f.TTL(key), key)
	}
}

func TestReplicasShareTheLimitsOfACaller(t *testing.T) {
	f := newFleet(t)
	a, b := f.replica(t).Limiter("calls", 5, 2, "calls"), f.replica(t).Limiter("calls", 5, 2, "calls")
	first, err := a.Take(t.Context(), "ada@example.com")
	require.NoError(t, err)
	_, err = b.Take(t.Context(), "ada@example.com")
	require.NoError(t, err)
	_, err = b.Take(t.Context(), "ada@example.com")
	require.ErrorContains(t, err, "the limit is 2 calls at a time for each caller; try again in 1 seconds")
	first()
	first()
	for range 3 {
		done, err := a.Take(t.Context(), "ada@example.com")
		require.NoError(t, err)
		done()
	}
	f.pass(20 * time.Second)
	_, err = a.Take(t.Context(), "ada@example.com")
	require.ErrorContains(t, err, "the limit is 5 calls a minute for each caller; try again in 40 seconds")
	_, err = a.Take(t.Context(), "bob")
	require.NoError(t, err)
	for _, key := range f.Keys() {
		assert.NotContains(t, key, "ada")
		assert.Positive(t, f.TTL(key), key)
	}
}

// What ran at a replica that was killed does not count for ever, and what runs long at
// one that lives does.
func TestCallsOfAReplicaThatDiedEnd(t *testing.T) {
	f := newFleet(t)
	dies, lives := f.replica(t), f.replica(t)
	a, b := dies.Limiter("streams", 0, 2, "event streams"), lives.Limiter("streams", 0, 2, "event streams")
	for _, l := range []*Limiter{a, b} {
		_, err := l.Take(t.Context(), "ada")
		require.NoError(t, err)
	}
	for range 4 {
		f.pass(leaseTime / 3)
		lives.beat(t.Context())
	}
	_, err := b.Take(t.Context(), "ada")
	require.NoError(t, err, "the lease of the dead replica has run out")
	_, err = b.Take(t.Context(), "ada")
	require.Error(t, err, "the other was made longer")
}

func TestACallThatEndsWhileItsLeaseIsMadeLongerEnds(t *testing.T) {
	f := newFleet(t)
	l := f.replica(t)
	streams := l.Limiter("streams", 0, 1, "event streams")
	done, err := streams.Take(t.Context(), "ada")
	require.NoError(t, err)
	key := keyOf("streams-at-once", "ada")
	stale := map[string]string{}
	for id := range streams.running {
		stale[id] = key
	}
	done()
	for id := range stale {
		require.NoError(t, streams.extend(t.Context(), []string{id}, stale, false))
	}
	_, err = streams.Take(t.Context(), "ada")
	require.NoError(t, err)
}

// While Redis is away each replica has its part, and what was taken counts when Redis
// is back, even if it has forgotten everything.
func TestAnOutageCostsAtMostOneFurtherBudget(t *testing.T) {
	for name, forgets := range map[string]bool{"Redis remembers": false, "Redis forgets": true} {
		t.Run(name, func(t *testing.T) {
			f := newFleet(t)
			f.SetTime(time.Now())
			links, budgets := [3]*Link{}, [3]*Budget{}
			for i := range links {
				links[i] = f.replica(t)
				budgets[i] = links[i].Budget(0, 20)
			}
			refund, err := budgets[0].Take(t.Context(), "token")
			require.NoError(t, err)
			for i := range 9 {
				_, err := budgets[i%3].Take(t.Context(), "token")
				require.NoError(t, err)
			}
			f.Close()
			refund() // which Redis cannot hear now
			for i, want := range []int{6, 6, 6} {
				n, limit := taken(t, budgets[i], "token")
				assert.Equal(t, want, n)
				assert.Equal(t, "the limit of 6 runs an hour", limit.Limit)
			}
			if forgets {
				f.FlushAll()
			}
			require.NoError(t, f.Start())
			for range settling {
				for i := range links {
					assert.False(t, links[i].IsThere(), "until all have found it")
					links[i].beat(t.Context())
				}
			}
			for _, b := range budgets {
				n, limit := taken(t, b, "token")
				assert.Zero(t, n, "9 and 18 are more than 20")
				assert.Equal(t, "the limit of 20 runs an hour", limit.Limit)
			}
			members, err := f.ZMembers(keyOf("runs", "token"))
			require.NoError(t, err)
			assert.Len(t, members, 27, "nothing was written twice, and what was given back is gone")
			assert.Equal(t, 3, strings.Count(f.log.String(), "Redis is away"), f.log.String())
			assert.Equal(t, 3, strings.Count(f.log.String(), "Redis is back"))
		})
	}
}

// A Redis that was started anew between two questions does not pass for the one before.
func TestARedisThatForgotIsNoticedAtTheNextQuestion(t *testing.T) {
	f := newFleet(t)
	l := f.replica(t)
	b := l.Budget(0, 9)
	n, _ := taken(t, b, "token")
	require.Equal(t, 9, n)
	f.FlushAll()
	n, _ = taken(t, b, "token")
	assert.Equal(t, 3, n, "its part")
	assert.False(t, l.IsThere())
	assert.Contains(t, f.log.String(), "it has forgotten what was counted")
	f.SetTime(time.Now())
	for range settling {
		l.beat(t.Context())
	}
	n, _ = taken(t, b, "token")
	assert.Zero(t, n)
}

// Only the call that finds Redis slow waits for it.
func TestASlowRedisDoesNotSlowEachCall(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer silent.Close()
	f := newFleet(t)
	l := f.replica(t, func(o *Options) { o.URL, o.Timeout = "redis://"+silent.Addr().String(), 100*time.Millisecond })
	assert.False(t, l.IsThere())
	b := l.Budget(0, 300)
	start := time.Now()
	n, _ := taken(t, b, "token")
	assert.Equal(t, 100, n)
	assert.Less(t, time.Since(start), 5*time.Second, "a hundred waits would take ten")
	assert.Equal(t, 1, strings.Count(f.log.String(), "Redis is away"))
	l.isThere.Store(true)
	start = time.Now()
	_, err = b.Take(t.Context(), "token")
	require.Error(t, err, "the part is used up")
	assert.Less(t, time.Since(start), 5*time.Second)
	assert.False(t, l.IsThere())
}

func TestAWaitForRedisEndsWithItsContext(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer silent.Close()
	f := newFleet(t)
	l := f.replica(t, func(o *Options) { o.URL, o.Timeout = "redis://"+silent.Addr().String(), 100*time.Millisecond })
	l.isThere.Store(true)
	l.options.Timeout = time.Minute
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	b := l.Budget(0, 300)
	_, err = b.Take(ctx, "token")
	require.ErrorIs(t, err, context.DeadlineExceeded)
	assert.True(t, l.IsThere(), "it says nothing of Redis")
	assert.Len(t, b.ledger.owed(false), 1, "Redis may have counted it, and is to forget it")
}

func TestLimitsOfNothingDoNotAskRedis(t *testing.T) {
	f := newFleet(t)
	l := f.replica(t)
	before := f.Keys()
	_, err := l.Budget(0, 0).Take(t.Context(), "token")
	require.NoError(t, err)
	_, err = l.Limiter("calls", 0, 0, "calls").Take(t.Context(), "ada")
	require.NoError(t, err)
	assert.Equal(t, before, f.Keys())
}

func TestTheLimitsOfCallersHoldInAnOutage(t *testing.T) {
	f := newFleet(t)
	l := f.replica(t)
	calls, turns := l.Limiter("calls", 10, 1, "calls"), l.CallBudget()
	f.Close()
	done, err := calls.Take(t.Context(), "ada")
	require.NoError(t, err)
	_, err = calls.Take(t.Context(), "ada")
	var exceeded *limits.ExceededError
	require.ErrorAs(t, err, &exceeded)
	assert.Equal(t, "1 calls at a time", exceeded.Limit, "a third of one is one")
	for _, want := range []time.Duration{0, 0, time.Minute} {
		wait, _, err := turns.Take(t.Context(), hexapi.Share{Token: "token", PerMinute: 7}, time.Hour)
		require.NoError(t, err)
		assert.InDelta(t, want, wait, float64(20*time.Second))
	}
	require.NoError(t, f.Start())
	for range settling {
		l.beat(t.Context())
	}
	_, err = calls.Take(t.Context(), "ada")
	require.Error(t, err, "what runs since the outage is known")
	done()
	_, err = calls.Take(t.Context(), "ada")
	require.NoError(t, err)
}

// All replicas know each other's signatures, also after Redis has forgotten the key.
func TestReplicasSignWithOneKey(t *testing.T) {
	f := newFleet(t)
	a, b := f.replica(t), f.replica(t)
	assert.Equal(t, a.SigningKey(), b.SigningKey())
	key := a.SigningKey()
	f.FlushAll()
	c := f.replica(t)
	assert.NotEqual(t, key, c.SigningKey(), "nobody was there who knew it")
	f.FlushAll()
	a.beat(t.Context())
	for range settling {
		a.beat(t.Context())
		c.beat(t.Context())
	}
	assert.Equal(t, key, a.SigningKey())
	assert.Equal(t, key, c.SigningKey())
}

func TestWhatIsLeftIsToldAsRedisSaysIt(t *testing.T) {
	f := newFleet(t)
	l := f.replica(t)
	a, b := l.Budget(5, 30), f.replica(t).Budget(5, 30)
	taken(t, b, "token")
	minute, hour := a.Left()
	assert.Equal(t, []int{5, 30}, []int{minute, hour})
	taken(t, a, "token")
	minute, hour = a.Left()
	assert.Equal(t, []int{0, 24}, []int{minute, hour})
	f.Close()
	taken(t, a, "token")
	minute, hour = a.Left()
	assert.Equal(t, []int{0, 9}, []int{minute, hour}, "by this replica alone")
}

// Run notices by itself that Redis goes and comes.
func TestTheLinkFollowsRedis(t *testing.T) {
	f := newFleet(t)
	l := f.replica(t)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); l.Run(ctx) }()
	f.Close()
	_, err := l.Budget(0, 9).Take(t.Context(), "token")
	require.NoError(t, err)
	require.NoError(t, f.Start())
	assert.Eventually(t, l.IsThere, 10*whileAway, 10*time.Millisecond)
	stop()
	<-ended
}

func TestRedisIsKnownByItsCertificate(t *testing.T) {
	issued := httptest.NewUnstartedServer(nil) // has a certificate for 127.0.0.1
	issued.StartTLS()
	defer issued.Close()
	f := newFleet(t)
	encrypted, err := miniredis.RunTLS(&tls.Config{Certificates: issued.TLS.Certificates})
	require.NoError(t, err)
	defer encrypted.Close()
	encrypted.RequireUserAuth("user", "secret")
	roots := x509.NewCertPool()
	roots.AddCert(issued.Certificate())
	for password, is := range map[string]bool{"secret": true, "another": false} {
		l := f.replica(t, func(o *Options) { o.URL, o.RootCAs = "rediss://user:"+password+"@"+encrypted.Addr(), roots })
		assert.Equal(t, is, l.IsThere(), password)
	}
	assert.Contains(t, f.log.String(), "WRONGPASS")
	stranger := f.replica(t, func(o *Options) { o.URL = "rediss://user:secret@" + encrypted.Addr() })
	assert.False(t, stranger.IsThere())
	assert.Contains(t, f.log.String(), "certificate signed by unknown authority")
	assert.NotContains(t, f.log.String(), "secret")
}

func TestAnAddressThatIsNoneIsNotRepeated(t *testing.T) {
	for _, url := range []string{"", "redis", "http://secret@host", "redis://user:secret@host:port", "redis://host/secret"} {
		_, err := Open(Options{URL: url})
		require.ErrorIs(t, err, ErrURL)
		assert.NotContains(t, err.Error(), "secret")
	}
}

func TestAnswersComeFromOtherReplicas(t *testing.T) {
	f := newFleet(t)
	a, b := f.replica(t), f.replica(t)
	b.Leave("question of nobody", []byte("yes"))
	assert.Empty(t, a.Collect(t.Context(), "question of nobody"))
	assert.Empty(t, a.Collect(t.Context(), "question"))
	b.Leave("question", []byte("yes"))
	for _, key := range f.Keys() {
		assert.NotContains(t, key, "question")
		assert.Positive(t, f.TTL(key), key)
	}
	assert.Equal(t, "yes", string(a.Collect(t.Context(), "question")))
	assert.Empty(t, a.Collect(t.Context(), "question"), "it is collected once")
	assert.True(t, b.IsThere())
	f.Close()
	b.Leave("question", []byte("yes"))
	assert.Empty(t, a.Collect(t.Context(), "question"))
}

func TestWhatIsKeptIsFoundByItsNameAlone(t *testing.T) {
	f := newFleet(t)
	a, b := f.replica(t), f.replica(t)
	assert.Nil(t, b.Find(t.Context(), "task"))
	a.Keep("task", []byte("a result"), time.Minute)
	assert.Equal(t, "a result", string(b.Find(t.Context(), "task")))
	b.Collect(t.Context(), "question")
	a.Leave("question", []byte("a result"))
	for _, key := range f.Keys() {
		if kept, err := f.Get(key); err == nil {
			assert.NotContains(t, kept, "result", "Redis cannot read it")
		}
	}
	require.NoError(t, f.Set(keyOf("kept", "another"), "made up by somebody"))
	assert.Nil(t, b.Find(t.Context(), "another"))
	f.pass(time.Minute)
	assert.Nil(t, b.Find(t.Context(), "task"))
	assert.True(t, b.IsThere(), "nothing of it is a failure of Redis")
}
