package main

import (
	"compress/gzip"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	metricspb "go.opentelemetry.io/proto/otlp/metrics/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"hexmcp/hexapi/hexsim"
)

// collector is a collector of OpenTelemetry, which keeps what it is sent.
type otelCollector struct {
	*httptest.Server
	mu      sync.Mutex
	spans   []*tracepb.Span
	metrics map[string]*metricspb.Histogram // the latest of each
	service map[string]string               // attributes of the resource
	raw     strings.Builder
	keys    []string // that were sent as a header
}

func collect(t *testing.T) *otelCollector {
	c := &otelCollector{metrics: map[string]*metricspb.Histogram{}, service: map[string]string{}}
	c.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		assert.Equal(t, "application/x-protobuf", r.Header.Get("Content-Type"))
		body, err := readZipped(r)
		assert.NoError(t, err)
		c.mu.Lock()
		defer c.mu.Unlock()
		c.raw.Write(body)
		c.keys = append(c.keys, r.Header.Get("Api-Key"))
		switch r.URL.Path {
		case "/v1/traces":
			c.takeSpans(t, body)
		case "/v1/metrics":
			c.takeMetrics(t, body)
		default:
			t.Errorf("%s was asked for", r.URL.Path)
		}
	}))
	t.Cleanup(c.Close)
	return c
}

func readZipped(r *http.Request) ([]byte, error) {
	if r.Header.Get("Content-Encoding") != "gzip" {
		return io.ReadAll(r.Body)
	}
	z, err := gzip.NewReader(r.Body)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

func (c *otelCollector) takeSpans(t *testing.T, body []byte) {
	var told tracepb.TracesData
	assert.NoError(t, proto.Unmarshal(body, &told))
	for _, r := range told.ResourceSpans {
		c.service = attributes(r.Resource.Attributes)
		for _, s := range r.ScopeSpans {
			c.spans = append(c.spans, s.Spans...)
		}
	}
}

func (c *otelCollector) takeMetrics(t *testing.T, body []byte) {
	var told metricspb.MetricsData
	assert.NoError(t, proto.Unmarshal(body, &told))
	for _, r := range told.ResourceMetrics {
		for _, s := range r.ScopeMetrics {
			for _, m := range s.Metrics {
				assert.Equal(t, "s", m.Unit)
				c.metrics[m.Name] = m.GetHistogram()
			}
		}
	}
}

// named are the spans of a name.
func (c *otelCollector) named(name string) (found []*tracepb.Span) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.spans {
		if s.Name == name {
			found = append(found, s)
		}
	}
	return found
}

// one is the only span of a name.
func (c *otelCollector) one(t *testing.T, name string) *tracepb.Span {
	t.Helper()
	found := c.named(name)
	require.Len(t, found, 1, name)
	return found[0]
}

func attributes(all []*commonpb.KeyValue) map[string]string {
	told := map[string]string{}
	for _, kv := range all {
		switch v := kv.Value.Value.(type) {
		case *commonpb.AnyValue_IntValue:
			told[kv.Key] = strconv.FormatInt(v.IntValue, 10)
		default:
			told[kv.Key] = kv.Value.GetStringValue()
		}
	}
	return told
}

// traceableHex is the simulator, which fails the first request and keeps the
// traceparent of each.
type traceableHex struct {
	*httptest.Server
	mu   sync.Mutex
	seen []string
}

func newTraceableHex(t *testing.T) *traceableHex {
	h, sim := new(traceableHex), hexsim.New()
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.mu.Lock()
		h.seen = append(h.seen, r.Header.Get("Traceparent"))
		first := len(h.seen) == 1
		h.mu.Unlock()
		assert.Empty(t, r.Header.Get("Baggage"))
		if first {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		sim.ServeHTTP(w, r)
	}))
	t.Cleanup(h.Close)
	return h
}

