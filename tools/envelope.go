package tools

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"

	"hexmcp/hexapi"
	"hexmcp/tools/visible"
)

// Envelope is the one shape in which every tool answers, on success and on
// failure: {data, error, successful}; on failure, errorDetail; and notes where
// there are any.
type Envelope struct {
	// Data is the API's body as Hex sent it, but for characters that hide, which
	// are shown: valid JSON in UTF-8, "{}" where Hex sent none. It is nil on failure.
	Data json.RawMessage
	// Error says in one or two sentences what failed, why, and what to do next.
	Error string
	// Detail is nil on success.
	Detail *ErrorDetail
	// Notes are sentences that the model must not miss: entries of a sharing edit
	// that Hex refused, warnings about guides. They are part of the JSON, because
	// some clients hand the model nothing else.
	Notes []string
	// Content holds further blocks, which follow the JSON.
	Content []Content
	// File is what people keep of the answer as a file, nil where there is none. It
	// is no part of what a client gets: that is Data and Content.
	File *File
}

// ErrorDetail is what a program needs to know of a failure. Fields that are
// unknown are absent.
type ErrorDetail struct {
	Kind              Kind                  `json:"kind"`
	Status            int                   `json:"status,omitempty"`            // HTTP status of Hex's answer
	Code              string                `json:"code,omitempty"`              // Hex's error code, such as NOT_FOUND
	Message           string                `json:"message,omitempty"`           // Hex's own words
	TraceID           string                `json:"traceId,omitempty"`           // for Hex's support
	Retryable         bool                  `json:"retryable"`                   // the same call may succeed later
	RetryAfterSeconds int                   `json:"retryAfterSeconds,omitempty"` // seconds to wait before it
	Issues            []Issue               `json:"issues,omitempty"`            // each problem of the arguments
	InvalidParams     []hexapi.InvalidParam `json:"invalidParams,omitempty"`     // run inputs that Hex refused
	NotFoundParams    []string              `json:"notFoundParams,omitempty"`    // run inputs that the project does not have
}

// Issue is one problem of the arguments.
type Issue struct {
	Path    string `json:"path,omitempty"` // such as sharing.upsert.users[0].access
	Message string `json:"message"`
}

// Kind sorts failures by what a caller can do about them.
type Kind string

// The kinds of failure.
const (
	InvalidInput  Kind = "invalid_input"
	Unauthorized  Kind = "unauthorized"
	Forbidden     Kind = "forbidden"
	NotFound      Kind = "not_found"
	Conflict      Kind = "conflict"
	Unprocessable Kind = "unprocessable"
	RateLimited   Kind = "rate_limited"
	KernelLimit   Kind = "kernel_limit"
	Upstream      Kind = "upstream"
	Network       Kind = "network"
	Timeout       Kind = "timeout"
	Canceled      Kind = "canceled"
	Busy          Kind = "busy" // the server, not Hex: its memory is used up
	TooLarge      Kind = "too_large"
	Disabled      Kind = "disabled" // by a setting of the operator
	Declined      Kind = "declined" // by a person who was asked first
	Internal      Kind = "internal"
)

// Successful reports whether the call did what was asked.
func (e Envelope) Successful() bool { return e.Detail == nil }

// Outcome is the outcome of the call in a word: ok, or the kind of failure.
func (e Envelope) Outcome() string {
	if e.Successful() {
		return "ok"
	}
	return string(e.Detail.Kind)
}

// AppendJSON appends the envelope as one line of JSON. The body is copied, not
// decoded: unknown fields and large numbers arrive as Hex sent them. Characters
// that hide are shown in all other fields, too, as package visible does.
func (e Envelope) AppendJSON(dst []byte) []byte {
	if !e.Successful() {
		dst = append(dst, `{"data":null,`...)
		return append(e.appendRest(dst), '}')
	}
	dst = append(dst, `{"data":`...)
	dst = appendOneLine(dst, e.Data)
	dst = append(dst, ',')
	return append(e.appendRest(dst), '}')
}

// AppendText appends the JSON string literal whose value is the envelope, for
// the text block: the same JSON as AppendJSON appends.
func (e Envelope) AppendText(dst []byte) []byte {
	if !e.Successful() {
		dst = append(dst, '"')
		dst = appendEscaped(dst, e.AppendJSON(nil))
		return append(dst, '"')
	}
	dst = append(dst, `"{\"data\":`...)
	dst = appendEscaped(dst, e.Data)
	dst = append(dst, ',')
	dst = appendEscaped(dst, e.appendRest(nil))
	return append(dst, `}"`...)
}

// appendRest appends the fields after data.
func (e Envelope) appendRest(dst []byte) []byte {
	if e.Successful() && len(e.Notes) == 0 {
		return append(dst, `"error":null,"successful":true`...)
	}
	return append(dst, visible.JSON(e.appendFields(nil))...)
}

func (e Envelope) appendFields(dst []byte) []byte {
	if e.Successful() {
		dst = append(dst, `"error":null`...)
	} else {
		dst = append(dst, `"error":`...)
		dst = appendMarshalled(dst, e.Error)
		dst = append(dst, `,"errorDetail":`...)
		dst = appendMarshalled(dst, e.Detail)
	}
	if len(e.Notes) > 0 {
		dst = append(dst, `,"notes":`...)
		dst = appendMarshalled(dst, e.Notes)
	}
	dst = append(dst, `,"successful":`...)
	return strconv.AppendBool(dst, e.Successful())
}

// MarshalJSON lets the envelope travel through encoders that know nothing of it.
func (e Envelope) MarshalJSON() ([]byte, error) { return e.AppendJSON(nil), nil }

// appendOneLine copies valid JSON; line breaks can only stand between its
// tokens, where a space means the same and does not end a line of stdio.
func appendOneLine(dst, src []byte) []byte {
	start := len(dst)
	dst = append(dst, src...)
	if bytes.IndexByte(src, '\n') < 0 && bytes.IndexByte(src, '\r') < 0 {
		return dst
	}
	for i, c := range dst[start:] {
		if c == '\n' || c == '\r' {
			dst[start+i] = ' '
		}
	}
	return dst
}

// appendEscaped appends valid JSON as the inside of a JSON string literal, in
// one pass: encoding/json would take several over a body of many kilobytes.
func appendEscaped(dst, src []byte) []byte {
	start := 0
	for i, c := range src {
		if plain[c] {
			continue
		}
		dst = append(dst, src[start:i]...)
		if c == '"' || c == '\\' {
			dst = append(dst, '\\', c)
		} else {
			dst = append(dst, ' ') // white space between tokens
		}
		start = i + 1
	}
	return append(dst, src[start:]...)
}

// plain holds the bytes that stand for themselves in a string literal.
var plain = func() (t [256]bool) {
	for c := range t {
		t[c] = c >= ' ' && c != '"' && c != '\\'
	}
	return t
}()

// appendMarshalled appends v as encoding/json writes it. What is marshalled
// here are strings and structs of strings and numbers, which cannot fail.
func appendMarshalled(dst []byte, v any) []byte {
	b := bytes.NewBuffer(dst)
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// envelopeSchema is the schema of an envelope whose data has the given schema,
// which allows null. Only what every envelope has is required: some clients check
// failures too.
func envelopeSchema(data json.RawMessage) json.RawMessage {
	return slices.Concat([]byte(`{"type":"object","properties":{"data":`), data,
		[]byte(`,"error":{"type":["string","null"]},"successful":{"type":"boolean"},"errorDetail":{"type":"object"},`+
			`"notes":{"type":"array","items":{"type":"string"}}},"required":["data","error","successful"]}`))
}
