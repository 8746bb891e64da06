package hexapi

import (
	"context"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi/hexfault"
)

// What an error is to the caller.
const (
	fine      = "success"
	noAnswer  = "transport error"
	tooLate   = "transport error, out of time"
	cutBody   = "body error"
	lateBody  = "body error, out of time"
	notJSONly = "body error, not json"
	tooLarge  = "body error, too large"
	noBody    = "body error, nothing in it"
)

func outcome(err error) string {
	if err == nil {
		return fine
	}
	late := ""
	if errors.Is(err, ErrTimeout) {
		late = ", out of time"
	}
	e, ok := errors.AsType[*Error](err)
	switch {
	case !ok:
		return "another type of error"
	case e.Status >= 300 || e.Status == http.StatusSwitchingProtocols:
		return http.StatusText(e.Status) + late
	case e.Status == 0:
		return noAnswer + late
	case errors.Is(err, ErrNotJSON):
		return notJSONly
	case errors.Is(err, ErrTooLarge):
		return tooLarge
	case errors.Is(err, ErrNoBody):
		return noBody
	}
	return cutBody + late
}

// end is what a caller gets, and how many requests Hex sees for it.
type end struct {
	outcome  string
	requests int
}

// faultCase says what comes of a fault that happens once: Hex is well again
// when the request is repeated.
type faultCase struct {
	fault   hexfault.Fault
	safe    end // a read, PUT, DELETE
	unsafe  end // a POST, PATCH
	unknown bool
	brief   bool // the fault lasts until the client loses patience

	bodiless bool // older servers answer a drop so
}

func faults() []faultCase {
	again, refused := end{fine, 2}, func(status int) end { return end{http.StatusText(status), 1} }
	both := func(f hexfault.Fault, e end, unknown bool) faultCase {
		return faultCase{fault: f, safe: e, unsafe: e, unknown: unknown}
	}
	lost := func(f hexfault.Fault, unsafe end) faultCase {
		return faultCase{fault: f, safe: again, unsafe: unsafe, unknown: true}
	}
	stall := func(f hexfault.Fault, e end) faultCase { c := both(f, e, true); c.brief = true; return c }
	return []faultCase{
		lost(hexfault.ResetBeforeRead, end{noAnswer, 1}),
		lost(hexfault.ResetAfterRead, end{noAnswer, 1}),
		lost(hexfault.CloseAfterRead, end{noAnswer, 1}),
		lost(hexfault.CloseThen404, end{noAnswer, 1}), // once: the second is answered
		lost(hexfault.Garbage, end{noAnswer, 1}),
		stall(hexfault.StallHeaders, end{tooLate, 1}),
		stall(hexfault.StallBody, end{lateBody, 1}),
		stall(hexfault.Drip, end{lateBody, 1}),
		lost(hexfault.LengthTooLong, end{cutBody, 1}),
		both(hexfault.LengthTooShort, end{notJSONly, 1}, true),
		both(hexfault.TruncatedJSON, end{notJSONly, 1}, true),
		both(hexfault.HTMLPage, end{notJSONly, 1}, true),
		both(hexfault.WrongContentType, end{fine, 1}, false),
		{fault: hexfault.EmptySuccess, safe: end{noBody, 1}, unsafe: end{noBody, 1}, unknown: true, bodiless: true},
		{fault: hexfault.NullSuccess, safe: end{noBody, 1}, unsafe: end{noBody, 1}, unknown: true, bodiless: true},
		{fault: hexfault.NoContentBody, safe: end{noBody, 1}, unsafe: end{noBody, 1}, unknown: true, bodiless: true},
		both(hexfault.TwoAnswers, end{fine, 1}, false),
		both(hexfault.Switch, refused(101), true),
		lost(hexfault.NoStatus, end{noAnswer, 1}),
		lost(hexfault.LongHeader, end{noAnswer, 1}),
		lost(hexfault.ManyHints, end{noAnswer, 1}),
		both(hexfault.ForbiddenPage, refused(403), false),
		both(hexfault.NotFoundPage, refused(404), false),
		lost(hexfault.RequestTimeout, refused(408)),
		lost(hexfault.TooEarly, refused(425)),
		both(hexfault.ClientClosed, end{"", 1}, true),
		both(hexfault.Oversize, end{tooLarge, 1}, true),
		both(hexfault.GzipBomb, end{tooLarge, 1}, true),
		lost(hexfault.BrokenGzip, end{cutBody, 1}),
		both(hexfault.Redirect, refused(307), false),
		both(hexfault.RedirectNowhere, refused(302), false),
		both(hexfault.EdgeUnauthorized, refused(401), false),
		both(hexfault.NewShape, refused(400), false),
		both(hexfault.OldShape, refused(403), false),
		both(hexfault.DetailsList, refused(404), false),
		both(hexfault.RunInputs, refused(422), false),
		both(hexfault.TooMany, again, false),
		both(hexfault.TooManySeconds, again, false),
		both(hexfault.TooManySkewed, again, false),
		both(hexfault.TooManyForAnHour, refused(429), false),
		both(hexfault.TooManyMilliseconds, again, false),
		both(hexfault.TooManyInfinite, again, false),
		both(hexfault.TooManyReset, again, false),
		both(hexfault.InternalError, refused(500), true),
		both(hexfault.GarbageError, refused(500), true),
		lost(hexfault.BadGateway, refused(502)),
		lost(hexfault.Unavailable, refused(503)),
		lost(hexfault.GatewayTimeout, refused(504)),
		both(hexfault.UnavailableForHours, refused(503), true),
		{fault: hexfault.KernelLimit, safe: again, unsafe: refused(503), unknown: true},
		{fault: hexfault.ResetReused, safe: end{fine, 1}, unsafe: end{fine, 1}}, // a first request is answered
	}
}

