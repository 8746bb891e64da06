package telemetry

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/mark3labs/mcp-go/mcp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"hexmcp/server/rpc"
)

// wire is what is told of the HTTP request that brings a call.
type wire struct {
	parent   trace.SpanContext // that its headers name
	session  string
	version  string // of MCP
	protocol string // version of HTTP
}

type wireKey struct{}

// Carry adds to what is carried from an HTTP request to the calls that it brings
// what spans tell of it.
func (t *Telemetry) Carry(carry func(context.Context, *http.Request) context.Context) func(context.Context, *http.Request) context.Context {
	if t == nil {
		return carry
	}
	return func(calls context.Context, r *http.Request) context.Context {
		return context.WithValue(carry(calls, r), wireKey{}, t.wireOf(r))
	}
}

// wireOf tells of an HTTP request. One that opens a stream brings calls of many
// traces, so that none of them is in its own.
func (t *Telemetry) wireOf(r *http.Request) wire {
	w := wire{session: r.Header.Get(mcp.HeaderSessionID), version: r.Header.Get(mcp.HeaderProtocolVersion), protocol: httpVersion(r)}
	if r.Method == http.MethodPost {
		w.parent = t.named(r.Header.Get(traceparent), r.Header.Get(tracestate))
	}
	return w
}

func httpVersion(r *http.Request) string {
	if r.ProtoMajor >= 2 {
		return strconv.Itoa(r.ProtoMajor)
	}
	return strconv.Itoa(r.ProtoMajor) + "." + strconv.Itoa(r.ProtoMinor)
}

// The names of W3C Trace Context, in headers and in _meta.
const (
	traceparent = "traceparent"
	tracestate  = "tracestate"
)

// maxTracestate is how many bytes of state are carried on. W3C asks for as many;
// a client that sends more could make Hex refuse the request.
const maxTracestate = 512

// named is the span that a client names as the parent. What is none is not heeded,
// as W3C wants it.
func (t *Telemetry) named(parent, state string) trace.SpanContext {
	if !t.settings.Propagate || parent == "" {
		return trace.SpanContext{}
	}
	if len(state) > maxTracestate {
		state = ""
	}
	carrier := propagation.MapCarrier{traceparent: parent, tracestate: state}
	return trace.SpanContextFromContext(propagation.TraceContext{}.Extract(context.Background(), carrier))
}

// parent is the context in which the span of a request begins, and the link to the
// trace of the HTTP request where the message is in another.
func (t *Telemetry) parent(ctx context.Context, r *rpc.Request, w wire) (context.Context, []trace.Link) {
	meta := &r.Params.Meta
	parent := t.named(text(meta.Traceparent), text(meta.Tracestate))
	switch {
	case !parent.IsValid():
		return trace.ContextWithRemoteSpanContext(ctx, w.parent), nil
	case w.parent.IsValid() && !w.parent.Equal(parent):
		return trace.ContextWithRemoteSpanContext(ctx, parent), []trace.Link{{SpanContext: w.parent}}
	}
	return trace.ContextWithRemoteSpanContext(ctx, parent), nil
}

// text is a JSON string, "" for what is none.
func text(raw json.RawMessage) (s string) {
	_ = json.Unmarshal(raw, &s)
	return s
}

// maxID is how many bytes of an id that a client has made are told.
const maxID = 128

// id is an id as text: a number or a string.
func id(raw json.RawMessage) string {
	s := string(raw)
	if strings.HasPrefix(s, `"`) {
		s = text(raw)
	}
	return short(s)
}

func short(s string) string {
	if len(s) > maxID {
		s = strings.ToValidUTF8(s[:maxID], "")
	}
	return s
}
