package jobs

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"slices"
	"time"

	"hexmcp/hexapi"
	"hexmcp/tools/memory"
)

// Coverage says how much of a list a job has looked at, and how to go on.
type Coverage struct {
	LookedAt  int       `json:"lookedAt" jsonschema_description:"in this call"`
	Unit      string    `json:"unit,omitempty" jsonschema_description:"of what: projects or groups"`
	SoFar     int       `json:"soFar,omitempty" jsonschema_description:"in all calls up to this one"`
	Of        int       `json:"of,omitempty" jsonschema_description:"how many there are to look at"`
	LeftOut   []LeftOut `json:"leftOut,omitempty" jsonschema_description:"what could not be read"`
	Next      *string   `json:"next" jsonschema_description:"cursor to go on; null: all were looked at"`
	Stopped   string    `json:"stopped,omitempty" jsonschema_description:"what kept it from going on"`
	WaitFirst int       `json:"waitFirst,omitempty" jsonschema_description:"seconds until Hex's limits let the job go on"`
}

// Entry is an entry of a list by id and name.
type Entry struct {
	ID   hexapi.UUID `json:"id"`
	Name string      `json:"name,omitempty"`
}

// LeftOut is an entry that could not be read.
type LeftOut struct {
	Entry
	Why string `json:"why"`

	err error
}

// nothingRead is the failure of a job in which each entry failed; nil where one
// could be read.
func (c Coverage) nothingRead() error {
	if c.LookedAt == 0 || len(c.LeftOut) < c.LookedAt {
		return nil
	}
	return c.LeftOut[0].err
}

// leftOut makes of an error the reason to leave an entry out; not ok where the
// next one would fail like it.
func leftOut(of Entry, err error) (left LeftOut, ok bool) {
	failed, isHex := errors.AsType[*hexapi.Error](err)
	switch {
	case errors.Is(err, errUntold):
		return LeftOut{of, errUntold.Why, err}, true
	case errors.Is(err, memory.ErrTooLarge):
		return LeftOut{of, "it " + tooMuchMemory, err}, true
	case !isHex || failed.Limit != "" || failed.Status == 0:
		return left, false
	case errors.Is(err, hexapi.ErrTooLarge):
		return LeftOut{of, hexapi.ErrTooLarge.Error(), err}, true
	case failed.FromHex && slices.Contains(ofOne, failed.Status):
		return LeftOut{of, why(failed), err}, true
	}
	return left, false
}

const tooMuchMemory = "takes more memory than one call may have (a quarter of --max-memory)"

// ofOne are the statuses that concern one entry: the next one may be readable.
var ofOne = []int{
	http.StatusBadRequest, http.StatusForbidden, http.StatusNotFound, http.StatusConflict, http.StatusGone,
	http.StatusUnprocessableEntity, http.StatusInternalServerError,
}

// why says in few words what Hex answered.
func why(failed *hexapi.Error) string {
	if failed.Message == "" {
		return fmt.Sprintf("Hex answered %d", failed.Status)
	}
	return fmt.Sprintf("Hex answered %d %q", failed.Status, failed.Message)
}

// limitOf is how long Hex's limits hold a request back that ended in err.
func limitOf(err error) (wait time.Duration, limited bool) {
	failed, ok := errors.AsType[*hexapi.Error](err)
	if !ok || failed.Limit == "" && failed.Status != http.StatusTooManyRequests {
		return 0, false
	}
	if !failed.HasRetryAfter {
		return time.Minute, true // the window of Hex's limits
	}
	return max(failed.RetryAfter, time.Second), true
}

// stoppedBy notes why a job ended before its list did: a limit, or a failure. Where its
// time was over, the cursor to go on from says enough.
func (c *Coverage) stoppedBy(err error) {
	wait, limited := limitOf(err)
	switch {
	case limited:
		c.WaitFirst = seconds(wait)
	case !errors.Is(err, errStop):
		c.Stopped = err.Error()
	}
}

// errStop ends a walk in the middle of an entry.
var errStop = errors.New("stop here")

// isCanceled reports whether nobody waits for the job any more.
func isCanceled(ctx context.Context) bool { return errors.Is(context.Cause(ctx), context.Canceled) }

// seconds rounds up: who comes early is refused again.
func seconds(d time.Duration) int { return int(math.Ceil(d.Seconds())) }
