// Package cost bounds the time and memory that one input of a fuzz target may take. An
// input that takes too much of them is as much of a fault as a wrong result.
package cost

import (
	"runtime/metrics"
	"testing"
	"time"
)

// What an input may cost: a base, and an amount for each of its bytes. Time is processor
// time where the system reports it. Memory is all that is allocated, freed or not.
const (
	baseTime   = 500 * time.Millisecond
	perByte    = 10 * time.Microsecond
	baseMemory = 8 << 20 // bytes
	perSize    = 2000    // bytes of memory for a byte of the input
)

// Bound runs f on an input of size bytes, and fails the test if it costs too much. No
// other test may run at the same time, because the costs are those of the process.
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
