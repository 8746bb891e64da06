package watch

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// mortal is a watch that is killed at some step: before or after a delivery is
// done, before or after the state is written. What comes after has no effect, as
// that of a process that is gone.
type mortal struct {
	steps int // until it is killed; 0 for never
	kill  context.CancelFunc
	dead  bool

	told  []Event
	state []byte
}

// dies takes a step.
func (m *mortal) dies() bool {
	if m.steps--; m.steps == 0 {
		m.dead = true
		m.kill()
	}
	return m.dead
}

func (m *mortal) deliver(_ context.Context, e Event) error {
	if m.dies() {
		return errKilled
	}
	m.told = append(m.told, e)
	if m.dies() {
		return errKilled
	}
	return nil
}

func (m *mortal) save(state []byte) error {
	if m.dies() {
		return errKilled
	}
	m.state = state
	if m.dies() {
		return errKilled
	}
	return nil
}

// live watches for some time, from the state that was saved last.
func (m *mortal) live(t *testing.T, o Options, how time.Duration) {
	ctx, cancel := context.WithTimeout(t.Context(), how)
	defer cancel()
	m.kill, m.dead = cancel, false
	o.Deliver, o.Save, o.State = m.deliver, m.save, m.state
	if err := Run(ctx, o); !m.dead {
		require.NoError(t, err)
	}
}

// through lives through what happens in a workspace, killed after some steps and
// started again a while later. It says whether it was killed.
func through(t *testing.T, steps int) (told []Event, killed bool) {
	bubble(t, func(t *testing.T) {
		w := open(t)
		o := w.options(t)
		go w.life(t)
		m := &mortal{steps: steps}
		m.live(t, o, 14*time.Minute)
		killed = m.dead
		if killed {
			time.Sleep(20 * time.Second)
			o.Since = time.Now() // as a program that is started anew says
			m.live(t, o, 14*time.Minute)
		}
		told = m.told
	})
	return told, killed
}

func TestAWatchThatIsKilledAnywhereLosesNothing(t *testing.T) {
	whole, killed := through(t, 0)
	require.False(t, killed)
	require.Len(t, ids(whole), len(whole), "nothing twice where nothing is killed")
	require.Len(t, whole, 10, "%v", types(whole))
	for steps := 1; ; steps++ {
		told, killed := through(t, steps)
		assert.Equal(t, ids(whole), ids(told), "killed at step %d", steps)
		assert.LessOrEqual(t, len(told), len(whole)+1, "killed at step %d", steps)
		if !killed {
			require.Greater(t, steps, 4*len(whole), "each event has four steps")
			return
		}
	}
}
