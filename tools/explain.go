package tools

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strings"
	"time"

	"hexmcp/hexapi"
	"hexmcp/schema"
)

// This file holds the sentences that a model reads when something went wrong:
// what failed, why, and what to do next.

// explain turns an error into the envelope of a failed call.
func (a Action) explain(err error) Envelope {
	d, why := a.diagnose(err)
	text := a.Name + " failed: " + why
	if d.TraceID != "" {
		text += " Trace id: " + d.TraceID + "."
	}
	return Envelope{Error: text, Detail: d}
}

func (a Action) diagnose(err error) (*ErrorDetail, string) {
	if invalid, ok := errors.AsType[*schema.InvalidError](err); ok {
		return explainInvalid(invalid)
	}
	if api, ok := errors.AsType[*hexapi.APIError](err); ok {
		return a.explainAPI(api)
	}
	if limit, ok := errors.AsType[*hexapi.LimitError](err); ok {
		return explainLimit(limit)
	}
	if body, ok := errors.AsType[*hexapi.BodyError](err); ok {
		return a.explainBody(body)
	}
	if transport, ok := errors.AsType[*hexapi.TransportError](err); ok {
		return a.explainTransport(transport)
	}
	if path, ok := errors.AsType[*hexapi.PathError](err); ok {
		return &ErrorDetail{Kind: InvalidInput}, path.Error() + "; give the id as a list or get tool returned it."
	}
	if header, ok := errors.AsType[*hexapi.HeaderError](err); ok {
		return explainInvalid(&schema.InvalidError{Issues: []schema.Issue{noHeader(header)}})
	}
	if errors.Is(err, hexapi.ErrNoToken) {
		return &ErrorDetail{Kind: Unauthorized}, noToken
	}
	return &ErrorDetail{Kind: Internal}, "the server could not build the request. This is a defect of the server; repeating the call will not help."
}

const noToken = "no Hex API token is configured. Create one in Hex under Settings > API keys, set HEX_API_TOKEN (or --token-file) where the server is started, and restart it; --demo works without one."

func explainInvalid(e *schema.InvalidError) (*ErrorDetail, string) {
	d := &ErrorDetail{Kind: InvalidInput}
	clauses := make([]string, len(e.Issues))
	for i, issue := range e.Issues {
		d.Issues = append(d.Issues, Issue{Path: issue.Path, Message: issue.Message})
		clauses[i] = issue.Message
	}
	return d, strings.Join(clauses, ". ") + ". Nothing was sent to Hex: correct the arguments and call again."
}

