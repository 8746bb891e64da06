package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"time"
)

// bare is a bench that measures the floor instead of the binary.
func (b *bench) bare() *bench {
	bare := *b
	bare.program = []string{os.Args[0], serveFloor}
	return &bare
}

func (b *bench) ratios() error {
	return b.transports(func(stdio *pipe, http *web) error {
		return b.bare().transports(func(bareStdio *pipe, bareHTTP *web) error {
			return errors.Join(
				b.ratio("stdio, 1 KB answer", small, 1.10, stdio, bareStdio),
				b.ratio("stdio, 20 KB list", large, 1.10, stdio, bareStdio),
				b.ratio("Streamable HTTP, 1 KB answer", small, 1.08, http, bareHTTP),
				b.ratio("Streamable HTTP, 20 KB list", large, 1.08, http, bareHTTP),
			)
		})
	})
}

// ratio compares a call with the same one through the floor, in turns with the
// same request made directly.
func (b *bench) ratio(figure string, r request, target float64, c, floor client) error {
	d := b.direct()
	took, err := inTurns(r, calls, d, c, floor)
	if err != nil {
		return fmt.Errorf("%s: %w", figure, err)
	}
	if err := b.upstream.delay(latency); err != nil {
		return err
	}
	slow, err := inTurns(r, slowCalls, d, c)
	if err := errors.Join(err, b.upstream.delay(0)); err != nil {
		return fmt.Errorf("%s: %w", figure, err)
	}
	b.add(row{
		figure: figure + ", p50 ÷ floor", measured: quotient(took[1], took[2]), target: target, format: "%.2f",
		note: fmt.Sprintf("%d ÷ %d µs; %.2f of direct, %.2f at 20 ms", took[1].Microseconds(), took[2].Microseconds(),
			quotient(took[1], took[0]), quotient(slow[1], slow[0])),
	})
	return nil
}

func quotient(a, b time.Duration) float64 { return float64(a) / float64(b) }

// inTurns makes n requests by each client, in turns, and returns the median time of each
// client. Some requests before these do not count.
func inTurns(r request, n int, clients ...client) ([]time.Duration, error) {
	took := make([][]time.Duration, len(clients))
	for turn := range warmUp + n {
		for i, c := range clients {
			t, err := timed(c, r)
			if err != nil {
				return nil, err
			}
			if turn >= warmUp {
				took[i] = append(took[i], t)
			}
		}
	}
	return medians(took), nil
}

func medians(took [][]time.Duration) []time.Duration {
	all := make([]time.Duration, len(took))
	for i := range took {
		all[i] = median(took[i])
	}
	return all
}

func median[T time.Duration | float64](all []T) T {
	slices.Sort(all)
	return all[len(all)/2]
}

// processorTime compares the processor time of a call: that of the whole process,
// without its start.
func (b *bench) processorTime() error {
	var took [2]time.Duration
	for i, b := range []*bench{b, b.bare()} {
		var err error
		if took[i], err = b.processorTimeOfACall(); err != nil {
			return fmt.Errorf("processor time: %w", err)
		}
	}
	b.add(row{
		figure: "processor time of a 20 KB list over stdio, ÷ floor", measured: quotient(took[0], took[1]), target: 1.3, format: "%.2f",
		note: fmt.Sprintf("%d ÷ %d µs", took[0].Microseconds(), took[1].Microseconds()),
	})
	return nil
}

func (b *bench) processorTimeOfACall() (time.Duration, error) {
	var took [2]time.Duration
	for i, n := range []int{warmUp, warmUp + calls} {
		c, err := b.pipe()
		if err != nil {
			return 0, err
		}
		for range n {
			if err := c.do(large); err != nil {
				return 0, err
			}
		}
		c.stop()
		took[i] = c.ProcessState.UserTime() + c.ProcessState.SystemTime()
	}
	return (took[1] - took[0]) / calls, nil
}

// longAnswer compares an answer of 400 KB with the same request made directly.
func (b *bench) longAnswer() error {
	c, err := b.pipe()
	if err != nil {
		return err
	}
	defer c.stop()
	took, err := inTurns(long, slowCalls, b.direct(), c)
	if err != nil {
		return fmt.Errorf("long answer: %w", err)
	}
	b.addDirect("stdio, 400 KB answer, no size budget", took)
	return nil
}

// search compares a search over 2,000 projects with the same requests made
// directly. Each search has a process of its own: another within a minute would
// find the projects in memory.
func (b *bench) search() error {
	took := make([][]time.Duration, 2)
	for range searches {
		direct, err := timed(&pages{b.direct()}, search)
		if err != nil {
			return fmt.Errorf("search: %w", err)
		}
		c, err := b.pipe()
		if err != nil {
			return err
		}
		through, err := timed(c, search)
		c.stop()
		if err != nil {
			return fmt.Errorf("search: %w", err)
		}
		took[0], took[1] = append(took[0], direct), append(took[1], through)
	}
	b.addDirect("stdio, search over 2,000 projects", medians(took))
	return nil
}

func (b *bench) addDirect(figure string, took []time.Duration) {
	b.add(row{
		figure: figure + ", p50 ÷ direct", measured: quotient(took[1], took[0]), target: 1.2, format: "%.2f",
		note: fmt.Sprintf("%.1f ÷ %.1f ms", took[1].Seconds()*1000, took[0].Seconds()*1000),
	})
}
