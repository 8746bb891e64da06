package main

import (
	"context"
	"log/slog"
	"maps"
	"net/http"
	"sync"

	"hexmcp/server/ready"
)

// watch is what operators see of a server over HTTP.
type watch struct {
	pages   map[string]http.HandlerFunc
	ready   *ready.Check
	metrics func() (stop func(), err error) // serves them on an address of their own
}

func (a *app) watch(serving context.Context, d *door, log *slog.Logger) (*watch, error) {
	check, err := a.config.readiness(serving, a.clientOf, log)
	if err != nil {
		return nil, err
	}
	w := &watch{ready: check, pages: map[string]http.HandlerFunc{"/readyz": check.ServeHTTP}}
	maps.Copy(w.pages, a.pages(d))
	w.metrics = func() (func(), error) { return serveMetrics(a.config.metricsListen, a.config.metrics, log) }
	if a.config.metricsListen == "" {
		w.pages["/metrics"] = d.admit(a.config.metrics.ServeHTTP)
		w.metrics = func() (func(), error) { return func() {}, nil }
	}
	return w, nil
}

// start asks Hex in the background until ctx ends. Stop ends all that goes on, and waits for it.
func (w *watch) start(ctx context.Context) (stop func(), err error) {
	stopMetrics, err := w.metrics()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	var asking sync.WaitGroup
	asking.Go(func() { w.ready.Run(ctx) })
	return func() { cancel(); asking.Wait(); stopMetrics() }, nil
}
