package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// silentHex takes requests and answers none before the test ends.
func silentHex(t *testing.T) (env []string, asked *atomic.Int32) {
	ended := make(chan struct{})
	asked = new(atomic.Int32)
	hex := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		_, _ = io.Copy(io.Discard, r.Body)
		select {
		case <-ended:
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(func() { close(ended); hex.Close() })
	return []string{"HEX_API_TOKEN=hxtp_test", "HEX_API_BASE_URL=" + hex.URL, "HEXMCP_REQUESTS_PER_MINUTE=0"}, asked
}

// within fails when what is awaited takes longer.
func within(t *testing.T, limit time.Duration, what string, await func()) {
	t.Helper()
	done := make(chan struct{})
	go func() { await(); close(done) }()
	select {
	case <-done:
	case <-time.After(limit):
		t.Fatalf("%s took longer than %s", what, limit)
	}
}

const create = `{"name":"g"}`

func TestTheTimeoutCoversTheWaitForASlot(t *testing.T) {
	env, asked := silentHex(t)
	p := start(t, env, "--concurrency", "1", "--timeout", "1s")
	begin := time.Now()
	for id := range 5 {
		fmt.Fprintln(p.in, toolCall(id, "HEX_CREATE_GROUP", create))
	}
	notSent := 0
	for range 5 {
		answer, err := p.out.ReadString('\n')
		require.NoError(t, err)
		assert.Contains(t, answer, `"kind":"timeout"`)
		if strings.Contains(answer, "nothing was sent to Hex") {
			notSent++
		}
	}
	assert.Less(t, time.Since(begin), 3*time.Second)
	assert.Equal(t, 4, notSent)
	p.in.Close()
	assert.NoError(t, p.Wait())
	assert.EqualValues(t, 1, asked.Load())
}

func TestNobodyNeedReadStandardError(t *testing.T) {
	unread, stderr, err := os.Pipe()
	require.NoError(t, err)
	defer unread.Close()
	p := &process{Cmd: exec.CommandContext(t.Context(), binary, "--demo", "--log-level", "debug")}
	p.Env, p.Stderr = nil, stderr
	p.in, _ = p.StdinPipe()
	out, _ := p.StdoutPipe()
	p.out = bufio.NewReader(out)
	require.NoError(t, p.Start())
	stderr.Close()
	const calls = 4000 // some 400 KB of log
	within(t, time.Minute, "answering", func() {
		go func() {
			for id := range calls {
				fmt.Fprintln(p.in, toolCall(id, "HEX_LIST_GROUPS", `{"limit":1}`))
			}
		}()
		for range calls {
			_, err := p.out.ReadString('\n')
			assert.NoError(t, err)
		}
	})
	var log bytes.Buffer
	heard := make(chan struct{})
	go func() { _, _ = io.Copy(&log, unread); close(heard) }()
	fmt.Fprintln(p.in, toolCall(calls, "HEX_LIST_GROUPS", `{"limit":1}`))
	_, err = p.out.ReadString('\n')
	require.NoError(t, err)
	p.in.Close()
	require.NoError(t, p.Wait())
	<-heard
	assert.Contains(t, log.String(), "lines of the log were dropped, because nobody read them in time")
}

func TestNobodyNeedReadStandardErrorAtTheEnd(t *testing.T) {
	env, asked := silentHex(t)
	unread, stderr, err := os.Pipe()
	require.NoError(t, err)
	defer unread.Close()
	_, err = stderr.Write(make([]byte, 64<<10)) // the pipe is full
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), binary, "--timeout", "2s")
	cmd.Env, cmd.Stderr = env, stderr
	in, _ := cmd.StdinPipe()
	require.NoError(t, cmd.Start())
	stderr.Close()
	fmt.Fprintln(in, toolCall(1, "HEX_LIST_USERS", "{}"))
	require.Eventually(t, func() bool { return asked.Load() > 0 }, 10*time.Second, time.Millisecond)
	require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
	within(t, 10*time.Second, "the exit", func() { assert.NoError(t, cmd.Wait()) })
}

func TestAHangUpIsASIGTERM(t *testing.T) {
	env, arrived, gate := gatedHex(t)
	p := start(t, env)
	fmt.Fprintln(p.in, toolCall(1, "HEX_LIST_USERS", "{}"))
	<-arrived
	for range 3 { // the kernel and a shell may both say so
		require.NoError(t, p.Process.Signal(syscall.SIGHUP))
	}
	for line := range p.err.line {
		if strings.Contains(line, "stopping") {
			break
		}
	}
	require.NoError(t, p.Process.Signal(syscall.SIGHUP))
	close(gate)
	answer, err := p.out.ReadString('\n')
	require.NoError(t, err)
	assert.Contains(t, answer, `"successful":true`)
	assert.NoError(t, p.Wait())
}

// When nobody is left to read the answers, nothing that hangs keeps the process,
// even if the input has no end.
func TestWithoutItsReaderTheProcessEnds(t *testing.T) {
	t.Parallel()
	env, asked := silentHex(t)
	output, out, err := os.Pipe()
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), binary, "--concurrency", "1")
	cmd.Env, cmd.Stdout = env, out
	in, _ := cmd.StdinPipe()
	require.NoError(t, cmd.Start())
	out.Close()
	fmt.Fprintln(in, toolCall(1, "HEX_CREATE_GROUP", create))
	require.Eventually(t, func() bool { return asked.Load() > 0 }, 10*time.Second, time.Millisecond)
	fmt.Fprintln(in, `{"jsonrpc":"2.0","id":2,"method":"ping"}`)
	answer, err := bufio.NewReader(output).ReadString('\n')
	require.NoError(t, err)
	assert.Contains(t, answer, `"id":2`, "what is no call is answered meanwhile")
	output.Close()
	within(t, 10*time.Second, "the end", func() { _ = cmd.Wait() })
}

// The same without the parent, while others hold both ends of the pipes.
func TestWithoutItsParentTheProcessEnds(t *testing.T) {
	t.Parallel()
	env, asked := silentHex(t)
	in, input, err := os.Pipe()
	require.NoError(t, err)
	defer input.Close()
	output, out, err := os.Pipe()
	require.NoError(t, err)
	parent := exec.CommandContext(t.Context(), "sh", "-c", `exec 3<&0; "$0" <&3 3<&- & wait`, binary)
	parent.Env, parent.Stdin, parent.Stdout = append(env, "PATH="+os.Getenv("PATH")), in, out
	require.NoError(t, parent.Start())
	in.Close()
	out.Close()
	fmt.Fprintln(input, toolCall(1, "HEX_LIST_USERS", "{}"))
	require.Eventually(t, func() bool { return asked.Load() > 0 }, 10*time.Second, time.Millisecond)
	require.NoError(t, parent.Process.Kill())
	_ = parent.Wait()
	within(t, 10*time.Second, "the end", func() {
		said, err := io.ReadAll(output)
		assert.NoError(t, err)
		assert.Contains(t, string(said), `"kind":"canceled"`)
	})
}

// End of input alone still drains.
func TestTheEndOfInputAloneDrains(t *testing.T) {
	t.Parallel()
	env, arrived, gate := gatedHex(t)
	p := start(t, env)
	fmt.Fprintln(p.in, toolCall(1, "HEX_LIST_USERS", "{}"))
	<-arrived
	p.in.Close()
	time.Sleep(6 * time.Second) // longer than whoever is gone gets
	close(gate)
	answer, err := p.out.ReadString('\n')
	require.NoError(t, err)
	assert.Contains(t, answer, `"successful":true`)
	assert.NoError(t, p.Wait())
}
