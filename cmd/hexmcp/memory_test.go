package main

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
)

// What fills memory comes all at once: the program takes not much more than it may,
// and answers every small call. TestSoak does it with all that the program takes by
// default.
func TestMemoryIsBoundedWhateverComes(t *testing.T) {
	if _, err := os.Stat("/proc/self/status"); err != nil {
		t.Skip("memory is read from /proc, which this system does not have")
	}
	h := hostility{maxMemory: 128, seconds: 10, answer: 4 << 20, large: 12, batch: 6, unread: 10, sse: 20, long: 20, small: 80}
	_, peak := attacked(t, h, "--max-result-bytes=0")
	assert.LessOrEqual(t, peak, 192)
	peak = attackedOverStdio(t, h)
	assert.LessOrEqual(t, peak, 192)
}
