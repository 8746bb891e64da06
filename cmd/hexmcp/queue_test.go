package main

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

// blocked is a writer that takes nothing before its gate is closed.
type blocked struct {
	bytes.Buffer
	gate chan struct{}
}

func (b *blocked) Write(p []byte) (int, error) {
	<-b.gate
	return b.Buffer.Write(p)
}

func TestTheLogDropsLinesAndSaysHowMany(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &blocked{gate: make(chan struct{})}
		q := newQueue(w)
		log := (&config{logFormat: "json"}).logger(q)
		for i := range 2 * queuedLines {
			log.Info("line", "n", i)
			if i == 0 {
				synctest.Wait() // the first is being written
			}
		}
		close(w.gate)
		q.close()
		lines := strings.Split(strings.TrimSpace(w.String()), "\n")
		assert.Len(t, lines, 1+queuedLines+1)
		assert.Contains(t, w.String(), fmt.Sprintf(`"lines":%d`, queuedLines-1))
		log.Info("what comes after the end is lost")
	})
}

func TestTheExitWaitsAMomentForTheLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &blocked{gate: make(chan struct{})}
		q := newQueue(w)
		slog.New(slog.NewTextHandler(q, nil)).Info("last words")
		start := time.Now()
		q.close()
		assert.Equal(t, lastWords, time.Since(start))
		close(w.gate)
	})
	newQueue(io.Discard).close() // nothing was said
}
