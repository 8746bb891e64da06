package server

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func BenchmarkStdioCall1KB(b *testing.B)  { benchmarkStdio(b, 1<<10) }
func BenchmarkStdioCall20KB(b *testing.B) { benchmarkStdio(b, 20<<10) }

// benchmarkStdio measures one call after the other through pipes.
func benchmarkStdio(b *testing.B, size int) {
	s := New(Info{Name: "bench", Version: "1"}, []Tool{sized("list", size)}, Options{})
	inR, inW := io.Pipe()
	outR, outW := io.Pipe()
	done := make(chan error, 1)
	go func() { done <- s.ServeStdio(b.Context(), inR, outW) }()
	out := bufio.NewReaderSize(outR, 128<<10)
	call := []byte(toolCall(1, "list") + "\n")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := inW.Write(call); err != nil {
			b.Fatal(err)
		}
		line, err := out.ReadSlice('\n')
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(len(line)))
	}
	inW.Close()
	require.NoError(b, <-done)
}

func BenchmarkHTTPCall1KB(b *testing.B)  { benchmarkHTTP(b, 1<<10) }
func BenchmarkHTTPCall20KB(b *testing.B) { benchmarkHTTP(b, 20<<10) }

// benchmarkHTTP measures the handler alone: net/http's own share is the same
// for every server.
func benchmarkHTTP(b *testing.B, size int) {
	h := New(Info{Name: "bench", Version: "1"}, []Tool{sized("list", size)}, Options{}).Handler(HTTPOptions{})
	body := toolCall(1, "list")
	b.ReportAllocs()
	for b.Loop() {
		w := &discard{header: make(http.Header)}
		h.ServeHTTP(w, localRequest(body))
		if w.status != http.StatusOK {
			b.Fatal(w.status)
		}
	}
}

// discard is a response that nobody reads.
type discard struct {
	header http.Header
	status int
}

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) WriteHeader(status int)      { d.status = status }
func (d *discard) Write(b []byte) (int, error) { return len(b), nil }

func BenchmarkEncode(b *testing.B) {
	s := New(Info{Name: "bench", Version: "1"}, []Tool{sized("list", 20<<10)}, Options{})
	m, _ := parse([]byte(toolCall(1, "list")))
	result, f := s.handle(b.Context(), newCall(m, nil, nil), m)
	require.Nil(b, f)
	b.ReportAllocs()
	for b.Loop() {
		buf := getBuffer()
		*buf = s.appendAnswer(*buf, m.ID, result, nil)
		b.SetBytes(int64(len(*buf)))
		putBuffer(buf)
	}
}

// Allocations are what a slow change shows in first, and unlike times they do
// not depend on the machine.
func TestACallAllocatesLittle(t *testing.T) {
	s := New(Info{Name: "bench", Version: "1"}, []Tool{sized("list", 20<<10)}, Options{})
	var in strings.Builder
	const calls = 200
	for i := range calls {
		in.WriteString(toolCall(i, "list") + "\n")
	}
	perCall := testing.AllocsPerRun(5, func() {
		var out bytes.Buffer
		out.Grow(64 << 10 * calls)
		if err := s.ServeStdio(t.Context(), strings.NewReader(in.String()), &out); err != nil {
			t.Error(err)
		}
	}) / calls
	assert.LessOrEqual(t, perCall, 30.0)
}
