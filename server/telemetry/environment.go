package telemetry

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/http/httpguts"
)

// Settings are what the variables of OpenTelemetry ask for. Those of the sampler,
// of the resource, of limits and of intervals the SDK reads itself.
type Settings struct {
	Traces, Metrics *Target // where they go; nil for nowhere
	Propagate       bool    // the trace is taken from clients, and carried on to Hex
	Delta           bool    // histograms begin anew each time they are sent
	// Warnings are sentences on what is set and not heeded, without values: those
	// may be secrets.
	Warnings []string
}

// Off reports whether nothing is to be sent.
func (s Settings) Off() bool { return s.Traces == nil && s.Metrics == nil }

// Target is where a collector takes traces or metrics, and how.
type Target struct {
	URL     string
	Headers http.Header
	Timeout time.Duration // of sending once, further tries included
	Gzip    bool
}

const prefix = "OTEL_EXPORTER_OTLP_"

// Read takes the settings out of the environment. As OpenTelemetry wants it, what
// is wrong in them keeps nothing else from working.
func Read(lookup func(name string) (value string, ok bool)) Settings {
	e := environment{lookup: lookup}
	if strings.EqualFold(e.get("OTEL_SDK_DISABLED"), "true") {
		return Settings{}
	}
	s := Settings{Traces: e.target("TRACES"), Metrics: e.target("METRICS")}
	if !s.Off() {
		s.Propagate, s.Delta = e.propagates(), e.isDelta()
		e.warnOfTheRest()
	}
	s.Warnings = e.warnings
	return s
}

// environment reads variables, and keeps what is to be said of them.
type environment struct {
	lookup   func(string) (string, bool)
	warnings []string
}

func (e *environment) get(name string) string {
	value, _ := e.lookup(name)
	return strings.TrimSpace(value)
}

func (e *environment) warn(format string, a ...any) {
	if sentence := fmt.Sprintf(format, a...); !slices.Contains(e.warnings, sentence) {
		e.warnings = append(e.warnings, sentence)
	}
}

// of is the value of a variable for one signal, or else of that for all, and which
// of them holds it.
func (e *environment) of(signal, name string) (value, from string) {
	if from = prefix + signal + "_" + name; e.get(from) != "" {
		return e.get(from), from
	}
	from = prefix + name
	return e.get(from), from
}

// target is where a signal goes: nowhere, unless a collector is named.
func (e *environment) target(signal string) *Target {
	exporter, what := "OTEL_"+signal+"_EXPORTER", strings.ToLower(signal)
	endpoint, from := e.of(signal, "ENDPOINT")
	switch chosen := strings.ToLower(e.get(exporter)); {
	case chosen == "none", chosen == "" && endpoint == "":
		return nil
	case chosen != "" && chosen != "otlp":
		e.warn("%s can be otlp or none, so no %s are sent", exporter, what)
		return nil
	}
	if protocol, set := e.of(signal, "PROTOCOL"); protocol != "" && protocol != "http/protobuf" {
		e.warn("%s must be http/protobuf, which collectors take at port 4318, so no %s are sent", set, what)
		return nil
	}
	address, ok := addressOf(endpoint, from == prefix+"ENDPOINT", "/v1/"+what)
	if !ok {
		e.warn("%s must be an address such as http://collector:4318, so no %s are sent", from, what)
		return nil
	}
	return &Target{URL: address, Headers: e.headers(signal), Timeout: e.timeout(signal), Gzip: e.gzips(signal)}
}

// addressOf is where a collector takes a signal: below an endpoint for all
// signals, at one that is for this signal alone.
func addressOf(endpoint string, forAll bool, path string) (string, bool) {
	if endpoint == "" {
		endpoint = "http://localhost:4318"
	}
	u, err := url.Parse(endpoint)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return "", false
	}
	if forAll {
		u = u.JoinPath(path)
	}
	return u.String(), true
}

// headers are those that go with what is sent, a key of the collector perhaps.
func (e *environment) headers(signal string) http.Header {
	list, from := e.of(signal, "HEADERS")
	headers := http.Header{}
	for pair := range strings.SplitSeq(list, ",") {
		if strings.TrimSpace(pair) == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		name = strings.TrimSpace(name)
		value, err := url.PathUnescape(strings.TrimSpace(value))
		if err != nil || !httpguts.ValidHeaderFieldName(name) || !httpguts.ValidHeaderFieldValue(value) {
			e.warn("%s must be a list such as api-key=VALUE,tenant=VALUE; what is not so is left out", from)
			continue
		}
		headers.Set(name, value)
	}
	return headers
}

func (e *environment) timeout(signal string) time.Duration {
	const usual = 10 * time.Second
	value, from := e.of(signal, "TIMEOUT")
	if value == "" {
		return usual
	}
	ms, err := strconv.Atoi(value)
	if err != nil || ms <= 0 {
		e.warn("%s must be a number of milliseconds, so it is 10000", from)
		return usual
	}
	return time.Duration(ms) * time.Millisecond
}

func (e *environment) gzips(signal string) bool {
	value, from := e.of(signal, "COMPRESSION")
	if value != "" && value != "gzip" && value != "none" {
		e.warn("%s can be gzip or none, so nothing is compressed", from)
	}
	return value == "gzip"
}

// propagates reports whether W3C Trace Context is among the propagators, as it is
// where nothing is said.
func (e *environment) propagates() bool {
	list := e.get("OTEL_PROPAGATORS")
	if list == "" {
		return true
	}
	found := false
	for name := range strings.SplitSeq(list, ",") {
		switch name = strings.TrimSpace(name); name {
		case "tracecontext":
			found = true
		case "baggage", "none", "":
		default:
			e.warn("OTEL_PROPAGATORS can be tracecontext or none; others are not heeded")
		}
	}
	return found
}

func (e *environment) isDelta() bool {
	const name = prefix + "METRICS_TEMPORALITY_PREFERENCE"
	switch strings.ToLower(e.get(name)) {
	case "", "cumulative":
	case "delta", "lowmemory":
		return true
	default:
		e.warn("%s can be cumulative, delta or lowmemory, so it is cumulative", name)
	}
	return false
}

// warnOfTheRest tells of variables that would do something elsewhere.
func (e *environment) warnOfTheRest() {
	for _, signal := range []string{"", "TRACES_", "METRICS_"} {
		for _, name := range []string{"CERTIFICATE", "CLIENT_CERTIFICATE", "CLIENT_KEY"} {
			if name = prefix + signal + name; e.get(name) != "" {
				e.warn("%s is not heeded: --ca-file names certificate authorities to trust", name)
			}
		}
	}
	const aggregation = prefix + "METRICS_DEFAULT_HISTOGRAM_AGGREGATION"
	if v := e.get(aggregation); v != "" && v != "explicit_bucket_histogram" {
		e.warn("%s can only be explicit_bucket_histogram", aggregation)
	}
	if v := e.get("OTEL_LOGS_EXPORTER"); v != "" && v != "none" {
		e.warn("OTEL_LOGS_EXPORTER is not heeded: the log goes to standard error")
	}
}
