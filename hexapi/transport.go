package hexapi

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
)

// NewTransport returns what one process needs to talk to Hex: the system's
// proxy settings, connections kept for many calls at once, and roots in place
// of the system's certificate authorities where they are not nil. It speaks
// HTTP/1.1, because net/http sends any request again whose HTTP/2 stream the
// server resets with PROTOCOL_ERROR, a POST that has happened included.
func NewTransport(roots *x509.CertPool) *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConnsPerHost = t.MaxIdleConns // the default of 2 would make most of 64 calls connect anew
	t.TLSClientConfig = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	t.Protocols = new(http.Protocols)
	t.Protocols.SetHTTP1(true)
	return t
}

// oneHop takes the address off a redirect, so that http.Client hands it over
// like any other answer: the token stays where it was meant to go.
type oneHop struct{ http.RoundTripper }

func (t oneHop) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := t.RoundTripper.RoundTrip(r)
	if err == nil {
		res.Header.Del("Location")
	}
	return res, err
}

// connectionTrace tells whether a request may have left this machine: it may,
// unless it asked for a connection and got none. A transport that does not ask
// is not trusted.
type connectionTrace struct{ asked, connected atomic.Bool }

func (t *connectionTrace) watch(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { t.asked.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { t.connected.Store(true) },
	})
}

func (t *connectionTrace) reached() bool { return t.connected.Load() || !t.asked.Load() }
