package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// client makes one request and returns when its answer has been read.
type client interface{ do(r request) error }

// direct asks Hex itself.
type direct struct {
	base string
	http *http.Client
}

func (b *bench) direct() *direct { return &direct{b.upstream.url, newHTTPClient()} }

func (d *direct) do(r request) error {
	req, err := http.NewRequest(http.MethodGet, d.base+r.path, http.NoBody)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer hxtw_bench")
	return exchange(d.http, req, `"values"`)
}

// pages asks for one page after the other.
type pages struct{ *direct }

func (p *pages) do(r request) error {
	for from := 0; from < allProjects; from += 100 {
		if err := p.direct.do(request{path: r.path + strconv.Itoa(from)}); err != nil {
			return err
		}
	}
	return nil
}

// newHTTPClient keeps a connection for each of 1,000 calls at once.
func newHTTPClient() *http.Client {
	return &http.Client{Transport: &http.Transport{MaxIdleConns: 1000, MaxIdleConnsPerHost: 1000}}
}

// exchange sends a request, and fails if the answer does not contain want.
func exchange(c *http.Client, req *http.Request, want string) error {
	res, err := c.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode >= http.StatusBadRequest {
		err = fmt.Errorf("answered %s: %.200s", res.Status, b)
	}
	return expect(b, err, want)
}

// expect returns err, or an error if the answer does not contain want.
func expect(answer []byte, err error, want string) error {
	if err == nil && !bytes.Contains(answer, []byte(want)) {
		err = fmt.Errorf("unexpected answer: %.200s", answer)
	}
	return err
}

// process is a running hexmcp.
type process struct {
	*exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader // standard output, or standard error of one that serves HTTP
}

func (b *bench) launch(args ...string) (*process, error) {
	p := &process{Cmd: exec.Command(b.program[0], slices.Concat(b.program[1:], args, []string{"--api-url", b.upstream.url})...)}
	p.Env = append(os.Environ(), "HEX_API_TOKEN=hxtw_bench", "HEXMCP_REQUESTS_PER_MINUTE=0", "HEXMCP_MAX_RESULT_BYTES=0")
	in, err := p.StdinPipe()
	if err != nil {
		return nil, err
	}
	pipe := p.StdoutPipe
	if len(args) > 0 {
		pipe = p.StderrPipe
	}
	out, err := pipe()
	if err != nil {
		return nil, err
	}
	p.in, p.out = in, bufio.NewReaderSize(out, 1<<20)
	return p, p.Start()
}

func (p *process) stop() {
	_ = p.in.Close()
	_ = p.Process.Signal(syscall.SIGTERM) // a shell may have had SIGINT ignored for what it runs in the background
	_ = p.Wait()
}

// pipe is a client over standard input and output. It does not parse MCP: each line is
// taken for the answer to a call.
type pipe struct{ *process }

func (b *bench) pipe() (*pipe, error) {
	p, err := b.launch()
	if err != nil {
		return nil, err
	}
	c := &pipe{p}
	return c, c.initialize()
}

// succeeded is a text that every successful answer contains.
const succeeded = `\"successful\":true`

const initialize = `{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"bench","version":"1"}}}` + "\n"

func (c *pipe) initialize() error {
	if _, err := io.WriteString(c.in, initialize); err != nil {
		return err
	}
	return c.receive("serverInfo")
}

func (c *pipe) do(r request) error {
	if err := c.send(r); err != nil {
		return err
	}
	return c.receive(succeeded)
}

func (c *pipe) send(r request) error {
	_, err := io.WriteString(c.in, r.message()+"\n")
	return err
}

func (c *pipe) receive(want string) error {
	line, err := c.out.ReadSlice('\n')
	return expect(line, err, want)
}

var lastID atomic.Int64

func (r request) message() string {
	return fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{"name":%q,"arguments":%s}}`, lastID.Add(1), r.tool, r.arguments)
}

// web is a client over Streamable HTTP: net/http, as the direct one.
type web struct {
	*process
	url  string
	http *http.Client
}

func (b *bench) web() (*web, error) {
	p, err := b.launch("http", "--listen", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	line, err := p.out.ReadString('\n')
	if err != nil {
		return nil, err
	}
	_, rest, ok := strings.Cut(line, " mcp=")
	if !ok {
		return nil, errors.New("no address in: " + line)
	}
	url, _, _ := strings.Cut(rest, " ")
	go func() { _, _ = io.Copy(io.Discard, p.out) }() // until it ends
	return &web{p, url, newHTTPClient()}, nil
}

func (c *web) do(r request) error { return c.post(r, succeeded) }

// post sends a message, and fails if the answer does not contain want.
func (c *web) post(r request, want string) error {
	req, err := http.NewRequest(http.MethodPost, c.url, strings.NewReader(r.message()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json, text/event-stream")
	req.Header.Set("MCP-Protocol-Version", "2025-11-25")
	return exchange(c.http, req, want)
}

// events is a client over SSE, the older transport: it posts calls, and their answers
// come on one event stream.
type events struct {
	*web
	stream *bufio.Reader
}

func (c *web) events() (*events, error) {
	res, err := c.http.Get(strings.TrimSuffix(c.url, "mcp") + "sse") //nolint:bodyclose // it ends with the process
	if err != nil {
		return nil, err
	}
	e := &events{&web{c.process, "", c.http}, bufio.NewReaderSize(res.Body, 1<<20)}
	endpoint, err := e.event()
	if err != nil {
		return nil, err
	}
	address, err := res.Request.URL.Parse(string(endpoint))
	if err != nil {
		return nil, err
	}
	e.url = address.String()
	return e, nil
}

// event is the data of the next one, up to the one after it.
func (c *events) event() ([]byte, error) {
	for {
		line, err := c.stream.ReadSlice('\n')
		if data, ok := bytes.CutPrefix(line, []byte("data: ")); ok || err != nil {
			return bytes.TrimSpace(data), err
		}
	}
}

func (c *events) send(r request) error { return c.post(r, "") }

func (c *events) receive(want string) error {
	data, err := c.event()
	return expect(data, err, want)
}

// timed is how long a request takes.
func timed(c client, r request) (time.Duration, error) {
	start := time.Now()
	err := c.do(r)
	return time.Since(start), err
}
