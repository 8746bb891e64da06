package hexapi

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
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
	t.OnProxyConnectResponse = refusedByProxy
	t.IdleConnTimeout = maxIdle
	t.MaxResponseHeaderBytes = maxHeader
	t.DialContext = dialer(t.DialContext).watched
	return t
}

// maxHeader is how many bytes of headers an answer may have, those of 1xx included.
// Hex sends less than two thousand; net/http would take ten million, which nobody has
// counted.
const maxHeader = 64 << 10

// ProxyError is the answer of a proxy that was asked to connect to Hex and did
// not. It is an [ErrProxy].
type ProxyError struct{ Status int }

// Error says what the proxy answered.
func (e *ProxyError) Error() string {
	return fmt.Sprintf("%v: it answered %d %s", ErrProxy, e.Status, http.StatusText(e.Status))
}

// Is makes it an ErrProxy.
func (*ProxyError) Is(target error) bool { return target == ErrProxy }

// refusedByProxy keeps the status of a proxy's refusal, of which net/http would
// leave the words alone.
func refusedByProxy(_ context.Context, _ *url.URL, _ *http.Request, res *http.Response) error {
	if res.StatusCode == http.StatusOK {
		return nil
	}
	return &ProxyError{res.StatusCode}
}

// classed tells the failures of the way to Hex apart that somebody must mend.
func classed(err error) error {
	if _, untrusted := errors.AsType[*tls.CertificateVerificationError](err); untrusted {
		return fmt.Errorf("%w: %w", ErrCertificate, err)
	}
	if dial, ok := errors.AsType[*net.OpError](err); ok && dial.Op == "proxyconnect" {
		return fmt.Errorf("%w: %w", ErrProxy, err)
	}
	return err
}

// oneHop hands over as an answer what net/http would go on with: a redirect,
// whose address it takes off so that the token stays where it was meant to go,
// and a switch of protocols, whose connection it closes, because it would stay
// open for ever.
type oneHop struct{ http.RoundTripper }

func (t oneHop) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := t.RoundTripper.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	res.Header.Del("Location")
	if res.StatusCode == http.StatusSwitchingProtocols {
		_ = res.Body.Close()
		res.Body = http.NoBody
	}
	return res, nil
}
