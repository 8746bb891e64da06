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

// waiting shows on a terminal how far a call is, in a line that is removed at the end.
// Everything else that is written to the terminal meanwhile must go through it.
type waiting struct {
	w     io.Writer
	width int  // columns of the terminal
	plain bool // the terminal cannot move its cursor, so that lines cannot be removed

	mu    sync.Mutex
	said  string // the last message of the call
	shown string // the line on the terminal; if plain, the last message that was shown
}

const (
	lookAgain = time.Second        // time between two lines; a shorter call shows none
	clearLine = "\r\x1b[K"         // moves the cursor to the start of the line and clears the line
	noWords   = "Waiting for Hex." // shown until the call reports something
)

// showProgress shows on a terminal how far the call with the returned context is, until
// end is called. Without a terminal it does nothing.
func (a *app) showProgress(ctx context.Context) (calls context.Context, end func()) {
	terminal, ok := fileOf(a.err) // not through the queue, because the line must be gone before the answer is printed
	if !ok || !isTerminal(terminal) {
		return ctx, func() {}
	}
	s := &waiting{w: terminal, width: widthOf(a.err), plain: !a.obeys(a.err), said: noWords}
	a.err = s
	return s.follow(ctx)
}

// follow shows once a second what the call has reported.
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

// report keeps a message of the call.
func (s *waiting) report(done, total float64, message string) {
	if total > 0 {
		message = fmt.Sprintf("%d of %d. %s", int(done), int(total), message)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.said = visible.Text(message)
}

// show shows the last message after the text before. If that is empty it removes the line.
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
		_, _ = io.WriteString(s.w, clearLine+line) // an error only costs the progress, not the answer
	}
	s.shown = line
}

// showPlain shows each message once, on a line that stays.
func (s *waiting) showPlain(before string) {
	if before == "" || s.said == s.shown {
		return
	}
	s.shown = s.said
	_, _ = io.WriteString(s.w, before+s.said+"\n") // an error does not matter here either
}

// Write writes other output, such as the log, above the line of progress.
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

// cut shortens a text to the given number of columns.
func cut(text string, columns int) string {
	if runes := []rune(text); len(runes) > columns {
		return string(runes[:max(0, columns)])
	}
	return text
}
