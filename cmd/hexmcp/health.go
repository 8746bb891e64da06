package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"time"

	"github.com/spf13/cobra"
)

// healthTime is how long a server may take to answer.
const healthTime = 3 * time.Second

// health is the command for health checks of hexmcp http, also in containers that have
// no shell.
func (a *app) health() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "health",
		Short: "Ask hexmcp http on this machine whether it lives",
		Long: `Ask the hexmcp http that listens at --listen, or $HEXMCP_LISTEN, whether it lives.
The exit status is 0 if it does and 1 if not. No token is needed, and Hex is not
asked.`,
		Example: `  hexmcp health
  hexmcp health --listen 127.0.0.1:9000`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := a.config.readValues(cmd.Flags(), a.env); err != nil {
				return err
			}
			address, err := reachable(a.config.listen)
			if err != nil {
				return err
			}
			return failed(a.askHealth(cmd.Context(), address))
		},
	}
	a.config.addFlag(cmd.Flags(), "listen")
	a.config.addFlag(cmd.Flags(), "tls-cert-file")
	return cmd
}

// reachable is the address by which this machine reaches a server that listens at listen.
func reachable(listen string) (string, error) {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return "", fmt.Errorf("%w; give HOST:PORT such as 127.0.0.1:8765", err)
	}
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return net.JoinHostPort(host, port), nil
}

// scheme is the scheme by which the server is reached.
func (a *app) scheme() string {
	if a.config.tlsCert != "" {
		return "https"
	}
	return "http"
}

func (a *app) askHealth(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, healthTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, a.scheme()+"://"+address+"/healthz", nil)
	if err != nil {
		return err
	}
	transport := &http.Transport{ // uses no proxy
		DisableKeepAlives: true,
		TLSClientConfig:   &tls.Config{InsecureSkipVerify: true}, //nolint:gosec // the server is known by its address, which is not the name in the certificate, and is sent nothing
	}
	resp, err := transport.RoundTrip(req)
	if err != nil {
		return fmt.Errorf("no server answers at %s: %w", address, err)
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<10))
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("the server at %s answers %s", address, resp.Status)
	}
	a.say("The server at %s lives.", address)
	return nil
}
