package hexapi

import (
	"context"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"hexmcp/hexapi/hexcontract"
)

func TestMain(m *testing.M) {
	log.SetOutput(io.Discard) // net/http quotes answers that nobody asked for
	goleak.VerifyTestMain(m)
}

const (
	token     = Secret("hxtp_canary0123456789abcdef")
	projectID = UUID("0190c0de-0000-7000-8000-000000000001")
	runID     = UUID("0190c0de-0000-7000-8000-000000000002")
	otherID   = UUID("0190c0de-0000-7000-8000-000000000003")
)

// hex is a Hex without sockets: a RoundTripper that plays replies in their
// order, the last one again and again, and remembers what it was sent.
type hex struct {
	replies []reply
	mu      sync.Mutex
	seen    []sent
	at      []time.Time
}

// sent is a request as it reached Hex.
type sent struct {
	Method, Path, Body string
	Query              url.Values
	Header             http.Header
}

// exchange is what the contract judges: the request alone, as replies are made up.
func (s sent) exchange() hexcontract.Exchange {
	r := httptest.NewRequest(s.Method, strings.TrimSuffix(s.Path+"?"+s.Query.Encode(), "?"), http.NoBody)
	r.Header = s.Header
	return hexcontract.Exchange{Request: r, Sent: []byte(s.Body)}
}

type reply func(*http.Request) (*http.Response, error)

func playing(replies ...reply) *hex { return &hex{replies: replies} }

func (h *hex) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
		_ = r.Body.Close()
	}
	h.mu.Lock()
	n := min(len(h.seen), len(h.replies)-1)
	h.seen = append(h.seen, sent{r.Method, r.URL.EscapedPath(), string(body), r.URL.Query(), r.Header})
	h.at = append(h.at, time.Now())
	h.mu.Unlock()
	return h.replies[n](r)
}

func (h *hex) requests() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.seen)
}

// waits is how long the client waited between its requests.
func (h *hex) waits() []time.Duration {
	var waits []time.Duration
	for i := 1; i < len(h.at); i++ {
		waits = append(waits, h.at[i].Sub(h.at[i-1]))
	}
	return waits
}

// answers replies with a status, a body and headers given as "Name: value".
func answers(status int, body string, headers ...string) reply {
	return func(r *http.Request) (*http.Response, error) {
		connected(r.Context())
		return answer(status, body, headers...), nil
	}
}

func answer(status int, body string, headers ...string) *http.Response {
	res := &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body))}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		res.Header.Add(name, value)
	}
	return res
}

// ok replies with a success.
func ok() reply { return answers(http.StatusOK, `{"ok":true}`) }

// refuses replies as a machine that does not listen.
func refuses() reply {
	return func(r *http.Request) (*http.Response, error) {
		httptrace.ContextClientTrace(r.Context()).GetConn("hex")
		return nil, errors.New("connection refused")
	}
}

// cuts replies by hanging up after the request.
func cuts() reply {
	return func(r *http.Request) (*http.Response, error) {
		connected(r.Context())
		return nil, io.ErrUnexpectedEOF
	}
}

// cutsBody replies with a success that ends too early.
func cutsBody() reply {
	return func(r *http.Request) (*http.Response, error) {
		connected(r.Context())
		res := answer(http.StatusOK, "")
		res.Body = io.NopCloser(io.MultiReader(strings.NewReader(`{"half":`), errReader{}))
		return res, nil
	}
}

type errReader struct{}

func (errReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// stalls replies when the caller has lost patience.
func stalls() reply {
	return func(r *http.Request) (*http.Response, error) {
		connected(r.Context())
		<-r.Context().Done()
		return nil, context.Cause(r.Context())
	}
}

func connected(ctx context.Context) {
	trace := httptrace.ContextClientTrace(ctx)
	trace.GetConn("hex")
	trace.GotConn(httptrace.GotConnInfo{})
}

// client is a client of the Hex that h plays.
func client(t testing.TB, h http.RoundTripper, settings ...func(*Config)) *Client {
	t.Helper()
	cfg := Config{Token: token, Transport: h}
	for _, set := range settings {
		set(&cfg)
	}
	c, err := New(cfg)
	require.NoError(t, err)
	if h, is := h.(*hex); is {
		t.Cleanup(func() { h.judge(t) })
	}
	return c
}

// judge fails a test that sent what Hex does not know.
func (h *hex) judge(t testing.TB) {
	contract := hexcontract.Open(t)
	for _, s := range h.seen {
		hexcontract.Report(t, contract.Request(s.exchange()))
	}
}

// dialed is a client of a real server, with connections of its own that end
// with the test.
func dialed(t testing.TB, url string, timeout time.Duration) *Client {
	t.Helper()
	transport := NewTransport(nil)
	t.Cleanup(transport.CloseIdleConnections)
	return client(t, transport, func(cfg *Config) { cfg.BaseURL, cfg.Timeout = url, timeout })
}

// asError is err as an E; the test ends where it is none.
func asError[E error](t testing.TB, err error) E {
	t.Helper()
	e, is := errors.AsType[E](err)
	require.True(t, is, "%T expected, got: %v", e, err)
	return e
}

// mayHaveHappened reports whether a write that failed with err may have been
// carried out all the same.
func mayHaveHappened(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Outcome.MayHaveHappened()
}

// kinds are calls that differ in what may be repeated.
var kinds = map[string]func(context.Context, *Client) error{
	"read": read, "replace": replace, "drop": drop, "run": run, "edit": edit, "create": create,
}

func read(ctx context.Context, c *Client) error {
	_, err := c.GetProject(ctx, GetProjectInput{ProjectID: projectID})
	return err
}

func replace(ctx context.Context, c *Client) error {
	_, err := c.UpsertGuideDraft(ctx, UpsertGuideDraftInput{Files: []GuideFile{}})
	return err
}

func drop(ctx context.Context, c *Client) error {
	_, err := c.DeleteCell(ctx, DeleteCellInput{CellID: projectID})
	return err
}

func run(ctx context.Context, c *Client) error {
	_, err := c.RunProject(ctx, RunProjectInput{ProjectID: projectID})
	return err
}

func edit(ctx context.Context, c *Client) error {
	_, err := c.UpdateProject(ctx, UpdateProjectInput{ProjectID: projectID, ProjectUpdate: ProjectUpdate{Status: SetTo("Approved")}})
	return err
}

func create(ctx context.Context, c *Client) error {
	_, err := c.CreateGroup(ctx, CreateGroupInput{Name: "Analysts"})
	return err
}

func assertNoSecret(t testing.TB, text string) {
	t.Helper()
	assert.NotContains(t, text, token.Reveal())
}

func quiet() *log.Logger { return log.New(io.Discard, "", 0) }
