package hexapi

import (
	"container/list"
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"time"
)

// This file is a cache of answers. Tools that make several requests read the same lists
// again and again: projects, users, groups. A cached list may be up to a minute old, but
// reading it anew each time could cost minutes of waiting for Hex's rate limits.

const (
	recentFor  = time.Minute // how long an answer is kept
	recentRoom = 8 << 20     // bytes of all answers of one token
	recentMost = 32 << 20    // bytes of all answers of the clients that share a store
	perRecent  = 450         // bytes that an answer takes beside its key and body
)

type recentKey struct{}

// AllowRecent returns a context in which a client may answer a read with what
// the same read brought within the last minute. A client keeps answers for its
// own token alone, and forgets them all at its next write.
func AllowRecent(ctx context.Context) context.Context {
	return context.WithValue(ctx, recentKey{}, true)
}

func allowsRecent(ctx context.Context) bool { return ctx.Value(recentKey{}) != nil }

// recentStore holds the cached answers of a client and of those that
// [Client.WithToken] made of it.
type recentStore struct {
	mu    sync.Mutex
	byAge list.List // of *recentAnswer, the oldest first
	bytes int
}

// recentAnswers are the cached answers of one client.
type recentAnswers struct {
	store  *recentStore
	kept   map[string]*list.Element // elements of store.byAge, by path and query
	bytes  int
	writes int // grows with each write, because an answer that was read during one is not kept
}

type recentAnswer struct {
	of   *recentAnswers
	key  string
	body json.RawMessage
	at   time.Time
}

func (r *recentAnswer) isOld() bool { return time.Since(r.at) >= recentFor }

func (r *recentAnswer) size() int { return perRecent + len(r.key) + len(r.body) }

// call answers r from the cache if the caller allows it, else by do.
func (a *recentAnswers) call(ctx context.Context, r *request, do func() (*response, *Error)) (*response, *Error) {
	if !r.reads() {
		a.forget()
		defer a.forget() // also what was read during the write
		return do()
	}
	if !allowsRecent(ctx) || r.method != http.MethodGet { // the key of a cached answer has no room for a body
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

// key is the path and query of a read. There is none for a read that has headers or
// that cannot be sent.
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

// dropOld drops the answers of all clients that are older than recentFor.
func (s *recentStore) dropOld() {
	for place := s.byAge.Front(); place != nil && answerAt(place).isOld(); place = s.byAge.Front() {
		s.drop(place)
	}
}

// drop drops an answer. It does nothing for nil.
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

// forget drops all answers of one client.
func (a *recentAnswers) forget() {
	a.store.mu.Lock()
	defer a.store.mu.Unlock()
	for _, place := range a.kept {
		a.store.drop(place)
	}
	a.writes++
}