func TestFaultsOnASocket(t *testing.T) {
	assert.Len(t, faults(), len(hexfault.All()), "each fault has a row")
	checks := map[string]func(*testing.T){} // all calls wait at once
	for _, tc := range faults() {
		for kind := range kinds {
			checks[string(tc.fault)+", "+kind] = tc.start(t, kind)
		}
	}
	for name, check := range checks {
		t.Run(name, check)
	}
}

// brief is how long a call waits for what never comes: long enough for a busy
// machine to make the request.
const brief = 4 * time.Second

// start makes a call and returns what checks it once it has ended.
func (tc faultCase) start(t *testing.T, kind string) func(*testing.T) {
	timeout, want := 5*time.Minute, tc.safe // a busy machine needs long to inflate 64 MiB for each call
	if tc.brief {
		timeout = brief
	}
	if unsafe[kind] {
		want = tc.unsafe
	}
	if tc.bodiless && kind == "drop" {
		want = end{fine, 1}
	}
	u := hexfault.Once(tc.fault)
	result := against(t, u, kind, timeout)
	return func(t *testing.T) {
		err := <-result
		assert.Equal(t, want, end{outcome(err), u.Requests()}, "%v", err)
		assert.Zero(t, u.Stolen())
		if err == nil {
			return
		}
		assert.NotContains(t, err.Error(), "\n")
		if kind != "read" {
			noKernel := tc.fault == hexfault.KernelLimit && kind == "run"
			assert.Equal(t, tc.unknown && !noKernel, mayHaveHappened(err), "%v", err)
		}
	}
}

// unsafe are the kinds of calls that must not be repeated.
var unsafe = map[string]bool{"run": true, "edit": true, "create": true}

// against makes a call to an upstream, which ends with the test.
func against(t *testing.T, u *hexfault.Upstream, kind string, timeout time.Duration) <-chan error {
	t.Cleanup(u.Close)
	c, result := dialed(t, u.URL(), timeout), make(chan error, 1)
	go func() { result <- kinds[kind](t.Context(), c) }()
	return result
}

// limited are the faults in which Hex says that it did not take the request, and
// does not ask for more time than a call has.
var limited = []hexfault.Fault{
	hexfault.TooMany, hexfault.TooManySeconds, hexfault.TooManySkewed,
	hexfault.TooManyMilliseconds, hexfault.TooManyInfinite, hexfault.TooManyReset,
}