func (h *traceableHex) env(c *otelCollector, more ...string) []string {
	return append([]string{
		"HEX_API_TOKEN=" + hexsim.DemoToken, "HEX_API_BASE_URL=" + h.URL + "/api",
		"OTEL_EXPORTER_OTLP_ENDPOINT=" + c.URL, "OTEL_EXPORTER_OTLP_HEADERS=api-key=s%20ecret",
	}, more...)
}

// The trace of a client, and that of the HTTP request which carries its message.
const (
	clientTrace, clientSpan = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
	wireTrace, wireSpan     = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
)

func callInTrace(name, arguments string) string {
	return fmt.Sprintf(`{"jsonrpc":"2.0","id":"request-7","method":"tools/call","params":{"name":%q,"arguments":%s,"_meta":{"traceparent":"00-%s-%s-01","tracestate":"rojo=1","baggage":"user=alice"}}}`,
		name, arguments, clientTrace, clientSpan)
}

func TestARequestAndItsAttemptsAtHexAreInTheTraceOfTheClient(t *testing.T) {
	hexAPI, c := newTraceableHex(t), collect(t)
	p := start(t, hexAPI.env(c, "OTEL_SERVICE_NAME=hex-for-all", "OTEL_RESOURCE_ATTRIBUTES=deployment.environment.name=test"), "http", "--listen", "127.0.0.1:0")
	url := p.address(t)
	answer := post(url, callInTrace("HEX_LIST_USERS", `{"limit":2}`), "Traceparent", "00-"+wireTrace+"-"+wireSpan+"-01", "Mcp-Session-Id", "session-1", "Mcp-Protocol-Version", "2025-06-18")
	assert.Contains(t, answer, `"successful":true`)
	p.terminate(t)
	require.NoError(t, p.Wait())

	call := c.one(t, "tools/call HEX_LIST_USERS")
	assert.Equal(t, tracepb.Span_SPAN_KIND_SERVER, call.Kind)
	assert.Equal(t, clientTrace+" "+clientSpan, hex.EncodeToString(call.TraceId)+" "+hex.EncodeToString(call.ParentSpanId))
	assert.Equal(t, "rojo=1", call.TraceState)
	require.Len(t, call.Links, 1, "to the trace of the HTTP request")
	assert.Equal(t, wireTrace, hex.EncodeToString(call.Links[0].TraceId))
	assert.Equal(t, map[string]string{
		"mcp.method.name": "tools/call", "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "HEX_LIST_USERS", "jsonrpc.request.id": "request-7",
		"mcp.session.id": "session-1", "mcp.protocol.version": "2025-06-18", "network.transport": "tcp", "network.protocol.name": "http", "network.protocol.version": "1.1",
	}, attributes(call.Attributes))
	require.Len(t, call.Events, 1)
	assert.Equal(t, "hex.wait", call.Events[0].Name)

	attempts := c.named("GET /v1/users")
	require.Len(t, attempts, 2)
	require.Len(t, hexAPI.seen, 2, "which says how often Hex was asked")
	for i, a := range attempts {
		assert.Equal(t, tracepb.Span_SPAN_KIND_CLIENT, a.Kind)
		assert.Equal(t, call.SpanId, a.ParentSpanId)
		assert.Equal(t, "00-"+clientTrace+"-"+hex.EncodeToString(a.SpanId)+"-01", hexAPI.seen[i])
	}
	host, port, err := net.SplitHostPort(hexAPI.Listener.Addr().String())
	require.NoError(t, err)
	want := map[string]string{
		"http.request.method": "GET", "url.template": "/v1/users", "server.address": host, "server.port": port, "http.response.status_code": "503", "error.type": "503",
	}
	assert.Equal(t, want, attributes(attempts[0].Attributes))
	assert.Equal(t, tracepb.Status_STATUS_CODE_ERROR, attempts[0].Status.Code)
	second := attributes(attempts[1].Attributes)
	assert.Equal(t, "1", second["http.request.resend_count"])
	assert.Equal(t, "200", second["http.response.status_code"])

	assert.Equal(t, "hex-for-all", c.service["service.name"])
	assert.Equal(t, "test", c.service["deployment.environment.name"])
	assert.NotEmpty(t, c.service["service.version"])
	for _, key := range c.keys {
		assert.Equal(t, "s ecret", key)
	}
	assert.Contains(t, p.err.all.String(), "trace_id="+clientTrace)
	assertNoSecret(t, p.err.all.String(), "s ecret")
	assertNoSecret(t, p.err.all.String(), "s%20ecret")
}

