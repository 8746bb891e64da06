package telemetry

import (
	"context"
	"fmt"
	"time"

	"go.opentelemetry.io/otel/attribute"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/resource"
	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	metricspb "go.opentelemetry.io/proto/otlp/metrics/v1"
	resourcepb "go.opentelemetry.io/proto/otlp/resource/v1"
	"google.golang.org/protobuf/proto"
)

// metrics sends histograms, the only instruments that we have. It is an
// [sdkmetric.Exporter].
type metrics struct {
	*collector
	delta bool
}

func (m metrics) Temporality(k sdkmetric.InstrumentKind) metricdata.Temporality {
	if m.delta {
		return sdkmetric.DeltaTemporalitySelector(k)
	}
	return sdkmetric.DefaultTemporalitySelector(k)
}

func (metrics) Aggregation(k sdkmetric.InstrumentKind) sdkmetric.Aggregation {
	return sdkmetric.DefaultAggregationSelector(k)
}

func (metrics) ForceFlush(context.Context) error { return nil }

func (metrics) Shutdown(context.Context) error { return nil }

func (m metrics) Export(ctx context.Context, all *metricdata.ResourceMetrics) error {
	told := &metricspb.ResourceMetrics{
		Resource:  &resourcepb.Resource{Attributes: keyValues(all.Resource.Iter())},
		SchemaUrl: all.Resource.SchemaURL(),
	}
	for _, scope := range all.ScopeMetrics {
		s, err := scopeMetrics(scope)
		if err != nil {
			return err
		}
		told.ScopeMetrics = append(told.ScopeMetrics, s)
	}
	message, err := proto.Marshal(&metricspb.MetricsData{ResourceMetrics: []*metricspb.ResourceMetrics{told}})
	if err == nil {
		m.send(ctx, message)
	}
	return err
}

func scopeMetrics(scope metricdata.ScopeMetrics) (*metricspb.ScopeMetrics, error) {
	told := &metricspb.ScopeMetrics{Scope: &commonpb.InstrumentationScope{Name: scope.Scope.Name, Version: scope.Scope.Version}}
	for _, m := range scope.Metrics {
		h, ok := m.Data.(metricdata.Histogram[float64])
		if !ok {
			return nil, fmt.Errorf("metric %s of type %T cannot be sent", m.Name, m.Data)
		}
		told.Metrics = append(told.Metrics, &metricspb.Metric{
			Name: m.Name, Description: m.Description, Unit: m.Unit, Data: &metricspb.Metric_Histogram{Histogram: histogram(h)},
		})
	}
	return told, nil
}

func histogram(h metricdata.Histogram[float64]) *metricspb.Histogram {
	told := &metricspb.Histogram{AggregationTemporality: metricspb.AggregationTemporality_AGGREGATION_TEMPORALITY_CUMULATIVE}
	if h.Temporality == metricdata.DeltaTemporality {
		told.AggregationTemporality = metricspb.AggregationTemporality_AGGREGATION_TEMPORALITY_DELTA
	}
	for _, p := range h.DataPoints {
		told.DataPoints = append(told.DataPoints, dataPoint(p))
	}
	return told
}

func dataPoint(p metricdata.HistogramDataPoint[float64]) *metricspb.HistogramDataPoint {
	told := &metricspb.HistogramDataPoint{
		Attributes:        keyValues(p.Attributes.Iter()),
		StartTimeUnixNano: nano(p.StartTime), TimeUnixNano: nano(p.Time),
		Count: p.Count, Sum: &p.Sum, BucketCounts: p.BucketCounts, ExplicitBounds: p.Bounds,
	}
	if least, ok := p.Min.Value(); ok {
		told.Min = &least
	}
	if most, ok := p.Max.Value(); ok {
		told.Max = &most
	}
	for _, e := range p.Exemplars {
		told.Exemplars = append(told.Exemplars, &metricspb.Exemplar{
			TimeUnixNano: nano(e.Time), Value: &metricspb.Exemplar_AsDouble{AsDouble: e.Value}, TraceId: e.TraceID, SpanId: e.SpanID,
		})
	}
	return told
}

// nano is a time as OTLP tells it.
func nano(t time.Time) uint64 { return uint64(max(0, t.UnixNano())) }

func keyValues(all attribute.Iterator) []*commonpb.KeyValue {
	var told []*commonpb.KeyValue
	for all.Next() {
		kv := all.Attribute()
		told = append(told, &commonpb.KeyValue{Key: string(kv.Key), Value: anyValue(kv.Value)})
	}
	return told
}

// anyValue is a value as OTLP tells it. Ours, and those of the resource, are
// strings and whole numbers.
func anyValue(v attribute.Value) *commonpb.AnyValue {
	if v.Type() == attribute.INT64 {
		return &commonpb.AnyValue{Value: &commonpb.AnyValue_IntValue{IntValue: v.AsInt64()}}
	}
	return &commonpb.AnyValue{Value: &commonpb.AnyValue_StringValue{StringValue: v.String()}}
}

// newMeterProvider sends what was measured each minute, or as OTEL_METRIC_EXPORT_INTERVAL
// says.
func newMeterProvider(c *collector, delta bool, r *resource.Resource) *sdkmetric.MeterProvider {
	return sdkmetric.NewMeterProvider(sdkmetric.WithResource(r), sdkmetric.WithReader(sdkmetric.NewPeriodicReader(metrics{c, delta})))
}