// A fault that never ends: Hex still sees an unsafe write once, unless it said
// each time that it did not take it.
func TestUnsafeWritesAreSentOnceHoweverLongTheFaultLasts(t *testing.T) {
	checks := map[string]func(*testing.T){}
	for _, fault := range hexfault.All() {
		for kind := range unsafe {
			u := hexfault.New(fault)
			result := against(t, u, kind, brief)
			checks[string(fault)+", "+kind] = func(t *testing.T) {
				err := <-result
				if !slices.Contains(limited, fault) {
					assert.Equal(t, 1, u.Requests())
					return
				}
				assert.Greater(t, u.Requests(), 1)
				assert.False(t, mayHaveHappened(err) && !errors.Is(err, ErrTimeout), "%v", err)
			}
		}
	}
	for name, check := range checks {
		t.Run(name, check)
	}
}

// A kept connection that dies under a request is where net/http itself would
// send the request again.
func TestKeptConnectionThatIsResetTakesNoWriteTwice(t *testing.T) {
	for kind, call := range kinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			u := hexfault.Once(hexfault.ResetReused)
			t.Cleanup(u.Close)
			c := dialed(t, u.URL(), 30*time.Second)
			require.NoError(t, read(t.Context(), c))
			err := call(t.Context(), c)
			if unsafe[kind] {
				assert.Equal(t, Unknown, asError[*Error](t, err).Outcome)
				assert.Equal(t, 2, u.Requests(), "one each")
				return
			}
			require.NoError(t, err)
			assert.Equal(t, 3, u.Requests())
		})
	}
}

// A kept connection that the server has closed in the meantime is found out
// before anything is written: the write goes over a new one, once.
func TestKeptConnectionThatWasClosedIsReplaced(t *testing.T) {
	var paths []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		paths = append(paths, r.Method)
		_, _ = w.Write([]byte(`{"ok":true}`))
	}))
	defer server.Close()
	c := dialed(t, server.URL, time.Minute)
	require.NoError(t, read(t.Context(), c))
	server.CloseClientConnections()
	if err := run(t.Context(), c); err != nil {
		assert.True(t, mayHaveHappened(err), "the write was under way when the end was noticed")
	}
	assert.LessOrEqual(t, len(paths), 2)
}

// net/http sends a POST again whose HTTP/2 stream was reset with
// PROTOCOL_ERROR, so the client does not speak HTTP/2.
func TestTransportSpeaksHTTP1WhereHTTP2IsOffered(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte(`{"proto":"` + r.Proto + `"}`))
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	transport := NewTransport(roots)
	defer transport.CloseIdleConnections()
	c := client(t, transport, func(cfg *Config) { cfg.BaseURL = server.URL })
	got, err := c.GetGroup(t.Context(), GetGroupInput{otherID})
	require.NoError(t, err)
	assert.JSONEq(t, `{"proto":"HTTP/1.1"}`, string(got.Body))
}

func TestUnknownAuthorityIsRefusedAtOnce(t *testing.T) {
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = quiet()
	server.StartTLS()
	defer server.Close()
	err := run(t.Context(), dialed(t, server.URL, time.Minute))
	assert.Equal(t, NotSent, asError[*Error](t, err).Outcome)
	require.ErrorIs(t, err, ErrCertificate)
	assert.True(t, asError[*Error](t, err).NeedsMending())
	assert.NotErrorIs(t, err, ErrTimeout, "it is not tried again until time is up")
}

func TestNobodyListensIsCertainlyUnsent(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	err = run(t.Context(), dialed(t, "http://"+l.Addr().String(), 500*time.Millisecond))
	assert.Equal(t, NotSent, asError[*Error](t, err).Outcome)
	assert.False(t, mayHaveHappened(err))
	require.ErrorContains(t, err, "connection refused")
}

// Leaving reaches the connection: the server sees it end.
func TestCancellationReachesTheConnection(t *testing.T) {
	arrived, left := make(chan struct{}), make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(arrived)
		<-r.Context().Done()
		close(left)
	}))
	defer server.Close()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- read(ctx, dialed(t, server.URL, time.Minute)) }()
	<-arrived
	cancel()
	require.ErrorIs(t, <-done, context.Canceled)
	<-left
}
