package hexapi

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// attempt sends a prepared request once.
type attempt func(context.Context) (*response, error)

// maxAttempts bounds how often a request is sent. A rate limit without
// Retry-After is bounded by the deadline alone: it lasts up to a minute.
const maxAttempts = 6

// persist sends a request until it is answered, must not be sent again, or
// would have to wait past the deadline. It is the only layer that retries.
func (c *Client) persist(ctx context.Context, op operation, send attempt) (*response, error) {
	if err := c.await(ctx, op); err != nil {
		return nil, err
	}
	waits := newBackOff()
	cut, happened := false, false // an attempt got no answer, may have been carried out
	for n := 1; ; n++ {
		res, err := send(ctx)
		if err == nil {
			return res, nil
		}
		if cut && gone(op, err) {
			return &response{status: http.StatusNoContent, body: []byte("{}")}, nil
		}
		cut, happened = cut || cutOff(err), happened || mayHaveHappened(op, err)
		c.holds.learn(*c.token, op, err)
		if err := c.pause(ctx, op, n, waitAfter(err, waits), err); err != nil {
			return nil, doubt(err, happened)
		}
	}
}

// await waits until Hex takes the operation again, or says how long that is
// when it would leave the call no time.
func (c *Client) await(ctx context.Context, op operation) error {
	wait := c.holds.wait(*c.token, op)
	switch {
	case wait <= 0:
		return nil
	case c.isTooLong(ctx, wait):
		return &LimitError{Limit: "Hex's rate limit", Wait: wait}
	case !sleep(ctx, wait):
		return &TransportError{Err: context.Cause(ctx)}
	}
	return nil
}

// isTooLong reports whether a wait would leave less than a tenth of the call's
// time limit. What is sent in the last moments may be carried out and not
// answered in time.
func (c *Client) isTooLong(ctx context.Context, wait time.Duration) bool {
	deadline, ok := ctx.Deadline()
	return ok && time.Until(deadline) <= wait+c.timeout/10
}

// pause waits for the next attempt, or returns err when there must be none.
func (c *Client) pause(ctx context.Context, op operation, n int, wait time.Duration, err error) error {
	if ctx.Err() != nil {
		return cause(ctx, err)
	}
	spent := n >= maxAttempts && !hasStatus(err, http.StatusTooManyRequests)
	if spent || !repeatable(op.method, err) || c.isTooLong(ctx, wait) {
		return err
	}
	c.log.LogAttrs(ctx, slog.LevelDebug, "hex api: trying again", slog.String("operation", op.String()),
		slog.Int("attempt", n), slog.Duration("wait", wait), slog.Any("error", err))
	if !sleep(ctx, wait) {
		return cause(ctx, err)
	}
	return nil
}

// newBackOff doubles from half a second to eight. A randomization of 1 makes it
// full jitter: from nothing to twice the interval.
func newBackOff() *backoff.ExponentialBackOff {
	b := &backoff.ExponentialBackOff{
		InitialInterval:     500 * time.Millisecond,
		RandomizationFactor: 1,
		Multiplier:          2,
		MaxInterval:         8 * time.Second,
	}
	b.Reset()
	return b
}

// minWait is the least that a Retry-After is taken for: one that has just passed
// is no reason to ask without end.
const minWait = time.Second

// waitAfter is what Hex asked for, else the next backoff.
func waitAfter(err error, waits backoff.BackOff) time.Duration {
	next := waits.NextBackOff()
	if api, ok := errors.AsType[*APIError](err); ok && api.HasRetryAfter {
		return max(api.RetryAfter, minWait)
	}
	return next
}

// repeatable reports whether a request may be sent again after err. Reads, PUT
// and DELETE end in the same state however often they are sent; POST and PATCH
// are sent again only where they certainly did not happen.
func repeatable(method string, err error) bool {
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return false
	}
	if _, ok := errors.AsType[*LimitError](err); ok {
		return false // the answer names the wait
	}
	if unsent(err) {
		return true
	}
	if method == http.MethodPost || method == http.MethodPatch {
		return false
	}
	return cutOff(err) || hasStatus(err, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout)
}

// unsent reports whether a request certainly was not carried out: a limit held
// it back, there never was a connection, or Hex refused it for its rate limit.
func unsent(err error) bool {
	if _, ok := errors.AsType[*LimitError](err); ok {
		return true
	}
	if transport, ok := errors.AsType[*TransportError](err); ok {
		return !transport.Sent
	}
	return hasStatus(err, http.StatusTooManyRequests)
}

// cutOff reports whether the answer to a request that may have been carried out
// got lost on the way.
func cutOff(err error) bool {
	if transport, ok := errors.AsType[*TransportError](err); ok {
		return transport.Sent
	}
	_, ok := errors.AsType[*BodyError](err)
	return ok && !errors.Is(err, ErrTooLarge) && !errors.Is(err, ErrNotJSON)
}

// gone reports whether Hex found nothing for a repeated DELETE: the one before
// it, cut off, has removed it. Of a run, DELETE removes nothing.
func gone(op operation, err error) bool {
	api, ok := errors.AsType[*APIError](err)
	return ok && api.Status == http.StatusNotFound && api.FromHex && op.method == http.MethodDelete && op != cancelRun
}

// hasStatus reports whether err is an answer of Hex with one of the statuses.
func hasStatus(err error, statuses ...int) bool {
	api, ok := errors.AsType[*APIError](err)
	return ok && slices.Contains(statuses, api.Status)
}

// mayHaveHappened reports whether an attempt at a write that ended in err may
// have been carried out. Hex promises that a 503 did nothing for runs only.
func mayHaveHappened(op operation, err error) bool {
	if op.method == http.MethodGet {
		return false
	}
	return OutcomeUnknown(err) || op != startRun && hasStatus(err, http.StatusServiceUnavailable)
}

// doubt notes in err, which may tell of the last attempt only, that the request
// may have been carried out.
func doubt(err error, happened bool) error {
	if api, ok := errors.AsType[*APIError](err); ok {
		api.Doubtful = happened
	} else if transport, ok := errors.AsType[*TransportError](err); ok {
		transport.Sent = transport.Sent || happened
	}
	return err
}

// OutcomeUnknown reports whether a write that failed with err may have been
// carried out all the same.
func OutcomeUnknown(err error) bool {
	if transport, ok := errors.AsType[*TransportError](err); ok {
		return transport.Sent
	}
	if api, ok := errors.AsType[*APIError](err); ok {
		refused := api.FromHex && api.Status == http.StatusServiceUnavailable
		return api.Doubtful || api.Status >= 500 && !refused
	}
	_, ok := errors.AsType[*BodyError](err)
	return ok
}

// sleep waits, and reports whether it was left to sleep its time.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
