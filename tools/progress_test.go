package tools

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestProgressReachesWhoeverAskedForIt(t *testing.T) {
	var said []string
	ctx := WithProgress(t.Context(), func(_, _ float64, message string) { said = append(said, message) })
	Progress(ctx)(1, 2, "half")
	assert.Equal(t, []string{"half"}, said)
}

func TestProgressThatNobodyWantsIsDropped(t *testing.T) {
	assert.NotPanics(t, func() { Progress(t.Context())(1, 2, "nobody listens") })
}
