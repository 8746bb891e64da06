package watch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// webhook is an address that each event is posted to.
type webhook struct {
	url       *url.URL
	secrets   Secrets
	transport http.RoundTripper
	agent     string
}

// NewWebhook returns a Deliver that posts events to an address. Agent is its User-Agent.
func NewWebhook(address string, secrets Secrets, transport http.RoundTripper, agent string) (Deliver, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, errors.New("the address of the receiver cannot be used")
	}
	return webhook{u, secrets, transport, agent}.deliver, nil
}

const (
	postTime  = 30 * time.Second // how long a receiver may take to answer
	postLater = time.Hour        // the longest wait that a receiver may ask for
)

// How long the body of an answer is read at the most, and how many bytes of it.
const (
	drainTime = time.Second
	maxDrain  = 64 << 10
)

// deliver posts an event, signed as Standard Webhooks requires. It succeeds if the
// receiver answers 2xx. If the receiver answers 410 it wants no more events, and the
// watch ends.
func (h webhook) deliver(ctx context.Context, e Event) error {
	body, err := e.encode()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, postTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.url.String(), bytes.NewReader(body))
	if err != nil {
		return errors.New("the address of the receiver cannot be used")
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", h.agent)
	now := time.Now()
	req.Header.Set("webhook-id", e.ID)
	req.Header.Set("webhook-timestamp", strconv.FormatInt(now.Unix(), 10))
	req.Header.Set("webhook-signature", h.secrets.sign(e.ID, now, body))
	return h.send(req)
}

// send sends the request. Errors name only the host, because the address of a webhook is
// often a secret.
func (h webhook) send(req *http.Request) error {
	client := http.Client{Transport: h.transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	if failed, ok := errors.AsType[*url.Error](err); ok {
		err = failed.Err
	}
	if err != nil {
		return fmt.Errorf("%s does not answer: %w", h.url.Host, err)
	}
	defer res.Body.Close()
	drain(res.Body)
	return h.judge(res)
}

// drain reads the body to its end, because only then can the next event go over the
// same connection. What it says does not matter. One that is long or does not come
// is left, and its connection closed with it.
func drain(body io.ReadCloser) {
	defer time.AfterFunc(drainTime, func() { _ = body.Close() }).Stop()
	_, _ = io.CopyN(io.Discard, body, maxDrain)
}

func (h webhook) judge(res *http.Response) error {
	switch {
	case res.StatusCode >= 200 && res.StatusCode <= 299:
		return nil
	case res.StatusCode == http.StatusGone:
		return &EndError{fmt.Sprintf("%s answers 410: it wants no events any more", h.url.Host)}
	}
	return &LaterError{fmt.Errorf("%s answers %d", h.url.Host, res.StatusCode), min(retryAfter(res.Header), postLater)}
}

// retryAfter is how long a receiver asks to wait, in seconds or until a time.
func retryAfter(h http.Header) time.Duration {
	value := h.Get("Retry-After")
	if seconds, err := strconv.Atoi(value); err == nil {
		return time.Duration(min(seconds, int(postLater.Seconds()))) * time.Second
	}
	if at, err := http.ParseTime(value); err == nil {
		return time.Until(at)
	}
	return 0
}
