package hexapi

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// APIError is an answer of Hex that is not a success. Hex has several shapes of
// error body; all are read into this one.
type APIError struct {
	Status  int    // HTTP status
	Code    string // such as NOT_FOUND; empty in older shapes
	Message string // Hex's words; empty when it sent none that can be read
	TraceID string // for Hex's support; from the body or x-trace-id
	// Issues are the problems that Hex found in the request.
	Issues []string
	// Details is the details field of older shapes when it is not a string.
	Details json.RawMessage
	// Invalid and NotFound are the run inputs that Hex refused (RunProject, 422).
	Invalid  []InvalidParam
	NotFound []string
	// RetryAfter is how long Hex asks to wait; 0 with HasRetryAfter false when
	// it did not say.
	RetryAfter    time.Duration
	HasRetryAfter bool
	// FromHex is false when the body is not one that Hex's API writes: a proxy
	// or a web page has answered.
	FromHex bool
	// Doubtful is true when the request, or an earlier attempt at it, may have
	// been carried out although this answer does not say so.
	Doubtful bool
}

// InvalidParam is a run input whose value Hex refused.
type InvalidParam struct {
	ParamName     string `json:"paramName"`
	ParamValue    string `json:"paramValue"` // JSON-encoded
	DataType      string `json:"dataType"`
	InputCellType string `json:"inputCellType"`
}

func (e *APIError) Error() string {
	s := fmt.Sprintf("status %d", e.Status)
	if e.Code != "" {
		s += " " + e.Code
	}
	if e.Message != "" {
		s += ": " + e.Message
	}
	if e.TraceID != "" {
		s += " (trace id " + e.TraceID + ")"
	}
	return s
}

// How many bytes of a text that Hex sent, of an id, and of a whole error body go
// into an error.
const (
	maxMessage   = 2000
	maxID        = 200
	maxErrorBody = 256 << 10
)

// errorBody is the union of Hex's error shapes. Fields are raw where the shapes
// disagree.
type errorBody struct {
	Code     json.RawMessage   `json:"code"`
	Message  json.RawMessage   `json:"message"`
	Issues   []json.RawMessage `json:"issues"`
	Reason   json.RawMessage   `json:"reason"`
	Details  json.RawMessage   `json:"details"`
	TraceID  json.RawMessage   `json:"traceId"`
	Invalid  []InvalidParam    `json:"invalid"`
	NotFound []string          `json:"notFound"`
}

func newAPIError(res *http.Response, body []byte) *APIError {
	e := &APIError{Status: res.StatusCode, TraceID: clip(res.Header.Get("X-Trace-Id"), maxID)}
	e.RetryAfter, e.HasRetryAfter = retryAfter(res.Header, time.Now())
	var b errorBody
	// A field of an unknown type is left out; all others are still read.
	_ = json.Unmarshal(body, &b)
	e.Code, e.Message = clip(text(b.Code), maxID), text(b.Message)
	reason := text(b.Reason)
	// A message alone is what proxies write.
	e.FromHex = e.Code != "" && e.Message != "" || reason != "" || b.Invalid != nil || b.NotFound != nil
	e.Message = orDefault(e.Message, reason)
	e.TraceID = orDefault(clip(text(b.TraceID), maxID), e.TraceID)
	e.Invalid, e.NotFound = b.Invalid, b.NotFound
	e.addDetails(b)
	if e.Message == "" && !e.FromHex {
		e.readPlain(body)
	}
	return e
}

// addDetails reads issues of the new shape and details of the old one, which
// are a string or a list of objects.
func (e *APIError) addDetails(b errorBody) {
	for _, raw := range b.Issues {
		var issue struct {
			Message string `json:"message"`
		}
		if json.Unmarshal(raw, &issue) == nil && issue.Message != "" {
			e.Issues = append(e.Issues, clip(issue.Message, maxMessage))
		} else if s := text(raw); s != "" {
			e.Issues = append(e.Issues, s)
		}
	}
	if s := text(b.Details); s != "" {
		e.Issues = append(e.Issues, s)
	} else if string(b.Details) != "null" {
		e.Details = validUTF8(b.Details)
	}
}

// readPlain takes the bare text of Hex's edge; a page or any other body is left
// alone.
func (e *APIError) readPlain(body []byte) {
	s := strings.TrimSpace(string(body))
	if len(s) > maxID || strings.ContainsAny(s, "<{") || strings.ContainsFunc(s, unreadable) {
		return
	}
	e.Message = s
	e.FromHex = e.Status == http.StatusUnauthorized && s == "Unauthorized"
}

func unreadable(r rune) bool { return r == utf8.RuneError || unicode.IsControl(r) }

// text is the value of a JSON string, shortened, and empty for all else.
func text(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return ""
	}
	return clip(s, maxMessage)
}

// clip shortens s to at most n bytes, between characters, and mends what is not
// UTF-8.
func clip(s string, n int) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if len(s) <= n {
		return s
	}
	for !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}

// retryAfter reads Retry-After, in seconds or as a date. A date is told from
// the server's own Date where there is one, so that no clock need be right.
func retryAfter(h http.Header, now time.Time) (time.Duration, bool) {
	v := strings.TrimSpace(h.Get("Retry-After"))
	if v == "" {
		return 0, false
	}
	if seconds, err := strconv.ParseFloat(v, 64); err == nil && seconds >= 0 {
		return clampWait(seconds), true
	}
	at, err := http.ParseTime(v)
	if err != nil {
		return 0, false
	}
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		now = date
	}
	return clampWait(at.Sub(now).Seconds()), true
}

// clampWait keeps a wait between nothing and a day: beyond that, numbers stop
// to mean anything.
func clampWait(seconds float64) time.Duration {
	const day = 24 * 60 * 60
	return time.Duration(min(max(seconds, 0), day) * float64(time.Second))
}
