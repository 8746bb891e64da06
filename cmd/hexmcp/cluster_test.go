//go:build cluster

package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi/hexsim"
)

const (
	clusterCallers = 64
	clusterBudget  = 12 // runs an hour of each token
	clusterPause   = 150 * time.Millisecond
	clusterRun     = 300 * time.Millisecond // until Hex says that a run has started
)

// truth stands before the simulator and counts the runs that reach it.
type truth struct {
	next http.Handler

	mu       sync.Mutex
	underway int
	byNote   map[string]int
	byToken  map[string]int
}

func (h *truth) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/runs") {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		var run struct{ InputParams struct{ Note string } }
		_ = json.Unmarshal(body, &run)
		h.count(run.InputParams.Note, strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
		time.Sleep(clusterRun)
		defer h.answered()
	}
	h.next.ServeHTTP(w, r)
}

func (h *truth) count(note, token string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.underway++
	h.byNote[note]++
	h.byToken[token]++
}

func (h *truth) answered() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.underway--
}

// isBusy reports whether so many runs are under way that each replica has some.
func (h *truth) isBusy() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.underway >= 20
}

func (h *truth) runsOf(token string) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.byToken[token]
}

// cluster is nginx before three replicas that share a Redis.
type cluster struct {
	*truth
	t        *testing.T
	dir      string
	sim      *httptest.Server
	redis    string // addresses
	door     string
	ports    [3]string
	replicas [3]*exec.Cmd
	client   *http.Client
}

func TestCluster(t *testing.T) {
	c := newCluster(t)
	redis := c.startRedis()
	for i := range c.replicas {
		c.startReplica(i)
	}
	c.startNginx()
	c.assertEventStream()
	callers := c.load()

	c.await(c.isBusy, "runs are under way")
	t.Log("a replica is killed, and comes back")
	c.kill(c.replicas[1])
	time.Sleep(2 * time.Second)
	c.startReplica(1)
	c.awaitOf(callers[:clusterCallers/2], func(w *caller) bool { return w.refused > 3 }, "half of the tokens have used up their runs")
	for _, w := range callers[:clusterCallers/2] {
		c.assertExact(w)
	}

	t.Log("Redis is killed, and comes back without memory")
	for _, w := range callers {
		w.outage(c.runsOf(w.token))
	}
	c.kill(redis)
	c.awaitOf(callers, func(w *caller) bool { return w.refused > 3 }, "all tokens have used up what they get in the outage")
	c.startRedis()
	c.awaitRedis()
	for _, w := range callers {
		w.outage(w.before)
	}
	c.awaitOf(callers, func(w *caller) bool { return w.refused > 3 && w.reads > 3 }, "all tokens are refused by the common limit")
	var spent int
	for _, w := range callers {
		w.stop()
		runs := c.runsOf(w.token)
		spent += runs
		assert.LessOrEqual(t, runs, 2*clusterBudget, "%s: at most one further budget is spent in an outage", w.token)
		assert.Greater(t, runs, w.before, "%s: calls go on in an outage", w.token)
		assert.Empty(t, w.wrong, w.token)
	}
	c.assertNoRunTwice(callers)
	t.Logf("%d runs of %d tokens, each with %d an hour", spent, clusterCallers, clusterBudget)
}

func newCluster(t *testing.T) *cluster {
	var options []hexsim.Option
	for i := range clusterCallers {
		options = append(options, hexsim.WithToken(clusterToken(i)))
	}
	h := &truth{next: hexsim.New(options...), byNote: map[string]int{}, byToken: map[string]int{}}
	c := &cluster{truth: h, t: t, dir: t.TempDir(), sim: httptest.NewServer(h), redis: freePort(t), door: freePort(t)}
	t.Cleanup(c.sim.Close)
	for i := range c.ports {
		c.ports[i] = freePort(t)
	}
	return c
}

func clusterToken(i int) string { return fmt.Sprintf("hxtw_cluster%04d", i) }

