package tools

import (
	"errors"
	"fmt"

	"hexmcp/hexapi"
	"hexmcp/tools/memory"
)

// BusySeconds is how long a caller should wait before it makes a call again for
// which the server had no memory.
const BusySeconds = 5

// explainMemory tells of a call that was not made for want of memory.
func (a Action) explainMemory(err error) Envelope {
	d := &ErrorDetail{Kind: Busy, Retryable: true, RetryAfterSeconds: BusySeconds}
	why := fmt.Sprintf("other calls have the memory that the server may take for arguments (--max-memory). Nothing was sent to Hex: call again in %s.", amount(BusySeconds))
	if errors.Is(err, memory.ErrTooLarge) {
		d = &ErrorDetail{Kind: TooLarge}
		why = "the arguments hold more values than one call may have in memory (a quarter of --max-memory). Nothing was sent to Hex: send fewer at a time."
	}
	return Envelope{Error: a.Name + " failed: " + why, Detail: d}
}

// noMemory tells of an answer for which there was no memory.
func noMemory(e *hexapi.Error) (*ErrorDetail, string) {
	if errors.Is(e, memory.ErrTooLarge) {
		return &ErrorDetail{Kind: TooLarge, Status: e.Status}, "the answer takes more memory than one call may have (a quarter of --max-memory)."
	}
	return &ErrorDetail{Kind: Busy, Status: e.Status, RetryAfterSeconds: BusySeconds},
		fmt.Sprintf("Hex answered %d, but other calls have the memory that the server may take for answers (--max-memory).", e.Status)
}
