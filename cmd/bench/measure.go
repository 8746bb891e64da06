package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	"hexmcp/tools"
)

// How often each thing is measured.
const (
	warmUp     = 100
	calls      = 3000 // of each kind without latency
	slowCalls  = 100  // of each kind that takes long
	inFlight   = 64
	rounds     = 5
	roundCalls = 2048
	starts     = 41
	searches   = 5
	many       = 1000 // calls for the figures of memory
)

// transports starts a server over stdio and one over HTTP, for the time of f.
func (b *bench) transports(f func(stdio *pipe, http *web) error) error {
	stdio, err := b.pipe()
	if err != nil {
		return err
	}
	defer stdio.stop()
	http, err := b.web()
	if err != nil {
		return err
	}
	defer http.stop()
	return f(stdio, http)
}

func (b *bench) throughputs() error {
	if err := b.upstream.delay(latency); err != nil {
		return err
	}
	err := b.transports(func(stdio *pipe, http *web) error {
		d := b.direct()
		direct := func() error { return atOnce(d, small, roundCalls, inFlight) }
		events, err := http.events()
		if err != nil {
			return err
		}
		for _, transport := range []struct {
			name    string
			through func() error
		}{
			{"stdio", func() error { return flood(stdio, small) }},
			{"Streamable HTTP", func() error { return atOnce(http, small, roundCalls, inFlight) }},
			{"SSE", func() error { return flood(events, small) }},
		} {
			if err := b.throughput(transport.name, direct, transport.through); err != nil {
				return err
			}
		}
		return nil
	})
	return errors.Join(err, b.upstream.delay(0))
}

func (b *bench) throughput(transport string, direct, through func() error) error {
	var shares []float64
	var best time.Duration
	for range rounds {
		var took [2]time.Duration
		for i, f := range []func() error{direct, through} {
			start := time.Now()
			if err := f(); err != nil {
				return fmt.Errorf("%s, throughput: %w", transport, err)
			}
			took[i] = time.Since(start)
		}
		shares = append(shares, quotient(took[0], took[1]))
		best = took[1]
	}
	b.add(row{
		figure:   fmt.Sprintf("%s, throughput at %d in flight and 20 ms, share of direct", transport, inFlight),
		measured: median(shares), target: 0.92, format: "%.2f", atLeast: true,
		note: fmt.Sprintf("%.0f calls/s", roundCalls/best.Seconds()),
	})
	return nil
}

// atOnce makes n requests, of which at most limit are under way.
func atOnce(c client, r request, n, limit int) error {
	var g errgroup.Group
	g.SetLimit(limit)
	for range n {
		g.Go(func() error { return c.do(r) })
	}
	return g.Wait()
}

// duplex is a client whose answers come in a stream of their own.
type duplex interface {
	send(r request) error
	receive(want string) error
	stop()
}

// flood keeps inFlight calls under way: each answer makes room for one.
func flood(c duplex, r request) error {
	room := make(chan struct{}, inFlight)
	sent := make(chan error, 1)
	go func() {
		for range roundCalls {
			room <- struct{}{}
			if err := c.send(r); err != nil {
				sent <- err
				c.stop() // or its answer would be waited for
				return
			}
		}
		sent <- nil
	}()
	for range roundCalls {
		if err := c.receive(succeeded); err != nil {
			return errors.Join(err, <-sent)
		}
		<-room
	}
	return <-sent
}

func (b *bench) memory() error {
	return b.transports(func(stdio *pipe, http *web) error {
		for range many / 2 {
			for _, r := range []request{small, large} {
				if err := stdio.do(r); err != nil {
					return fmt.Errorf("memory: %w", err)
				}
			}
		}
		b.addPeak(fmt.Sprintf("peak memory after %d calls, half of them lists", many), stdio.process, 40)
		if err := b.upstream.hold(many); err != nil {
			return err
		}
		if err := atOnce(http, large, many, many); err != nil {
			return fmt.Errorf("memory: %w", err)
		}
		b.addPeak(fmt.Sprintf("peak memory at %d lists in flight over HTTP", many), http.process, 80)
		return nil
	})
}

var peakLine = regexp.MustCompile(`VmHWM:\s+(\d+) kB`)

// addPeak adds the peak memory of a process, if the system reports it.
func (b *bench) addPeak(figure string, p *process, target float64) {
	if mib, ok := peak(p); ok {
		b.add(row{figure: figure, measured: mib, target: target, format: "%.1f MiB"})
	}
}

// peak is the peak memory of a process, and whether the system reports it.
func peak(p *process) (mib float64, ok bool) {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.Process.Pid)) // there on Linux only
	m := peakLine.FindSubmatch(status)
	if m == nil {
		return 0, false
	}
	kib, err := strconv.ParseFloat(string(m[1]), 64)
	return kib / 1024, err == nil
}

func (b *bench) sizes() error {
	info, err := os.Stat(b.binary)
	if err != nil {
		return err
	}
	total := 0
	for _, a := range tools.OnByDefault() {
		total += a.DefinitionSize()
	}
	b.add(row{figure: "definitions that a model sees", measured: float64(total), target: 40_000, format: "%.0f bytes"})
	b.add(row{figure: "stripped binary", measured: float64(info.Size()) / 1e6, target: 20, format: "%.1f MB"})
	return nil
}

func printDefinitions(w io.Writer) {
	fmt.Fprintln(w, "\n| Tool | Bytes |")
	fmt.Fprintln(w, "|---|---|")
	for _, a := range tools.OnByDefault() {
		fmt.Fprintf(w, "| %s | %d |\n", a.Name, a.DefinitionSize())
	}
}
