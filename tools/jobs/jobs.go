// Package jobs does what people ask for in one call that takes Hex many
// requests: finding, following, comparing. A job reads with the methods of the
// client, so that limits, budget and retries are those of any call; it says how
// far it is, and where the time of its call is over it gives a cursor to go on from.
package jobs

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"hexmcp/hexapi"
	"hexmcp/schema"
	"hexmcp/tools/progress"
)

// Patience says how long a job may take.
type Patience struct {
	WaitSeconds int `json:"waitSeconds,omitempty" jsonschema:"minimum=1,maximum=3600,default=45" jsonschema_description:"Most seconds to take; over 45 only where the client shows progress."`
}

// How long a job takes where nothing is said, and how much of the time of its
// call it leaves for its last request and the answer.
const (
	defaultPatience = 45 * time.Second
	mostPatience    = time.Hour // where nobody waits for the answer
	lastRequests    = 5 * time.Second
)

// Seconds is how long the job may take.
func (p Patience) Seconds() time.Duration {
	if p.WaitSeconds > 0 {
		return time.Duration(p.WaitSeconds) * time.Second
	}
	return defaultPatience
}

// end is when the job must come to its end: when its time is over or that of
// its call is, whichever is earlier.
func (p Patience) end(ctx context.Context) time.Time {
	end := time.Now().Add(p.Seconds())
	if p.WaitSeconds == 0 && progress.IsInBackground(ctx) {
		end = time.Now().Add(mostPatience)
	}
	if limit, limited := ctx.Deadline(); limited && limit.Add(-lastRequests).Before(end) {
		end = limit.Add(-lastRequests)
	}
	return end
}

// isOver reports whether the end has come.
func isOver(end time.Time) bool { return !time.Now().Before(end) }

// sleep waits, and fails when the call ends before.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// answer makes an answer of what the job has found, as if Hex had sent it.
func answer[T any](out T) (hexapi.Answer[T], error) {
	var body bytes.Buffer
	enc := json.NewEncoder(&body)
	enc.SetEscapeHTML(false) // sources are full of < and >
	if err := enc.Encode(out); err != nil {
		return hexapi.Answer[T]{}, fmt.Errorf("encode answer: %w", err)
	}
	return hexapi.Answer[T]{Body: bytes.TrimSpace(body.Bytes()), Status: http.StatusOK}, nil
}

// refuse is the error of an argument that cannot be used.
func refuse(path, format string, values ...any) error {
	return &schema.InvalidError{Issues: []schema.Issue{{Path: path, Message: fmt.Sprintf(format, values...)}}}
}