// start starts a program whose words go into a file of its name.
func (c *cluster) start(name, program string, args ...string) *exec.Cmd {
	c.t.Helper()
	words, err := os.OpenFile(filepath.Join(c.dir, name+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	require.NoError(c.t, err)
	defer words.Close()
	cmd := exec.CommandContext(c.t.Context(), program, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = c.dir, words, words
	cmd.Env = []string{"HEX_API_BASE_URL=" + c.sim.URL}
	require.NoError(c.t, cmd.Start())
	c.t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if c.t.Failed() {
			all, _ := os.ReadFile(words.Name())
			c.t.Logf("%s said: %.4000s", name, all)
		}
	})
	return cmd
}

func (c *cluster) kill(cmd *exec.Cmd) {
	require.NoError(c.t, cmd.Process.Kill())
	_ = cmd.Wait()
}

// startRedis starts one that keeps nothing.
func (c *cluster) startRedis() *exec.Cmd {
	_, port, _ := net.SplitHostPort(c.redis)
	cmd := c.start("redis", "redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no")
	c.await(func() bool {
		conn, err := net.Dial("tcp", c.redis)
		if err == nil {
			conn.Close()
		}
		return err == nil
	}, "Redis listens")
	return cmd
}

// startReplica starts one that gives Redis much time: the machine may be slow.
func (c *cluster) startReplica(i int) {
	c.replicas[i] = c.start(fmt.Sprint("replica", i+1), binary, "http", "--listen", c.ports[i], "--hex-token-from", "header", "--sse-sticky", "--trust-proxy", "127.0.0.1",
		"--redis-url", "redis://"+c.redis, "--replicas", "3", "--redis-timeout", "3s", "--log-level", "warn", "--requests-per-minute", "10000",
		"--runs-per-minute", "0", "--runs-per-hour", strconv.Itoa(clusterBudget), "--caller-calls", "8", "--caller-calls-per-minute", "10000")
	c.await(func() bool { return c.get("http://"+c.ports[i]+"/healthz") != "" }, "the replica lives")
}

// startNginx fills the example in that operators get.
func (c *cluster) startNginx() {
	issued := httptest.NewUnstartedServer(nil) // has a certificate for 127.0.0.1
	issued.StartTLS()
	defer issued.Close()
	private, err := x509.MarshalPKCS8PrivateKey(issued.TLS.Certificates[0].PrivateKey)
	require.NoError(c.t, err)
	c.write("cert.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: issued.TLS.Certificates[0].Certificate[0]}))
	c.write("key.pem", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}))
	example, err := os.ReadFile("../../server/deploy/nginx/hexmcp.conf.template")
	require.NoError(c.t, err)
	c.write("hexmcp.conf", []byte(c.filled(string(example))))
	c.write("nginx.conf", []byte(`pid nginx.pid; error_log stderr; worker_processes 1; events { worker_connections 1024; }
http { access_log off; client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s; include hexmcp.conf; }`))
	c.start("nginx", "nginx", "-p", c.dir, "-e", "stderr", "-c", filepath.Join(c.dir, "nginx.conf"), "-g", "daemon off;")
	c.client = &http.Client{Timeout: 100 * time.Second, Transport: &http.Transport{
		MaxIdleConnsPerHost: clusterCallers, TLSClientConfig: &tls.Config{RootCAs: rootsOf(issued.Certificate())},
	}}
	c.t.Cleanup(c.client.CloseIdleConnections)
	c.await(func() bool { return c.get("https://"+c.door+"/healthz") != "" }, "nginx finds a replica")
}

func (c *cluster) write(name string, content []byte) {
	require.NoError(c.t, os.WriteFile(filepath.Join(c.dir, name), content, 0o600))
}

