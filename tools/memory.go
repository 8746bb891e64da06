package tools

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"hexmcp/hexapi"
	"hexmcp/schema/jsonscan"
	"hexmcp/tools/memory"
	"hexmcp/tools/visible"
)

// BusySeconds is how long a caller should wait before it makes a call again for
// which the server had no memory.
const BusySeconds = 5

// explainMemory tells of a call that was not made for want of memory.
func (a *Action) explainMemory(err error) Envelope {
	d := &ErrorDetail{Kind: Busy, Retryable: true, RetryAfterSeconds: BusySeconds}
	why := fmt.Sprintf("other calls have the memory that the server may take for arguments (--max-memory). Nothing was sent to Hex: call again in %s.", amount(BusySeconds))
	if errors.Is(err, memory.ErrTooLarge) {
		d = &ErrorDetail{Kind: TooLarge}
		why = "the arguments hold more values than one call may have in memory (a quarter of --max-memory). Nothing was sent to Hex: send fewer at a time."
	}
	return Envelope{Error: a.Name + " failed: " + why, Detail: d}
}

// noMemoryToKeep tells of a call that has read more than there is memory for, and
// has written nothing.
func noMemoryToKeep(err error) (*ErrorDetail, string) {
	if errors.Is(err, memory.ErrTooLarge) {
		return &ErrorDetail{Kind: TooLarge}, "what it has read so far takes more memory than one call may have (a quarter of --max-memory)." + askForLess
	}
	return &ErrorDetail{Kind: Busy, Retryable: true, RetryAfterSeconds: BusySeconds},
		"other calls have the memory that the server may take for what Hex answers (--max-memory)." + safeToRepeat
}

// perNode is how many bytes a node of a tree takes, its name and the place of a list
// that grows included.
const perNode = 240

// weightOfTree is about how many bytes readTree takes for valid JSON.
func weightOfTree(body []byte) int64 {
	nodes := int64(1)
	for c := range jsonscan.Structure(body) {
		if c == ',' || c == '[' || c == '{' {
			nodes++
		}
	}
	return perNode * nodes
}

// roomToShow takes room for what is made of an answer before it is encoded. The
// answers of jobs, which no client has counted, are counted here.
func (a *Action) roomToShow(ctx context.Context, body json.RawMessage, chosen bool) error {
	r := memory.Of(ctx)
	apart := chosen || a.rowsAt != nil || a.take != nil || a.tabulates(body)
	if r == nil || len(body) <= hexapi.FirstRead && !apart {
		return nil
	}
	work := int64(len(body))
	if apart {
		work = 2*work + weightOfTree(body)
	}
	err := r.Answer(ctx, int64(visible.MostBytes(body)))
	if err == nil {
		err = r.Work(ctx, work)
	}
	return lost(err)
}

// roomToEncode takes room for the answer as it is encoded: as data, and in a text in
// which quotes and backslashes take two bytes.
func roomToEncode(ctx context.Context, data json.RawMessage) error {
	if len(data) <= hexapi.FirstRead {
		return nil
	}
	escaped := bytes.Count(data, []byte{'"'}) + bytes.Count(data, []byte{'\\'})
	return lost(memory.Of(ctx).Encoding(ctx, 3*int64(len(data))+int64(escaped)))
}

// roomToReview takes room for an answer that is read as Go values.
func roomToReview(ctx context.Context, body json.RawMessage) error {
	return lost(memory.Of(ctx).Work(ctx, hexapi.DecodedWeight(body)))
}

// lost is the failure of a call that Hex has carried out, and whose answer there is no
// memory for.
func lost(err error) error {
	if err == nil {
		return nil
	}
	return &hexapi.Error{Status: http.StatusOK, Outcome: hexapi.Done, Err: fmt.Errorf("%w: %w", hexapi.ErrNoMemory, err)}
}

// noMemory tells of an answer for which there was no memory.
func noMemory(e *hexapi.Error) (*ErrorDetail, string) {
	if errors.Is(e, memory.ErrTooLarge) {
		return &ErrorDetail{Kind: TooLarge, Status: e.Status}, "the answer takes more memory than one call may have (a quarter of --max-memory)."
	}
	return &ErrorDetail{Kind: Busy, Status: e.Status, RetryAfterSeconds: BusySeconds},
		fmt.Sprintf("Hex answered %d, but other calls have the memory that the server may take for answers (--max-memory).", e.Status)
}
