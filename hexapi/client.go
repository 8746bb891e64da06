// Package hexapi is a client of the Hex public API.
//
// [New] makes a [Client], which has a method for each operation. A method
// returns an [Answer], the body as Hex sent it, or an [*Error], which says what
// went wrong and, by its [Outcome], whether a write may have happened all the
// same. The client repeats a POST or PATCH only when it certainly did not
// happen, waits where Hex asks it to, and hides the token in answers, errors and
// logs. A [Budget] keeps runs within Hex's limits; an [Observer] hears of every
// request.
//
// Every call runs through the stages of one function: do, in pipeline.go.
package hexapi

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/go-resty/resty/v2"
)

// DefaultTimeout bounds a whole call, its retries and waits included. Most MCP
// hosts give up on a tool after 60 seconds.
const DefaultTimeout = 55 * time.Second

// MaxBody is how many bytes of an answer are read before it is given up.
const MaxBody = 16 << 20

// Config says how to reach Hex. The zero value reaches the multi-tenant API
// without a token, so that every call fails with [ErrNoToken].
type Config struct {
	// BaseURL is the API's address in any form that [BaseURL] understands.
	// Empty means [DefaultBaseURL].
	BaseURL string
	// AllowPlainHTTP lets the token travel unencrypted to an address that is
	// not this machine.
	AllowPlainHTTP bool
	// Token is a personal (hxtp_…) or workspace (hxtw_…) token.
	Token Secret
	// Timeout bounds a whole call. Zero means [DefaultTimeout].
	Timeout time.Duration
	// RunBudget counts the runs of projects and drafts and the prompts to Hex's agent,
	// and refuses them before Hex would; see [LocalBudget]. Nil means no budget.
	// Clients with the same token should share one.
	RunBudget Budget
	// CallsPerMinute is how many calls of a token are sent in a minute at the most,
	// so that Hex refuses none. Further calls wait, or fail with [LimitError] when the
	// wait would leave them too little time. Zero means no limit. Clients that
	// [Client.WithToken] made share the count.
	CallsPerMinute int
	// CallBudget counts those calls. Nil means a [LocalCallBudget].
	CallBudget CallBudget
	// Transport carries the requests. Nil means that of [NewTransport]. A transport
	// that speaks HTTP/2 may by itself repeat a write whose stream the server reset.
	Transport http.RoundTripper
	// Logger gets a line at debug level for each retry. Nil logs nothing.
	Logger *slog.Logger
	// Observer hears of attempts, waits and limits. The zero value hears nothing.
	Observer Observer
	// Reserve is called before more than [FirstRead] bytes of an answer are read.
	// Bytes is how much memory the body may then take in all. Reserve may wait as long
	// as ctx lasts. Its error ends the call with [ErrNoMemory]. Nil reserves nothing.
	Reserve func(ctx context.Context, bytes int64) error
	// ReserveDecoded is called before an answer is decoded into Go values. Bytes is
	// the most memory that these take, in addition to the body. The values of an
	// earlier answer of the call need no memory any more by then. Its error ends the
	// call as that of Reserve does.
	ReserveDecoded func(ctx context.Context, bytes int64) error
	// ReadOnly lets the client send only requests that change nothing: every other
	// call fails with [ErrReadOnly].
	ReadOnly bool
	// Bounds confine the client to some projects. What lies outside of them fails like
	// something that does not exist, and is left out of lists of projects and
	// collections. For a call that names a cell or a run, the client first looks up the
	// project. The zero value confines nothing.
	Bounds Bounds
	// Variables are the secrets that credentials of data connections may refer to.
	Variables []CredentialVariable
	// UserAgent names the program to Hex.
	UserAgent string
	// Origin says where the token and the address come from.
	Origin Origin
}

// Origin says, in words for people, where the token and the address of a [Client]
// come from, such as the name of a variable. Each [Error] of its calls carries it, so
// that whoever reads that Hex refuses a token knows which one to replace.
type Origin struct {
	Token, Address string // empty when not known
}

