package hexapi

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"time"
)

// Jobs that take several requests read the same lists again and again: projects,
// users, groups. What such a job reads may be a little old, in exchange for the
// minutes that Hex's limits would cost.

// How long an answer is kept, and how many bytes of them.
const (
	recentFor  = time.Minute
	recentRoom = 8 << 20
)

type recentKey struct{}

// AllowRecent returns a context in which a client may answer a read with what
// the same read brought within the last minute. A client keeps answers for its
// own token alone, and forgets them all at its next write.
func AllowRecent(ctx context.Context) context.Context {
	return context.WithValue(ctx, recentKey{}, true)
}

func allowsRecent(ctx context.Context) bool { return ctx.Value(recentKey{}) != nil }

// recentAnswers are answers of reads by path and query.
type recentAnswers struct {
	mu      sync.Mutex
	answers map[string]recentAnswer
	bytes   int
	writes  int // so far: a read that was under way during one is not kept
}

type recentAnswer struct {
	body json.RawMessage
	at   time.Time
}

// call answers r from what is kept, where the caller allows it, or by a request.
func (a *recentAnswers) call(ctx context.Context, r *request, do func() (*response, *Error)) (*response, *Error) {
	if !r.reads() {
		a.forget()
		defer a.forget() // what was read while it was carried out
		return do()
	}
	if !allowsRecent(ctx) || r.method != http.MethodGet { // a key has no body
		return do()
	}
	key, keyed := r.key()
	if !keyed {
		return do()
	}
	body, writes := a.find(key)
	if body != nil {
		return &response{status: http.StatusOK, body: body}, nil
	}
	res, err := do()
	if err == nil {
		a.keep(key, res.body, writes)
	}
	return res, err
}

// key tells reads apart. There is none for one that cannot be sent.
func (r *request) key() (string, bool) {
	if r.invalid != nil || len(r.header) > 0 {
		return "", false
	}
	query, err := encodeQuery(r.query)
	return r.path + "?" + query.Encode(), err == nil
}

func (a *recentAnswers) find(key string) (body json.RawMessage, writes int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if kept, ok := a.answers[key]; ok && time.Since(kept.at) < recentFor {
		body = kept.body
	}
	return body, a.writes
}

func (a *recentAnswers) keep(key string, body json.RawMessage, writes int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if writes != a.writes {
		return
	}
	a.dropOld()
	if a.bytes+len(body) > recentRoom {
		return
	}
	if a.answers == nil {
		a.answers = make(map[string]recentAnswer)
	}
	a.bytes += len(body) - len(a.answers[key].body)
	a.answers[key] = recentAnswer{body, time.Now()}
}

func (a *recentAnswers) dropOld() {
	for key, kept := range a.answers {
		if time.Since(kept.at) >= recentFor {
			a.bytes -= len(kept.body)
			delete(a.answers, key)
		}
	}
}

func (a *recentAnswers) forget() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.answers, a.bytes = nil, 0
	a.writes++
}
