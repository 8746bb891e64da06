package tools

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"hexmcp/hexapi"
	"hexmcp/schema"
	"hexmcp/tools/jobs"
	"hexmcp/tools/memory"
)

// This file sorts failures: what kind each is, whether a retry helps and when.
// The sentences that go with them stand in advice.go, and beside the rows of
// the tools that alone have them.

// explain turns an error into the envelope of a failed call.
func (a *Action) explain(err error) Envelope {
	d, why := a.diagnose(err)
	text := a.Name + " failed: " + why
	if d.TraceID != "" {
		text += " Trace id: " + named(d.TraceID) + "."
	}
	return Envelope{Error: text, Detail: d}
}

// finding is a failure that a review finds in a success.
type finding struct {
	detail ErrorDetail
	why    string
}

// Error says why.
func (f *finding) Error() string { return f.why }

// diagnose returns what a program needs to know of a failure, and what a model
// reads.
func (a *Action) diagnose(err error) (*ErrorDetail, string) {
	if invalid, ok := errors.AsType[*schema.InvalidError](err); ok {
		return explainInvalid(invalid.Issues)
	}
	if found, ok := errors.AsType[*finding](err); ok {
		return &found.detail, found.why
	}
	if failed, ok := errors.AsType[*jobs.FailedError](err); ok {
		return &ErrorDetail{Kind: Kind(failed.Reason)}, failed.Why
	}
	if refused, ok := errors.AsType[hexapi.CredentialError](err); ok {
		return &ErrorDetail{Kind: InvalidInput}, refused.Error() + allowVariable + nothingWasSent
	}
	e, ok := errors.AsType[*hexapi.Error](err)
	if !ok {
		return explainUnsent(err)
	}
	switch {
	case e.Status >= 200 && e.Status < 300:
		return a.explainUnusable(e)
	case e.Status != 0:
		return a.explainAnswer(e)
	case e.Limit != "":
		return explainLimit(e)
	case e.Argument != "":
		return explainInvalid([]schema.Issue{notForAHeader(e.Argument)})
	case errors.Is(e, hexapi.ErrInvalidArgument):
		return &ErrorDetail{Kind: InvalidInput}, e.Err.Error() + takeTheID
	case errors.Is(e, hexapi.ErrNoToken):
		return &ErrorDetail{Kind: Unauthorized}, noToken
	case errors.Is(e, hexapi.ErrReadOnly):
		return &ErrorDetail{Kind: Disabled}, onlyReading
	case errors.Is(e, hexapi.ErrBounds):
		return &ErrorDetail{Kind: Disabled}, e.Err.Error() + "." + askToSwitchOn
	case errors.Is(e, hexapi.ErrEncode):
		return &ErrorDetail{Kind: Internal}, defect
	}
	return a.explainNoAnswer(e)
}

// explainUnsent tells of a call that came to its end before there was a request.
func explainUnsent(err error) (*ErrorDetail, string) {
	switch {
	case errors.Is(err, memory.ErrTooLarge), errors.Is(err, memory.ErrBusy):
		return noMemoryToKeep(err)
	case isLate(err):
		return &ErrorDetail{Kind: Timeout, Retryable: true}, "the time of the call was over before anything was sent." + safeToRepeat
	case errors.Is(err, context.Canceled):
		return &ErrorDetail{Kind: Canceled, Retryable: true}, canceled + safeToRepeat
	}
	return &ErrorDetail{Kind: Internal}, defect
}

func explainInvalid(issues []schema.Issue) (*ErrorDetail, string) {
	d := &ErrorDetail{Kind: InvalidInput}
	clauses := make([]string, len(issues))
	for i, issue := range issues {
		d.Issues = append(d.Issues, Issue{Path: issue.Path, Message: issue.Message})
		clauses[i] = issue.Message
	}
	return d, strings.Join(clauses, ". ") + nothingWasSent
}

// explainAnswer tells of an answer with an error status.
func (a *Action) explainAnswer(e *hexapi.Error) (*ErrorDetail, string) {
	d := &ErrorDetail{
		Kind: a.kindOf(e), Status: e.Status, Code: e.Code, Message: e.Message, TraceID: e.TraceID,
		InvalidParams: e.Invalid, NotFoundParams: e.NotFound,
	}
	for _, m := range e.Issues {
		d.Issues = append(d.Issues, Issue{Message: m})
	}
	if len(e.Details) > 0 {
		d.Issues = append(d.Issues, Issue{Message: string(e.Details)})
	}
	a.sayWhetherToRetry(d, e)
	return d, hexSays(e) + a.advice(d, e)
}

// kinds are the kinds of failure whose status says all. Hex does not document
// all of its statuses: any may come.
var kinds = map[int]Kind{
	http.StatusBadRequest:            InvalidInput,
	http.StatusUnauthorized:          Unauthorized,
	http.StatusForbidden:             Forbidden,
	http.StatusNotFound:              NotFound,
	http.StatusGone:                  NotFound,
	http.StatusConflict:              Conflict,
	http.StatusRequestEntityTooLarge: TooLarge,
	http.StatusUnprocessableEntity:   Unprocessable,
	http.StatusTooManyRequests:       RateLimited,
}

func (a *Action) kindOf(e *hexapi.Error) Kind {
	// A 503 of a proxy is not Refused: the run may have been started.
	if a.kernelLimited && e.Status == http.StatusServiceUnavailable && e.Outcome == hexapi.Refused {
		return KernelLimit
	}
	kind, ok := kinds[e.Status]
	if !ok || isForeign(e) && !slices.Contains(whosever, kind) {
		return Upstream
	}
	return kind
}

