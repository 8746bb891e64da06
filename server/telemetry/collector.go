package telemetry

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/cenkalti/backoff/v5"
	"google.golang.org/protobuf/encoding/protowire"
)

// collector takes one signal over OTLP/HTTP. The official exporters for HTTP link
// gRPC as well, which adds 2.4 MB to the program and 2 ms to its start.
type collector struct {
	Target
	signal  string // for the log
	client  *http.Client
	agent   string
	log     *slog.Logger
	failing atomic.Bool
	partial atomic.Bool // it was told that not all was taken
	ending  atomic.Bool // nothing is tried again any more
}

func newCollector(t Target, signal string, o Options) *collector {
	return &collector{Target: t, signal: signal, agent: o.UserAgent, log: o.Logger, client: &http.Client{
		Transport:     o.Transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, // headers may be secrets
	}}
}

// send sends a message. That it failed the log has been told, once for all that
// fail in a row, so that nobody else must be.
func (c *collector) send(ctx context.Context, message []byte) {
	ctx, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		err := c.post(ctx, message)
		if err != nil && c.ending.Load() {
			err = backoff.Permanent(err)
		}
		return struct{}{}, err
	}, backoff.WithMaxElapsedTime(c.Timeout))
	c.tell(err)
}

func (c *collector) tell(err error) {
	switch {
	case errors.Is(err, context.Canceled): // which says nothing of the collector
	case err != nil && !c.failing.Swap(true):
		c.log.Warn("the collector of OpenTelemetry does not take what is sent; calls go on, and what does not fit the queue meanwhile is lost", "signal", c.signal, "error", err)
	case err == nil && c.failing.Swap(false):
		c.log.Info("the collector of OpenTelemetry takes what is sent again", "signal", c.signal)
	}
}

// mayRetry are the statuses after which OTLP lets a client try again.
var mayRetry = []int{http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout}

// post sends a message once.
func (c *collector) post(ctx context.Context, message []byte) error {
	r, err := c.request(ctx, message)
	if err != nil {
		return backoff.Permanent(err)
	}
	res, err := c.client.Do(r)
	if outer, ok := errors.AsType[*url.Error](err); ok {
		return outer.Err // without the address, which may hold a password
	}
	if err != nil {
		return err
	}
	defer res.Body.Close()
	answer, _ := io.ReadAll(io.LimitReader(res.Body, 64<<10)) // what it says is of use, and not needed
	if res.StatusCode/100 == 2 {
		c.tellPartial(answer)
		return nil
	}
	err = fmt.Errorf("it answers %d %s", res.StatusCode, http.StatusText(res.StatusCode))
	if !slices.Contains(mayRetry, res.StatusCode) {
		return backoff.Permanent(err)
	}
	if seconds, wrong := strconv.Atoi(res.Header.Get("Retry-After")); wrong == nil && seconds > 0 {
		return fmt.Errorf("%w: %w", err, backoff.RetryAfter(seconds))
	}
	return err
}

func (c *collector) request(ctx context.Context, message []byte) (*http.Request, error) {
	if c.Gzip {
		message = zipped(message)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.URL, bytes.NewReader(message))
	if err != nil {
		return nil, err
	}
	r.Header = c.Headers.Clone()
	r.Header.Set("Content-Type", "application/x-protobuf")
	r.Header.Set("User-Agent", c.agent)
	if c.Gzip {
		r.Header.Set("Content-Encoding", "gzip")
	}
	return r, nil
}

func zipped(message []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(message) // memory does not fail
	_ = w.Close()
	return b.Bytes()
}

// tellPartial says once that a collector took a message and not all that is in it.
func (c *collector) tellPartial(answer []byte) {
	if n := rejected(answer); n > 0 && !c.partial.Swap(true) {
		c.log.Warn("the collector of OpenTelemetry refuses a part of what is sent", "signal", c.signal, "refused", n)
	}
}

// rejected is how many spans or data points an answer of OTLP says were refused:
// field 1 of partial_success, which is field 1. The types of these answers link
// gRPC.
func rejected(answer []byte) uint64 {
	partial, _ := protowire.ConsumeBytes(field(answer, 1, protowire.BytesType))
	n, _ := protowire.ConsumeVarint(field(partial, 1, protowire.VarintType))
	return n
}

// field is a message from the value of one of its fields on; empty where it has
// no such field.
func field(message []byte, number protowire.Number, kind protowire.Type) []byte {
	for len(message) > 0 {
		n, k, size := protowire.ConsumeTag(message)
		if size < 0 {
			return nil
		}
		message = message[size:]
		if n == number && k == kind {
			return message
		}
		if size = protowire.ConsumeFieldValue(n, k, message); size < 0 {
			return nil
		}
		message = message[size:]
	}
	return nil
}

// end lets what is being sent be tried no more than once again.
func (c *collector) end() { c.ending.Store(true) }

// endTime is how long what is left may take to be sent when the server ends.
const endTime = 2 * time.Second
