package hexapi

import (
	"net/http"
	"slices"
)

// Outcome says how far a request got before it failed. The caller must know this
// before it makes the same write again. The values are ordered: a greater one
// means that more may have happened in Hex.
type Outcome int

// The outcomes.
const (
	// NotSent is a request that certainly did not reach Hex: an argument cannot be
	// sent, a limit held the request back, or no connection was made.
	NotSent Outcome = iota
	// Refused is a request that Hex answered with an error and did not carry out.
	Refused
	// Unknown is a request that Hex may have carried out: its answer got lost, or
	// does not say whether it did.
	Unknown
	// Done is a request that Hex answered with success. An [Error] has it when the
	// body of that answer got lost, was too large or cannot be read.
	Done
)

// MayHaveHappened reports whether Hex may have carried out the request. The caller
// should then look in Hex for what it wrote before it writes again.
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
// status. With a status of 500 or more Hex may have carried it out, unless the answer
// is Hex's own and the operation lists the status in doesNothing.
func (o *operation) outcomeOfStatus(status int, fromHex bool) Outcome {
	promised := fromHex && slices.Contains(o.doesNothing, status)
	if (status >= http.StatusInternalServerError || slices.Contains(unsettled, status)) && !promised {
		return Unknown
	}
	return Refused
}

// unsettled are the statuses below 500 that leave open whether the request was
// carried out: they say that something went wrong on the way, or that the answer is
// at another address.
var unsettled = []int{
	http.StatusSwitchingProtocols,
	http.StatusSeeOther,
	http.StatusRequestTimeout,
	http.StatusTooEarly,
	clientClosedRequest,
}

// clientClosedRequest is a status of no standard that some proxies answer with when
// they think that the client has closed the connection.
const clientClosedRequest = 499

// overall is the outcome of a call from that of its earlier attempts together and
// that of the last one. It is the greater of both, because a later attempt does not
// undo what an earlier one may have done. A read changes nothing, so only its last
// attempt counts.
func (o *operation) overall(earlier, last Outcome) Outcome {
	if o.reads() {
		return last
	}
	return max(earlier, last)
}
