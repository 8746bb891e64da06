package hexapi

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"sync"
	"time"
)

// Jobs that take several requests read the same lists again and again: projects,
// users, groups. What such a job reads may be a little old, in exchange for the
// minutes that Hex's limits would cost.

// How long an answer is kept, and how many bytes of them: for one token, and for all
// of a process. Each counts for some more than itself.
const (
	recentFor  = time.Minute
	recentRoom = 8 << 20
	recentMost = 32 << 20
	perRecent  = 300
)

type recentKey struct{}

// AllowRecent returns a context in which a client may answer a read with what
// the same read brought within the last minute. A client keeps answers for its
// own token alone, and forgets them all at its next write.
func AllowRecent(ctx context.Context) context.Context {
	return context.WithValue(ctx, recentKey{}, true)
}

func allowsRecent(ctx context.Context) bool { return ctx.Value(recentKey{}) != nil }

// recentStore is what the clients of all tokens keep.
type recentStore struct {
	mu      sync.Mutex
	answers map[recentPlace]recentAnswer
	bytes   int
}

// recentPlace is a read, by path and query, with the token of a client.
type recentPlace struct {
	client *recentAnswers
	key    string
}

// recentAnswers are the answers that one client keeps.
type recentAnswers struct {
	store  *recentStore
	bytes  int
	writes int // so far: a read that was under way during one is not kept
}

type recentAnswer struct {
	body json.RawMessage
	at   time.Time
}

func (p recentPlace) size(body []byte) int { return perRecent + len(p.key) + len(body) }

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
	a.store.mu.Lock()
	defer a.store.mu.Unlock()
	if kept, ok := a.store.answers[recentPlace{a, key}]; ok && time.Since(kept.at) < recentFor {
		body = kept.body
	}
	return body, a.writes
}

func (a *recentAnswers) keep(key string, body json.RawMessage, writes int) {
	s := a.store
	s.mu.Lock()
	defer s.mu.Unlock()
	if writes != a.writes {
		return
	}
	place := recentPlace{a, key}
	s.drop(func(p recentPlace, kept recentAnswer) bool { return p == place || time.Since(kept.at) >= recentFor })
	size := place.size(body)
	if a.bytes+size > recentRoom || s.bytes+size > recentMost {
		return
	}
	if s.answers == nil {
		s.answers = make(map[recentPlace]recentAnswer)
	}
	s.answers[place] = recentAnswer{body, time.Now()}
	a.bytes, s.bytes = a.bytes+size, s.bytes+size
}

// drop lets go of some of the answers.
func (s *recentStore) drop(which func(recentPlace, recentAnswer) bool) {
	maps.DeleteFunc(s.answers, func(p recentPlace, kept recentAnswer) bool {
		if !which(p, kept) {
			return false
		}
		size := p.size(kept.body)
		p.client.bytes, s.bytes = p.client.bytes-size, s.bytes-size
		return true
	})
}

// forget lets go of the answers of one client.
func (a *recentAnswers) forget() {
	a.store.mu.Lock()
	defer a.store.mu.Unlock()
	a.store.drop(func(p recentPlace, _ recentAnswer) bool { return p.client == a })
	a.writes++
}
