package cost

import (
	"flag"
	"testing"
)

// Large adds an input of many kilobytes to the seeds of a fuzz target, but only when
// just the seeds are run. While fuzzing, such an input would take all of the time,
// because the fuzzer tries to remove each byte of an input that it finds interesting.
func Large(f *testing.F, input ...any) {
	f.Helper()
	if fuzz := flag.Lookup("test.fuzz"); fuzz == nil || fuzz.Value.String() == "" {
		f.Add(input...)
	}
}
