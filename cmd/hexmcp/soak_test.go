//go:build soak

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"hexmcp/hexapi/hexfault"
)

var soakCalls = flag.Int("calls", 200_000, "calls that the soak test makes through each transport")

const (
	soakInFlight = 64
	soakFaults   = 50 // one request in so many goes wrong: 2 %
	soakSamples  = 200
	soakMemory   = 768 // MiB that the program has at the most, with 512 for what calls hold
)

// TestSoak leaves the program alone with a Hex of which every 50th answer goes
// wrong: each call must be answered, once, and memory must not grow.
func TestSoak(t *testing.T) {
	if _, err := os.Stat("/proc/self/status"); err != nil {
		t.Skip("memory is read from /proc, which this system does not have")
	}
	t.Run("stdio", func(t *testing.T) { soak(t, soakStdio) })
	t.Run("http", func(t *testing.T) { soak(t, soakHTTP, "http", "--listen", "127.0.0.1:0") })
	t.Run("sse", func(t *testing.T) { soak(t, soakSSE, "http", "--listen", "127.0.0.1:0") })
	t.Run("what fills memory once it is read", func(t *testing.T) {
		for _, args := range [][]string{nil, {"--max-result-bytes=0"}} {
			assert.LessOrEqual(t, greedy(t, 512, 13<<20, 64, 3, args...), soakMemory)
		}
	})
	t.Run("all that fills memory", func(t *testing.T) {
		h := hostility{maxMemory: 512, seconds: 55, answer: 13 << 20, large: 64, batch: 40, unread: 60, sse: 200, long: 40, small: 800}
		for _, args := range [][]string{nil, {"--max-result-bytes=0"}} {
			_, peak := attacked(t, h, args...)
			assert.LessOrEqual(t, peak, soakMemory)
			assert.LessOrEqual(t, attackedOverStdio(t, h, args...), soakMemory)
		}
	})
}

// soak makes all calls through a transport, which hands each answer to the record.
func soak(t *testing.T, transport func(*testing.T, *process, *tally) error, args ...string) {
	hex := hexfault.Sometimes(soakFaults, passing()...)
	t.Cleanup(hex.Close)
	p := start(t, []string{
		"HEX_API_TOKEN=hxtp_test", "HEX_API_BASE_URL=" + hex.URL(), "HEXMCP_TIMEOUT=5s",
		"HEXMCP_RUNS_PER_MINUTE=0", "HEXMCP_RUNS_PER_HOUR=0", "HEXMCP_REQUESTS_PER_MINUTE=0",
	}, args...)
	r := &tally{pid: p.Process.Pid, answered: make([]bool, *soakCalls), kinds: make(map[string]int)}
	begin := time.Now()
	require.NoError(t, transport(t, p, r))
	took := time.Since(begin)
	assert.LessOrEqual(t, p.peak(t), soakMemory)
	require.NoError(t, p.Process.Signal(os.Interrupt))
	require.NoError(t, p.Wait())

	assert.NotContains(t, r.answered, false, "each call is answered")
	early, late := r.early(), r.late()
	assert.LessOrEqual(t, late, 1.10*early+8, "memory late and early, in MiB: hostile clients come and go")
	assert.LessOrEqual(t, r.files[len(r.files)-1], 4*soakInFlight, "open files")
	t.Logf("%d calls, %d in flight, %d requests to Hex, %.0f s; memory %.1f MiB early, %.1f MiB late, %.1f MiB at the most; %s; %s, %d CPUs, %s",
		len(r.answered), soakInFlight, hex.Requests(), took.Seconds(), early, late, slices.Max(r.mib), r.outcomes(),
		runtime.Version(), runtime.NumCPU(), time.Now().UTC().Format(time.DateOnly))
}

