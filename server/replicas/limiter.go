package replicas

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"hexmcp/server/limits"
)

// leaseTime is how long a call counts as running after its replica was last heard of.
const leaseTime = 3 * whileThere

// Limiter is a [limits.Limiter] that all replicas share.
type Limiter struct {
	ledger            *ledger
	kind, what        string
	perMinute, atOnce int
	local             *limits.Local // while Redis is away

	mu      sync.Mutex
	running map[string]string // the key of the lease of each call that runs here, by id
}

// Limiter makes limits of what each caller may do: begin so many within a minute, and
// have so many at once; zero for any number. The kind tells limits apart, and what says
// to people what is counted.
func (l *Link) Limiter(kind string, perMinute, atOnce int, what string) *Limiter {
	counts := time.Minute
	if perMinute <= 0 {
		counts = 0
	}
	of := &Limiter{
		ledger: newLedger(l, counts), kind: kind, what: what, perMinute: perMinute, atOnce: atOnce,
		local:   &limits.Local{PerMinute: l.part(perMinute), AtOnce: l.part(atOnce), What: what},
		running: make(map[string]string),
	}
	l.keep(of)
	return of
}

// Take counts a call in, or fails with a [*limits.ExceededError].
func (l *Limiter) Take(ctx context.Context, caller string) (done func(), err error) {
	if l.perMinute <= 0 && l.atOnce <= 0 {
		return func() {}, nil
	}
	w := wish{atOnce: l.atOnce, leases: keyOf(l.kind+"-at-once", caller)}
	if l.perMinute > 0 {
		w.windows = []window{{l.perMinute, time.Minute}}
	}
	locally := func() {}
	a, _, err := l.ledger.take(ctx, keyOf(l.kind, caller), w, func() (func(), error) {
		locally, err = l.local.Take(ctx, caller)
		return locally, err
	})
	switch {
	case err != nil:
		return nil, err
	case !a.granted && a.full == 0:
		return nil, limits.TooManyAtOnce(l.atOnce, l.what)
	case !a.granted:
		return nil, limits.TooManyAMinute(l.perMinute, l.what, a.wait)
	}
	l.begin(a.id, w.leases)
	return sync.OnceFunc(func() { locally(); l.end(a.id, w.leases) }), nil
}

func (l *Limiter) begin(id, key string) {
	if l.atOnce <= 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.running[id] = key
}

// end gives a lease back. Where Redis does not hear of it, the lease runs out.
func (l *Limiter) end(id, key string) {
	if l.atOnce <= 0 {
		return
	}
	l.mu.Lock()
	delete(l.running, id)
	l.mu.Unlock()
	link := l.ledger.link
	_ = link.ask(context.Background(), func(ctx context.Context) error { return link.redis.ZRem(ctx, key, id).Err() })
}

// write makes the leases of all calls that run here longer. Anew, it takes them.
func (l *Limiter) write(ctx context.Context, anew bool) error {
	l.mu.Lock()
	running := maps.Clone(l.running)
	l.mu.Unlock()
	for some := range slices.Chunk(slices.Collect(maps.Keys(running)), batch) {
		err := l.ledger.link.within(ctx, func(ctx context.Context) error { return l.extend(ctx, some, running, anew) })
		if err != nil {
			return err
		}
	}
	return nil
}

func (l *Limiter) extend(ctx context.Context, some []string, keys map[string]string, anew bool) error {
	client := l.ledger.link.redis
	now, err := client.Time(ctx).Result()
	if err != nil {
		return err
	}
	until := float64(now.Add(leaseTime).UnixMicro())
	_, err = client.Pipelined(ctx, func(p redis.Pipeliner) error {
		for _, id := range some {
			lease := redis.ZAddArgs{XX: !anew, Members: []redis.Z{{Score: until, Member: id}}} // one that has just ended is not taken again
			p.ZAddArgs(ctx, keys[id], lease)
			p.PExpire(ctx, keys[id], leaseTime)
		}
		return nil
	})
	return err
}
