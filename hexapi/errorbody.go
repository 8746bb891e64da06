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

// How much of what Hex sent goes into an error: a model reads all of it.
const (
	maxErrorBody = 4 << 20 // bytes that are read; a refused input is echoed whole
	maxMessage   = 2000    // bytes of a text
	maxIssue     = 500     // bytes of a text in a list
	maxID        = 200     // bytes of an id
	maxListed    = 20      // entries of a list
)

// errorBody is the union of Hex's error shapes, and of what proxies write.
// Fields are raw where the shapes disagree.
type errorBody struct {
	Code     json.RawMessage   `json:"code"`
	Message  json.RawMessage   `json:"message"`
	Issues   json.RawMessage   `json:"issues"`
	Reason   json.RawMessage   `json:"reason"`
	Details  json.RawMessage   `json:"details"`
	TraceID  json.RawMessage   `json:"traceId"`
	Error    json.RawMessage   `json:"error"`
	Invalid  []InvalidParam    `json:"invalid"`
	NotFound []json.RawMessage `json:"notFound"`
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
	// A message alone is what proxies write.
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
	var issues []json.RawMessage
	if json.Unmarshal(b.Issues, &issues) != nil {
		issues = []json.RawMessage{b.Issues}
	}
	e.Issues = append(e.Issues, issueTexts(issues)...)
	if s := text(b.Details); s != "" {
		e.Issues = append(e.Issues, s)
	} else if len(b.Details) > maxMessage {
		e.Issues = append(e.Issues, issueText(b.Details))
	} else if string(b.Details) != "null" {
		e.Details = validUTF8(b.Details)
	}
	e.NotFound = issueTexts(b.NotFound)
	e.Invalid = b.Invalid[:min(len(b.Invalid), maxListed)]
	for i, p := range e.Invalid {
		e.Invalid[i] = InvalidParam{
			ParamName: clip(p.ParamName, maxID), ParamValue: clip(p.ParamValue, maxIssue),
			DataType: clip(p.DataType, maxID), InputCellType: clip(p.InputCellType, maxID),
		}
	}
}

func issueTexts(all []json.RawMessage) []string {
	var texts []string
	for _, raw := range all[:min(len(all), maxListed)] {
		if s := issueText(raw); s != "" {
			texts = append(texts, s)
		}
	}
	return texts
}

// issueText is a problem in words, after the field that it is about. One of an
// unknown shape is its JSON.
func issueText(raw json.RawMessage) string {
	var issue struct {
		Message string `json:"message"`
		Path    any    `json:"path"`
	}
	_ = json.Unmarshal(raw, &issue) // text, or no object at all
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

// readPlain takes the bare text of Hex's edge; a page or any other body is left
// alone.
func (e *Error) readPlain(body []byte) {
	s := strings.TrimSpace(string(body))
	if len(s) > maxMessage || strings.ContainsAny(s, "<{") || strings.ContainsFunc(s, unreadable) {
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
