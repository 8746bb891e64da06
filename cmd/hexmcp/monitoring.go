package main

import (
	"context"
	"log/slog"
	"maps"
	"net/http"
	"sync"

	"hexmcp/server/ready"
)

// monitoring is what operators see of a server over HTTP.
type monitoring struct {
	pages   map[string]http.HandlerFunc // by path
	ready   *ready.Check
	metrics func() (stop func(), err error) // serves metrics on an address of their own, if they have one
	shared  *sharedLimits                   // nil for none
}

// monitoring makes what the settings ask for, and starts nothing yet.
func (a *app) monitoring(serving context.Context, d *door, log *slog.Logger) (*monitoring, error) {
	check, err := a.config.readiness(serving, a.clientOf, log)
	if err != nil {
		return nil, err
	}
	check.Degraded = a.config.degraded
	m := &monitoring{ready: check, shared: a.config.shared, pages: map[string]http.HandlerFunc{"/readyz": check.ServeHTTP}}
	maps.Copy(m.pages, a.pages(d))
	m.metrics = func() (func(), error) { return serveMetrics(a.config.metricsListen, a.config.metrics, log) }
	if a.config.metricsListen == "" {
		m.pages["/metrics"] = d.admit(a.config.metrics.ServeHTTP)
		m.metrics = func() (func(), error) { return func() {}, nil }
	}
	return m, nil
}

// start serves metrics, and checks Hex and Redis in the background until ctx ends. Stop
// ends all of that and waits for it.
func (m *monitoring) start(ctx context.Context) (stop func(), err error) {
	stopMetrics, err := m.metrics()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	draining, end := context.WithCancel(context.WithoutCancel(ctx)) // calls that end after ctx need Redis, too
	var asking sync.WaitGroup
	asking.Go(func() { m.ready.Run(ctx) })
	if m.shared != nil {
		m.shared.link.Connect(ctx)
		asking.Go(func() { m.shared.link.Run(draining) })
	}
	return func() { cancel(); end(); asking.Wait(); stopMetrics() }, nil
}
