package hexapi

import (
	"context"
	"time"
)

// Observer hears what a client does, for metrics and traces. Each function may
// be nil. They run in the goroutine of the call, which waits until they return, and
// are called by many calls at once. The contexts are those of the calls.
type Observer struct {
	// Begin is called before each request is sent. The request and Attempt get the
	// context that it returns. The headers that it returns are sent with the request,
	// such as traceparent; it must not return headers that the client sets itself.
	Begin func(context.Context, Begin) (context.Context, map[string]string)
	// Attempt is called after each request that was sent.
	Attempt func(context.Context, Attempt)
	// Wait is called before the client waits for the next attempt or for a limit. For
	// a rate limit of Hex it is called once an attempt, although the wait becomes
	// longer than announced when other calls are sent first.
	Wait func(context.Context, Wait)
	// Limit is called when a limit holds a call back, so that it fails without
	// being sent.
	Limit func(context.Context, LimitHit)
}

// Begin is a request that is about to be sent.
type Begin struct {
	Operation string // as in [Error]
	Number    int    // 1 for the first attempt of a call
}

// Attempt is one request and what came of it.
type Attempt struct {
	Operation string        // as in [Error]
	ReadOnly  bool          // the operation changes nothing
	Number    int           // 1 for the first attempt of a call
	Status    int           // HTTP status; 0 when there was no answer
	Outcome   Outcome       // of this attempt alone; Done on success
	Duration  time.Duration // until the answer was read, waits left out
	TraceID   string        // Hex's id of the request; empty when Hex sent none
	Err       error         // an [*Error]; nil on success
}

// Wait is a pause of a call.
type Wait struct {
	Operation string // as in [Error]
	Reason    WaitReason
	Duration  time.Duration // that the client will wait, unless the call ends first
	Number    int           // attempts so far
	Err       error         // how the last attempt ended, an [*Error]; nil before the first
}

// WaitReason is why a call waits.
type WaitReason string

// The reasons to wait.
const (
	WaitForRetry WaitReason = "retry"      // the next attempt follows
	WaitForLimit WaitReason = "rate limit" // Hex asked an earlier call to wait, or a CallBudget has no room yet
)

// LimitHit is a call that a limit held back.
type LimitHit struct {
	Operation string        // as in [Error]
	Limit     string        // as in [LimitError]
	Wait      time.Duration // until the limit lets the call pass
}

// begin returns the context of an attempt, and headers to send with it.
func (o *Observer) begin(ctx context.Context, r *request, n int) (context.Context, map[string]string) {
	if o.Begin == nil {
		return ctx, nil
	}
	return o.Begin(ctx, Begin{Operation: r.name, Number: n})
}

// start is the time before an attempt; zero when no function needs it.
func (o *Observer) start() time.Time {
	if o.Attempt == nil {
		return time.Time{}
	}
	return time.Now()
}

func (o *Observer) attempted(ctx context.Context, r *request, n int, start time.Time, res *response, failed *Error) {
	if o.Attempt == nil {
		return
	}
	a := Attempt{Operation: r.name, ReadOnly: r.reads(), Number: n, Duration: time.Since(start)}
	if failed != nil {
		a.Status, a.Outcome, a.TraceID, a.Err = failed.Status, failed.Outcome, failed.TraceID, failed
	} else {
		a.Status, a.Outcome, a.TraceID = res.status, Done, res.traceID
	}
	o.Attempt(ctx, a)
}

func (o *Observer) waits(ctx context.Context, w Wait) {
	if o.Wait != nil {
		o.Wait(ctx, w)
	}
}

func (o *Observer) limited(ctx context.Context, r *request, limit *LimitError) {
	if o.Limit != nil {
		o.Limit(ctx, LimitHit{Operation: r.name, Limit: limit.Limit, Wait: limit.Wait})
	}
}
