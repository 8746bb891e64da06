package tools

import (
	"context"
	"fmt"

	"hexmcp/hexapi"
	"hexmcp/tools/progress"
)

// ReportWait tells the caller that a call waits for Hex, and why: hosts give up
// on a call of which they hear nothing. It is an observer of hexapi, whose count
// of attempts grows from wait to wait.
func ReportWait(ctx context.Context, w hexapi.Wait) {
	why := "to try again"
	if w.Reason == hexapi.WaitForLimit {
		why = "for Hex's rate limit"
	}
	progress.Of(ctx)(float64(w.Number), 0, fmt.Sprintf("Waiting %s %s.", amount(max(seconds(w.Duration), 1)), why))
}
