package tools

import (
	"context"
	"fmt"

	"hexmcp/hexapi"
)

// Report tells the caller how far a call is: the progress so far, which must
// grow with every report; the total in the same unit, or 0 where it is
// unknown; and a sentence for people, which may be empty.
type Report func(progress, total float64, message string)

type reportKey struct{}

// WithProgress returns a context in which [Progress] finds the function. The
// server sets it for callers that asked for progress.
func WithProgress(ctx context.Context, report Report) context.Context {
	return context.WithValue(ctx, reportKey{}, report)
}

// Progress returns the function with which a tool tells its caller how far it
// is. It is never nil: where the caller did not ask for progress it does
// nothing. It writes before it returns, so that nothing is lost and nothing
// comes after the answer.
func Progress(ctx context.Context) Report {
	if report, ok := ctx.Value(reportKey{}).(Report); ok {
		return report
	}
	return func(float64, float64, string) {}
}

// ReportWait tells the caller that a call waits for Hex, and why: hosts give up
// on a call of which they hear nothing. It is an observer of hexapi, whose count
// of attempts grows from wait to wait.
func ReportWait(ctx context.Context, w hexapi.Wait) {
	why := "to try again"
	if w.Reason == hexapi.WaitForLimit {
		why = "for Hex's rate limit"
	}
	Progress(ctx)(float64(w.Number), 0, fmt.Sprintf("Waiting %s %s.", amount(max(seconds(w.Duration), 1)), why))
}
