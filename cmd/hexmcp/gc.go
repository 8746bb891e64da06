package main

import (
	"os"
	"runtime"
	"runtime/debug"
)

// This file tunes the garbage collector. It is off while the program starts, which makes
// the start a quarter shorter. Afterwards it runs earlier than by default, which takes a
// sixth less memory at the same speed. If GOGC is set, nothing of this is done.

// ballast is memory that the collector counts as used. It is never written, so the
// system provides no memory for it. The collector runs whenever the heap has grown by
// half (see percent): with the ballast every six megabytes and not every two, so that
// calls of 20 KB cost a third less processor time. In a large heap it makes no difference.
type ballast []byte

const ballastSize = 8 << 20 // bytes

// restGC switches the collector off. The caller must keep the ballast alive for as long
// as it is to have an effect.
func restGC() ballast {
	setGC(-1)
	return make(ballast, ballastSize)
}

// wakeGC switches the collector on. At percent it would run at once, during the first
// answer, because it has not run since the start. So it gets a higher target, untilFirst,
// until the heap has grown by a few megabytes. The cleanup of an unreachable object is
// called after the first run, and sets percent.
func wakeGC() {
	setGC(untilFirst)
	runtime.AddCleanup(new([64]byte), setGC, percent)
}

const (
	percent    = 50  // GOGC after the first run
	untilFirst = 400 // GOGC until then: percent of the least heap, four megabytes; half of that is the ballast
)

func setGC(percent int) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(percent)
	}
}
