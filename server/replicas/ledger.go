package replicas

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// window is so many turns within a time. A limit of zero or less does not limit, but
// turns are counted.
type window struct {
	limit  int
	length time.Duration
}

// wish is what a turn is asked for with.
type wish struct {
	patience time.Duration // the wait must be shorter; zero for no wait at all
	windows  []window
	atOnce   int    // leases; zero for no lease
	leases   string // key of the leases
}

// answer is what came of it.
type answer struct {
	id      string
	granted bool
	wait    time.Duration // until the turn, or until it is worth another try
	full    int           // which window, from 1; 0 where there are too many leases
	left    []int         // turns in each window
	local   bool          // it was not Redis that answered
}

// turn is one that was taken, or may have been.
type turn struct {
	key, id string
	at      time.Time
	undone  bool // it is to be given back
	written bool // Redis is known to have heard of it
}

// ledger holds the turns that this replica took, as long as they count: for a Redis
// that was away, or has forgotten them.
type ledger struct {
	link   *Link
	counts time.Duration // how long a turn counts; zero for not at all

	mu    sync.Mutex
	turns map[string]turn // by id
}

func newLedger(l *Link, counts time.Duration) *ledger {
	g := &ledger{link: l, counts: counts, turns: make(map[string]turn)}
	l.keep(g)
	return g
}

// take asks Redis for a turn or, where that is away, the local form, which returns how
// to give it back. Undo gives the turn back, once.
func (g *ledger) take(ctx context.Context, key string, w wish, local func() (undo func(), err error)) (a answer, undo func(), err error) {
	t := turn{key: key, id: g.link.ids.next(), at: time.Now()}
	asked := g.link.IsThere()
	err = g.link.ask(ctx, func(ctx context.Context) error {
		a, err = g.link.askFor(ctx, t, w)
		return err
	})
	switch {
	case errors.Is(err, errAway):
		return g.takeLocally(t, asked, local)
	case err != nil:
		g.leave(t)
		return a, nil, err
	case !a.granted:
		return a, nil, nil
	}
	t.at, t.written = t.at.Add(a.wait), true
	g.note(t)
	return a, sync.OnceFunc(func() { g.undo(t) }), nil
}

// takeLocally takes a turn that Redis may have granted, where it was asked and did not
// answer.
func (g *ledger) takeLocally(t turn, asked bool, local func() (func(), error)) (answer, func(), error) {
	undo, err := local()
	if err != nil {
		if asked {
			g.leave(t)
		}
		return answer{}, nil, err
	}
	g.note(t)
	return answer{id: t.id, granted: true, local: true}, sync.OnceFunc(func() { undo(); g.undo(t) }), nil
}

// askFor runs the script.
func (l *Link) askFor(ctx context.Context, t turn, w wish) (answer, error) {
	args := []any{t.id, w.patience.Microseconds(), w.atOnce, leaseTime.Microseconds()}
	for _, each := range w.windows {
		args = append(args, each.limit, each.length.Microseconds())
	}
	all, err := l.takeTurn.Run(ctx, l.redis, []string{t.key, w.leases, l.markKey()}, args...).Int64Slice()
	switch {
	case err != nil:
		return answer{}, err
	case len(all) < 3:
		return answer{}, errForgotten
	}
	a := answer{id: t.id, granted: all[0] == 1, wait: time.Duration(all[1]) * time.Microsecond, full: int(all[2])}
	for _, left := range all[3:] {
		a.left = append(a.left, int(left))
	}
	return a, nil
}

// note keeps a turn in mind.
func (g *ledger) note(t turn) {
	if g.counts == 0 {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.turns[t.id] = t
}

// leave takes back what Redis may have granted unheard, when there is time.
func (g *ledger) leave(t turn) {
	t.undone = true
	g.note(t)
}

// undo gives a turn back: at once, or when Redis can be asked.
func (g *ledger) undo(t turn) {
	g.leave(t)
	if g.counts > 0 && g.link.ask(context.Background(), func(ctx context.Context) error { return g.link.redis.ZRem(ctx, t.key, t.id).Err() }) == nil {
		g.forget([]turn{t})
	}
}

// owed are the turns that Redis must hear of: those that are to be given back, those
// that it has not heard of or, anew, all. Those that count no more are forgotten.
func (g *ledger) owed(anew bool) []turn {
	g.mu.Lock()
	defer g.mu.Unlock()
	over := time.Now().Add(-g.counts)
	var all []turn
	for id, t := range g.turns {
		switch {
		case t.at.Before(over):
			delete(g.turns, id)
		case anew || t.undone || !t.written:
			all = append(all, t)
		}
	}
	return all
}

// batch is how many turns are written together.
const batch = 500

// write tells Redis of the turns that it must hear of.
func (g *ledger) write(ctx context.Context, anew bool) error {
	for some := range slices.Chunk(g.owed(anew), batch) {
		err := g.link.within(ctx, func(ctx context.Context) error { return g.writeSome(ctx, some) })
		if err != nil {
			return err
		}
		g.settle(some)
	}
	return nil
}

func (g *ledger) writeSome(ctx context.Context, some []turn) error {
	now, err := g.link.redis.Time(ctx).Result()
	if err != nil {
		return err
	}
	_, err = g.link.redis.Pipelined(ctx, func(p redis.Pipeliner) error {
		for _, t := range some {
			if t.undone {
				p.ZRem(ctx, t.key, t.id)
				continue
			}
			at := now.Add(time.Until(t.at))
			p.ZAddNX(ctx, t.key, redis.Z{Score: float64(at.UnixMicro()), Member: t.id})
			p.PExpire(ctx, t.key, 2*g.counts+max(time.Until(t.at), 0))
		}
		return nil
	})
	return err
}

// settle remembers what was written, but for what was undone meanwhile.
func (g *ledger) settle(some []turn) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, t := range some {
		now, known := g.turns[t.id]
		switch {
		case t.undone:
			delete(g.turns, t.id)
		case known:
			now.written = true
			g.turns[t.id] = now
		}
	}
}

func (g *ledger) forget(some []turn) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, t := range some {
		delete(g.turns, t.id)
	}
}
