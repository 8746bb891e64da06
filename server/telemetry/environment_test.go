package telemetry

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// reading reads settings from variables given as "NAME=value".
func reading(variables ...string) Settings {
	return Read(func(name string) (string, bool) {
		for _, v := range variables {
			if value, ok := strings.CutPrefix(v, name+"="); ok {
				return value, true
			}
		}
		return "", false
	})
}

func TestWhereTracesAndMetricsGo(t *testing.T) {
	const all, usual = "OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4318", "http://localhost:4318"
	for name, tt := range map[string]struct {
		variables       []string
		traces, metrics string
	}{
		"nothing is set":      {nil, "", ""},
		"one for all":         {[]string{all}, "http://collector:4318/v1/traces", "http://collector:4318/v1/metrics"},
		"below a path":        {[]string{"OTEL_EXPORTER_OTLP_ENDPOINT=https://c/otlp/"}, "https://c/otlp/v1/traces", "https://c/otlp/v1/metrics"},
		"one of its own":      {[]string{all, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://other:1/here"}, "http://other:1/here", "http://collector:4318/v1/metrics"},
		"only traces":         {[]string{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://other:1/here"}, "http://other:1/here", ""},
		"metrics off":         {[]string{all, "OTEL_METRICS_EXPORTER=none"}, "http://collector:4318/v1/traces", ""},
		"the usual collector": {[]string{"OTEL_TRACES_EXPORTER=otlp"}, usual + "/v1/traces", ""},
		"disabled":            {[]string{all, "OTEL_SDK_DISABLED=TRUE"}, "", ""},
		"empty":               {[]string{"OTEL_EXPORTER_OTLP_ENDPOINT="}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := reading(tt.variables...)
			assert.Equal(t, tt.traces, urlOf(s.Traces))
			assert.Equal(t, tt.metrics, urlOf(s.Metrics))
			assert.Empty(t, s.Warnings)
			assert.Equal(t, tt.traces+tt.metrics == "", s.Off())
		})
	}
}

func urlOf(t *Target) string {
	if t == nil {
		return ""
	}
	return t.URL
}

func TestHowTracesAndMetricsAreSent(t *testing.T) {
	s := reading("OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4318", "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf",
		"OTEL_EXPORTER_OTLP_HEADERS=api-key=a%3Db, tenant = x", "OTEL_EXPORTER_OTLP_METRICS_HEADERS=api-key=other",
		"OTEL_EXPORTER_OTLP_TIMEOUT=2500", "OTEL_EXPORTER_OTLP_TRACES_COMPRESSION=gzip", "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE=delta")
	assert.Empty(t, s.Warnings)
	assert.Equal(t, &Target{"http://collector:4318/v1/traces", http.Header{"Api-Key": {"a=b"}, "Tenant": {"x"}}, 2500 * time.Millisecond, true}, s.Traces)
	assert.Equal(t, &Target{"http://collector:4318/v1/metrics", http.Header{"Api-Key": {"other"}}, 2500 * time.Millisecond, false}, s.Metrics)
	assert.True(t, s.Delta)
	assert.True(t, s.Propagate)
}

func TestWhatIsNotHeededIsSaidWithoutItsValue(t *testing.T) {
	const on = "OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4318"
	for variable, tt := range map[string]struct {
		says string
		off  bool
	}{
		"OTEL_TRACES_EXPORTER=canary":                                     {"OTEL_TRACES_EXPORTER can be otlp or none, so no traces are sent", false},
		"OTEL_EXPORTER_OTLP_PROTOCOL=grpc":                                {"OTEL_EXPORTER_OTLP_PROTOCOL must be http/protobuf", true},
		"OTEL_EXPORTER_OTLP_METRICS_PROTOCOL=canary":                      {"OTEL_EXPORTER_OTLP_METRICS_PROTOCOL must be http/protobuf", false},
		"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=canary:4317":                  {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT must be an address", false},
		"OTEL_EXPORTER_OTLP_HEADERS=canary canary":                        {"OTEL_EXPORTER_OTLP_HEADERS must be a list", false},
		"OTEL_EXPORTER_OTLP_TRACES_HEADERS=a=%zz":                         {"OTEL_EXPORTER_OTLP_TRACES_HEADERS must be a list", false},
		"OTEL_EXPORTER_OTLP_HEADERS=a=b%0Acanary":                         {"OTEL_EXPORTER_OTLP_HEADERS must be a list", false},
		"OTEL_EXPORTER_OTLP_TIMEOUT=canary":                               {"OTEL_EXPORTER_OTLP_TIMEOUT must be a number of milliseconds", false},
		"OTEL_EXPORTER_OTLP_COMPRESSION=canary":                           {"OTEL_EXPORTER_OTLP_COMPRESSION can be gzip or none", false},
		"OTEL_PROPAGATORS=tracecontext,canary":                            {"OTEL_PROPAGATORS can be tracecontext or none", false},
		"OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE=canary":        {"can be cumulative, delta or lowmemory", false},
		"OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE=/canary":                   {"OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE is not heeded: --ca-file", false},
		"OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION=canary": {"can only be explicit_bucket_histogram", false},
		"OTEL_LOGS_EXPORTER=otlp":                                         {"OTEL_LOGS_EXPORTER is not heeded", false},
	} {
		s := reading(on, variable)
		said := strings.Join(s.Warnings, "\n")
		assert.Contains(t, said, tt.says, variable)
		assert.NotContains(t, said, "canary")
		assert.Equal(t, tt.off, s.Off(), variable)
	}
}

func TestTheTraceIsCarriedOnWherePropagatorsSaySo(t *testing.T) {
	const on = "OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4318"
	for list, want := range map[string]bool{"": true, "tracecontext,baggage": true, "none": false, "b3": false} {
		assert.Equal(t, want, reading(on, "OTEL_PROPAGATORS="+list).Propagate, list)
	}
}
