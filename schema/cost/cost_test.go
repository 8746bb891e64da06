package cost

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// recorder stands in for a test and only records whether it failed.
type recorder struct {
	testing.TB
	failed bool
}

func (*recorder) Helper()                 {}
func (r *recorder) Errorf(string, ...any) { r.failed = true }

func failed(size int, f func()) bool {
	r := &recorder{}
	Bound(r, size, f)
	return r.failed
}

var sink []byte

func TestWhatCostsTooMuchFails(t *testing.T) {
	assert.False(t, failed(1, func() {}))
	takeMemory := func() { sink = make([]byte, 2*baseMemory) }
	assert.True(t, failed(1, takeMemory))
	assert.False(t, failed(2*baseMemory/perSize, takeMemory), "a longer input may take more")
	compute := func() {
		for begin := cpuTime(); cpuTime()-begin < baseTime+10*time.Millisecond; {
		}
	}
	assert.True(t, failed(1, compute))
	assert.False(t, failed(100_000, compute), "a longer input may take longer")
}
