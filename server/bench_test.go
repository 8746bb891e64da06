package server_test

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/server"
	"hexmcp/server/internal/servertest"
	"hexmcp/server/rpc"
	"hexmcp/server/stdio"
	"hexmcp/server/stream"
	"hexmcp/server/web"
)

func BenchmarkStdioCall1KB(b *testing.B)  { benchmarkStdio(b, 1<<10) }
func BenchmarkStdioCall20KB(b *testing.B) { benchmarkStdio(b, 20<<10) }

// benchmarkStdio measures one call after the other through pipes.
func benchmarkStdio(b *testing.B, size int) {
	s := server.New(server.Info{Name: "bench", Version: "1"}, []server.Tool{servertest.Sized("list", size)}, server.Options{})
	inR, inW := io.Pipe()
	outR, outW := io.Pipe()
	done := make(chan error, 1)
	go func() { done <- stdio.Serve(b.Context(), s, inR, outW, stream.Options{}) }()
	out := bufio.NewReaderSize(outR, 128<<10)
	call := []byte(servertest.Call(1, "list") + "\n")
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
	h := web.Handler(server.New(server.Info{Name: "bench", Version: "1"}, []server.Tool{servertest.Sized("list", size)}, server.Options{}), web.Options{})
	body := servertest.Call(1, "list")
	b.ReportAllocs()
	for b.Loop() {
		w := &discard{header: make(http.Header)}
		h.ServeHTTP(w, servertest.LocalRequest(body))
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
	s := server.New(server.Info{Name: "bench", Version: "1"}, []server.Tool{servertest.Sized("list", 20<<10)}, server.Options{})
	m, _ := rpc.Parse([]byte(servertest.Call(1, "list")))
	r, ctx := rpc.NewRequest(b.Context(), m, nil, 0)
	answer := s.Dispatch(ctx, r)
	require.Nil(b, answer.Error)
	b.ReportAllocs()
	for b.Loop() {
		buf := rpc.GetBuffer()
		*buf = answer.Encode(*buf, m.ID)
		b.SetBytes(int64(len(*buf)))
		rpc.PutBuffer(buf)
	}
}

// Allocations are what a slow change shows in first, and unlike times they do
// not depend on the machine.
func TestACallAllocatesLittle(t *testing.T) {
	s := server.New(server.Info{Name: "bench", Version: "1"}, []server.Tool{servertest.Sized("list", 20<<10)}, server.Options{})
	var in strings.Builder
	const calls = 200
	for i := range calls {
		in.WriteString(servertest.Call(i, "list") + "\n")
	}
	perCall := testing.AllocsPerRun(5, func() {
		var out bytes.Buffer
		out.Grow(64 << 10 * calls)
		if err := stdio.Serve(t.Context(), s, strings.NewReader(in.String()), &out, stream.Options{}); err != nil {
			t.Error(err)
		}
	}) / calls
	assert.LessOrEqual(t, perCall, 30.0)
}
