// Package limits bounds how much each caller may ask of the server.
package limits

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// Limiter lets calls of a caller in. It may count in this process, as [Local]
// does, or outside of it for several. It is called by many goroutines at once.
type Limiter interface {
	// Take counts a call in. Done counts it out, and is never nil where err is. A
	// call too many is an [*ExceededError].
	Take(ctx context.Context, caller string) (done func(), err error)
}

// ExceededError says which limit keeps a call out.
type ExceededError struct {
	Limit string        // in words
	Wait  time.Duration // until it is worth another try
}

// TooManyAtOnce is the error of a caller who has as many running as the limit allows.
// What names what is counted, such as calls.
func TooManyAtOnce(most int, what string) *ExceededError {
	return &ExceededError{fmt.Sprintf("%d %s at a time", most, what), time.Second}
}

// TooManyAMinute is the error of a caller who has begun as many within a minute as the
// limit allows. Wait is the time until the first of them no longer counts.
func TooManyAMinute(most int, what string, wait time.Duration) *ExceededError {
	return &ExceededError{fmt.Sprintf("%d %s a minute", most, what), wait}
}

// Error is a sentence for whoever makes too many calls.
func (e *ExceededError) Error() string {
	return fmt.Sprintf("too much at once: the limit is %s for each caller; try again in %d seconds", e.Limit, e.Seconds())
}

// Seconds is the wait in whole seconds, at least one.
func (e *ExceededError) Seconds() int { return max(1, int((e.Wait+time.Second-1)/time.Second)) }

// Local counts in this process. A limit of zero does not limit. Do not change the
// limits once it is in use.
type Local struct {
	PerMinute int    // calls of a caller that begin within a minute
	AtOnce    int    // calls of a caller that run side by side
	What      string // that is counted, for people, such as calls

	mu      sync.Mutex
	callers map[string]*caller
	swept   time.Time
}

// caller is what one has begun, and what of it runs.
type caller struct {
	began   []time.Time // within the last minute, oldest first
	running int
}

// Take counts a call in, or fails with an [*ExceededError]. It needs no context.
func (l *Local) Take(_ context.Context, name string) (done func(), err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	l.sweep(now)
	c := l.of(name)
	c.forget(now)
	if l.AtOnce > 0 && c.running >= l.AtOnce {
		return nil, TooManyAtOnce(l.AtOnce, l.What)
	}
	if l.PerMinute > 0 && len(c.began) >= l.PerMinute {
		return nil, TooManyAMinute(l.PerMinute, l.What, c.began[0].Add(time.Minute).Sub(now))
	}
	if l.PerMinute > 0 {
		c.began = append(c.began, now)
	}
	c.running++
	return sync.OnceFunc(func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		c.running--
	}), nil
}

// maxCallers is how many callers are told apart. All others count as one, so that
// nobody fills the memory by calling under many names.
const maxCallers = 10_000

func (l *Local) of(name string) *caller {
	if l.callers == nil {
		l.callers = make(map[string]*caller)
	}
	if l.callers[name] == nil && len(l.callers) >= maxCallers {
		name = ""
	}
	if l.callers[name] == nil {
		l.callers[name] = new(caller)
	}
	return l.callers[name]
}

// sweep drops callers of whom nothing is left to know, once a minute.
func (l *Local) sweep(now time.Time) {
	if now.Sub(l.swept) < time.Minute {
		return
	}
	l.swept = now
	for name, c := range l.callers {
		c.forget(now)
		if c.running == 0 && len(c.began) == 0 {
			delete(l.callers, name)
		}
	}
}

func (c *caller) forget(now time.Time) {
	for len(c.began) > 0 && !c.began[0].After(now.Add(-time.Minute)) {
		c.began = c.began[1:]
	}
}