func TestHowLongRequestsTookIsMeasured(t *testing.T) {
	hexAPI, c := newTraceableHex(t), collect(t)
	p := start(t, hexAPI.env(c, "OTEL_TRACES_EXPORTER=none", "OTEL_EXPORTER_OTLP_COMPRESSION=gzip"))
	for id, name := range []string{"HEX_LIST_USERS", "HEX_LIST_USERS", "HEX_GET_PROJECT", "NONE"} {
		fmt.Fprintln(p.in, toolCall(id, name, `{}`))
	}
	fmt.Fprintln(p.in, `{"jsonrpc":"2.0","id":9,"method":"canary/method"}`)
	p.in.Close()
	require.NoError(t, p.Wait())
	assert.Empty(t, c.spans)

	counts := map[string]uint64{}
	for _, d := range c.metrics["mcp.server.operation.duration"].DataPoints {
		a := attributes(d.Attributes)
		assert.Equal(t, "pipe", a["network.transport"])
		assert.Equal(t, []float64{.01, .02, .05, .1, .2, .5, 1, 2, 5, 10, 30, 60, 120, 300}, d.ExplicitBounds)
		counts[strings.Join([]string{a["mcp.method.name"], a["gen_ai.tool.name"], a["error.type"], a["rpc.response.status_code"]}, "|")] += d.Count
	}
	assert.Equal(t, map[string]uint64{
		"tools/call|HEX_LIST_USERS||": 2, "tools/call|HEX_GET_PROJECT|tool_error|": 1, "tools/call||-32602|-32602": 1, "_OTHER||-32601|-32601": 1,
	}, counts)
	requests := map[string]uint64{}
	for _, d := range c.metrics["http.client.request.duration"].DataPoints {
		requests[attributes(d.Attributes)["http.response.status_code"]] += d.Count
	}
	assert.Equal(t, map[string]uint64{"200": 2, "503": 1}, requests)
}

func TestWhoseTraceACallIsIn(t *testing.T) {
	hexAPI, c := newTraceableHex(t), collect(t)
	p := start(t, hexAPI.env(c, "OTEL_METRICS_EXPORTER=none"), "http", "--listen", "127.0.0.1:0")
	url := p.address(t)
	wire := []string{"Traceparent", "00-" + wireTrace + "-" + wireSpan + "-01"}
	post(url, toolCall(1, "HEX_LIST_USERS", "{}"), wire...)
	post(url, strings.Replace(callInTrace("HEX_LIST_GROUPS", "{}"), "00-"+clientTrace, "00-nonsense", 1), wire...)
	post(url, strings.Replace(callInTrace("HEX_LIST_PROJECTS", "{}"), `"00-`+clientTrace+"-"+clientSpan+`-01"`, "17", 1))
	post(url, strings.Replace(callInTrace("HEX_LIST_COLLECTIONS", "{}"), "-01", "-00", 1))
	p.terminate(t)
	require.NoError(t, p.Wait())
	for _, name := range []string{"HEX_LIST_USERS", "HEX_LIST_GROUPS"} {
		s := c.one(t, "tools/call "+name)
		assert.Equal(t, wireTrace+" "+wireSpan, hex.EncodeToString(s.TraceId)+" "+hex.EncodeToString(s.ParentSpanId), "that of the HTTP request, where the message names none")
		assert.Empty(t, s.Links)
	}
	root := c.one(t, "tools/call HEX_LIST_PROJECTS")
	assert.Empty(t, root.ParentSpanId, "what is no traceparent is not heeded")
	assert.Empty(t, c.named("tools/call HEX_LIST_COLLECTIONS"), "the client does not record its trace")
	last := hexAPI.seen[len(hexAPI.seen)-1]
	assert.True(t, strings.HasPrefix(last, "00-"+clientTrace+"-") && strings.HasSuffix(last, "-00"), "and so Hex hears of it: %s", last)
}

