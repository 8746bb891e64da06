package hexapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Error tells why a call failed and how far it came. Every error of a method of
// [Client] that calls Hex is an *Error. Fields that do not apply are zero.
type Error struct {
	// Operation is method and path of the operation, ids left out, such as
	// "GET /v1/projects/{id}".
	Operation string
	// Path is the path that was asked for, ids included.
	Path string
	// Outcome says whether the request may have been carried out, attempts
	// before the last one included.
	Outcome Outcome
	// Status is the HTTP status of the answer; 0 when there was none. A 2xx
	// came with a body that cannot be used, or without the one that belongs to
	// it: Err says why.
	Status int
	// Code is Hex's error code, such as NOT_FOUND; empty in older shapes of error.
	Code string
	// Message holds Hex's words; empty when it sent none that can be read.
	Message string
	// TraceID names the request to Hex's support.
	TraceID string
	// Issues are the problems that Hex found in the request.
	Issues []string
	// Details is the details field of older shapes when it is not a string.
	Details json.RawMessage
	// Invalid and NotFound are the run inputs that Hex refused (RunProject, 422).
	Invalid  []InvalidParam
	NotFound []string
	// RetryAfter is how long Hex, or the limit that held the call back, asks to
	// wait: from nothing to a day. HasRetryAfter is false when it did not say.
	RetryAfter    time.Duration
	HasRetryAfter bool
	// FromHex is false when the body is not one that Hex's API writes: a proxy
	// or a web page has answered.
	FromHex bool
	// Limit names the limit that held the call back, in words; see [LimitError].
	Limit string
	// Argument names the argument that cannot travel in its header.
	Argument string
	// Origin says where the token and the address of the client come from.
	Origin Origin
	// Err is the cause: one of the errors below, a [*LimitError], or what broke
	// the connection. Nil when Hex has answered with an error status in time.
	Err error
}

// InvalidParam is a run input whose value Hex refused.
type InvalidParam struct {
	ParamName     string `json:"paramName"`
	ParamValue    string `json:"paramValue"` // JSON-encoded
	DataType      string `json:"dataType"`
	InputCellType string `json:"inputCellType"`
}

// The causes of an [Error] that need telling apart. A connection that broke or
// never was comes with the error of net/http instead.
var (
	// ErrNoToken is what every call of a client without a token fails with.
	ErrNoToken = errors.New("no Hex API token is configured")
	// ErrReadOnly is what a write of a client with [Config.ReadOnly] fails with.
	ErrReadOnly = errors.New("the client only reads")
	// ErrInvalidArgument refuses an id that would change the path, and a header
	// argument that is not one line of text.
	ErrInvalidArgument = errors.New("the argument cannot be sent")
	// ErrEncode is a body or query that cannot be written as JSON.
	ErrEncode = errors.New("the request cannot be encoded")
	// ErrBudget is a [Budget] or a [CallBudget] that could not be asked.
	ErrBudget = errors.New("the budget cannot be asked")
	// ErrTimeout ends a call that took longer than [Config.Timeout].
	ErrTimeout = errors.New("the call took longer than its time limit")
	// ErrTooLarge is an answer of more than [MaxBody] bytes.
	ErrTooLarge = fmt.Errorf("the answer is larger than %d MiB", MaxBody>>20)
	// ErrNotJSON is a success whose body is not JSON.
	ErrNotJSON = errors.New("the answer is not JSON")
	// ErrNoBody is a success without the JSON object that Hex answers with.
	ErrNoBody = errors.New("the answer lacks the body that belongs to it")
	// ErrNoObject is an [ErrNoBody] whose body is some other JSON, such as a bare list.
	ErrNoObject = fmt.Errorf("%w: its JSON is no object", ErrNoBody)
	// ErrShape is a success whose body is JSON of another shape than Hex has told.
	ErrShape = errors.New("the answer has an unknown shape")
	// ErrNoMemory is an answer that [Config.Reserve] or [Config.ReserveDecoded] has no room
	// for. Its error is the cause.
	ErrNoMemory = errors.New("there is no memory for the answer")
	// ErrNoStatus is an answer whose status is no HTTP status.
	ErrNoStatus = errors.New("the answer has no HTTP status")
	// ErrCertificate is a certificate that is not trusted.
	ErrCertificate = errors.New("the certificate is not trusted")
	// ErrProxy is a proxy that did not connect to Hex; see [ProxyError].
	ErrProxy = errors.New("the proxy did not connect to Hex")
)

// argumentError is an [ErrInvalidArgument] in words of its own.
type argumentError string

func (e argumentError) Error() string { return string(e) }

// Is makes it an ErrInvalidArgument.
func (argumentError) Is(target error) bool { return target == ErrInvalidArgument }

// Error says method, path, status, Hex's words, trace id and cause.
func (e *Error) Error() string {
	method, template, _ := strings.Cut(e.Operation, " ")
	if method == "" {
		return e.reason()
	}
	path := e.Path
	if path == "" {
		path = template
	}
	return method + " " + path + ": " + e.reason()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// reason says why the call failed, without the operation.
func (e *Error) reason() string {
	var parts []string
	if e.Status != 0 {
		parts = append(parts, e.answer())
	} else if e.Outcome.MayHaveHappened() {
		parts = append(parts, "no answer")
	}
	if e.Err != nil {
		parts = append(parts, e.Err.Error())
	}
	return strings.Join(parts, ": ")
}

// answer says what Hex answered.
func (e *Error) answer() string {
	s := fmt.Sprintf("status %d", e.Status)
	if e.Code != "" {
		s += fmt.Sprintf(" %q", e.Code)
	}
	if e.Message != "" {
		s += fmt.Sprintf(": %q", e.Message)
	}
	if e.TraceID != "" {
		s += fmt.Sprintf(" (trace id %q)", e.TraceID)
	}
	return s
}

// NeedsMending reports whether somebody must change something before a repeat
// can succeed: the certificate is not trusted, or the proxy refuses.
func (e *Error) NeedsMending() bool {
	refusal, refused := errors.AsType[*ProxyError](e)
	return refused && refusal.Status < http.StatusInternalServerError || errors.Is(e, ErrCertificate)
}

// answerLost reports whether the answer to a request that may have been carried
// out did not arrive whole.
func (e *Error) answerLost() bool {
	return e.Outcome.MayHaveHappened() && (e.Status == 0 || isSuccess(e.Status)) && !e.isUnusable()
}

// isUnusable reports whether an answer came that would be no better another time.
func (e *Error) isUnusable() bool {
	return slices.ContainsFunc([]error{ErrTooLarge, ErrNotJSON, ErrNoBody, ErrNoMemory}, func(cause error) bool { return errors.Is(e, cause) })
}
