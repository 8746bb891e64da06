package main

import (
	"crypto/tls"
	"errors"
	"log/slog"
	"net"

	"hexmcp/server/certificate"
)

// secured wraps the listener in TLS if the operator has a certificate. It also returns
// the scheme of the server's address.
func (c *config) secured(ln net.Listener, log *slog.Logger) (served net.Listener, scheme string, err error) {
	switch {
	case c.tlsCert == "" && c.tlsKey == "":
		return ln, "http", nil
	case c.tlsCert == "" || c.tlsKey == "":
		return nil, "", errors.New("--tls-cert-file and --tls-key-file belong together: give both, or none where a proxy speaks https")
	}
	files, err := certificate.Open(c.tlsCert, c.tlsKey, log)
	if err != nil {
		return nil, "", errors.New("--tls-cert-file or --tls-key-file: " + withoutName(errors.Unwrap(err)).Error())
	}
	return tls.NewListener(ln, files.Config()), "https", nil
}
