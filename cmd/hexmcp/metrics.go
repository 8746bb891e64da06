package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"hexmcp/hexapi"
	"hexmcp/server/metrics"
	"hexmcp/server/record"
	"hexmcp/tools"
)

// observer passes on what the client of Hex does to the progress of calls, the log,
// metrics and traces.
func (c *config) observer() hexapi.Observer {
	if c.metrics == nil {
		return c.telemetry.Observe(hexapi.Observer{Wait: tools.ReportWait, Attempt: record.Attempt})
	}
	return c.telemetry.Observe(hexapi.Observer{
		Attempt: func(ctx context.Context, a hexapi.Attempt) { record.Attempt(ctx, a); c.metrics.Attempt(ctx, a) },
		Wait:    func(ctx context.Context, w hexapi.Wait) { c.metrics.Wait(ctx, w); tools.ReportWait(ctx, w) },
		Limit:   c.metrics.Limit,
	})
}

// budget counts runs in this process, or together with other replicas.
func (c *config) budget() hexapi.Budget {
	if c.shared != nil {
		return c.shared.runs
	}
	b := &hexapi.LocalBudget{PerMinute: c.runsPerMinute, PerHour: c.runsPerHour}
	if c.metrics != nil {
		c.metrics.WatchBudget(c.runsPerMinute, c.runsPerHour, b.Left)
	}
	return b
}

// begin returns the function that counts calls; nil if there are no metrics.
func (c *config) begin() func(tool string) func(outcome string) {
	if c.metrics == nil {
		return nil
	}
	return c.metrics.Begin
}

// metricsTime is how long reading a request for metrics may take, and writing the answer.
const metricsTime = 10 * time.Second

// serveMetrics serves /metrics on an address of its own until it is stopped.
func serveMetrics(address string, m *metrics.Metrics, log *slog.Logger) (stop func(), err error) {
	ln, err := new(net.ListenConfig).Listen(context.Background(), "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("--metrics-listen: %w", err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", m)
	s := &http.Server{Handler: mux, ReadTimeout: metricsTime, WriteTimeout: metricsTime, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = s.Serve(ln) // returns when the server is closed
	}()
	log.Info("serving metrics", "metrics", "http://"+ln.Addr().String()+"/metrics")
	return func() { _ = s.Close(); <-served }, nil
}
