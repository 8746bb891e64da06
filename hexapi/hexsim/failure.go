package hexsim

import (
	"fmt"
	"net/http"
	"strings"
)

// failure is a refusal. How it is written depends on the operation's generation.
type failure struct {
	status  int
	message string   // empty means the default of the status
	issues  []string // what is wrong with the request
	body    any      // replaces the usual body
}

func (f *failure) Error() string { return fmt.Sprintf("status %d: %s", f.status, f.message) }

func badRequest(issues ...string) *failure {
	return &failure{status: http.StatusBadRequest, issues: issues}
}

func badRequestf(format string, a ...any) *failure { return badRequest(fmt.Sprintf(format, a...)) }

func notFound(what string) *failure {
	return &failure{status: http.StatusNotFound, message: what + " not found"}
}

// forbidden says no more than that, as Hex does.
func forbidden() *failure { return &failure{status: http.StatusForbidden} }

func unprocessable(message string) *failure {
	return &failure{status: http.StatusUnprocessableEntity, message: message}
}

// generation is the age of an operation's implementation in Hex: it decides the
// error body and how strict ids and bodies are.
type generation int

const (
	older generation = iota // {reason, details?, traceId}, ids match a pattern
	newer                   // {code, message, issues?}, ids are plain strings
)

// errorBody writes f in the generation's shape.
func (g generation) errorBody(f *failure, trace string) any {
	status := statuses[f.status]
	message := f.message
	if message == "" {
		message = status.message
	}
	if g == newer {
		return newerError{Code: status.code, Message: message, Issues: issues(f.issues)}
	}
	return olderError{Reason: message, Details: strings.Join(f.issues, "; "), TraceID: trace}
}

type olderError struct {
	Reason  string `json:"reason"`
	Details string `json:"details,omitempty"`
	TraceID string `json:"traceId"`
}

type newerError struct {
	Code    string  `json:"code"`
	Message string  `json:"message"`
	Issues  []issue `json:"issues,omitempty"`
}

type issue struct {
	Message string `json:"message"`
}

func issues(messages []string) []issue {
	var list []issue
	for _, m := range messages {
		list = append(list, issue{m})
	}
	return list
}

// statuses holds Hex's code and default message of each status. Those without
// one in Hex's documents follow the same style.
var statuses = map[int]struct{ code, message string }{
	http.StatusBadRequest:            {"BAD_REQUEST", "Invalid input data"},
	http.StatusForbidden:             {"FORBIDDEN", "Insufficient access"},
	http.StatusNotFound:              {"NOT_FOUND", "Not found"},
	http.StatusMethodNotAllowed:      {"METHOD_NOT_SUPPORTED", "Method not allowed"},
	http.StatusRequestEntityTooLarge: {"PAYLOAD_TOO_LARGE", "Request body is too large"},
	http.StatusUnsupportedMediaType:  {"UNSUPPORTED_MEDIA_TYPE", "Content type must be application/json"},
	http.StatusUnprocessableEntity:   {"UNPROCESSABLE_CONTENT", "Unprocessable content"},
	http.StatusTooManyRequests:       {"TOO_MANY_REQUESTS", "Rate limit exceeded"},
	http.StatusInternalServerError:   {"INTERNAL_SERVER_ERROR", "Internal server error"},
	http.StatusServiceUnavailable:    {"SERVICE_UNAVAILABLE", "Service unavailable"},
}
