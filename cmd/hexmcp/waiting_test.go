package main

import (
	"bytes"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/tools/progress"
)

func TestACallThatTakesLongShowsHowFarItIsAndTakesItAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var seen bytes.Buffer
		s := &waiting{w: &seen, width: 30, said: noWords}
		ctx, end := s.follow(t.Context())
		time.Sleep(1500 * time.Millisecond)
		assert.Equal(t, clearLine+"1 s: Waiting for Hex.", take(&seen))

		progress.Of(ctx)(2, 5, "Looked at two \x1b[2Jprojects that have long names.")
		synctest.Wait()
		assert.Empty(t, seen.String(), "it is shown once a second")
		time.Sleep(time.Second)
		assert.Equal(t, clearLine+"2 s: 2 of 5. Looked at two ⟦U", take(&seen))

		_, err := io.WriteString(s, "a line of the log\n")
		require.NoError(t, err)
		assert.Equal(t, clearLine+"a line of the log\n2 s: 2 of 5. Looked at two ⟦U", take(&seen))

		end()
		assert.Equal(t, clearLine, take(&seen))
		time.Sleep(time.Minute)
		end()
		assert.Empty(t, seen.String())
	})
}

func TestAQuickCallShowsNoProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var seen bytes.Buffer
		_, end := (&waiting{w: &seen, width: 80, said: noWords}).follow(t.Context())
		time.Sleep(time.Second / 2)
		end()
		assert.Empty(t, seen.String())
	})
}

func TestATerminalWithoutACursorGetsALineForEachStep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var seen bytes.Buffer
		_, end := (&waiting{w: &seen, width: 80, plain: true, said: noWords}).follow(t.Context())
		time.Sleep(3500 * time.Millisecond)
		end()
		assert.Equal(t, "1 s: Waiting for Hex.\n", seen.String())
	})
}

// take is what was written until all goroutines wait.
func take(b *bytes.Buffer) string {
	synctest.Wait()
	defer b.Reset()
	return b.String()
}
