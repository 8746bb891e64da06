package hexapi

import (
	"net/http"
	"slices"
)

// Outcome says how far a failed request has come: what the caller must know
// before the same write is made again. The values are in order: a later one
// means that more may have happened.
type Outcome int

// The outcomes.
const (
	// NotSent is a request that certainly did not reach Hex: an argument or a
	// limit held it back, or there never was a connection.
	NotSent Outcome = iota
	// Refused is a request that Hex has answered with an error and not carried out.
	Refused
	// Unknown is a request that Hex may have carried out: the answer got lost,
	// or does not say.
	Unknown
	// Done is a request that was answered with success. In an [Error], the body
	// of that answer got lost or was too large.
	Done
)

// MayHaveHappened reports whether a write with this outcome must be looked for
// in Hex before it is made again.
func (o Outcome) MayHaveHappened() bool { return o >= Unknown }

// String is the outcome in words, for logs and metrics.
func (o Outcome) String() string {
	switch o {
	case NotSent:
		return "not sent"
	case Refused:
		return "refused"
	case Done:
		return "done"
	default:
		return "unknown"
	}
}

// outcomeOfStatus is the outcome of a request that was answered with an error
// status. From 500 on, Hex may have carried it out, unless the operation says
// that Hex itself promises the contrary for the status.
func (o *operation) outcomeOfStatus(status int, fromHex bool) Outcome {
	promised := fromHex && slices.Contains(o.doesNothing, status)
	if (status >= http.StatusInternalServerError || slices.Contains(unsettled, status)) && !promised {
		return Unknown
	}
	return Refused
}

// unsettled are the statuses below 500 that leave open whether the request was
// carried out: they tell of the way to Hex, or that its answer is elsewhere.
var unsettled = []int{
	http.StatusSwitchingProtocols,
	http.StatusSeeOther,
	http.StatusRequestTimeout,
	http.StatusTooEarly,
	clientClosedRequest,
}

// clientClosedRequest is what some proxies answer when they think that the
// caller has gone.
const clientClosedRequest = 499

// overall is the outcome of a call whose latest attempt ended in last, after
// earlier ones: a later attempt cannot undo what an earlier one may have done.
// Reading changes nothing, so of a read only the last attempt counts.
func (o *operation) overall(earlier, last Outcome) Outcome {
	if o.reads() {
		return last
	}
	return max(earlier, last)
}
