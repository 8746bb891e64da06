package hexsim

import (
	"sync"
	"time"
)

// rateGroup names operations that share a limit.
type rateGroup string

const (
	everything rateGroup = "everything" // the account-wide limit; each request counts
	ungrouped  rateGroup = ""           // nothing but the account-wide limit
	hexAPI     rateGroup = "hex-api"
	hexAPI30   rateGroup = "hex-api-30rpm"
	runKernel  rateGroup = "hex-run-kernel"
	chartImage rateGroup = "hex-chart-image"
)

// allowance is how many requests a window takes.
type allowance struct {
	max int
	per time.Duration
}

// allowances are Hex's documented limits per user.
func (g rateGroup) allowances() []allowance {
	switch g {
	case everything:
		return []allowance{{60, time.Minute}}
	case hexAPI:
		return []allowance{{30, time.Minute}, {1800, time.Hour}}
	case hexAPI30:
		return []allowance{{30, time.Minute}}
	case runKernel:
		return []allowance{{20, time.Minute}, {60, time.Hour}}
	case chartImage:
		return []allowance{{20, time.Minute}}
	default:
		return nil
	}
}

// limiter counts requests. A window begins with its first request.
type limiter struct {
	mu      sync.Mutex
	windows map[windowKey]*window
}

type windowKey struct {
	user  string
	group rateGroup
	per   time.Duration
}

type window struct {
	allowance
	began time.Time
	used  int
}

// take counts a request, or says how long to wait and does not count it. A nil
// limiter never refuses.
func (l *limiter) take(user string, g rateGroup, now time.Time) (wait time.Duration) {
	if l == nil {
		return 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	windows := append(l.current(user, everything, now), l.current(user, g, now)...)
	for _, w := range windows {
		if w.used >= w.max {
			wait = max(wait, w.began.Add(w.per).Sub(now))
		}
	}
	if wait > 0 {
		return wait
	}
	for _, w := range windows {
		w.used++
	}
	return 0
}

// current returns the windows of a group, begun afresh where they have run out.
func (l *limiter) current(user string, g rateGroup, now time.Time) []*window {
	if l.windows == nil {
		l.windows = make(map[windowKey]*window)
	}
	var list []*window
	for _, a := range g.allowances() {
		key := windowKey{user, g, a.per}
		w := l.windows[key]
		if w == nil || w.used == 0 || !now.Before(w.began.Add(w.per)) {
			w = &window{allowance: a, began: now}
			l.windows[key] = w
		}
		list = append(list, w)
	}
	return list
}