// passing are the faults that are over with the request that meets them: after
// most kinds of 429 the calls that follow wait for seconds, as they should.
func passing() []hexfault.Fault {
	return slices.DeleteFunc(hexfault.All(), func(f hexfault.Fault) bool {
		return strings.HasPrefix(string(f), "429") && f != hexfault.TooManySeconds
	})
}

// soakMessage is a read, a safe write, an unsafe write, a run, or nonsense.
func soakMessage(id int) string {
	const uuid = `"019b2284-db34-76cd-8a28-02bb0564c5a6"`
	calls := []struct{ tool, arguments string }{
		{"HEX_LIST_PROJECTS", `{"limit":100}`},
		{"HEX_GET_CELL", `{"cellId":` + uuid + `}`},
		{"HEX_UPSERT_GUIDE_DRAFT", `{"files":[{"filePath":"a.md","contents":"` + strings.Repeat("word ", 200) + `"}]}`},
		{"HEX_UPDATE_CELL", `{"cellId":` + uuid + `,"contents":{"codeCell":{"source":"1 < 2"}}}`},
		{"HEX_RUN_PROJECT", `{"projectId":` + uuid + `,"inputParams":{"region":"EU"}}`},
		{"HEX_DELETE_CELL", `{"cellId":` + uuid + `}`},
		{"HEX_GET_RUN_STATUS", `{"projectId":` + uuid + `,"runId":` + uuid + `}`},
		{"HEX_LIST_USERS", `{"limit":"many"}`},
	}
	c := calls[id%len(calls)]
	return toolCall(id, c.tool, c.arguments)
}

// soakStdio writes calls as fast as answers make room for them.
func soakStdio(t *testing.T, p *process, r *tally) error {
	room := make(chan struct{}, soakInFlight)
	var g errgroup.Group
	g.Go(func() error {
		for id := range r.answered {
			room <- struct{}{}
			if _, err := io.WriteString(p.in, soakMessage(id)+"\n"); err != nil {
				return err
			}
		}
		return nil
	})
	for range r.answered {
		line, err := p.out.ReadString('\n')
		require.NoError(t, err)
		require.NoError(t, r.add(line))
		<-room
	}
	return g.Wait()
}

// soakHTTP posts each call to /mcp.
func soakHTTP(t *testing.T, p *process, r *tally) error {
	url := p.address(t) + "/mcp"
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: soakInFlight}}
	defer client.CloseIdleConnections()
	defer besiege(t, p, strings.TrimSuffix(url, "/mcp"))()
	var g errgroup.Group
	g.SetLimit(soakInFlight)
	for id := range r.answered {
		g.Go(func() error {
			res, err := client.Post(url, "application/json", strings.NewReader(soakMessage(id)))
			if err != nil {
				return err
			}
			defer res.Body.Close()
			answer, err := io.ReadAll(res.Body)
			if err != nil {
				return err
			}
			return r.add(string(answer))
		})
	}
	return g.Wait()
}

// soakSSE posts each call to the address that the stream of events names first, and
// reads the answers from the stream.
func soakSSE(t *testing.T, p *process, r *tally) error {
	url := p.address(t)
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: soakInFlight}}
	defer client.CloseIdleConnections()
	stream, err := client.Get(url + "/sse")
	require.NoError(t, err)
	defer stream.Body.Close()
	defer besiege(t, p, url)()
	events := bufio.NewReader(stream.Body)
	endpoint, err := nextEvent(events)
	require.NoError(t, err)
	room := make(chan struct{}, soakInFlight)
	g, ctx := errgroup.WithContext(t.Context())
	context.AfterFunc(ctx, func() { stream.Body.Close() }) // or answers would be waited for
	g.Go(func() error {
		for range r.answered {
			answer, err := nextEvent(events)
			if err == nil {
				err = r.add(answer)
			}
			if err != nil {
				return err
			}
			<-room
		}
		return nil
	})
	for id := range r.answered {
		select {
		case room <- struct{}{}:
			g.Go(func() error { return soakPost(client, url+"/"+endpoint, soakMessage(id)) })
		case <-ctx.Done():
			return g.Wait()
		}
	}
	return g.Wait()
}

