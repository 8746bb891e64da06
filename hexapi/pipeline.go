package hexapi

import "context"

// do sends a request and returns Hex's answer. Here and in attempt stand all
// stages of a call, in their order. What is passed to retry runs once for each attempt.
func (c *Client) do(ctx context.Context, r *request) (*response, *Error) {
	ctx, cancel := c.deadline(ctx) // bounds the whole call, waits and retries included
	defer cancel()
	if err := c.prepare(r); err != nil { // refuses what cannot be sent
		return nil, err
	}
	return c.retry(ctx, r, func(n int, last *Error) (*response, *Error) { // repeats what may be repeated
		turn, err := c.awaitTurn(ctx, r, n, last) // waits while a 429 holds back this rate group
		if err != nil {
			return nil, err
		}
		res, err := c.attempt(ctx, r, n)
		turn.done(err)
		return res, err
	})
}

// attempt sends a request once.
func (c *Client) attempt(ctx context.Context, r *request, n int) (*response, *Error) {
	unsent, err := c.awaitShare(ctx, r, n) // waits until the budget of calls a minute has room
	if err != nil {
		return nil, err
	}
	refund, err := c.spend(ctx, r) // takes a call that starts a run out of the budget of runs
	if err != nil {
		unsent()
		return nil, err
	}
	if ctx.Err() != nil { // it ended during the waits; net/http's error would not say that nothing was sent
		unsent()
		refund()
		return nil, r.fail(NotSent, context.Cause(ctx))
	}
	var trace connectionTrace // tells whether the request may have left this machine
	ctx, along := c.observer.begin(ctx, r, n)
	start := c.observer.start()
	got := c.exchange(trace.watch(ctx), r, along) // one request, one answer
	trace.done(got)
	got.scrub(c.scrubber)           // hides the token in all that came back
	got.scrubCredentials(r.secrets) // hides the credentials that the request carried
	res, err := r.judge(ctx, got, trace.reached())
	c.observer.attempted(ctx, r, n, start, res, err)
	if err.costsNothing() {
		refund()
	}
	if err.isUnsent() {
		unsent()
	}
	if err.isLimited() {
		c.refused.add(limitKey{*c.token, r.group})
	}
	return res, err
}

// judge turns what came back into a response or an error. It is the only place
// that decides the outcome of an attempt. Reached is false when the request
// certainly did not leave this machine.
func (r *request) judge(ctx context.Context, got *received, reached bool) (*response, *Error) {
	switch {
	case got.status == 0 && reached:
		return nil, r.fail(Unknown, withCause(ctx, got.err))
	case got.status == 0:
		return nil, r.fail(NotSent, withCause(ctx, got.err))
	case !isSuccess(got.status):
		return nil, r.refused(got)
	case got.err != nil: // Hex reports success, but its body did not arrive whole
		e := r.fail(Done, withCause(ctx, got.err))
		e.Status = got.status
		return nil, e
	}
	body, err := got.json()
	if err != nil { // not JSON: a proxy or a web page may have answered in Hex's place
		e := r.fail(Unknown, err)
		e.Status = got.status
		return nil, e
	}
	if !r.answers.admits(got.body) {
		e := r.fail(Unknown, inPlaceOfBody(got.body))
		e.Status = got.status
		return nil, e
	}
	return &response{status: got.status, body: body, traceID: clip(got.header.Get("X-Trace-Id"), maxID)}, nil
}

// fail makes the error of a request that was not answered with an error status.
func (r *request) fail(outcome Outcome, cause error) *Error {
	return &Error{Operation: r.name, Path: r.path, Outcome: outcome, Err: cause}
}

// refused makes the error of a request that was answered with an error status.
func (r *request) refused(got *received) *Error {
	e := readError(got)
	e.Operation, e.Path = r.name, r.path
	e.Outcome = r.outcomeOfStatus(e.Status, e.FromHex)
	return e
}

// costsNothing reports whether a request that ended in e started no run: it was
// not sent, or Hex refused it.
func (e *Error) costsNothing() bool { return e != nil && e.Outcome <= Refused }

// isUnsent reports whether Hex cannot have counted a request that ended in e.
func (e *Error) isUnsent() bool { return e != nil && e.Outcome == NotSent }
