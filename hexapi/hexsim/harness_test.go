package hexsim

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"hexmcp/hexapi"
	"hexmcp/hexapi/hexcontract"
)

// clock is a clock that stands until it is told to go on.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// caller sends requests to a workspace.
type caller struct {
	t     *testing.T
	hex   *Hex
	clock *clock
	token string

	careless bool // its requests are wrong on purpose, though they succeed
}

// open makes a workspace on a clock of its own.
func open(t *testing.T, opts ...Option) caller {
	t.Helper()
	c := newClock()
	return caller{t: t, hex: New(append([]Option{WithClock(c.Now)}, opts...)...), clock: c, token: DemoToken}
}

// answered is an answer that was read to its end.
type answered struct {
	t      *testing.T
	status int
	header http.Header
	body   string
}

// send sends a request whose body is a string as it is, or JSON of anything else.
func (c caller) send(method, path string, body any, headers ...string) answered {
	c.t.Helper()
	var b []byte
	switch body := body.(type) {
	case nil:
	case string:
		b = []byte(body)
	default:
		var err error
		b, err = json.Marshal(body)
		require.NoError(c.t, err)
	}
	r := httptest.NewRequest(method, "http://hex.test/api"+path, bytes.NewReader(b))
	r.Header.Set("Authorization", "Bearer "+c.token)
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	c.hex.ServeHTTP(w, r)
	c.judge(hexcontract.Exchange{Request: r, Sent: b, Status: w.Code, Header: w.Header(), Received: w.Body.Bytes()})
	return answered{c.t, w.Code, w.Header(), w.Body.String()}
}

// judge fails the test where an answer is not as Hex's would be.
func (c caller) judge(e hexcontract.Exchange) {
	c.t.Helper()
	contract := hexcontract.Open(c.t)
	if c.careless {
		hexcontract.Report(c.t, contract.Answer(e))
		return
	}
	hexcontract.Report(c.t, contract.JudgeWorkspace(e))
}

func (c caller) get(path string, headers ...string) answered {
	c.t.Helper()
	return c.send(http.MethodGet, path, nil, headers...)
}

// want fails the test unless the answer has the status.
func (a answered) want(status int) answered {
	a.t.Helper()
	require.Equal(a.t, status, a.status, "body: %s", a.body)
	return a
}

// as decodes an answer, and fails the test when T does not know a field of it.
func as[T any](a answered) T {
	a.t.Helper()
	var v T
	dec := json.NewDecoder(bytes.NewReader([]byte(a.body)))
	dec.DisallowUnknownFields()
	require.NoError(a.t, dec.Decode(&v), "body: %s", a.body)
	return v
}

// titles lists the titles of a page of projects.
func titles(a answered) []string {
	a.t.Helper()
	var all []string
	for _, p := range as[hexapi.Page[hexapi.Project]](a.want(200)).Values {
		all = append(all, p.Title)
	}
	return all
}
