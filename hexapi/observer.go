package hexapi

import (
	"context"
	"time"
)

// Observer hears what a client does, for metrics and traces. Each function may
// be nil. They are called in the goroutine of the call, by many calls at once,
// and hold the call up until they return. The contexts are those of the calls.
type Observer struct {
	// Begin is called before each request is sent. Attempt gets the context that it
	// returns, and the headers go along with the request: such as may name a trace,
	// and none that the client sets itself.
	Begin func(context.Context, Begin) (context.Context, map[string]string)
	// Attempt is called after each request that was sent.
	Attempt func(context.Context, Attempt)
	// Wait is called before the client waits: for the next attempt, or for a
	// limit that Hex has told of. It is called once an attempt; where other calls
	// go first, a wait for a limit takes longer than it says.
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
	TraceID   string        // names the request to Hex's support; empty where Hex told none
	Err       error         // an [*Error]; nil on success
}

// Wait is a pause of a call.
type Wait struct {
	Operation string // as in [Error]
	Reason    WaitReason
	Duration  time.Duration // that the client will wait, unless the call ends first
	Number    int           // attempts so far
	Err       error         // how the last one ended, an [*Error]; nil before the first
}

// WaitReason is why a call waits.
type WaitReason string

// The reasons to wait.
const (
	WaitForRetry WaitReason = "retry"      // the next attempt follows
	WaitForLimit WaitReason = "rate limit" // Hex asked an earlier call to wait
)

// LimitHit is a call that a limit held back.
type LimitHit struct {
	Operation string        // as in [Error]
	Limit     string        // as in [LimitError]
	Wait      time.Duration // until the limit lets the call pass
}

// begin is the context of an attempt, and the headers that go along.
func (o *Observer) begin(ctx context.Context, r *request, n int) (context.Context, map[string]string) {
	if o.Begin == nil {
		return ctx, nil
	}
	return o.Begin(ctx, Begin{Operation: r.name, Number: n})
}

// start is the time before an attempt, if anybody wants to know.
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
