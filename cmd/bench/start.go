package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// start compares the start of the server, and one call from a shell, with a Go
// program that prints one line.
func (b *bench) start() error {
	folder, err := os.MkdirTemp("", "bench")
	if err != nil {
		return fmt.Errorf("start: %w", err)
	}
	defer os.RemoveAll(folder)
	hello, err := buildHello(folder)
	if err != nil {
		return fmt.Errorf("start: %w", err)
	}
	took := make([][]time.Duration, 3)
	for range starts {
		for i, run := range []func() (time.Duration, error){hello, b.initialized, b.called} {
			t, err := run()
			if err != nil {
				return fmt.Errorf("start: %w", err)
			}
			took[i] = append(took[i], t)
		}
	}
	b.addStarts(medians(took))
	return nil
}

func (b *bench) addStarts(took []time.Duration) {
	for i, r := range []row{
		{figure: "cold start to `initialize` answered, ÷ a Go program that prints one line", target: 5},
		{figure: "`hexmcp call --demo`, ÷ the same", target: 8},
	} {
		r.measured, r.format = quotient(took[i+1], took[0]), "%.1f"
		r.note = fmt.Sprintf("%.1f ÷ %.1f ms", took[i+1].Seconds()*1000, took[0].Seconds()*1000)
		b.add(r)
	}
}

// buildHello builds the program that prints one line, and returns how to time it.
func buildHello(folder string) (run func() (time.Duration, error), err error) {
	program := filepath.Join(folder, "hello")
	build := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", program, "./cmd/bench/hello")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if said, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build hello: %w: %s", err, said)
	}
	return func() (time.Duration, error) { return ended(exec.Command(program)) }, nil
}

// initialized is how long the server takes to answer initialize.
func (b *bench) initialized() (time.Duration, error) {
	begin := time.Now()
	c, err := b.pipe()
	if err != nil {
		return 0, err
	}
	took := time.Since(begin)
	c.stop()
	return took, nil
}

// called is how long one hexmcp call takes from start to end.
func (b *bench) called() (time.Duration, error) {
	return ended(exec.Command(b.binary, "call", "--demo", large.tool))
}

// ended is how long a program takes from its start to its end.
func ended(program *exec.Cmd) (time.Duration, error) {
	begin := time.Now()
	err := program.Run()
	return time.Since(begin), err
}
