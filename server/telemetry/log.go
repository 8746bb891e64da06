package telemetry

import (
	"context"
	"log/slog"

	"go.opentelemetry.io/otel/trace"
)

// Log returns a logger whose lines about a request name its span.
func (t *Telemetry) Log(log *slog.Logger) *slog.Logger {
	if t == nil || t.settings.Traces == nil {
		return log
	}
	return slog.New(handler{log.Handler()})
}

// handler adds the ids of the span in whose context a line is written.
type handler struct{ slog.Handler }

func (h handler) Handle(ctx context.Context, line slog.Record) error {
	if span := trace.SpanContextFromContext(ctx); span.IsValid() {
		line.AddAttrs(slog.String("trace_id", span.TraceID().String()), slog.String("span_id", span.SpanID().String())) //nolint:sloglint // the names that OpenTelemetry has for logs of other formats
	}
	return h.Handler.Handle(ctx, line)
}

func (h handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return handler{h.Handler.WithAttrs(attrs)}
}

func (h handler) WithGroup(name string) slog.Handler { return handler{h.Handler.WithGroup(name)} }
