package telemetry

import (
	"context"

	"go.opentelemetry.io/otel/exporters/otlp/otlptrace"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// traces sends spans, which otlptrace has made messages of. It is an
// [otlptrace.Client].
type traces struct{ *collector }

func (traces) Start(context.Context) error { return nil }

func (traces) Stop(context.Context) error { return nil }

func (t traces) UploadTraces(ctx context.Context, spans []*tracepb.ResourceSpans) error {
	message, err := proto.Marshal(&tracepb.TracesData{ResourceSpans: spans}) // the request of the service has the same fields
	if err == nil {
		t.send(ctx, message)
	}
	return err
}

// newTracerProvider keeps spans in a queue, from which they are sent beside the
// calls: where it is full, they are dropped.
func newTracerProvider(c *collector, r *resource.Resource) *sdktrace.TracerProvider {
	return sdktrace.NewTracerProvider(sdktrace.WithResource(r), sdktrace.WithBatcher(otlptrace.NewUnstarted(traces{c})))
}
