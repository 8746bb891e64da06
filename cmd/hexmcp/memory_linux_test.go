package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// Memory is read from /proc, which other systems do not have. What fills memory comes
// all at once: the program takes not much more than it may, and answers every small
// call, however busy the machine is. TestSoak does it with all that the program takes
// by default.
func TestMemoryIsBoundedWhateverComes(t *testing.T) {
	h := hostility{maxMemory: 128, seconds: 20, answer: 4 << 20, large: 12, batch: 6, unread: 10, sse: 20, long: 20, small: 80}
	_, peak := attacked(t, h, "--max-result-bytes=0")
	assert.LessOrEqual(t, peak, 192)
	peak = attackedOverStdio(t, h)
	assert.LessOrEqual(t, peak, 192)
}

// Whatever Hex answers: what is made of it is counted, too.
func TestMemoryIsBoundedWhateverHexAnswers(t *testing.T) {
	assert.LessOrEqual(t, greedy(t, 128, 1<<20, 64, 1, "--timeout", "6s"), 192)
}