// whosever are the kinds that follow from a status even where a proxy has answered.
var whosever = []Kind{Unauthorized, TooLarge, RateLimited}

// isPassing reports whether a request that was answered with a status below 500
// is likely to get through when it is made again.
func isPassing(e *hexapi.Error) bool {
	client := e.Status >= http.StatusBadRequest && e.Status < http.StatusInternalServerError
	return client && e.Outcome.MayHaveHappened()
}

// minute is the window of Hex's rate limits, where it does not say when to come
// back.
const minute = time.Minute

func (a *Action) sayWhetherToRetry(d *ErrorDetail, e *hexapi.Error) {
	switch {
	case d.Kind == RateLimited && !e.HasRetryAfter:
		d.Retryable, d.RetryAfterSeconds = true, seconds(minute)
	case d.Kind == RateLimited, d.Kind == KernelLimit:
		d.Retryable, d.RetryAfterSeconds = true, seconds(e.RetryAfter)
	case e.Status >= http.StatusInternalServerError, isPassing(e):
		d.Retryable = !a.mayHaveHappened(e)
		d.RetryAfterSeconds = seconds(e.RetryAfter)
	}
}

// seconds rounds up: a call that comes early would be refused again.
func seconds(d time.Duration) int { return int(math.Ceil(d.Seconds())) }

// mayHaveHappened reports whether a write may have been carried out although e
// came of it.
func (a *Action) mayHaveHappened(e *hexapi.Error) bool {
	return !a.Effect.ReadOnly && e.Outcome.MayHaveHappened()
}

func explainLimit(e *hexapi.Error) (*ErrorDetail, string) {
	wait := max(seconds(e.RetryAfter), 1)
	return &ErrorDetail{Kind: RateLimited, Retryable: true, RetryAfterSeconds: wait},
		fmt.Sprintf("%s is used up and nothing was sent: call again in %s.", e.Limit, amount(wait))
}

// explainUnusable tells of a success whose body got lost.
func (a *Action) explainUnusable(e *hexapi.Error) (*ErrorDetail, string) {
	d, why := unusable(e)
	switch {
	case a.mayHaveHappened(e):
		return d, why + " " + a.checkFirst()
	case d.Kind == TooLarge:
		return d, why + askForLess
	case errors.Is(e, hexapi.ErrNotJSON), errors.Is(e, hexapi.ErrNoObject), errors.Is(e, hexapi.ErrShape):
		return d, why
	}
	d.Retryable = true
	return d, why + safeToRepeat
}

func unusable(e *hexapi.Error) (*ErrorDetail, string) {
	d := &ErrorDetail{Kind: Upstream, Status: e.Status}
	switch {
	case errors.Is(e, hexapi.ErrNoMemory):
		return noMemory(e)
	case errors.Is(e, hexapi.ErrTooLarge):
		d.Kind = TooLarge
		return d, hexapi.ErrTooLarge.Error() + "."
	case errors.Is(e, hexapi.ErrNotJSON):
		return d, fmt.Sprintf(notJSON, addressFrom(e))
	case errors.Is(e, hexapi.ErrShape):
		return d, fmt.Sprintf("Hex answered %d in a form that this server does not know.", e.Status)
	case errors.Is(e, hexapi.ErrNoObject):
		return d, fmt.Sprintf("the answer was %d with JSON that is no object, which is not how the Hex API answers: check %s.", e.Status, addressFrom(e))
	case errors.Is(e, hexapi.ErrNoBody):
		return d, fmt.Sprintf("the answer was %d without the body that belongs to it.", e.Status)
	case errors.Is(e, context.Canceled):
		d.Kind = Canceled
		return d, canceled
	case isLate(e):
		d.Kind = Timeout
		return d, "Hex did not finish its answer in time."
	}
	return d, fmt.Sprintf("Hex answered %d but the answer was cut off.", e.Status)
}

// explainNoAnswer tells of a request to which no answer came.
func (a *Action) explainNoAnswer(e *hexapi.Error) (*ErrorDetail, string) {
	if mend := errors.Is(e, hexapi.ErrCertificate) || errors.Is(e, hexapi.ErrProxy); mend && !a.mayHaveHappened(e) {
		return explainMending(e)
	}
	kind, why := noAnswer(e)
	d := &ErrorDetail{Kind: kind}
	if a.mayHaveHappened(e) {
		return d, why + " " + a.checkFirst()
	}
	d.Retryable = true
	return d, why + safeToRepeat
}

func noAnswer(e *hexapi.Error) (Kind, string) {
	switch {
	case isLate(e):
		return Timeout, "Hex did not answer in time."
	case errors.Is(e, context.Canceled):
		return Canceled, canceled
	case errors.Is(e, hexapi.ErrBudget):
		return Internal, noBudget
	case e.Outcome.MayHaveHappened():
		return Network, "the connection to Hex broke before the answer: " + e.Err.Error() + "."
	}
	why := "Hex could not be reached: " + e.Err.Error() + "."
	if unknown, ok := errors.AsType[*net.DNSError](e.Err); ok && unknown.IsNotFound {
		why += fmt.Sprintf(" Check %s, and that the machine is on the network.", addressFrom(e))
	}
	return Network, why
}

func isLate(err error) bool {
	return errors.Is(err, hexapi.ErrTimeout) || errors.Is(err, context.DeadlineExceeded)
}
