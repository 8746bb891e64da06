package telemetry

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"hexmcp/server/rpc"
)

// Wrap returns a dispatcher whose requests are told of.
func (t *Telemetry) Wrap(d rpc.Dispatcher) rpc.Dispatcher {
	if t == nil {
		return d
	}
	return &dispatcher{d, t}
}

// Narrow returns what narrows a server for a client, so that its requests are told
// of as well.
func (t *Telemetry) Narrow(narrow func(rpc.Wish) (rpc.Dispatcher, error)) func(rpc.Wish) (rpc.Dispatcher, error) {
	if t == nil {
		return narrow
	}
	return func(w rpc.Wish) (rpc.Dispatcher, error) {
		d, err := narrow(w)
		return t.Wrap(d), err
	}
}

type dispatcher struct {
	rpc.Dispatcher
	telemetry *Telemetry
}

// Dispatch tells how long the request took from when it came, its wait for a slot
// included, and what came of it.
func (d *dispatcher) Dispatch(ctx context.Context, r *rpc.Request) rpc.Answer {
	t := d.telemetry
	o := t.operation(ctx, r)
	ctx, span := t.begin(ctx, o, r)
	answer := d.Dispatcher.Dispatch(ctx, r)
	kind := o.heard(answer)
	t.operations.Record(ctx, time.Since(r.Came).Seconds(), metric.WithAttributes(o.attributes...))
	endSpan(span, o.wrong, append(o.attributes, kind...))
	return answer
}

// operation is what is told of a request, in its span and in the histogram.
type operation struct {
	wire
	name       string
	attributes []attribute.KeyValue
	wrong      bool
}

func (o *operation) add(key attribute.Key, value string) {
	if value != "" {
		o.attributes = append(o.attributes, key.String(value))
	}
}

func (t *Telemetry) operation(ctx context.Context, r *rpc.Request) *operation {
	w, overHTTP := ctx.Value(wireKey{}).(wire)
	o := &operation{wire: w, name: known(r.Method)}
	o.add("mcp.method.name", o.name)
	if version := versionOf(r, w); mcp.IsValidProtocolVersion(version) {
		o.add("mcp.protocol.version", version)
	}
	if overHTTP {
		o.attributes = append(o.attributes, attribute.String("network.transport", "tcp"),
			attribute.String("network.protocol.name", "http"), attribute.String("network.protocol.version", w.protocol))
	} else {
		o.add("network.transport", "pipe")
	}
	t.target(o, r)
	return o
}

// target names the tool or the prompt, if there is one of that name.
func (t *Telemetry) target(o *operation, r *rpc.Request) {
	named := t.options.Knows(r.Method, r.Params.Name)
	if named {
		o.name += " " + r.Params.Name
	}
	switch mcp.MCPMethod(r.Method) {
	case mcp.MethodToolsCall:
		o.add("gen_ai.operation.name", "execute_tool")
		if named {
			o.add("gen_ai.tool.name", r.Params.Name)
		}
	case mcp.MethodPromptsGet:
		if named {
			o.add("gen_ai.prompt.name", r.Params.Name)
		}
	}
}

// methods are those that the protocol has. Others are whatever a client sends.
var methods = []mcp.MCPMethod{
	mcp.MethodInitialize, mcp.MethodPing, mcp.MethodServerDiscover, mcp.MethodSubscriptionsListen, mcp.MethodSetLogLevel, mcp.MethodCompletionComplete,
	mcp.MethodToolsCall, mcp.MethodToolsList, mcp.MethodPromptsGet, mcp.MethodPromptsList,
	mcp.MethodResourcesList, mcp.MethodResourcesTemplatesList, mcp.MethodResourcesRead,
}

// other is what the conventions call what nobody knows.
const other = "_OTHER"

func known(method string) string {
	if slices.Contains(methods, mcp.MCPMethod(method)) {
		return method
	}
	return other
}

func versionOf(r *rpc.Request, w wire) string {
	if version := r.Params.Meta.Version; version != "" {
		return version
	}
	return w.version
}

// begin begins the span of a request.
func (t *Telemetry) begin(ctx context.Context, o *operation, r *rpc.Request) (context.Context, trace.Span) {
	ctx, links := t.parent(ctx, r, o.wire)
	ctx, span := t.tracer.Start(ctx, o.name, trace.WithSpanKind(trace.SpanKindServer), trace.WithTimestamp(r.Came), trace.WithLinks(links...))
	if span.IsRecording() {
		span.SetAttributes(attribute.String("jsonrpc.request.id", id(r.ID)))
		if o.session != "" {
			span.SetAttributes(attribute.String("mcp.session.id", short(o.session)))
		}
	}
	return ctx, span
}

// heard tells what came of the request, and returns what is for the span alone: the
// kind of a failure.
func (o *operation) heard(a rpc.Answer) []attribute.KeyValue {
	if a.Error != nil {
		code := strconv.Itoa(a.Error.Code)
		o.wrong = true
		o.add("rpc.response.status_code", code)
		o.add(errorType, code)
		return nil
	}
	call, ok := a.Result.(interface{ Outcome() string }) // of a tool: ok, or the kind of failure
	if !ok || call.Outcome() == "ok" {
		return nil
	}
	o.wrong = true
	o.add(errorType, "tool_error")
	return []attribute.KeyValue{attribute.String("hexmcp.error.kind", call.Outcome())}
}

const errorType = attribute.Key("error.type")

// endSpan ends a span. Its status has no words: those of an answer may quote what
// a client has sent.
func endSpan(span trace.Span, wrong bool, attributes []attribute.KeyValue) {
	if span.IsRecording() {
		span.SetAttributes(attributes...)
		if wrong {
			span.SetStatus(codes.Error, "")
		}
	}
	span.End()
}
