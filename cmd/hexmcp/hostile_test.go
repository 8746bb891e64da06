package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
)

// hostility is how much of what fills memory comes at once.
type hostility struct {
	maxMemory int // MiB that the program may take for it
	seconds   int // that a call may take
	answer    int // bytes of a large answer of Hex
	large     int // calls with large answers, whose clients read
	batch     int // such calls in a batch
	unread    int // clients of /mcp that do not read
	sse       int // calls of an SSE client that does not read
	long      int // calls with bodies of 70 KB
	small     int // calls that must be answered meanwhile
}

// largeHex answers lists of users with so many bytes, and all else with few.
func largeHex(t *testing.T, bytes int) []string {
	row := `{"id":"019b2284-db34-76cd-8a28-02bb0564c5a6","name":"` + strings.Repeat("\\n<x>", 20) + `"},`
	list := `{"values":[` + strings.TrimSuffix(strings.Repeat(row, bytes/len(row)), ",") + `]}`
	hex := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/users") {
			_, _ = io.WriteString(w, list) // too long for Content-Length
			return
		}
		_, _ = io.WriteString(w, `{"id":"019b2284-db34-76cd-8a28-02bb0564c5a6","name":"g"}`)
	}))
	t.Cleanup(hex.Close)
	return []string{"HEX_API_TOKEN=hxtp_test", "HEX_API_BASE_URL=" + hex.URL}
}

const oneGroup = `{"groupId":"019b2284-db34-76cd-8a28-02bb0564c5a6"}`

// manyUsers are arguments of 3 MB with a million values.
var manyUsers = `{"projectId":"019b2284-db34-76cd-8a28-02bb0564c5a6","sharing":{"upsert":{"users":[` + strings.Repeat("{},", 999_999) + `{}]}}}`

// attack is one program, and what comes of what it gets.
type attack struct {
	hostility
	url string

	mu      sync.Mutex
	kinds   map[string]int // of the answers to calls with large ones
	slowest time.Duration  // of the small calls
}

