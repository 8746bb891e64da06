//go:build unix

package watch

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestACommandGetsTheEventOnItsStandardInput(t *testing.T) {
	var out, said strings.Builder
	c := Command{Line: `cat; echo heard >&2`, Limit: time.Minute, Out: &out, Err: &said}
	require.NoError(t, c.Deliver(t.Context(), Event{ID: "run_1_errored", Summary: `$(rm "x") & y`}))
	var e Event
	require.NoError(t, json.Unmarshal([]byte(out.String()), &e))
	assert.Equal(t, `$(rm "x") & y`, e.Summary)
	assert.Equal(t, "heard\n", said.String())
}

func TestACommandThatFailsHasNotTakenTheEvent(t *testing.T) {
	assert.ErrorContains(t, Command{Line: "exit 3", Limit: time.Minute}.Deliver(t.Context(), Event{}), "the command failed: exit status 3")
	assert.NoError(t, Command{Line: "exit 0", Limit: time.Minute}.Deliver(t.Context(), Event{}), "which reads nothing")
}

// All of a command is ended that takes too long, also what the shell has started.
func TestACommandThatTakesTooLongIsEnded(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ended")
	line := `(trap 'echo >` + file + `; exit' TERM; while :; do sleep 0.02; done) & wait`
	err := Command{Line: line, Limit: 200 * time.Millisecond}.Deliver(t.Context(), Event{})
	assert.ErrorContains(t, err, "it took longer than 200ms")
	require.Eventually(t, func() bool { _, err := os.Stat(file); return err == nil }, 5*time.Second, 10*time.Millisecond)
}

// A child that does not heed the signal is ended with the rest, a little later.
func TestNothingIsLeftOfACommandThatDoesNotHeedItsEnd(t *testing.T) {
	file := filepath.Join(t.TempDir(), "alive")
	line := `trap "" TERM; while :; do echo >>` + file + `; sleep 0.01; done`
	err := Command{Line: `(` + line + `) & wait`, Limit: 200 * time.Millisecond}.Deliver(t.Context(), Event{})
	require.ErrorContains(t, err, "it took longer than 200ms")
	size := func() int64 {
		info, err := os.Stat(file)
		require.NoError(t, err)
		return info.Size()
	}
	assert.Eventually(t, func() bool {
		before := size()
		time.Sleep(200 * time.Millisecond)
		return size() == before
	}, 10*time.Second, time.Millisecond)
}

func TestACommandEndsWithTheWatch(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	begun := time.Now()
	assert.Error(t, Command{Line: "sleep 60", Limit: time.Minute}.Deliver(ctx, Event{}))
	assert.Less(t, time.Since(begun), 10*time.Second)
}