// Client calls the Hex API. It is safe for concurrent use.
type Client struct {
	rest      *resty.Client
	token     *Secret // a pointer, because fmt would show an unexported Secret
	scrubber  *scrubber
	timeout   time.Duration
	runs      Budget // nil for none
	perMinute int    // calls; with zero or less, the limits of groups are not kept either
	limits    *rateLimits
	calls     CallBudget
	refused   *refusals
	digest    string // stands for the token in budgets
	log       *slog.Logger
	observer  Observer
	reserve   func(context.Context, int64) error
	recent    *recentAnswers // of this token alone
	readOnly  bool
	bounds    Bounds
	origin    Origin

	reserveDecoded func(context.Context, int64) error

	variables func() variables // a function, because fmt shows what pointers lead to
}

// New makes a client, or says what is wrong with the configuration.
func New(cfg Config) (*Client, error) {
	base, err := BaseURL(cfg.BaseURL)
	if err != nil {
		return nil, fmt.Errorf("hex api address: %w", err)
	}
	if base.Scheme == "http" && !isLoopback(base.Hostname()) && !cfg.AllowPlainHTTP {
		return nil, fmt.Errorf("hex api address: %w", ErrPlainHTTP)
	}
	if err := cfg.Token.check(); err != nil {
		return nil, fmt.Errorf("hex api token: %w", err)
	}
	if cfg.Transport == nil {
		cfg.Transport = NewTransport(nil)
	}
	if cfg.CallBudget == nil {
		cfg.CallBudget = new(LocalCallBudget)
	}
	return &Client{
		rest:      newREST(base.String(), cfg.Transport, cfg.UserAgent),
		token:     &cfg.Token,
		scrubber:  newScrubber(cfg.Token),
		timeout:   cmp.Or(cfg.Timeout, DefaultTimeout),
		runs:      cfg.RunBudget,
		perMinute: cfg.CallsPerMinute,
		limits:    new(rateLimits),
		calls:     cfg.CallBudget,
		refused:   new(refusals),
		digest:    budgetKey(cfg.Token),
		log:       cmp.Or(cfg.Logger, slog.New(slog.DiscardHandler)),
		observer:  cfg.Observer,
		reserve:   cfg.Reserve,
		recent:    &recentAnswers{store: new(recentStore)},
		readOnly:  cfg.ReadOnly,
		bounds:    cfg.Bounds,
		origin:    cfg.Origin,

		reserveDecoded: cfg.ReserveDecoded,

		variables: func() variables { return cfg.Variables },
	}, nil
}

// newREST sets resty up to do one thing: send a request once and hand over the
// response. Retries, limits and decoding are in this package, because they must
// tell reads from writes.
func newREST(base string, transport http.RoundTripper, agent string) *resty.Client {
	return resty.NewWithClient(&http.Client{Transport: oneHop{transport}}).
		SetBaseURL(base).
		SetLogger(silent{}).
		SetDoNotParseResponse(true).
		SetHeader("Accept", "application/json").
		SetHeader("User-Agent", cmp.Or(agent, "hexapi"))
}

// WithToken returns a client that acts with another token, of the same [Origin], over
// the same connections.
func (c *Client) WithToken(token Secret) (*Client, error) {
	if err := token.check(); err != nil {
		return nil, fmt.Errorf("hex api token: %w", err)
	}
	d := *c
	d.token, d.scrubber, d.recent = &token, newScrubber(token), &recentAnswers{store: c.recent.store}
	d.digest = budgetKey(token)
	return &d, nil
}

// ErrPlainHTTP refuses to send a token unencrypted over a network.
var ErrPlainHTTP = errors.New("plain http would send the token unencrypted; use https")

// deadline bounds a whole call, with [ErrTimeout] as the cause of its end.
func (c *Client) deadline(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, c.timeout, ErrTimeout)
}

// silent keeps resty from writing to standard error.
type silent struct{}

func (silent) Errorf(string, ...any) {}
func (silent) Warnf(string, ...any)  {}
func (silent) Debugf(string, ...any) {}
