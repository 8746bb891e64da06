// Package cost bounds what one input of a fuzz target may cost: an input that
// takes long, or much memory, is as much of a fault as one that is answered wrongly.
package cost

import (
	"runtime/metrics"
	"testing"
	"time"
)

// What an input may cost: something, and then so much a byte of it. The time is that
// of the processor, where the system tells it, and the memory all that is allocated.
const (
	baseTime   = 500 * time.Millisecond
	perByte    = 10 * time.Microsecond
	baseMemory = 8 << 20
	perSize    = 2000
)

// Bound runs f on an input of so many bytes, and fails the test if it costs too
// much. Nothing else may run beside it.
func Bound(t testing.TB, size int, f func()) {
	t.Helper()
	took, memory := cpuTime(), allocated()
	f()
	took, memory = cpuTime()-took, allocated()-memory
	if most := baseTime + perByte*time.Duration(size); took > most {
		t.Errorf("an input of %d bytes takes %s, more than %s", size, took, most)
	}
	if most := baseMemory + perSize*uint64(size); memory > most { //nolint:gosec // a size is not negative
		t.Errorf("an input of %d bytes takes %d bytes of memory, more than %d", size, memory, most)
	}
}

// allocated is how many bytes the process has allocated so far.
func allocated() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
