// Package hexapi is a client of the Hex public API.
//
// [New] makes a [Client], which has a method for each operation. A method
// returns an [Answer], the body as Hex sent it, or an [*Error], which says what
// went wrong and, by its [Outcome], whether a write may have happened all the
// same. The client repeats a POST or PATCH only when it certainly did not
// happen, waits where Hex asks it to, and keeps the token out of everything it
// says. A [Budget] keeps runs within Hex's limits; an [Observer] hears of every
// request.
//
// A call runs through the stages of one function, do in pipeline.go.
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
	// RunBudget holds RunProject back before Hex would, such as a [LocalBudget].
	// Nil does not. Clients of the same tokens should share one.
	RunBudget Budget
	// CallsPerMinute holds calls of a token back before Hex would refuse them: each
	// waits its turn, or fails with [LimitError] where that leaves it too little time.
	// Zero does not. Clients that [Client.WithToken] made count together.
	CallsPerMinute int
	// CallBudget counts those calls. Nil counts them in this process.
	CallBudget CallBudget
	// Transport carries the requests. Nil means that of [NewTransport]. One that
	// speaks HTTP/2 may send a write again after the server reset its stream.
	Transport http.RoundTripper
	// Logger hears of retries at debug level. Nil means silence.
	Logger *slog.Logger
	// Observer hears of attempts, waits and limits. The zero value hears nothing.
	Observer Observer
	// Reserve is asked before the answer to a request is read further than
	// [FirstRead] bytes: it may take so many bytes in all. It may wait as long as
	// ctx lasts; an error of it ends the call with [ErrNoMemory]. Nil reserves
	// nothing.
	Reserve func(ctx context.Context, bytes int64) error
	// ReserveDecoded is asked likewise before an answer is read as Go values, which
	// takes so many bytes at the most beside the answer. Those of one answer may take
	// the place of those of the one before it.
	ReserveDecoded func(ctx context.Context, bytes int64) error
	// ReadOnly lets the client send nothing but what only reads: every other call
	// fails with [ErrReadOnly].
	ReadOnly bool
	// Bounds confine the client to some projects: what lies outside is not found, and
	// left out of lists of projects and collections. A cell or a run that a call names
	// is looked up first. The zero value confines to none.
	Bounds Bounds
	// Variables are the secrets that credentials of data connections may refer to.
	Variables []CredentialVariable
	// UserAgent names the program to Hex.
	UserAgent string
	// Origin says where the token and the address come from.
	Origin Origin
}

// Origin says, in words for people, where the token and the address of a [Client]
// come from, such as the name of a variable. Each [Error] of its calls has it,
// because who reads of a token that Hex refuses must know which one to replace.
type Origin struct {
	Token, Address string // empty where nobody has told
}

// Client calls the Hex API. It is safe for concurrent use.
type Client struct {
	rest      *resty.Client
	token     *Secret // a pointer, because fmt would show an unexported Secret
	scrubber  *scrubber
	timeout   time.Duration
	runs      Budget // nil for none
	perMinute int    // calls; zero or less does not limit, nor do groups then
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
// response. Retries, limits and decoding are ours, so that they know of writes.
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
