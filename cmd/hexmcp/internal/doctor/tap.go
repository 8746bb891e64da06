package doctor

import (
	"crypto/tls"
	"net/http"
	"sync"
	"time"
)

// Tap wraps a transport and notes how long an answer of Hex took, its time and its TLS
// connection. It is safe for concurrent use.
type Tap struct {
	mu   sync.Mutex
	last Seen
}

// Seen is what a Tap noted of the last answer. The zero value means that there was none.
type Seen struct {
	// Took is the time until the header of the answer came.
	Took time.Duration
	// Skew is how far the clock of Hex is ahead of ours, to about a second. It is only
	// known if HasDate is true: the answer had a header Date.
	Skew    time.Duration
	HasDate bool
	// TLS is nil for plain http.
	TLS *tls.ConnectionState
}

// Around returns a transport that sends requests by next and notes what it sees.
func (t *Tap) Around(next http.RoundTripper) http.RoundTripper { return tapped{t, next} }

// Last is what was noted of the last answer.
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
