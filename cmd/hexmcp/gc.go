package main

import (
	"os"
	"runtime/debug"
)

// The garbage collector rests while the program starts, which takes a quarter
// off the time, and then collects sooner than by default: a sixth less memory
// at the same speed. Whoever sets GOGC decides alone.

func restGC() { setGC(-1) }

func wakeGC() { setGC(50) }

// limitGC lets the garbage collector work harder before what the program has and
// what it does not need any more take a quarter beyond the memory, in MiB, that calls
// may hold. Whoever sets GOMEMLIMIT decides alone.
func limitGC(maxMemory int) {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(int64(maxMemory) << 20 / 4 * 5)
	}
}

func setGC(percent int) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(percent)
	}
}
