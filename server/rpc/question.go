package rpc

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
)

// AnswerTime is how long a client may take to answer what it is asked: a person
// reads it. An answer that went to another process comes by [Post], if at all.
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

// Post brings answers to the process that asked, where a client may answer another
// one. Its methods are called by many goroutines at once.
type Post interface {
	// Collect returns the answer that was left under a name, nil where there is none;
	// from then on one may be left.
	Collect(ctx context.Context, name string) []byte
	// Leave leaves an answer, unless nobody wants to collect it.
	Leave(name string, answer []byte)
}

// collectEvery is how often an answer is looked for that another process may have left.
const collectEvery = 500 * time.Millisecond

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
	// Post is asked for answers that came to other processes; nil where there are none.
	// It is set before the first question.
	Post Post
}

type question struct {
	Party
	id string // as JSON
}

// name tells the question apart in all processes.
func (q question) name() string { return q.Caller + "\x00" + q.Session + "\x00" + q.id }

// NewQuestions makes a table without questions.
func NewQuestions() *Questions {
	q := &Questions{
		open: make(map[question]chan json.RawMessage), room: semaphore.NewWeighted(questionBytes), closed: make(chan struct{}),
	}
	q.Close = sync.OnceFunc(func() { close(q.closed) })
	return q
}

// Closed is closed with [Questions.Close].
func (q *Questions) Closed() <-chan struct{} { return q.closed }

// Answer takes a response of a client. One to what was not asked, or not asked of
// this client, is dropped.
func (q *Questions) Answer(p Party, m *Message) {
	if m.Error != nil || len(m.Raw) > longAnswer {
		m.Result = nil
	}
	key := question{p, string(m.ID)}
	switch answer := q.take(key); {
	case answer != nil:
		answer <- m.Result // there is room for the one answer
	case q.Post != nil:
		q.Post.Leave(key.name(), []byte(cmp.Or(string(m.Result), none)))
	}
}

// none stands, between processes, for the answer of a client that answered with an error.
const none = "null"

// take closes a question; nil where it is not open.
func (q *Questions) take(key question) chan<- json.RawMessage {
	q.mu.Lock()
	defer q.mu.Unlock()
	answer := q.open[key]
	delete(q.open, key)
	return answer
}

// collect looks for an answer that came to another process.
func (q *Questions) collect(ctx context.Context, key question) (result json.RawMessage, found bool) {
	if q.Post == nil {
		return nil, false
	}
	switch answer := q.Post.Collect(ctx, key.name()); string(answer) {
	case "":
		return nil, false
	case none:
		return nil, true
	default:
		return answer, true
	}
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
func (q *Questions) wait(ctx context.Context, key question, answer <-chan json.RawMessage) (json.RawMessage, error) {
	late := time.NewTimer(AnswerTime)
	defer late.Stop()
	look := q.lookAgain()
	for {
		select {
		case result := <-answer:
			return result, nil
		case <-q.closed:
			return nil, ErrStopping
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-late.C:
			return nil, ErrUnanswered
		case <-look:
			if result, found := q.collect(ctx, key); found {
				return result, nil
			}
		}
	}
}

// lookAgain says when to look for an answer that came to another process: never
// where none can.
func (q *Questions) lookAgain() <-chan time.Time {
	if q.Post == nil {
		return nil
	}
	return time.Tick(collectEvery)
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
