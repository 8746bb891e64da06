package hexapi

import (
	"container/list"
	"context"
	"encoding/json"
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
	perRecent  = 450
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
	mu    sync.Mutex
	byAge list.List // of *recentAnswer, the oldest first
	bytes int
}

// recentAnswers are the answers that one client keeps, by path and query. Their
// places are those in the store.
type recentAnswers struct {
	store  *recentStore
	kept   map[string]*list.Element
	bytes  int
	writes int // so far: a read that was under way during one is not kept
}

type recentAnswer struct {
	of   *recentAnswers
	key  string
	body json.RawMessage
	at   time.Time
}

func (r *recentAnswer) isOld() bool { return time.Since(r.at) >= recentFor }

func (r *recentAnswer) size() int { return perRecent + len(r.key) + len(r.body) }

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
	if place := a.kept[key]; place != nil {
		if kept := answerAt(place); !kept.isOld() {
			body = kept.body
		}
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
	s.dropOld()
	s.drop(a.kept[key])
	answer := &recentAnswer{a, key, body, time.Now()}
	size := answer.size()
	if a.bytes+size > recentRoom || s.bytes+size > recentMost {
		return
	}
	if a.kept == nil {
		a.kept = make(map[string]*list.Element)
	}
	a.kept[key] = s.byAge.PushBack(answer)
	a.bytes, s.bytes = a.bytes+size, s.bytes+size
}

// dropOld lets go of the answers of all clients whose time is over.
func (s *recentStore) dropOld() {
	for place := s.byAge.Front(); place != nil && answerAt(place).isOld(); place = s.byAge.Front() {
		s.drop(place)
	}
}

// drop lets go of an answer, if there is one.
func (s *recentStore) drop(place *list.Element) {
	if place == nil {
		return
	}
	answer := answerAt(place)
	s.byAge.Remove(place)
	delete(answer.of.kept, answer.key)
	answer.of.bytes, s.bytes = answer.of.bytes-answer.size(), s.bytes-answer.size()
}

func answerAt(place *list.Element) *recentAnswer { return place.Value.(*recentAnswer) }

// forget lets go of the answers of one client.
func (a *recentAnswers) forget() {
	a.store.mu.Lock()
	defer a.store.mu.Unlock()
	for _, place := range a.kept {
		a.store.drop(place)
	}
	a.writes++
}