// run does everything at once, and returns when all that is read was answered.
func (a *attack) run(t *testing.T) error {
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	for range a.unread {
		a.ignore(t, ctx, "/mcp", toolCall(1, "HEX_LIST_USERS", "{}"))
	}
	a.ignoreSSE(t, ctx)
	var g errgroup.Group
	for range a.large {
		g.Go(func() error { return a.post(toolCall(1, "HEX_LIST_USERS", "{}"), 1) })
	}
	g.Go(func() error {
		calls := strings.TrimSuffix(strings.Repeat(toolCall(1, "HEX_LIST_USERS", "{}")+",", a.batch), ",")
		return a.post("["+calls+"]", a.batch)
	})
	g.Go(func() error { return a.post(toolCall(1, "HEX_EDIT_PROJECT_SHARING_USERS", manyUsers), 1) })
	for range a.long {
		padded := toolCall(1, "HEX_GET_GROUP", oneGroup) + strings.Repeat(" ", 70_000)
		g.Go(func() error { return a.succeeds(padded) })
	}
	for i := range 8 {
		g.Go(func() error {
			for id := range a.small / 8 {
				if err := a.succeeds(toolCall(1000*i+id, "HEX_GET_GROUP", oneGroup)); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return g.Wait()
}

// ignore sends a message and reads no answer.
func (a *attack) ignore(t *testing.T, ctx context.Context, path, message string) {
	conn, err := net.Dial("tcp", strings.TrimPrefix(a.url, "http://"))
	require.NoError(t, err)
	context.AfterFunc(ctx, func() { conn.Close() })
	_, err = fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", path, len(message), message)
	require.NoError(t, err)
}

// ignoreSSE is a client of /sse that reads where to send messages, and no more.
func (a *attack) ignoreSSE(t *testing.T, ctx context.Context) {
	conn, err := net.Dial("tcp", strings.TrimPrefix(a.url, "http://"))
	require.NoError(t, err)
	context.AfterFunc(ctx, func() { conn.Close() })
	_, err = io.WriteString(conn, "GET /sse HTTP/1.1\r\nHost: localhost\r\n\r\n")
	require.NoError(t, err)
	path, err := nextEvent(bufio.NewReader(conn))
	require.NoError(t, err)
	for id := range a.sse {
		a.ignore(t, ctx, "/"+path, toolCall(id, "HEX_LIST_USERS", "{}"))
	}
}

// nextEvent is the data of the next event of a stream.
func nextEvent(stream *bufio.Reader) (string, error) {
	for {
		line, err := stream.ReadString('\n')
		if data, ok := strings.CutPrefix(line, "data: "); ok || err != nil {
			return strings.TrimSpace(data), err
		}
	}
}

// post makes calls with large answers, and counts what comes of them.
func (a *attack) post(message string, calls int) error {
	res, err := http.Post(a.url+"/mcp", "application/json", strings.NewReader(message))
	if err != nil {
		return err
	}
	defer res.Body.Close()
	answered := make(map[string]int)
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("status %d", res.StatusCode)
	}
	if err := countKinds(res.Body, answered); err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for kind, n := range answered {
		a.kinds[kind] += n
		calls -= n
	}
	if calls != 0 {
		return fmt.Errorf("%d answers are missing of %.100s", calls, message)
	}
	return nil
}

// answerMark stands in each structuredContent once.
var answerMark = regexp.MustCompile(`"structuredContent":\{"data":\{|,"errorDetail":\{"kind":"([a-z_]+)"`)

// countKinds counts answers, which may have many megabytes, by their kinds.
func countKinds(in io.Reader, kinds map[string]int) error {
	r := bufio.NewReaderSize(in, 64<<10)
	for {
		window, err := r.Peek(r.Size())
		seen := 0
		for _, m := range answerMark.FindAllSubmatchIndex(window, -1) {
			seen = m[1]
			if m[2] < 0 {
				kinds["ok"]++
			} else {
				kinds[string(window[m[2]:m[3]])]++
			}
		}
		if err != nil {
			return ignoreEOF(err)
		}
		_, _ = r.Discard(max(seen, len(window)-100)) // a mark may have come by half
	}
}

func ignoreEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// succeeds makes a small call.
func (a *attack) succeeds(message string) error {
	begin := time.Now()
	if answer := post(a.url, message); !strings.Contains(answer, `"successful":true`) {
		return fmt.Errorf("a small call was answered with %.300s after %s", answer, time.Since(begin))
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.slowest = max(a.slowest, time.Since(begin))
	return nil
}

// peak is the most memory, in MiB, that the program has had.
func (p *process) peak(t *testing.T) int {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.Process.Pid))
	require.NoError(t, err)
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	kib, err := strconv.Atoi(strings.Fields(rest)[0])
	require.NoError(t, err)
	return kib >> 10
}

// attacked starts the program, does all that at once, and returns the memory that
// it took.
func attacked(t *testing.T, h hostility, args ...string) (*attack, int) {
	env := append(largeHex(t, h.answer), fmt.Sprintf("HEXMCP_TIMEOUT=%ds", h.seconds), fmt.Sprintf("HEXMCP_MAX_MEMORY=%d", h.maxMemory), "HEXMCP_REQUESTS_PER_MINUTE=0")
	p := start(t, env, append([]string{"http", "--listen", "127.0.0.1:0"}, args...)...)
	a := &attack{hostility: h, url: p.address(t), kinds: map[string]int{}}
	require.NoError(t, a.run(t))
	peak := p.peak(t)
	t.Logf("%v: %d MiB at the most, slowest small call %s, large ones: %v", args, peak, a.slowest.Round(time.Millisecond), a.kinds)
	require.NoError(t, p.Process.Kill())
	_ = p.Wait()
	return a, peak
}

// Over stdio: calls whose answers are all large at once.
func attackedOverStdio(t *testing.T, h hostility, args ...string) int {
	env := append(largeHex(t, h.answer), fmt.Sprintf("HEXMCP_TIMEOUT=%ds", h.seconds), fmt.Sprintf("HEXMCP_MAX_MEMORY=%d", h.maxMemory), "HEXMCP_REQUESTS_PER_MINUTE=0")
	p := start(t, env, args...)
	go func() {
		for id := range h.large {
			fmt.Fprintln(p.in, toolCall(id, "HEX_LIST_USERS", "{}"))
		}
	}()
	succeeded := 0
	for range h.large {
		line, err := p.out.ReadSlice('\n')
		if bytes.Contains(line, []byte(`{\"data\":{`)) {
			succeeded++
		}
		for errors.Is(err, bufio.ErrBufferFull) {
			_, err = p.out.ReadSlice('\n')
		}
		require.NoError(t, err)
	}
	peak := p.peak(t)
	t.Logf("stdio %v: %d MiB at the most, %d of %d succeeded", args, peak, succeeded, h.large)
	require.NoError(t, p.in.Close())
	require.NoError(t, p.Wait())
	assert.Positive(t, succeeded)
	return peak
}