func TestWhatIsToldHoldsNoArgumentsTokensOrNames(t *testing.T) {
	hexAPI, c := newTraceableHex(t), collect(t)
	p := start(t, hexAPI.env(c), "http", "--listen", "127.0.0.1:0", "--caller-token-file", callersFile(t))
	url := p.address(t)
	one := []string{"Authorization", "Bearer " + callerOne}
	const id = "019b2284-db34-76cd-8a28-02bb0564c5a6"
	for _, message := range []string{
		callInTrace("HEX_GET_CELL", `{"cellId":"`+id+`"}`), callInTrace("HEX_LIST_USERS", `{"groupId":"canary"}`), callInTrace("canary-tool", `{}`),
		`{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"hex://projects/` + id + `"}}`,
		`{"jsonrpc":"2.0","id":1,"method":"canary/method"}`, `{"jsonrpc":"2.0","id":1,"method":"prompts/get","params":{"name":"canary"}}`,
	} {
		post(url, message, one...)
	}
	p.terminate(t)
	require.NoError(t, p.Wait())
	require.NotEmpty(t, c.named("tools/call HEX_GET_CELL"))
	require.NotEmpty(t, c.named("resources/read"))
	for _, secret := range []string{id, "canary", callerOne, hexsim.DemoToken, "alice", "data-team", "baggage"} {
		assert.NotContains(t, c.raw.String(), secret)
	}
}

// What is told is told beside the calls: a collector that is gone, or takes a
// connection and never answers, holds nothing up.
func TestADeadCollectorHoldsNothingUp(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer silent.Close()
	for name, address := range map[string]string{"gone": "127.0.0.1:1", "silent": silent.Addr().String()} {
		t.Run(name, func(t *testing.T) {
			const calls = 3000
			p := start(t, []string{
				"OTEL_EXPORTER_OTLP_ENDPOINT=http://user:canary-password@" + address, "OTEL_BSP_MAX_QUEUE_SIZE=64", "OTEL_BSP_MAX_EXPORT_BATCH_SIZE=64",
				"OTEL_EXPORTER_OTLP_TIMEOUT=50", "OTEL_METRIC_EXPORT_INTERVAL=20",
			}, "--demo")
			go func() {
				for id := range calls {
					fmt.Fprintln(p.in, toolCall(id, "HEX_LIST_GROUPS", `{"limit":2}`))
				}
				p.in.Close()
			}()
			for range calls {
				line, err := p.out.ReadString('\n')
				require.NoError(t, err)
				assert.Contains(t, line, `"successful":true`)
			}
			before := time.Now()
			require.NoError(t, p.Wait())
			assert.Less(t, time.Since(before), 5*time.Second)
			said := p.err.all.String()
			assert.Equal(t, 2, strings.Count(said, "\n"), "one line for traces and one for metrics: %s", said)
			assert.Equal(t, 2, strings.Count(said, "does not take what is sent"))
			assertNoSecret(t, said, "canary-password")
		})
	}
}

func TestNothingIsToldUnlessAVariableAsksForIt(t *testing.T) {
	for name, variable := range map[string]string{"unset": "X=1", "disabled": "OTEL_SDK_DISABLED=true", "none": "OTEL_TRACES_EXPORTER=none"} {
		t.Run(name, func(t *testing.T) {
			hexAPI, c := newTraceableHex(t), collect(t)
			env := hexAPI.env(c, variable, "OTEL_METRICS_EXPORTER=none")
			if name == "unset" {
				env = env[:2]
			}
			p := start(t, env)
			fmt.Fprintln(p.in, callInTrace("HEX_LIST_USERS", "{}"))
			p.in.Close()
			require.NoError(t, p.Wait())
			assert.Equal(t, []string{"", ""}, hexAPI.seen)
			assert.Empty(t, c.raw.String())
			assert.Empty(t, p.err.all.String())
		})
	}
}
