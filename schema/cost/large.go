package cost

import (
	"flag"
	"testing"
)

// Large adds an input of many kilobytes to the seeds of a fuzz target, for runs
// that try the seeds alone. To change such inputs would take the fuzzer all of its
// time: it tries each byte of what it finds to make it shorter.
func Large(f *testing.F, input ...any) {
	f.Helper()
	if fuzz := flag.Lookup("test.fuzz"); fuzz == nil || fuzz.Value.String() == "" {
		f.Add(input...)
	}
}
