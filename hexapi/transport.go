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

// NewTransport returns a transport for all calls of a process to Hex. It uses the
// proxy settings of the environment, keeps connections for many calls at once, and
// trusts roots instead of the system's certificate authorities unless roots is nil.
// It speaks only HTTP/1.1: with HTTP/2, net/http repeats every request whose stream
// the server resets with PROTOCOL_ERROR, even a POST that Hex has carried out.
func NewTransport(roots *x509.CertPool) *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConnsPerHost = t.MaxIdleConns // with the default of 2, most of 64 calls at once would connect anew
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
// Hex sends less than two thousand. The default of net/http is ten million, for which
// no call reserves memory.
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

// refusedByProxy keeps the status with which a proxy refuses to connect. The error of
// net/http would hold only its text.
func refusedByProxy(_ context.Context, _ *url.URL, _ *http.Request, res *http.Response) error {
	if res.StatusCode == http.StatusOK {
		return nil
	}
	return &ProxyError{res.StatusCode}
}

// classified marks errors of certificates and proxies, which somebody must mend, as
// ErrCertificate and ErrProxy.
func classified(err error) error {
	if _, untrusted := errors.AsType[*tls.CertificateVerificationError](err); untrusted {
		return fmt.Errorf("%w: %w", ErrCertificate, err)
	}
	if dial, ok := errors.AsType[*net.OpError](err); ok && dial.Op == "proxyconnect" {
		return fmt.Errorf("%w: %w", ErrProxy, err)
	}
	return err
}

// oneHop keeps net/http from following a redirect, so that the token goes to no other
// server: it removes Location, and the redirect becomes the answer. It also closes the
// connection of a 101 Switching Protocols, which would stay open for ever.
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
