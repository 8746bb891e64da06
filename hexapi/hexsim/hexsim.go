// Package hexsim is a Hex workspace in memory behind net/http: it answers the
// operations of package hexapi as Hex does, errors, limits and pages included,
// and holds demo data that a data team would recognise.
package hexsim

import (
	"net/http"
	"strings"
	"sync"
	"time"

	"hexmcp/hexapi"
)

// Hex is a simulated workspace. It serves the API under /api/v1 and /v1 and is
// safe for concurrent use.
type Hex struct {
	now      func() time.Time
	start    time.Time // when the workspace was made
	baseURL  string
	tokens   map[string]principal
	limits   *limiter // nil: no limits
	mux      *http.ServeMux
	traces   sequence // with its own lock, as each answer has one
	tracesMu sync.Mutex

	cellVersions bool // a cell gets a new id with each write
	scale        Scale

	mu          sync.Mutex // guards all below
	ids         sequence
	scheduleIDs sequence // of runs that schedules start, so that reads use no other ids up
	statuses    []string
	categories  []hexapi.Category
	projects    table[project]
	cells       table[cell]
	users       table[user]
	groups      table[group]
	collections table[hexapi.Collection]
	connections table[connection]
	guides      table[guide]
	threads     table[thread]
	topics      []hexapi.Topic
	suggestions table[suggestion]
	semantics   table[semanticProject]
	contexts    table[contextVersion]
	underway    []*run // runs that may still hold a kernel
	scheduled   []*project
}

// Option changes a workspace while it is made.
type Option func(*Hex)

// WithToken accepts one more token. One that begins with hxtp_ is a personal
// token of [UserAda], any other a workspace token.
func WithToken(token string) Option {
	return func(h *Hex) { h.tokens[token] = principal{token: token} }
}

// WithReadOnlyToken accepts a token without any write or run scope: what
// changes something is answered with 403.
func WithReadOnlyToken(token string) Option {
	return func(h *Hex) { h.tokens[token] = principal{token: token, readOnly: true} }
}

// WithClock sets the clock that runs and timestamps depend on. Default: [time.Now].
func WithClock(now func() time.Time) Option { return func(h *Hex) { h.now = now } }

// WithBaseURL sets the address, up to and with /api, of the URLs in answers.
// Default: the host that was asked.
func WithBaseURL(url string) Option {
	return func(h *Hex) { h.baseURL = strings.TrimSuffix(url, "/") }
}

// WithRateLimits answers 429 with Retry-After, in seconds, where Hex's rate
// groups are used up: per user, 60 requests a minute in all, 30 a minute and
// 1,800 an hour for most newer operations, 20 a minute and 60 an hour for runs.
func WithRateLimits() Option { return func(h *Hex) { h.limits = &limiter{} } }

// New makes a workspace with the demo data, whose times are told from the
// clock's now.
func New(opts ...Option) *Hex {
	h := &Hex{
		now:    time.Now,
		tokens: map[string]principal{DemoToken: {token: DemoToken}},
		ids:    sequence{salt: 0x5eed},
		traces: sequence{salt: 0x7ace},

		scheduleIDs: sequence{salt: 0xc10c},
	}
	for _, o := range opts {
		o(h)
	}
	h.start = h.now()
	h.mux = h.routes()
	h.seed()
	return h
}

// ServeHTTP checks the token before all else, as Hex's edge does.
func (h *Hex) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	trace := h.newTrace()
	w.Header().Set("X-Trace-Id", trace)
	who, ok := h.authenticate(w, r)
	if !ok {
		return
	}
	r = r.WithContext(withCall(r.Context(), call{who: who, trace: trace}))
	if strings.HasPrefix(r.URL.Path, "/api/") {
		http.StripPrefix("/api", h.mux).ServeHTTP(w, r)
		return
	}
	h.mux.ServeHTTP(w, r)
}

func (h *Hex) newTrace() string {
	h.tracesMu.Lock()
	defer h.tracesMu.Unlock()
	return h.traces.trace()
}

// base is the address of the URLs in an answer to r.
func (h *Hex) base(r *http.Request) string {
	switch {
	case h.baseURL != "":
		return h.baseURL
	case r.TLS != nil || r.URL.Scheme == "https": // the latter by RoundTrip
		return "https://" + r.Host + "/api"
	default:
		return "http://" + r.Host + "/api"
	}
}