func soakPost(client *http.Client, url, message string) error {
	res, err := client.Post(url, "application/json", strings.NewReader(message))
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusAccepted {
		return fmt.Errorf("posted: %s", res.Status)
	}
	_, err = io.Copy(io.Discard, res.Body)
	return err
}

// besiege lets hostile clients come again and again until it is told to stop: such
// as send half a message, too much or nonsense, leave, or read nothing.
func besiege(t *testing.T, p *process, url string) (stop func()) {
	ctx, cancel := context.WithCancel(t.Context())
	half := "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 4000000\r\n\r\n{" + strings.Repeat(" ", 100_000)
	unread := strings.Repeat("POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}", 1000)
	var g errgroup.Group
	for i, sent := range []string{half, unread, "GET /sse HTTP/1.1\r\nHost: localhost\r\n\r\n", "\x16\x03\x01", strings.Repeat("x", 100_000)} {
		g.Go(func() error {
			for ctx.Err() == nil {
				besiegeOnce(ctx, url, sent, time.Duration(i+1)*100*time.Millisecond)
			}
			return nil
		})
	}
	g.Go(func() error { // the program warns of each, and somebody must listen
		for {
			select {
			case <-p.err.line:
			case <-ctx.Done():
				return nil
			}
		}
	})
	return func() { cancel(); _ = g.Wait() }
}

// besiegeOnce sends something, waits, and leaves.
func besiegeOnce(ctx context.Context, url, sent string, while time.Duration) {
	ctx, done := context.WithTimeout(ctx, while)
	defer done()
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		<-ctx.Done()
		return
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(while))
	_, _ = io.WriteString(conn, sent)
	<-ctx.Done()
}

// tally is what came of the calls, and how large the program was meanwhile.
type tally struct {
	pid      int
	mu       sync.Mutex
	answered []bool // by id
	kinds    map[string]int
	count    int
	mib      []float64
	files    []int
}

// add takes one answer, which must be the only one to its call.
func (r *tally) add(answer string) error {
	var a struct {
		ID     int
		Result struct {
			StructuredContent struct {
				Successful  bool
				ErrorDetail struct{ Kind string }
			}
		}
	}
	if err := json.Unmarshal([]byte(answer), &a); err != nil {
		return fmt.Errorf("%w in %.300q", err, answer)
	}
	kind := "ok"
	if content := a.Result.StructuredContent; !content.Successful {
		kind = content.ErrorDetail.Kind
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.answered[a.ID] || kind == "" || kind == "internal" {
		return fmt.Errorf("unexpected answer: %.300s", answer)
	}
	r.answered[a.ID] = true
	r.kinds[kind]++
	if r.count++; r.count%(len(r.answered)/soakSamples) == 0 {
		return r.measure()
	}
	return nil
}

// measure notes the memory that the program has and the files that it holds open.
func (r *tally) measure() error {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", r.pid))
	if err != nil {
		return err
	}
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	kib, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
	if err != nil {
		return err
	}
	files, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", r.pid))
	r.mib, r.files = append(r.mib, kib/1024), append(r.files, len(files))
	return err
}

// early is the median memory of the second fifth; the first is for growing up.
func (r *tally) early() float64 { return median(r.mib[len(r.mib)/5 : 2*len(r.mib)/5]) }

// late is the median memory of the last fifth.
func (r *tally) late() float64 { return median(r.mib[4*len(r.mib)/5:]) }

func median(all []float64) float64 {
	sorted := slices.Sorted(slices.Values(all))
	return sorted[len(sorted)/2]
}

func (r *tally) outcomes() string {
	var all []string
	for _, kind := range slices.Sorted(maps.Keys(r.kinds)) {
		all = append(all, fmt.Sprintf("%s %d", kind, r.kinds[kind]))
	}
	return strings.Join(all, ", ")
}
