//go:build !unix

package cost

import "time"

var start = time.Now()

// cpuTime is how long the process has run so far, since the processor time is not known.
func cpuTime() time.Duration { return time.Since(start) }
