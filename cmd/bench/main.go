// Bench prints how fast and how large the built binary is, as a Markdown table.
// Most times are ratios: the same request is made in turns by hexmcp and by something
// to compare with, the floor or net/http itself, so that a busy machine slows both.
//
//	go run ./cmd/bench [bin/hexmcp [what is measured...]]
//	go run ./cmd/bench bin/hexmcp peers NODE
package main

import (
	"cmp"
	"fmt"
	"io"
	"log"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"
)

// latency is how long Hex takes to answer where it is meant to be far away.
const latency = 20 * time.Millisecond

// serveUpstream is the argument that makes this program the upstream, which stands in for
// Hex.
const serveUpstream = "serve-upstream"

func main() {
	var err error
	switch args := os.Args[1:]; {
	case len(args) == 0:
		err = run("bin/hexmcp", nil)
	case args[0] == serveUpstream:
		err = serve()
	case args[0] == serveFloor:
		err = floor(args[1:])
	case args[0] == servePeer:
		err = plainMCPGo(args[1:])
	default:
		err = run(args[0], args[1:])
	}
	if err != nil {
		log.Fatal(err)
	}
}

// measures are what is measured, in the order of the table.
var measures = []struct {
	name    string
	measure func(*bench) error
}{
	{"ratios", (*bench).ratios},
	{"processor", (*bench).processorTime},
	{"throughput", (*bench).throughputs},
	{"start", (*bench).start},
	{"memory", (*bench).memory},
	{"long", (*bench).longAnswer},
	{"search", (*bench).search},
	{"sizes", (*bench).sizes},
}

// run measures a binary: the wanted measures, or all if there are none.
func run(binary string, wanted []string) error {
	u, err := startUpstream()
	if err != nil {
		return fmt.Errorf("upstream: %w", err)
	}
	defer u.stop()
	b := &bench{program: []string{binary}, binary: binary, upstream: u}
	if len(wanted) == 2 && wanted[0] == "peers" {
		return b.peers(wanted[1])
	}
	for _, m := range measures {
		if len(wanted) > 0 && !slices.Contains(wanted, m.name) {
			continue
		}
		if err := m.measure(b); err != nil {
			return err
		}
	}
	b.print(os.Stdout)
	if len(wanted) == 0 {
		printDefinitions(os.Stdout)
	}
	return nil
}

// bench measures one binary, and collects the table.
type bench struct {
	program  []string // what is launched
	binary   string
	upstream *upstream
	rows     []row
}

// row is one figure and what it should be.
type row struct {
	figure   string
	measured float64
	target   float64
	format   string // format of both numbers
	atLeast  bool   // the target is a lower bound
	note     string // how it was measured
}

func (b *bench) add(r row) { b.rows = append(b.rows, r) }

// print writes the table, and how it was measured.
func (b *bench) print(w io.Writer) {
	fmt.Fprintln(w, "| Figure | Measured | Goal | |")
	fmt.Fprintln(w, "|---|---|---|---|")
	for _, r := range b.rows {
		fmt.Fprintln(w, r)
	}
	fmt.Fprintf(w, "\n%s, %d × %s, %s/%s, %s. p50 of %d calls in turns with those through the floor, a proxy with no framework and no checks, and direct ones, after %d that do not count; throughput: median of %d rounds of %d calls; starts: median of %d; search: median of %d.\n",
		runtime.Version(), runtime.NumCPU(), cpuName(), runtime.GOOS, runtime.GOARCH, time.Now().UTC().Format("2 January 2006"),
		calls, warmUp, rounds, roundCalls, starts, searches)
}

func (r row) String() string {
	sign := "≤"
	if r.atLeast {
		sign = "≥"
	}
	measured := fmt.Sprintf(r.format, r.measured)
	if r.measured != r.target && (r.measured > r.target) != r.atLeast {
		measured = "**" + measured + "**" // missed
	}
	return fmt.Sprintf("| %s | %s | %s %s | %s |", r.figure, measured, sign, fmt.Sprintf(r.format, r.target), r.note)
}

// cpuName is the name of the processor, if the system reports it.
func cpuName() string {
	b, _ := os.ReadFile("/proc/cpuinfo") // there on Linux only
	_, rest, _ := strings.Cut(string(b), "model name")
	line, _, _ := strings.Cut(rest, "\n")
	return cmp.Or(strings.TrimSpace(strings.TrimLeft(line, "\t :")), "unknown processor")
}
