package progress

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

type said struct {
	done, total float64
	message     string
}

func heardBy(heard *[]said) Report {
	return func(done, total float64, message string) { *heard = append(*heard, said{done, total, message}) }
}

func TestProgressReachesWhoeverAskedForIt(t *testing.T) {
	var heard []said
	ctx := With(t.Context(), heardBy(&heard))
	assert.True(t, IsWanted(ctx))
	Of(ctx)(1, 2, "half")
	assert.Equal(t, []said{{1, 2, "half"}}, heard)
}

func TestProgressThatNobodyWantsIsDropped(t *testing.T) {
	assert.False(t, IsWanted(t.Context()))
	assert.NotPanics(t, func() { Of(t.Context())(1, 2, "nobody listens") })
	_, steps := Count(t.Context())
	assert.NotPanics(t, func() { steps.Step("nobody listens") })
}

func TestWhatHappensBetweenTwoStepsIsLessThanOne(t *testing.T) {
	var heard []said
	ctx, steps := Count(With(t.Context(), heardBy(&heard)))
	steps.Expect(3)
	steps.Step("first")
	for n := range 100 {
		Of(ctx)(float64(n), 0, "waits")
	}
	steps.Step("second")
	last := 0.0
	for _, h := range heard {
		assert.Greater(t, h.done, last, "progress must grow")
		assert.Equal(t, 3.0, h.total)
		last = h.done
	}
	assert.Equal(t, said{2, 3, "second"}, heard[len(heard)-1])
}
