package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"hexmcp/tools/progress"
	"hexmcp/tools/visible"
)

// waiting shows on a terminal how far a call is, in a line that goes away. Whatever
// else is written to the terminal meanwhile goes through it.
type waiting struct {
	w     io.Writer
	width int
	plain bool // the terminal cannot move its cursor: each line stays

	mu    sync.Mutex
	said  string // by the call, so far
	shown string
}

const (
	lookAgain = time.Second        // a call that is over sooner shows nothing
	clearLine = "\r\x1b[K"         // the cursor is at the start of an empty line
	noWords   = "Waiting for Hex." // before the call has said anything
)

// showProgress shows on a terminal how far the call of the context is, until it is
// told to end. Without a terminal it does nothing.
func (a *app) showProgress(ctx context.Context) (calls context.Context, end func()) {
	terminal, ok := fileOf(a.err) // not its queue: the line must be gone before the answer comes
	if !ok || !isTerminal(terminal) {
		return ctx, func() {}
	}
	s := &waiting{w: terminal, width: widthOf(a.err), plain: !a.obeys(a.err), said: noWords}
	a.err = s
	return s.follow(ctx)
}

// follow shows what is reported, once a second.
func (s *waiting) follow(ctx context.Context) (calls context.Context, end func()) {
	ticking, stop := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.tick(ticking)
	}()
	return progress.With(ctx, s.report), func() {
		stop()
		<-ended
		s.show("")
	}
}

func (s *waiting) tick(ctx context.Context) {
	begun := time.Now()
	ticker := time.NewTicker(lookAgain)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			s.show(fmt.Sprintf("%d s: ", int(time.Since(begun).Seconds())))
		}
	}
}

// report keeps what a tool says.
func (s *waiting) report(done, total float64, message string) {
	if total > 0 {
		message = fmt.Sprintf("%d of %d. %s", int(done), int(total), message)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.said = visible.Text(message)
}

// show shows what was said last behind a text, and nothing without one.
func (s *waiting) show(before string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.plain {
		s.showPlain(before)
		return
	}
	line := ""
	if before != "" {
		line = cut(before+s.said, s.width-1)
	}
	if line != s.shown {
		_, _ = io.WriteString(s.w, clearLine+line) // who sees no progress gets the answer all the same
	}
	s.shown = line
}

// showPlain shows each thing that was said once.
func (s *waiting) showPlain(before string) {
	if before == "" || s.said == s.shown {
		return
	}
	s.shown = s.said
	_, _ = io.WriteString(s.w, before+s.said+"\n") // likewise
}

// Write writes what is not progress, in lines of its own.
func (s *waiting) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	whole := b
	if !s.plain && s.shown != "" {
		whole = bytes.Join([][]byte{[]byte(clearLine), b, []byte(s.shown)}, nil)
	}
	if _, err := s.w.Write(whole); err != nil {
		return 0, err
	}
	return len(b), nil
}

// cut leaves what fits into so many columns.
func cut(text string, columns int) string {
	if runes := []rune(text); len(runes) > columns {
		return string(runes[:max(0, columns)])
	}
	return text
}
