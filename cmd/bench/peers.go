package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
)

// servePeer is the argument that makes this program a plain server with mcp-go: with
// the tools and the transport of that library, and encoding/json for the answer.
const servePeer = "serve-mcp-go"

// plainMCPGo serves the calls that are measured, over standard input and output.
func plainMCPGo(args []string) error {
	p := proxy(args[slices.Index(args, "--api-url")+1])
	s := server.NewMCPServer("plain", "1", server.WithToolCapabilities(false))
	for _, r := range []request{small, large} {
		s.AddTool(mcp.NewTool(r.tool, mcp.WithDescription("Asks Hex."), mcp.WithString("groupId")), p.tool(r.path))
	}
	return server.ServeStdio(s)
}

// tool answers with a body of Hex in both forms, as hexmcp does.
func (p proxy) tool(path string) server.ToolHandlerFunc {
	return func(context.Context, mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		body, err := p.get(path)
		if err != nil {
			return nil, err
		}
		envelope := struct {
			Data       json.RawMessage `json:"data"`
			Successful bool            `json:"successful"`
		}{body, true}
		return mcp.NewToolResultJSON(envelope)
	}
}

// peer is a server to compare with, as somebody else would write it.
type peer struct {
	name string
	*bench
}

// peers compares hexmcp with servers that make the same calls but guarantee less: one
// with mcp-go, and one in JavaScript with the official SDK. Node is the path of the
// program that runs the latter. Calls are made in turns, over standard input and output.
func (b *bench) peers(node string) error {
	with := func(program ...string) *bench {
		return &bench{program: program, binary: program[0], upstream: b.upstream}
	}
	all := []peer{{"hexmcp", b}, {"mcp-go", with(os.Args[0], servePeer)}, {"official SDK on Node", with(node, peerScript)}}
	fmt.Fprintln(os.Stdout, "| Over stdio | "+all[0].name+" | "+all[1].name+" | "+all[2].name+" |\n|---|---|---|---|")
	for _, compare := range []func([]peer) error{compareCalls, compareThroughput, compareStarts} {
		if err := compare(all); err != nil {
			return fmt.Errorf("peers: %w", err)
		}
	}
	return nil
}

// peerScript is the server for Node. It lies in the folder of its npm packages.
const peerScript = ".judges/peer.mjs"

// opened starts all peers, for the time of f.
func opened(all []peer, f func([]*pipe) error) error {
	var open []*pipe
	defer func() {
		for _, c := range open {
			c.stop()
		}
	}()
	for _, p := range all {
		c, err := p.pipe()
		if err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		open = append(open, c)
	}
	return f(open)
}

// compareCalls compares the time of calls, and the memory after them.
func compareCalls(all []peer) error {
	return opened(all, func(open []*pipe) error {
		clients := make([]client, len(open))
		for i, c := range open {
			clients[i] = c
		}
		for _, of := range []struct {
			name string
			call request
		}{{"1 KB answer", small}, {"20 KB list", large}} {
			took, err := inTurns(of.call, calls, clients...)
			if err != nil {
				return err
			}
			compared(of.name+", p50", "%.0f µs", microseconds(took))
		}
		peaks := make([]float64, len(open))
		for i, c := range open {
			peaks[i], _ = peak(c.process)
		}
		compared(fmt.Sprintf("peak memory after these %d calls", 2*(calls+warmUp)), "%.0f MiB", peaks)
		return nil
	})
}

// compareThroughput compares calls a second where Hex takes 20 ms.
func compareThroughput(all []peer) error {
	up := all[0].upstream
	if err := up.delay(latency); err != nil {
		return err
	}
	err := opened(all, func(open []*pipe) error {
		rates := make([][]float64, len(open))
		for range rounds {
			for i, c := range open {
				start := time.Now()
				if err := flood(c, small); err != nil {
					return err
				}
				rates[i] = append(rates[i], roundCalls/time.Since(start).Seconds())
			}
		}
		medians := make([]float64, len(open))
		for i := range rates {
			medians[i] = median(rates[i])
		}
		compared(fmt.Sprintf("calls a second, %d in flight, Hex takes 20 ms", inFlight), "%.0f", medians)
		return nil
	})
	return errors.Join(err, up.delay(0))
}

// compareStarts compares how long it takes until initialize is answered.
func compareStarts(all []peer) error {
	took := make([][]time.Duration, len(all))
	for range starts {
		for i, p := range all {
			t, err := p.initialized()
			if err != nil {
				return fmt.Errorf("%s: %w", p.name, err)
			}
			took[i] = append(took[i], t)
		}
	}
	milliseconds := microseconds(medians(took))
	for i := range milliseconds {
		milliseconds[i] /= 1000
	}
	compared("start to `initialize` answered", "%.1f ms", milliseconds)
	return nil
}

func microseconds(all []time.Duration) []float64 {
	values := make([]float64, len(all))
	for i, t := range all {
		values[i] = float64(t.Microseconds())
	}
	return values
}

// compared prints a row of the table.
func compared(figure, format string, values []float64) {
	fmt.Fprint(os.Stdout, "| ", figure)
	for _, v := range values {
		fmt.Fprintf(os.Stdout, " | "+format, v)
	}
	fmt.Fprintln(os.Stdout, " |")
}
