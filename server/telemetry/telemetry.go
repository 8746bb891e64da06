package telemetry

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"sync"

	"github.com/go-logr/logr"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	noopmetric "go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/sdk/resource"
	"go.opentelemetry.io/otel/trace"
	nooptrace "go.opentelemetry.io/otel/trace/noop"
)

// Options are what telemetry must know of the server.
type Options struct {
	Name, Version string // of the program, where no variable names the service
	UserAgent     string // towards the collector
	Logger        *slog.Logger
	Transport     http.RoundTripper // to the collector
	Hex           *url.URL          // the address of the API; nil for none
	// Knows reports whether a request of a method may name that: a tool or a
	// prompt. Other names are whatever a client has made up.
	Knows func(method, name string) bool
}

// Telemetry tells a collector what happens. Nil tells nobody, and costs nothing.
// It is safe for concurrent use.
type Telemetry struct {
	settings   Settings
	options    Options
	tracer     trace.Tracer
	operations metric.Float64Histogram // of clients
	requests   metric.Float64Histogram // to Hex
	hex        []attribute.KeyValue    // where it is
	end        []func()
	stop       []func(context.Context) error
}

// scope names who tells, in what is told.
const scope = "hexmcp"

// Start begins to tell what the settings ask for; it returns nil where they ask for
// nothing. What the SDK has to say goes to the log.
func Start(s Settings, o Options) (*Telemetry, error) {
	for _, sentence := range s.Warnings {
		o.Logger.Warn(sentence)
	}
	if s.Off() {
		return nil, nil
	}
	otel.SetLogger(logr.FromSlogHandler(o.Logger.Handler()))
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) {
		if !errors.Is(err, context.Canceled) { // the SDK gives up what is being sent when it is stopped, and sends it anew
			o.Logger.Warn("OpenTelemetry", "error", err)
		}
	}))
	r, err := o.resource()
	if err != nil {
		o.Logger.Warn("OTEL_RESOURCE_ATTRIBUTES is heeded in part only", "error", err)
	}
	t := &Telemetry{settings: s, options: o, hex: addressOfServer(o.Hex)}
	t.trace(r)
	return t, t.measure(r)
}

// resource says who tells. Later parts win.
func (o Options) resource() (*resource.Resource, error) {
	return resource.New(context.Background(), resource.WithTelemetrySDK(), resource.WithAttributes(
		attribute.String("service.name", o.Name),
		attribute.String("service.version", o.Version),
		attribute.String("service.instance.id", rand.Text()),
	), resource.WithFromEnv())
}

// trace makes what spans are begun with.
func (t *Telemetry) trace(r *resource.Resource) {
	if t.settings.Traces == nil {
		t.tracer = nooptrace.NewTracerProvider().Tracer(scope)
		return
	}
	c := newCollector(*t.settings.Traces, "traces", t.options)
	provider := newTracerProvider(c, r)
	t.tracer = provider.Tracer(scope, trace.WithInstrumentationVersion(t.options.Version))
	t.end, t.stop = append(t.end, c.end), append(t.stop, provider.Shutdown)
}

// Upper bounds of durations in seconds, as the conventions want them.
var (
	operationBounds = []float64{.01, .02, .05, .1, .2, .5, 1, 2, 5, 10, 30, 60, 120, 300}
	requestBounds   = []float64{.005, .01, .025, .05, .075, .1, .25, .5, .75, 1, 2.5, 5, 7.5, 10}
)

// measure makes what durations are told to.
func (t *Telemetry) measure(r *resource.Resource) error {
	meter := noopmetric.NewMeterProvider().Meter(scope)
	if t.settings.Metrics != nil {
		c := newCollector(*t.settings.Metrics, "metrics", t.options)
		provider := newMeterProvider(c, t.settings.Delta, r)
		meter = provider.Meter(scope, metric.WithInstrumentationVersion(t.options.Version))
		t.end, t.stop = append(t.end, c.end), append(t.stop, provider.Shutdown)
	}
	var err, other error
	t.operations, err = meter.Float64Histogram("mcp.server.operation.duration", metric.WithUnit("s"), metric.WithExplicitBucketBoundaries(operationBounds...),
		metric.WithDescription("How long requests of MCP clients took, from when they came until they were answered."))
	t.requests, other = meter.Float64Histogram("http.client.request.duration", metric.WithUnit("s"), metric.WithExplicitBucketBoundaries(requestBounds...),
		metric.WithDescription("How long requests to Hex took, each attempt by itself."))
	return errors.Join(err, other)
}

// Stop sends what is left, and waits for it no longer than two seconds.
func (t *Telemetry) Stop() {
	if t == nil {
		return
	}
	for _, end := range t.end {
		end()
	}
	ctx, release := context.WithTimeout(context.Background(), endTime)
	defer release()
	var stopping sync.WaitGroup
	for _, stop := range t.stop {
		stopping.Go(func() {
			if err := stop(ctx); err != nil {
				t.options.Logger.Warn("what was left for the collector of OpenTelemetry is lost", "error", err)
			}
		})
	}
	stopping.Wait()
}
