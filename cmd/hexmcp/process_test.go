package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

// process is the program, running.
type process struct {
	*exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
	err *heard
}

// start starts the program with an environment of its own.
func start(t *testing.T, env []string, args ...string) *process {
	t.Helper()
	p := &process{Cmd: exec.CommandContext(t.Context(), binary, args...), err: &heard{line: make(chan string, 1000)}}
	p.Env = env
	p.Stderr = p.err
	var err error
	p.in, err = p.StdinPipe()
	require.NoError(t, err)
	out, err := p.StdoutPipe()
	require.NoError(t, err)
	p.out = bufio.NewReader(out)
	require.NoError(t, p.Start())
	t.Cleanup(func() { p.tell(t) })
	return p
}

// tell shows what the program has said where its test fails.
func (p *process) tell(t *testing.T) {
	if !t.Failed() {
		return
	}
	_ = p.Process.Kill()
	_ = p.Wait() // which the test may have done
	t.Logf("%v: %v, and said:\n%s", p.Args[1:], p.ProcessState, p.err.all.String())
}

// heard keeps what is written to it, and hands it over as it comes: slog writes
// a line at a time.
type heard struct {
	all  bytes.Buffer
	line chan string
}

func (h *heard) Write(b []byte) (int, error) {
	h.line <- string(b)
	return h.all.Write(b)
}

// address waits for the log to say where the program serves.
func (p *process) address(t *testing.T) string {
	t.Helper()
	for line := range p.err.line {
		if url := regexp.MustCompile(`http://[0-9.:[\]]+/mcp`).FindString(line); url != "" {
			return strings.TrimSuffix(url, "/mcp")
		}
	}
	return ""
}

// terminate tells the program to stop, and waits until it has heard.
func (p *process) terminate(t *testing.T) {
	t.Helper()
	require.NoError(t, p.Process.Signal(syscall.SIGTERM))
	for line := range p.err.line {
		if strings.Contains(line, "stopping") {
			return
		}
	}
}

func toolCall(id int, name, arguments string) string {
	return fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{"name":%q,"arguments":%s}}`, id, name, arguments)
}

func TestAThousandCallsBeforeTheEndOfInputAreAThousandAnswers(t *testing.T) {
	const calls = 1000
	p := start(t, nil, "--demo")
	go func() {
		for id := range calls {
			fmt.Fprintln(p.in, toolCall(id, "HEX_LIST_GROUPS", `{"limit":2}`))
		}
		p.in.Close()
	}()
	answered := map[int]bool{}
	for range calls {
		line, err := p.out.ReadBytes('\n')
		require.NoError(t, err)
		var answer struct {
			ID     int
			Result struct{ IsError bool }
		}
		require.NoError(t, json.Unmarshal(line, &answer))
		assert.False(t, answer.Result.IsError)
		answered[answer.ID] = true
	}
	assert.Len(t, answered, calls)
	_, err := p.out.ReadByte()
	assert.ErrorIs(t, err, io.EOF)
	assert.NoError(t, p.Wait())
}

// gatedHex answers when the gate is opened.
func gatedHex(t *testing.T) (env []string, arrived, gate chan struct{}) {
	arrived, gate = make(chan struct{}), make(chan struct{})
	hex := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		arrived <- struct{}{}
		<-gate
		_, _ = io.WriteString(w, `{"values":[]}`)
	}))
	t.Cleanup(hex.Close)
	return []string{"HEX_API_TOKEN=hxtp_test", "HEX_API_BASE_URL=" + hex.URL, "HEXMCP_REQUESTS_PER_MINUTE=0"}, arrived, gate
}

func TestOnSIGTERMAcceptedCallsAreAnswered(t *testing.T) {
	t.Run("stdio", func(t *testing.T) {
		env, arrived, gate := gatedHex(t)
		p := start(t, env)
		fmt.Fprintln(p.in, toolCall(1, "HEX_LIST_USERS", "{}"))
		<-arrived
		p.terminate(t)
		close(gate)
		answer, err := p.out.ReadString('\n')
		require.NoError(t, err)
		assert.Contains(t, answer, `"structuredContent":{"data":{"values":[]},"error":null,"successful":true}`)
		assert.NoError(t, p.Wait(), "without the end of input")
	})
	t.Run("http", func(t *testing.T) {
		env, arrived, gate := gatedHex(t)
		p := start(t, env, "http", "--listen", "127.0.0.1:0")
		url := p.address(t)
		answer := make(chan string)
		go func() { answer <- post(url, toolCall(1, "HEX_LIST_USERS", "{}")) }()
		<-arrived
		p.terminate(t)
		close(gate)
		assert.Contains(t, <-answer, `"successful":true`)
		assert.NoError(t, p.Wait())
	})
}

// post sends a message to /mcp and returns the answer, or why there is none.
func post(url, message string, headers ...string) string {
	req, err := http.NewRequest(http.MethodPost, url+"/mcp", strings.NewReader(message))
	if err != nil {
		return err.Error()
	}
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Do(req)
	if err != nil {
		return err.Error()
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	return fmt.Sprint(string(body), err)
}

func TestAPortThatIsTakenIsAFailureNotWrongUsage(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	for _, command := range []string{"http", "sim"} {
		out, err := exec.CommandContext(t.Context(), binary, command, "--listen", taken.Addr().String()).CombinedOutput()
		var exit *exec.ExitError
		require.ErrorAs(t, err, &exit)
		assert.Equal(t, exitFailed, exit.ExitCode())
		assert.Contains(t, string(out), "address already in use; give another one with --listen\n")
		assert.Equal(t, 1, strings.Count(string(out), taken.Addr().String()), "the address is told once: %s", out)
		assert.NotContains(t, string(out), "--help")
	}
}

// A command that has ended leaves no goroutine, and with it no connection or
// listener, behind: run could be called again.
func TestCommandsLeaveNothingBehind(t *testing.T) {
	commands := map[string][]string{
		"call":  {"call", "HEX_LIST_USERS", "--demo"},
		"fails": {"call", "HEX_LIST_USERS", "--api-url", "127.0.0.1:1", "--timeout", "50ms"},
		"stdio": {"--demo"},
		"http":  {"http", "--demo", "--listen", "127.0.0.1:0"},
		"sim":   {"sim", "--listen", "127.0.0.1:0"},
	}
	for name, args := range commands {
		t.Run(name, func(t *testing.T) {
			before := goleak.IgnoreCurrent()
			ctx, stop := context.WithCancel(t.Context())
			var said bytes.Buffer
			s := streams{in: strings.NewReader(toolCall(1, "HEX_LIST_USERS", "{}")), out: &stopper{&said, stop}, err: &stopper{io.Discard, stop}, env: noEnv}
			status := run(ctx, s, args)
			assert.Equal(t, name == "fails", status != exitOK)
			stop()
			goleak.VerifyNone(t, before)
		})
	}
}

// stopper ends the program with the first thing that it says.
type stopper struct {
	io.Writer
	stop func()
}

func (s *stopper) Write(b []byte) (int, error) {
	defer s.stop()
	return s.Writer.Write(b)
}

func noEnv(name string) (string, bool) {
	if name == "HEX_API_TOKEN" {
		return "hxtp_test", true
	}
	return "", false
}