// filled fills in what the example leaves open.
func (c *cluster) filled(example string) string {
	values := map[string]string{
		"LISTEN": c.door, "NAME": "127.0.0.1", "CERTIFICATE": "cert.pem", "KEY": "key.pem",
		"REPLICA_1": c.ports[0], "REPLICA_2": c.ports[1], "REPLICA_3": c.ports[2],
	}
	_, text, _ := strings.Cut(example, "\n\n") // after the comment that names them
	return regexp.MustCompile(`\$\{HEXMCP_([A-Z0-9_]+)\}`).ReplaceAllStringFunc(text, func(s string) string {
		value, known := values[strings.TrimSuffix(strings.TrimPrefix(s, "${HEXMCP_"), "}")]
		require.True(c.t, known, s)
		return value
	})
}

// assertEventStream holds nginx to keeping a client of /sse at one replica.
func (c *cluster) assertEventStream() {
	for range 4 {
		ctx, stop := context.WithTimeout(c.t.Context(), 30*time.Second)
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://"+c.door+"/sse", http.NoBody)
		require.NoError(c.t, err)
		stream, err := c.client.Do(r)
		require.NoError(c.t, err)
		require.Equal(c.t, http.StatusOK, stream.StatusCode)
		events := bufio.NewScanner(stream.Body)
		to := eventWith(c.t, events, `data: (message\?sessionId=\w+)`)
		res, err := c.client.Post("https://"+c.door+"/"+to, "application/json", strings.NewReader(`{"jsonrpc":"2.0","id":1,"method":"ping"}`))
		require.NoError(c.t, err)
		res.Body.Close()
		assert.Equal(c.t, http.StatusAccepted, res.StatusCode)
		assert.NotEmpty(c.t, eventWith(c.t, events, `("id":1,"result")`))
		stop()
		stream.Body.Close()
	}
}

// get is what a page says, "" for nothing good.
func (c *cluster) get(url string) string {
	client := c.client
	if client == nil {
		client = http.DefaultClient
	}
	res, err := client.Get(url)
	if err != nil {
		return ""
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(res.Body)
	if res.StatusCode != http.StatusOK {
		return ""
	}
	return string(body)
}

func (c *cluster) await(is func() bool, what string) {
	c.t.Helper()
	require.Eventually(c.t, is, 30*time.Second, 50*time.Millisecond, what)
}

// awaitRedis waits until all replicas count in Redis again.
func (c *cluster) awaitRedis() {
	c.t.Helper()
	for i := range c.replicas {
		c.await(func() bool {
			return !strings.Contains(c.get("http://"+c.ports[i]+"/readyz"), "Redis") &&
				strings.Contains(c.get("http://"+c.ports[i]+"/readyz"), `"ready"`)
		}, "the replica has found Redis")
	}
}

// caller makes calls with a token of its own, as long as the test lasts.
type caller struct {
	token string
	end   context.CancelFunc
	ended chan struct{}

	mu      sync.Mutex
	notes   map[string]outcome // of the runs that it wanted to start
	refused int                // runs in a row that the budget refused
	reads   int                // that were answered
	before  int                // runs when the outage began
	wrong   []string           // answers that should not have come
}

// outcome is how a call was answered.
type outcome string

const (
	done    outcome = "done"
	held    outcome = "held back" // certainly not sent
	unknown outcome = "unknown"   // the client is told that it may call again
)

func (c *cluster) load() []*caller {
	all := make([]*caller, clusterCallers)
	for i := range all {
		ctx, end := context.WithCancel(c.t.Context())
		all[i] = &caller{token: clusterToken(i), end: end, ended: make(chan struct{}), notes: map[string]outcome{}}
		patience := 1
		if i >= clusterCallers/2 {
			patience = 8 // has runs left when Redis goes
		}
		go all[i].work(ctx, c, patience)
		c.t.Cleanup(all[i].stop)
	}
	return all
}

func (w *caller) stop() { w.end(); <-w.ended }

// outage begins to count anew.
func (w *caller) outage(before int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.refused, w.reads, w.before = 0, 0, before
}

// work reads, and starts a run each so many times.
func (w *caller) work(ctx context.Context, c *cluster, every int) {
	defer close(w.ended)
	for n := 0; ctx.Err() == nil; n++ {
		if n%every == 0 || w.hasOutage() {
			w.run(ctx, c, fmt.Sprintf("%s/%d", w.token, n))
		}
		w.read(ctx, c)
		select {
		case <-ctx.Done():
		case <-time.After(clusterPause):
		}
	}
}

func (w *caller) hasOutage() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.before > 0
}

