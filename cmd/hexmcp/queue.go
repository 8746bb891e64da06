package main

import (
	"bytes"
	"io"
	"sync"
	"sync/atomic"
	"time"
)

// What standard error may be behind: hosts do not always read it, and neither an
// answer nor the exit waits for them.
const (
	queuedLines = 1024
	lastWords   = 250 * time.Millisecond // for what is queued when the program ends

	// pause is the least between two writes. What comes meanwhile is written at once
	// after it: a write for each call is in the way of the next.
	pause    = 2 * time.Millisecond
	maxWrite = 64 << 10 // bytes that are written at once
)

// queue is a writer that never blocks: what it is given is written by a goroutine
// of its own, in order, and dropped where too much waits.
type queue struct {
	w       io.Writer
	lines   chan []byte
	dropped atomic.Int64
	note    atomic.Pointer[func(dropped int64)] // tells how many lines were dropped
	start   sync.Once
	ended   chan struct{} // closed when nothing more comes
	written chan struct{} // closed when all is written
}

func newQueue(w io.Writer) *queue {
	return &queue{w: w, lines: make(chan []byte, queuedLines), ended: make(chan struct{}), written: make(chan struct{})}
}

// Write queues what is one or more whole lines.
func (q *queue) Write(b []byte) (int, error) {
	q.start.Do(func() { go q.drain() })
	select {
	case q.lines <- bytes.Clone(b):
	default:
		q.dropped.Add(1)
	}
	return len(b), nil
}

func (q *queue) drain() {
	defer close(q.written)
	for lines := q.next(); lines != nil; lines = q.next() {
		_, _ = q.w.Write(q.withOthers(lines)) // whoever reads no log need have none
		q.tellDropped()
		select {
		case <-time.After(pause):
		case <-q.ended:
		}
	}
}

// withOthers appends the lines that wait.
func (q *queue) withOthers(lines []byte) []byte {
	for len(lines) < maxWrite {
		select {
		case line := <-q.lines:
			lines = append(lines, line...)
		default:
			return lines
		}
	}
	return lines
}

// next waits for a line, and returns nil after the last one.
func (q *queue) next() []byte {
	select {
	case line := <-q.lines:
		return line
	case <-q.ended:
	}
	select {
	case line := <-q.lines:
		return line
	default:
		return nil
	}
}

func (q *queue) tellDropped() {
	if note := q.note.Load(); note != nil && q.dropped.Load() > 0 {
		(*note)(q.dropped.Swap(0))
	}
}

// close gives what is queued a moment to be written. What calls that were given
// up say after it is lost.
func (q *queue) close() {
	q.start.Do(func() { close(q.written) })
	close(q.ended)
	select {
	case <-q.written:
	case <-time.After(lastWords):
	}
}
