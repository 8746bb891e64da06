package main

import (
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/tools/progress"
)

func TestACallThatTakesLongShowsHowFarItIsAndTakesItAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		seen := new(watchedScreen)
		s := &waiting{w: seen, width: 30, said: noWords}
		ctx, end := s.follow(t.Context())
		time.Sleep(1500 * time.Millisecond)
		assert.Equal(t, clearLine+"1 s: Waiting for Hex.", seen.take())

		progress.Of(ctx)(2, 5, "Looked at two \x1b[2Jprojects that have long names.")
		assert.Empty(t, seen.take(), "it is shown once a second")
		time.Sleep(time.Second)
		assert.Equal(t, clearLine+"2 s: 2 of 5. Looked at two ⟦U", seen.take())

		_, err := io.WriteString(s, "a line of the log\n")
		require.NoError(t, err)
		assert.Equal(t, clearLine+"a line of the log\n2 s: 2 of 5. Looked at two ⟦U", seen.take())

		end()
		assert.Equal(t, clearLine, seen.take())
		time.Sleep(time.Minute)
		end()
		assert.Empty(t, seen.take())
	})
}

func TestAQuickCallShowsNoProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		seen := new(watchedScreen)
		_, end := (&waiting{w: seen, width: 80, said: noWords}).follow(t.Context())
		time.Sleep(time.Second / 2)
		end()
		assert.Empty(t, seen.take())
	})
}

func TestATerminalWithoutACursorGetsALineForEachStep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		seen := new(watchedScreen)
		_, end := (&waiting{w: seen, width: 80, plain: true, said: noWords}).follow(t.Context())
		time.Sleep(3500 * time.Millisecond)
		end()
		assert.Equal(t, "1 s: Waiting for Hex.\n", seen.take())
	})
}

// watchedScreen is a terminal that a test may look at while it is written to.
type watchedScreen struct {
	mu   sync.Mutex
	text strings.Builder
}

func (s *watchedScreen) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(b)
}

// take is what was written since the last time.
func (s *watchedScreen) take() string {
	synctest.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.text.Reset()
	return s.text.String()
}
