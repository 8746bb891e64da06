// Package telemetry sends traces and metrics of OpenTelemetry to a collector, as
// the variables of OpenTelemetry (OTEL_*) ask for: a span for each request of a
// client, below it one for each attempt at Hex, and how long both took. Names
// follow the semantic conventions of OpenTelemetry for MCP and for HTTP clients.
//
// The parent of a request's span is what its _meta names (traceparent, tracestate;
// SEP-414 of MCP) or, over HTTP, the header of that name. Each attempt at Hex
// carries a traceparent of its own. Baggage goes nowhere: it may hold what is
// none of Hex's business.
//
// What is told of a request holds no value of an argument, no token and no caller.
// So addresses of resources and of Hex are left out, which the conventions would
// have, and names that we do not know.
//
// The collector is never waited for but at the end. What it does not take in time
// is dropped, and the log says once that it does not answer.
package telemetry