func (w *caller) run(ctx context.Context, c *cluster, note string) {
	came := w.call(ctx, c, "HEX_RUN_PROJECT", fmt.Sprintf(`{"projectId":%q,"inputParams":{"note":%q}}`, hexsim.ProjectForecast, note))
	w.mu.Lock()
	defer w.mu.Unlock()
	w.notes[note] = came
	if came == held {
		w.refused++
	} else {
		w.refused = 0
	}
}

// read may be repeated, and must be answered in the end.
func (w *caller) read(ctx context.Context, c *cluster) {
	for range 20 {
		if w.call(ctx, c, "HEX_GET_PROJECT", fmt.Sprintf(`{"projectId":%q}`, hexsim.ProjectForecast)) == done {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.reads++
			return
		}
		time.Sleep(clusterPause)
	}
	w.complain(ctx, "a read was not answered in twenty tries")
}

func (w *caller) complain(ctx context.Context, why string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if ctx.Err() == nil {
		w.wrong = append(w.wrong, why)
	}
}

// call makes a call, and complains of any answer but success, a limit, or an error of
// nginx after which a client may call again.
func (w *caller) call(ctx context.Context, c *cluster, tool, arguments string) outcome {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://"+c.door+"/mcp", strings.NewReader(toolCall(1, tool, arguments)))
	if err != nil {
		w.complain(ctx, err.Error())
		return unknown
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Hex-Api-Token", w.token)
	res, err := c.client.Do(r)
	if err != nil {
		w.complain(ctx, err.Error())
		return unknown
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	answer := string(body)
	switch {
	case err == nil && res.StatusCode == http.StatusOK && strings.Contains(answer, `"successful":true`):
		return done
	case err == nil && res.StatusCode == http.StatusOK && strings.Contains(answer, `"kind":"rate_limited"`) && strings.Contains(answer, "runs an hour"):
		return held
	case err == nil && res.StatusCode == http.StatusBadGateway:
		return unknown
	}
	w.complain(ctx, fmt.Sprintf("%d %.600s %v", res.StatusCode, answer, err))
	return unknown
}

// awaitOf waits until something holds of each caller.
func (c *cluster) awaitOf(all []*caller, is func(*caller) bool, what string) {
	c.t.Helper()
	c.await(func() bool {
		for _, w := range all {
			w.mu.Lock()
			holds := is(w)
			w.mu.Unlock()
			if !holds {
				return false
			}
		}
		return true
	}, what)
}

// assertExact holds a token to its budget, to the number: but for runs that were under
// way when a replica was killed, which may not have got as far as Hex.
func (c *cluster) assertExact(w *caller) {
	w.mu.Lock()
	defer w.mu.Unlock()
	runs, broken := c.runsOf(w.token), 0
	for _, came := range w.notes {
		if came == unknown {
			broken++
		}
	}
	assert.LessOrEqual(c.t, runs, clusterBudget, w.token)
	assert.GreaterOrEqual(c.t, runs, clusterBudget-broken, w.token)
}

// assertNoRunTwice compares what callers were told with what came to Hex.
func (c *cluster) assertNoRunTwice(all []*caller) {
	c.truth.mu.Lock()
	defer c.truth.mu.Unlock()
	counts := map[outcome]int{}
	for _, w := range all {
		for note, came := range w.notes {
			counts[came]++
			switch n := c.byNote[note]; came {
			case done:
				assert.Equal(c.t, 1, n, "a run that was started: %s", note)
			case held:
				assert.Zero(c.t, n, "a run that was held back: %s", note)
			case unknown:
				assert.LessOrEqual(c.t, n, 1, "a run of which nothing is known: %s", note)
			}
		}
	}
	assert.Positive(c.t, counts[unknown], "the replica was killed while runs were under way")
	c.t.Log("runs as their callers know them:", counts)
}
