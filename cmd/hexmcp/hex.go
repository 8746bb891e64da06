package main

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"

	"hexmcp/hexapi"
	"hexmcp/hexapi/hexsim"
	"hexmcp/tools/memory"
)

// hex returns the client of the Hex API that the configuration asks for. With --demo it
// calls a simulated workspace in this process.
func (c *config) hex(log *slog.Logger) (*hexapi.Client, error) {
	address, err := c.address()
	if err != nil {
		return nil, err
	}
	cfg := hexapi.Config{
		BaseURL:        address,
		AllowPlainHTTP: c.insecureAPIURL,
		Token:          c.token,
		Timeout:        c.timeout,
		Variables:      c.variables,
		RunBudget:      c.budget(),
		CallsPerMinute: c.callsPerMinute,
		CallBudget:     c.callBudget(),
		Logger:         log,
		Observer:       c.observer(),
		Reserve:        reserveAnswer,
		ReserveDecoded: reserveDecoded,
		ReadOnly:       c.choice.ReadOnly,
		Bounds:         c.bounds,
		UserAgent:      "hexmcp/" + version(),
		Origin:         c.origin(),
	}
	if c.demo {
		cfg.Token, cfg.Transport, cfg.CallsPerMinute = hexsim.DemoToken, demo(sync.OnceValue(func() *hexsim.Hex { return hexsim.New() })), 0
	} else {
		cfg.Transport, err = c.transport()
	}
	if err != nil {
		return nil, err
	}
	if c.tap != nil {
		cfg.Transport = c.tap(cfg.Transport)
	}
	client, err := hexapi.New(cfg)
	if errors.Is(err, hexapi.ErrPlainHTTP) {
		return nil, fmt.Errorf("%s or --api-url: %w, or allow it with --insecure-api-url", envBaseURL, hexapi.ErrPlainHTTP)
	}
	return client, err
}

// demo makes the simulated workspace at the first request and not at the start, which
// would delay the server's first answer.
type demo func() *hexsim.Hex

// RoundTrip answers a request in this process.
func (d demo) RoundTrip(r *http.Request) (*http.Response, error) { return d().RoundTrip(r) }

// reserveAnswer reserves memory for an answer from the budget of the call.
func reserveAnswer(ctx context.Context, bytes int64) error {
	return memory.Of(ctx).Answer(ctx, bytes)
}

// reserveDecoded reserves memory for the Go values of an answer.
func reserveDecoded(ctx context.Context, bytes int64) error {
	return memory.Of(ctx).Work(ctx, bytes)
}

// address is the address of the API; "" for the demo.
func (c *config) address() (string, error) {
	if c.demo {
		return "", nil
	}
	if why := notAnAddress(c.apiURL, c.token.Reveal()); why != "" {
		return "", fmt.Errorf("%s or --api-url %s", envBaseURL, why)
	}
	if _, err := hexapi.BaseURL(c.apiURL); err != nil {
		return "", fmt.Errorf("%s or --api-url: %w", envBaseURL, err)
	}
	return c.apiURL, nil
}

// maxCAFile is how many bytes a file of certificates may have. That of an operating
// system has about a quarter of a megabyte.
const maxCAFile = 8 << 20

// transport trusts the system's certificate authorities and those of the
// operator.
func (c *config) transport() (http.RoundTripper, error) {
	roots, err := c.roots()
	if err != nil {
		return nil, err
	}
	return hexapi.NewTransport(roots), nil
}

// roots are the certificate authorities of the system and of the operator; nil for
// those of the system alone.
func (c *config) roots() (*x509.CertPool, error) {
	if c.caFile == "" {
		return nil, nil
	}
	pem, err := readFile(c.caFile, maxCAFile)
	if err != nil {
		return nil, fmt.Errorf("--ca-file or HEXMCP_CA_FILE: %w", err)
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		return nil, fmt.Errorf("certificate authorities of the system: %w", err)
	}
	if !roots.AppendCertsFromPEM(pem) {
		return nil, errors.New("--ca-file or HEXMCP_CA_FILE: the file holds no PEM certificate")
	}
	return roots, nil
}
