package watch

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"hexmcp/hexapi"
	"hexmcp/hexapi/hexsim"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// workspace is a simulated Hex that keeps its requests, and may answer some of
// them itself.
type workspace struct {
	hex    *hexsim.Hex
	client *hexapi.Client // of whoever works in it

	mu   sync.Mutex
	seen []request
	turn func(*http.Request) *http.Response // nil: all are Hex's
}

type request struct {
	at   time.Time
	path string
}

// RoundTrip answers what the watch asks.
func (w *workspace) RoundTrip(r *http.Request) (*http.Response, error) {
	w.mu.Lock()
	w.seen = append(w.seen, request{time.Now(), r.URL.Path})
	turn := w.turn
	w.mu.Unlock()
	if turn != nil {
		if res := turn(r); res != nil {
			return res, nil
		}
	}
	return w.hex.RoundTrip(r)
}

// paths are what was asked so far.
func (w *workspace) paths() (all []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, r := range w.seen {
		all = append(all, r.path)
	}
	return all
}

func (w *workspace) answer(turn func(*http.Request) *http.Response) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.turn = turn
}

func open(t *testing.T, options ...hexsim.Option) *workspace {
	t.Helper()
	time.Sleep(26*365*24*time.Hour + 17*time.Minute) // a bubble begins in 2000, and no schedule is due soon
	w := &workspace{hex: hexsim.New(options...)}
	w.client = clientOf(t, w.hex)
	return w
}

func clientOf(t *testing.T, transport http.RoundTripper) *hexapi.Client {
	c, err := hexapi.New(hexapi.Config{Token: hexsim.DemoToken, Transport: transport})
	require.NoError(t, err)
	return c
}

// run starts a run of a project.
func (w *workspace) run(t *testing.T, id hexapi.UUID) hexapi.UUID {
	t.Helper()
	a, err := w.client.RunProject(t.Context(), hexapi.RunProjectInput{ProjectID: id})
	require.NoError(t, err)
	started, err := a.Decode()
	require.NoError(t, err)
	return started.RunID
}

// options watch everything from now on.
func (w *workspace) options(t *testing.T) Options {
	client := clientOf(t, w)
	return Options{
		Client: func(context.Context) (*hexapi.Client, error) { return client, nil },
		On:     Kinds(), Since: time.Now(), CallsPerMinute: 30, Every: 10 * time.Second,
		Log: slog.New(slog.DiscardHandler),
	}
}

// watching is a watch under way.
type watching struct {
	stop func() error

	mu   sync.Mutex
	told []Event
}

func (g *watching) keep(_ context.Context, e Event) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.told = append(g.told, e)
	return nil
}

// events are those so far.
func (g *watching) events() []Event {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.told)
}

// start watches in the background; where nobody else gets the events they are kept.
func start(t *testing.T, o Options) *watching {
	g := new(watching)
	if o.Deliver == nil {
		o.Deliver = g.keep
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- Run(ctx, o) }()
	g.stop = sync.OnceValue(func() error { cancel(); return <-done })
	t.Cleanup(func() { _ = g.stop() })
	return g
}

// bubble runs a test on a clock of its own.
func bubble(t *testing.T, test func(t *testing.T)) { synctest.Test(t, test) }

// types are those of events, in their order.
func types(events []Event) (all []string) {
	for _, e := range events {
		all = append(all, e.Type)
	}
	return all
}

func ids(events []Event) []string {
	var all []string
	for _, e := range events {
		all = append(all, e.ID)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func answered(status int, body string, headers ...string) *http.Response {
	res := &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(bytes.NewBufferString(body))}
	for i := 0; i+1 < len(headers); i += 2 {
		res.Header.Set(headers[i], headers[i+1])
	}
	return res
}

// asksFor reports whether the runs of a project were asked for.
func asksFor(paths []string, id hexapi.UUID) bool {
	return slices.ContainsFunc(paths, func(path string) bool { return strings.Contains(path, string(id)+"/runs") })
}

var errKilled = errors.New("killed")

// life is what happens in a workspace within four minutes. It ends with them.
func (w *workspace) life(t *testing.T) {
	time.Sleep(30 * time.Second)
	w.run(t, hexsim.ProjectRevenue)
	w.run(t, hexsim.ProjectFails)
	time.Sleep(30 * time.Second)
	_, err := w.client.CreateProject(t.Context(), hexapi.CreateProjectInput{Title: "A new one"})
	assert.NoError(t, err)
	time.Sleep(10 * time.Second)
	w.hex.Publish(hexsim.ProjectDraft)
	time.Sleep(20 * time.Second)
	slow := w.run(t, hexsim.ProjectSlow)
	time.Sleep(30 * time.Second)
	_, err = w.client.CancelRun(t.Context(), hexapi.CancelRunInput{ProjectID: hexsim.ProjectSlow, RunID: slow})
	assert.NoError(t, err)
	time.Sleep(2 * time.Minute)
	w.run(t, hexsim.ProjectDraft)
}
