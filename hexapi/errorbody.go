package hexapi

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// How much of what Hex sent goes into an error. It is kept short, because a model
// reads all of it.
const (
	maxErrorBody = 4 << 20  // bytes that are read; Hex repeats the whole input that it refuses
	maxMessage   = 2000     // bytes of a text
	maxIssue     = 500      // bytes of a text in a list
	maxIssueRead = 64 << 10 // bytes of a problem that is decoded; of a larger one the error shows the raw JSON
	maxID        = 200      // bytes of an id
	maxListed    = 20       // entries of a list
)

// errorBody has the fields of all of Hex's error bodies, and of what proxies write.
// Fields whose type differs between these are raw JSON.
type errorBody struct {
	Code     json.RawMessage           `json:"code"`
	Message  json.RawMessage           `json:"message"`
	Issues   json.RawMessage           `json:"issues"`
	Reason   json.RawMessage           `json:"reason"`
	Details  json.RawMessage           `json:"details"`
	TraceID  json.RawMessage           `json:"traceId"`
	Error    json.RawMessage           `json:"error"`
	Invalid  firstFew[InvalidParam]    `json:"invalid"`
	NotFound firstFew[json.RawMessage] `json:"notFound"`
	Problems []json.RawMessage         `json:"problems"` // of the files of a semantic project
}

// readError reads an answer with an error status. Hex has several shapes of
// error body; all are read into one.
func readError(got *received) *Error {
	e := &Error{Status: got.status}
	e.RetryAfter, e.HasRetryAfter = retryAfter(got.status, got.header, time.Now())
	var b errorBody
	// A field of an unknown type is left out; all others are still read.
	_ = json.Unmarshal(got.body, &b)
	e.TraceID = cmp.Or(clip(text(b.TraceID), maxID), clip(got.header.Get("X-Trace-Id"), maxID))
	e.readWords(b)
	e.readLists(b)
	if e.Message == "" && !e.FromHex {
		e.readPlain(got.body)
	}
	return e
}

// readWords reads code and message of the new shape, the reason of the old one,
// and the error of a proxy.
func (e *Error) readWords(b errorBody) {
	reason := text(b.Reason)
	e.Code, e.Message = clip(text(b.Code), maxID), text(b.Message)
	// Proxies write a message without a code.
	e.FromHex = e.Code != "" && e.Message != "" || reason != "" || b.Invalid != nil || b.NotFound != nil
	switch {
	case e.Message == "":
		e.Message = cmp.Or(reason, issueText(b.Error))
	case reason != "":
		e.Issues = append(e.Issues, reason)
	}
}

// readLists reads what is wrong with the request: issues of the new shape,
// details of the old one, which are a string or a list of objects, and run
// inputs.
func (e *Error) readLists(b errorBody) {
	var issues firstFew[json.RawMessage]
	_ = json.Unmarshal(b.Issues, &issues)
	if issues == nil {
		issues = firstFew[json.RawMessage]{b.Issues}
	}
	e.Issues = append(e.Issues, issueTexts(issues)...)
	if s := text(b.Details); s != "" {
		e.Issues = append(e.Issues, s)
	} else if len(b.Details) > maxMessage {
		e.Issues = append(e.Issues, issueText(b.Details))
	} else if string(b.Details) != "null" {
		e.Details = validUTF8(b.Details)
	}
	e.Issues = append(e.Issues, issueTexts(b.Problems)...)
	e.NotFound = issueTexts(b.NotFound)
	e.Invalid = b.Invalid
	for i, p := range e.Invalid {
		e.Invalid[i] = InvalidParam{
			ParamName: clip(p.ParamName, maxID), ParamValue: clip(p.ParamValue, maxIssue),
			DataType: clip(p.DataType, maxID), InputCellType: clip(p.InputCellType, maxID),
		}
	}
}

func issueTexts(all []json.RawMessage) []string {
	var texts []string
	for _, raw := range all {
		if s := issueText(raw); s != "" {
			texts = append(texts, s)
		}
	}
	return texts
}

// issueText is a problem in words, with the field that it is about in front. For a
// problem of an unknown shape it is the JSON.
func issueText(raw json.RawMessage) string {
	if len(raw) > maxIssueRead {
		return clip(string(raw[:maxIssueRead]), maxIssue)
	}
	var issue struct {
		Message string `json:"message"`
		Path    any    `json:"path"`
	}
	_ = json.Unmarshal(raw, &issue) // fails for a string and for anything but an object
	s := cmp.Or(text(raw), issue.Message)
	if s == "" && string(raw) != "null" && string(raw) != `""` {
		s = string(raw)
	}
	if at := pathText(issue.Path); at != "" && issue.Message != "" {
		s = at + ": " + s
	}
	return clip(s, maxIssue)
}

// pathText joins the steps of a path with dots.
func pathText(path any) string {
	steps, ok := path.([]any)
	if !ok {
		s, _ := path.(string)
		return s
	}
	names := make([]string, len(steps))
	for i, step := range steps {
		names[i] = fmt.Sprint(step)
	}
	return strings.Join(names, ".")
}

// readPlain takes over a body of plain text, which Hex's load balancer sends. A web
// page or any other body is ignored.
func (e *Error) readPlain(body []byte) {
	s := strings.TrimSpace(string(body))
	if len(s) > maxMessage || strings.ContainsAny(s, "<{") || strings.ContainsFunc(s, unreadable) {
		return
	}
	e.Message = s
	e.FromHex = e.Status == http.StatusUnauthorized && s == "Unauthorized"
}

func unreadable(r rune) bool { return r == utf8.RuneError || unicode.IsControl(r) }

// text is the value of a JSON string, shortened to maxMessage bytes; "" for other JSON.
func text(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return ""
	}
	return clip(s, maxMessage)
}

// clip shortens s to at most n bytes and an ellipsis, without splitting a character,
// and replaces what is not UTF-8.
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
