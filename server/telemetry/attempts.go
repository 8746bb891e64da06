package telemetry

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"hexmcp/hexapi"
)

// Observe adds to an observer of Hex that its attempts are told of, and carry the
// trace on.
func (t *Telemetry) Observe(o hexapi.Observer) hexapi.Observer {
	if t == nil {
		return o
	}
	attempt, wait, limit := o.Attempt, o.Wait, o.Limit
	o.Begin = t.beginAttempt
	o.Attempt = func(ctx context.Context, a hexapi.Attempt) { both(ctx, a, attempt, t.endAttempt) }
	o.Wait = func(ctx context.Context, w hexapi.Wait) { both(ctx, w, wait, tellWait) }
	o.Limit = func(ctx context.Context, l hexapi.LimitHit) { both(ctx, l, limit, tellLimit) }
	return o
}

// both tells two who want to hear, of whom the first may be nobody.
func both[T any](ctx context.Context, event T, first, second func(context.Context, T)) {
	if first != nil {
		first(ctx, event)
	}
	second(ctx, event)
}

// beginAttempt begins the span of an attempt within that of a request. What no
// request asks for, such as whether Hex is there, has none.
func (t *Telemetry) beginAttempt(ctx context.Context, b hexapi.Begin) (context.Context, map[string]string) {
	if !trace.SpanContextFromContext(ctx).IsValid() {
		return ctx, nil
	}
	ctx, span := t.tracer.Start(ctx, b.Operation, trace.WithSpanKind(trace.SpanKindClient))
	if b.Number > 1 {
		span.SetAttributes(attribute.Int("http.request.resend_count", b.Number-1))
	}
	ctx = context.WithValue(ctx, attemptKey{}, span)
	if !t.settings.Propagate {
		return ctx, nil
	}
	along := propagation.MapCarrier{}
	propagation.TraceContext{}.Inject(ctx, along)
	return ctx, along
}

type attemptKey struct{}

// endAttempt tells how long an attempt took, and what came of it.
func (t *Telemetry) endAttempt(ctx context.Context, a hexapi.Attempt) {
	method, template, _ := strings.Cut(a.Operation, " ")
	told := append([]attribute.KeyValue{attribute.String("http.request.method", method), attribute.String("url.template", template)}, t.hex...)
	if a.Status != 0 {
		told = append(told, attribute.Int("http.response.status_code", a.Status))
	}
	if a.Err != nil {
		told = append(told, errorType.String(errorOf(a)))
	}
	t.requests.Record(ctx, a.Duration.Seconds(), metric.WithAttributes(told...))
	if span, ok := ctx.Value(attemptKey{}).(trace.Span); ok {
		if a.TraceID != "" {
			told = append(told, attribute.String("hex.trace_id", a.TraceID))
		}
		endSpan(span, a.Err != nil, told)
	}
}

// errorOf is the class of an error: the status or, where that is none, in a word.
func errorOf(a hexapi.Attempt) string {
	if a.Status >= http.StatusBadRequest {
		return strconv.Itoa(a.Status)
	}
	switch is := func(cause error) bool { return errors.Is(a.Err, cause) }; {
	case is(hexapi.ErrProxy):
		return "proxy"
	case is(hexapi.ErrCertificate):
		return "certificate"
	case is(context.DeadlineExceeded):
		return "timeout"
	case is(context.Canceled):
		return "canceled"
	case a.Status != 0:
		return "answer" // which cannot be read
	}
	return other
}

// tellWait tells in the span of the request what it waits for.
func tellWait(ctx context.Context, w hexapi.Wait) {
	trace.SpanFromContext(ctx).AddEvent("hex.wait", trace.WithAttributes(
		attribute.String("hex.wait.reason", string(w.Reason)), attribute.Float64("hex.wait.seconds", w.Duration.Seconds())))
}

// tellLimit tells in the span of the request what has held it back.
func tellLimit(ctx context.Context, l hexapi.LimitHit) {
	trace.SpanFromContext(ctx).AddEvent("hex.held_back", trace.WithAttributes(attribute.String("hex.limit", l.Limit)))
}

// addressOfServer tells where Hex is.
func addressOfServer(u *url.URL) []attribute.KeyValue {
	if u == nil {
		return nil
	}
	port, err := strconv.Atoi(u.Port())
	if err != nil {
		port = map[string]int{"http": 80, "https": 443}[u.Scheme]
	}
	return []attribute.KeyValue{attribute.String("server.address", u.Hostname()), attribute.Int("server.port", port)}
}
