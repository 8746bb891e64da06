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

func TestACommandThatTakesTooLongIsEnded(t *testing.T) {
	err := Command{Line: "sleep 60", Limit: 200 * time.Millisecond}.Deliver(t.Context(), Event{})
	assert.ErrorContains(t, err, "it took longer than 200ms")
}

// endOnceItSpeaks runs a command, and ends it when it has written something.
func endOnceItSpeaks(t *testing.T, line string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	require.Error(t, Command{Line: line, Limit: time.Minute, Out: onWrite(cancel)}.Deliver(ctx, Event{}))
}

// onWrite is a writer that is called with each write.
type onWrite func()

func (f onWrite) Write(b []byte) (int, error) {
	f()
	return len(b), nil
}

// All of a command is told to end, also what the shell has started.
func TestWhatACommandHasStartedEndsWithIt(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ended")
	endOnceItSpeaks(t, `(trap 'echo >`+file+`; exit' TERM; echo ready; while :; do sleep 0.02; done) & wait`)
	require.Eventually(t, func() bool { _, err := os.Stat(file); return err == nil }, 5*time.Second, 10*time.Millisecond)
}

// A child that does not heed the signal is ended with the rest, a little later.
func TestNothingIsLeftOfACommandThatDoesNotHeedItsEnd(t *testing.T) {
	file := filepath.Join(t.TempDir(), "alive")
	endOnceItSpeaks(t, `(trap "" TERM; echo >`+file+`; echo ready; while :; do echo >>`+file+`; sleep 0.01; done) & wait`)
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
