package rpc

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
)

// AnswerTime is how long a client may take to answer what it is asked: a person
// reads it. An answer that went to another process never comes.
const AnswerTime = 10 * time.Minute

// Why a question has no answer.
var (
	ErrUnanswered    = errors.New("the client has not answered in time")
	ErrManyQuestions = errors.New("too many questions are open")
)

// What the calls that wait for an answer may hold together.
const (
	questionBytes = 16 << 20
	questionShare = 16 << 10 // the least that a call weighs, so 1,024 wait at most
	longAnswer    = 64 << 10 // a person types less
	partyMost     = 32       // questions that one client is asked at a time
)

// Party is whom a question is put to. Nobody else can answer it.
type Party struct{ Caller, Session string }

// Questions are the requests that were sent to clients and are not answered yet.
// They are told apart by ids that nobody can guess.
type Questions struct {
	mu     sync.Mutex
	open   map[question]chan json.RawMessage
	room   *semaphore.Weighted
	closed chan struct{}
	// Close ends the wait for all answers, those to come included: the server
	// drains, or the client can send no more.
	Close func()
}

type question struct {
	Party
	id string // as JSON
}

// NewQuestions makes a table without questions.
func NewQuestions() *Questions {
	q := &Questions{
		open: make(map[question]chan json.RawMessage), room: semaphore.NewWeighted(questionBytes), closed: make(chan struct{}),
	}
	q.Close = sync.OnceFunc(func() { close(q.closed) })
	return q
}

// Answer takes a response of a client. One to what was not asked, or not asked of
// this client, is dropped.
func (q *Questions) Answer(p Party, m *Message) {
	key := question{p, string(m.ID)}
	q.mu.Lock()
	defer q.mu.Unlock()
	answer, ok := q.open[key]
	if !ok {
		return
	}
	delete(q.open, key)
	if m.Error != nil || len(m.Raw) > longAnswer {
		m.Result = nil
	}
	answer <- m.Result // there is room for the one answer
}

// add opens a question and returns its id and where the answer comes, unless the
// client has enough to answer.
func (q *Questions) add(p Party) (question, <-chan json.RawMessage, error) {
	key := question{p, `"` + rand.Text() + `"`}
	answer := make(chan json.RawMessage, 1)
	q.mu.Lock()
	defer q.mu.Unlock()
	asked := 0
	for other := range q.open {
		if other.Party == p {
			asked++
		}
	}
	if asked >= partyMost {
		return question{}, nil, ErrManyQuestions
	}
	q.open[key] = answer
	return key, answer, nil
}

func (q *Questions) forget(key question) {
	q.mu.Lock()
	defer q.mu.Unlock()
	delete(q.open, key)
}

// wait returns what comes of a question.
func (q *Questions) wait(ctx context.Context, answer <-chan json.RawMessage) (json.RawMessage, error) {
	late := time.NewTimer(AnswerTime)
	defer late.Stop()
	select {
	case result := <-answer:
		return result, nil
	case <-q.closed:
		return nil, ErrStopping
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	case <-late.C:
		return nil, ErrUnanswered
	}
}

// Elicits reports whether a client shows forms to a person, by its capabilities.
func Elicits(capabilities json.RawMessage) bool {
	var c struct {
		Elicitation *struct {
			Form json.RawMessage `json:"form"`
			URL  json.RawMessage `json:"url"`
		} `json:"elicitation"`
	}
	if json.Unmarshal(capabilities, &c) != nil || c.Elicitation == nil {
		return false
	}
	return c.Elicitation.Form != nil || c.Elicitation.URL == nil
}

// IsAnswer reports whether the message answers a request of ours.
func (m *Message) IsAnswer() bool { return m.Method == "" && m.ID != nil }
