package main

import (
	"bytes"
	"io"
	"sync"
	"sync/atomic"
	"time"
)

// Limits of the queue before standard error. Some hosts do not read standard error, and
// neither an answer nor the end of the program may wait for them.
const (
	queuedLines = 1024                   // lines that may wait; further ones are dropped
	lastWords   = 250 * time.Millisecond // how long the end of the program waits for the queue

	// pause is the least time between two writes. Lines that come meanwhile are
	// written together after it, because a write for each call would delay the next call.
	pause    = 2 * time.Millisecond
	maxWrite = 64 << 10 // bytes after which no further line is added to a write
)

// queue is a writer that never blocks. A goroutine of its own writes what it is given,
// in order. Lines that do not fit into the queue are dropped.
type queue struct {
	w       io.Writer
	lines   chan []byte
	dropped atomic.Int64
	note    atomic.Pointer[func(dropped int64)] // logs how many lines were dropped
	start   sync.Once
	ended   chan struct{} // closed when nothing more comes
	written chan struct{} // closed when all is written
}

func newQueue(w io.Writer) *queue {
	return &queue{w: w, lines: make(chan []byte, queuedLines), ended: make(chan struct{}), written: make(chan struct{})}
}

// Write queues one or more whole lines. It never fails.
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
		_, _ = q.w.Write(q.withOthers(lines)) // an error means that nobody reads the log, which does not matter
		q.tellDropped()
		select {
		case <-time.After(pause):
		case <-q.ended:
		}
	}
}

// withOthers appends the lines that wait in the queue.
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

// close waits until the queue is written, but not longer than lastWords. Lines of calls
// that still run after it are lost.
func (q *queue) close() {
	q.start.Do(func() { close(q.written) })
	close(q.ended)
	select {
	case <-q.written:
	case <-time.After(lastWords):
	}
}
