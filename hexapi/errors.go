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
	// Status is the HTTP status of the answer; 0 when there was none. It is a 2xx
	// when Hex reported success but the body is missing or cannot be used: Err
	// says why.
	Status int
	// Code is Hex's error code, such as NOT_FOUND; empty in older shapes of error.
	Code string
	// Message holds Hex's words; empty when it sent none that can be read.
	Message string
	// TraceID is Hex's id of the request, by which its support can find it.
	TraceID string
	// Issues are the problems that Hex found in the request.
	Issues []string
	// Details is the field details of Hex's older error bodies, if it is no string.
	Details json.RawMessage
	// Invalid and NotFound are the run inputs that Hex refused (RunProject, 422).
	Invalid  []InvalidParam
	NotFound []string
	// RetryAfter is how long to wait before another call, from zero to a day, as Hex
	// or the limit that held the call back says. HasRetryAfter is false when neither
	// does.
	RetryAfter    time.Duration
	HasRetryAfter bool
	// FromHex is false when the body is not one that Hex's API writes: a proxy
	// or a web page has answered.
	FromHex bool
	// Limit names the limit that held the call back, in words; see [LimitError].
	Limit string
	// Argument names the argument whose value cannot be sent as an HTTP header.
	Argument string
	// Origin says where the token and the address of the client come from.
	Origin Origin
	// Err is the cause: one of the errors below, a [*LimitError], or an error of the
	// connection. Nil when the call ended in time with an error status.
	Err error
}

// InvalidParam is a run input whose value Hex refused.
type InvalidParam struct {
	ParamName     string `json:"paramName"`
	ParamValue    string `json:"paramValue"` // JSON-encoded
	DataType      string `json:"dataType"`
	InputCellType string `json:"inputCellType"`
}

// The causes of an [Error] that callers may want to tell apart with errors.Is. When a
// connection broke or could not be made, the cause is the error of net/http instead.
var (
	// ErrNoToken is what every call of a client without a token fails with.
	ErrNoToken = errors.New("no Hex API token is configured")
	// ErrReadOnly is what a write of a client with [Config.ReadOnly] fails with.
	ErrReadOnly = errors.New("the client only reads")
	// ErrInvalidArgument means that an id would change the path of the request, or
	// that the value of a header is not one line of text.
	ErrInvalidArgument = errors.New("the argument cannot be sent")
	// ErrEncode means that a body or query cannot be encoded.
	ErrEncode = errors.New("the request cannot be encoded")
	// ErrBudget means that a [Budget] or a [CallBudget] could not be asked.
	ErrBudget = errors.New("the budget cannot be asked")
	// ErrTimeout means that a call took longer than [Config.Timeout].
	ErrTimeout = errors.New("the call took longer than its time limit")
	// ErrTooLarge means that an answer has more than [MaxBody] bytes.
	ErrTooLarge = fmt.Errorf("the answer is larger than %d MiB", MaxBody>>20)
	// ErrNotJSON means that the body of a success is not JSON.
	ErrNotJSON = errors.New("the answer is not JSON")
	// ErrNoBody means that a success lacks the JSON object that Hex documents.
	ErrNoBody = errors.New("the answer lacks the body that belongs to it")
	// ErrNoObject is an [ErrNoBody] whose body is other JSON than an object, such as a list.
	ErrNoObject = fmt.Errorf("%w: its JSON is no object", ErrNoBody)
	// ErrShape means that the body of a success does not have the fields that Hex documents.
	ErrShape = errors.New("the answer has an unknown shape")
	// ErrNoMemory means that [Config.Reserve] or [Config.ReserveDecoded] refused the
	// memory for an answer. It wraps their error.
	ErrNoMemory = errors.New("there is no memory for the answer")
	// ErrNoStatus means that the status of an answer is below 100, so no HTTP status.
	ErrNoStatus = errors.New("the answer has no HTTP status")
	// ErrCertificate means that the certificate of the server is not trusted.
	ErrCertificate = errors.New("the certificate is not trusted")
	// ErrProxy means that a proxy did not connect to Hex; see [ProxyError].
	ErrProxy = errors.New("the proxy did not connect to Hex")
)

// argumentError is an [ErrInvalidArgument] with a sentence of its own.
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

// NeedsMending reports whether a repeat cannot succeed until somebody changes the
// setup: the certificate is not trusted, or the proxy refuses with a status below 500.
func (e *Error) NeedsMending() bool {
	refusal, refused := errors.AsType[*ProxyError](e)
	return refused && refusal.Status < http.StatusInternalServerError || errors.Is(e, ErrCertificate)
}

// answerLost reports whether the answer to a request that may have been carried
// out did not arrive whole.
func (e *Error) answerLost() bool {
	return e.Outcome.MayHaveHappened() && (e.Status == 0 || isSuccess(e.Status)) && !e.isUnusable()
}

// isUnusable reports whether the answer cannot be used and a repeat would most likely
// bring the same: it is too large, no JSON, empty, or has no room in memory.
func (e *Error) isUnusable() bool {
	return slices.ContainsFunc([]error{ErrTooLarge, ErrNotJSON, ErrNoBody, ErrNoMemory}, func(cause error) bool { return errors.Is(e, cause) })
}
