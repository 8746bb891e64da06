package rpc

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
)

// Two requests that ask for the same may come at once.
func TestWhatIsBegunManyTimesAtOnceGoesOnOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := NewConnection(t.Context(), nil)
		var going atomic.Int32
		for range 2000 {
			go c.Begin(t.Context(), "follow", func(ctx context.Context) {
				going.Add(1)
				<-ctx.Done()
				going.Add(-1)
			})
		}
		synctest.Wait()
		assert.EqualValues(t, 1, going.Load())
		c.End("follow")
		synctest.Wait()
		assert.Zero(t, going.Load())
		c.Close()
	})
}
