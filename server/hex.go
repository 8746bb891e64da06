package server

import (
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"strings"

	"hexmcp/hexapi"
	"hexmcp/hexapi/hexsim"
)

// Hex returns the client that the configuration asks for: of Hex, or of a
// simulated workspace in this process.
func (c *Config) Hex(log *slog.Logger, agent string) (*hexapi.Client, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	cfg := hexapi.Config{
		BaseURL:        c.APIURL,
		AllowPlainHTTP: c.InsecureAPIURL,
		Token:          c.Token,
		Timeout:        c.Timeout,
		RunBudget:      &hexapi.LocalBudget{PerMinute: c.RunsPerMinute, PerHour: c.RunsPerHour},
		Logger:         log,
		UserAgent:      agent,
	}
	var err error
	if c.Demo {
		cfg.Token, cfg.Transport = hexsim.DemoToken, hexsim.New()
	} else {
		cfg.Transport, err = c.transport()
	}
	if err != nil {
		return nil, err
	}
	client, err := hexapi.New(cfg)
	if errors.Is(err, hexapi.ErrPlainHTTP) {
		return nil, fmt.Errorf("%w, or allow it with --insecure-api-url", err)
	}
	return client, err
}

func (c *Config) transport() (http.RoundTripper, error) {
	if c.CAFile == "" {
		return hexapi.NewTransport(nil), nil
	}
	pem, err := os.ReadFile(c.CAFile)
	if err != nil {
		return nil, fmt.Errorf("certificate authorities: %w", err)
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		return nil, fmt.Errorf("certificate authorities of the system: %w", err)
	}
	if !roots.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("certificate authorities: %s holds no PEM certificate", c.CAFile)
	}
	return hexapi.NewTransport(roots), nil
}

// readTokenFile never says the name: it might be the token itself, set in the
// wrong variable.
func readTokenFile(name string) (hexapi.Secret, error) {
	b, err := os.ReadFile(name)
	if at, ok := errors.AsType[*fs.PathError](err); ok {
		err = at.Err
	}
	if err != nil {
		return "", fmt.Errorf("--token-file or HEX_API_TOKEN_FILE: %w", err)
	}
	token := trimToken(string(b))
	if token == "" {
		return "", errors.New("--token-file or HEX_API_TOKEN_FILE: the file is empty")
	}
	return token, nil
}

// trimToken takes off what copying a token leaves around it.
func trimToken(s string) hexapi.Secret {
	return hexapi.Secret(strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(s), "Bearer ")))
}