func (a Action) explainAPI(e *hexapi.APIError) (*ErrorDetail, string) {
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

// kindOf sorts what Hex answered. Its statuses are not all documented: any may
// come.
func (a Action) kindOf(e *hexapi.APIError) Kind {
	switch e.Status {
	case http.StatusBadRequest:
		return InvalidInput
	case http.StatusUnauthorized:
		return Unauthorized
	case http.StatusForbidden:
		return Forbidden
	case http.StatusNotFound, http.StatusGone:
		return NotFound
	case http.StatusConflict:
		return Conflict
	case http.StatusRequestEntityTooLarge:
		return TooLarge
	case http.StatusUnprocessableEntity:
		return Unprocessable
	case http.StatusTooManyRequests:
		return RateLimited
	case http.StatusServiceUnavailable:
		if a.noKernel(e) {
			return KernelLimit
		}
	}
	return Upstream
}

// noKernel tells Hex's own 503 to RunProject, which created no run, from that
// of a proxy.
func (a Action) noKernel(e *hexapi.APIError) bool {
	return a.Name == "HEX_RUN_PROJECT" && e.Status == http.StatusServiceUnavailable && e.FromHex
}

// minute is the window of Hex's rate limits, where it does not say when to come
// back.
const minute = time.Minute

func (a Action) sayWhetherToRetry(d *ErrorDetail, e *hexapi.APIError) {
	switch {
	case d.Kind == RateLimited && !e.HasRetryAfter:
		d.Retryable, d.RetryAfterSeconds = true, seconds(minute)
	case d.Kind == RateLimited, d.Kind == KernelLimit:
		d.Retryable, d.RetryAfterSeconds = true, seconds(e.RetryAfter)
	case e.Status >= 500:
		d.Retryable = !a.uncertain(e)
		d.RetryAfterSeconds = seconds(e.RetryAfter)
	}
}

// seconds rounds up: a call that comes early would be refused again.
func seconds(d time.Duration) int { return int(math.Ceil(d.Seconds())) }

func amount(seconds int) string {
	if seconds == 1 {
		return "1 second"
	}
	return fmt.Sprintf("%d seconds", seconds)
}

// uncertain reports whether a write may have happened although err came of it.
func (a Action) uncertain(err error) bool {
	return !a.Effect.ReadOnly && hexapi.OutcomeUnknown(err)
}

// hexSays quotes Hex, whose words are data.
func hexSays(e *hexapi.APIError) string {
	answered := fmt.Sprintf("Hex answered %d", e.Status)
	switch {
	case e.Message != "":
		answered += fmt.Sprintf(" %q", strings.TrimSuffix(e.Message, "."))
	case e.Code != "":
		answered += " " + e.Code
	}
	clauses := append([]string{answered}, e.Issues...)
	if len(e.Invalid) > 0 {
		clauses = append(clauses, "refused values of "+invalidNames(e.Invalid))
	}
	if len(e.NotFound) > 0 {
		clauses = append(clauses, "unknown inputs "+strings.Join(e.NotFound, ", "))
	}
	return strings.Join(clauses, "; ") + "."
}

func invalidNames(params []hexapi.InvalidParam) string {
	names := make([]string, len(params))
	for i, p := range params {
		names[i] = fmt.Sprintf("%s (%s, wants %s)", p.ParamName, p.ParamValue, p.DataType)
	}
	return strings.Join(names, ", ")
}

// advice says what to do about an answer of Hex.
func (a Action) advice(d *ErrorDetail, e *hexapi.APIError) string {
	switch d.Kind {
	case InvalidInput:
		return " Correct the arguments and call again."
	case Unauthorized:
		return " The token is missing, expired or revoked, or belongs to another Hex address: set a valid HEX_API_TOKEN, and HEX_API_BASE_URL for a workspace that is not on app.hex.tech."
	case Forbidden:
		return " The token lacks the scope, role or plan for this: use another token or ask an admin; repeating will not help."
	case NotFound:
		return " The id is wrong, or the token may not see it: take ids from " + a.source() + "."
	case Unprocessable:
		return a.unprocessable(e)
	case RateLimited:
		return fmt.Sprintf(" Too many requests: call again in %s.", amount(d.RetryAfterSeconds))
	case KernelLimit:
		return " All 25 kernels are in use and no run was created: wait for a run to end or cancel one (HEX_CANCEL_RUN), then call again."
	case Upstream:
		return a.upstream(e)
	}
	return ""
}

// source is where the ids of a tool come from.
func (a Action) source() string {
	if a.Name == "HEX_DELETE_GUIDE_DRAFT" {
		return "HEX_UPSERT_GUIDE_DRAFT"
	}
	return "a list tool"
}

func (a Action) unprocessable(e *hexapi.APIError) string {
	switch {
	case len(e.NotFound) > 0:
		return " Leave unknown inputs out or ask the user for their names, which no tool lists; correct the others and call again."
	case len(e.Invalid) > 0:
		return " Correct these inputs and call again."
	case a.Name == "HEX_RUN_PROJECT":
		return " Correct what Hex names. If the project was never published (lastPublishedAt is null in HEX_GET_PROJECT), somebody must publish it in Hex: the API cannot."
	case a.Name == "HEX_CANCEL_RUN":
		return " The run has probably finished already: see HEX_GET_RUN_STATUS."
	}
	return " Hex understood the request but cannot carry it out as it is."
}

func (a Action) upstream(e *hexapi.APIError) string {
	switch {
	case e.Status < 400:
		return " That is a redirect, which is not followed so that the token stays where it belongs: HEX_API_BASE_URL is probably wrong."
	case a.uncertain(e):
		return " " + a.checkFirst()
	case !e.FromHex:
		return " The answer did not come from the Hex API but from a proxy or page before it: check HEX_API_BASE_URL, or call again " + when(e) + "."
	}
	return " Hex has a problem: call again " + when(e) + "."
}

func when(e *hexapi.APIError) string {
	if e.RetryAfter > 0 {
		return "in " + amount(seconds(e.RetryAfter))
	}
	return "later"
}

// checkFirst keeps a write from being made twice.
func (a Action) checkFirst() string {
	s := "The request may have reached Hex and been carried out"
	if a.verify == "" {
		return s + ": look in Hex before calling again."
	}
	return s + ": check with " + a.verify + " before calling again."
}

func explainLimit(e *hexapi.LimitError) (*ErrorDetail, string) {
	wait := max(seconds(e.Wait), 1)
	return &ErrorDetail{Kind: RateLimited, Retryable: true, RetryAfterSeconds: wait},
		fmt.Sprintf("%s is used up and nothing was sent: call again in %s.", e.Limit, amount(wait))
}

func (a Action) explainBody(e *hexapi.BodyError) (*ErrorDetail, string) {
	d := &ErrorDetail{Kind: Upstream, Status: e.Status}
	why := fmt.Sprintf("Hex answered %d but the answer was cut off.", e.Status)
	switch {
	case errors.Is(e, hexapi.ErrTooLarge):
		d.Kind, why = TooLarge, hexapi.ErrTooLarge.Error()+"."
	case errors.Is(e, hexapi.ErrNotJSON):
		why = "the answer is not JSON: it was damaged, or came from a proxy or page instead of the Hex API; check HEX_API_BASE_URL."
	case errors.Is(e, context.Canceled):
		d.Kind, why = Canceled, "the call was canceled."
	case errors.Is(e, hexapi.ErrTimeout), errors.Is(e, context.DeadlineExceeded):
		d.Kind, why = Timeout, "Hex did not finish its answer in time."
	}
	switch {
	case !a.Effect.ReadOnly:
		return d, why + " " + a.checkFirst()
	case d.Kind == TooLarge:
		return d, why + " Ask for less, with a smaller limit."
	case errors.Is(e, hexapi.ErrNotJSON):
		return d, why
	}
	d.Retryable = true
	return d, why + repeatable
}

const repeatable = " Calling again is safe."

func (a Action) explainTransport(e *hexapi.TransportError) (*ErrorDetail, string) {
	d := &ErrorDetail{Kind: Network}
	why := "Hex could not be reached: " + e.Err.Error() + "."
	switch {
	case errors.Is(e, hexapi.ErrTimeout), errors.Is(e, context.DeadlineExceeded):
		d.Kind, why = Timeout, "Hex did not answer in time."
	case errors.Is(e, context.Canceled):
		d.Kind, why = Canceled, "the call was canceled."
	case e.Sent:
		why = "the connection to Hex broke before the answer: " + e.Err.Error() + "."
	}
	if a.uncertain(e) {
		return d, why + " " + a.checkFirst()
	}
	d.Retryable = true
	return d, why + repeatable
}

// The problems of arguments that no portable schema can say.

func wrongSource(cell hexapi.CellType, want string, given []string) schema.Issue {
	return schema.Issue{Path: "contents", Message: fmt.Sprintf(
		"contents must hold exactly %s for cellType %s, but holds %s", want, cell, orNothing(given))}
}

func notOneSource(given []string) schema.Issue {
	return schema.Issue{Path: "contents", Message: fmt.Sprintf(
		"contents must hold exactly one of codeCell, sqlCell and markdownCell, but holds %s", orNothing(given))}
}

func orNothing(names []string) string {
	if len(names) == 0 {
		return "nothing"
	}
	return strings.Join(names, " and ")
}

func twoSQLSources() schema.Issue {
	return schema.Issue{Path: "contents.sqlCell", Message: "contents.sqlCell takes dataConnectionId (a database) or isDataframeSql true (dataframes of other cells), not both"}
}

func noHeader(e *hexapi.HeaderError) schema.Issue {
	return schema.Issue{Path: e.Argument, Message: e.Argument + " travels as a header: it must be one line without control characters"}
}

func nothingToUpdate() schema.Issue {
	return schema.Issue{Message: "give contents, dataConnectionId or both: there is nothing to update"}
}

func nothingToPublish() schema.Issue {
	return schema.Issue{Message: "give orgGuideFileIds, or publishAllDraftGuides true to publish every draft"}
}
