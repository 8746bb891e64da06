package doctor

import (
	"crypto/tls"
	"net/http"
	"sync"
	"time"
)

// Tap notes what the answers of Hex tell besides their bodies. It is safe for
// concurrent use.
type Tap struct {
	mu   sync.Mutex
	last Seen
}

// Seen is what the last answer told. The zero value is that there was none.
type Seen struct {
	// Took is the time until the head of the answer came.
	Took time.Duration
	// Skew is how far the clock of the other side is ahead of ours. It told the
	// time, in whole seconds, if HasDate.
	Skew    time.Duration
	HasDate bool
	// TLS is nil for plain http.
	TLS *tls.ConnectionState
}

// Around listens to a transport.
func (t *Tap) Around(next http.RoundTripper) http.RoundTripper { return tapped{t, next} }

// Last is what the last answer told.
func (t *Tap) Last() Seen {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.last
}

type tapped struct {
	tap  *Tap
	next http.RoundTripper
}

// RoundTrip sends the request, and notes what it sees.
func (t tapped) RoundTrip(r *http.Request) (*http.Response, error) {
	start := time.Now()
	res, err := t.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	seen := Seen{Took: time.Since(start), TLS: res.TLS}
	if date, err := http.ParseTime(res.Header.Get("Date")); err == nil {
		seen.HasDate = true
		seen.Skew = date.Sub(start.Add(seen.Took / 2))
	}
	t.tap.mu.Lock()
	defer t.tap.mu.Unlock()
	t.tap.last = seen
	return res, nil
}
