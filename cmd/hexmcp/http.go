package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net"

	"github.com/spf13/cobra"

	"hexmcp/server"
	"hexmcp/server/callers"
	"hexmcp/server/metrics"
	"hexmcp/server/stream"
	"hexmcp/server/web"
)

func (a *app) http() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "http",
		Short: "Serve over HTTP: /mcp, /sse, /healthz, /readyz, /metrics, and a page for people",
		Long: `Serve MCP over HTTP on one port: Streamable HTTP at /mcp, and SSE at /sse and
/message for older clients. /healthz answers while the server lives, /readyz says
whether Hex can be reached and takes the token, and /metrics is for Prometheus.

Everybody who reaches the port acts with your Hex token. So it listens on this
machine only, and answers web pages of no other origin, unless you say otherwise.
For other machines, ask callers for a token: one that you hand out with
--caller-token-file, or one of your authorization server with --oauth-issuer.`,
		Example: `  hexmcp http --demo
  hexmcp http --listen 127.0.0.1:9000`,
		Args: noArguments,
		RunE: a.serveHTTP,
	}
	a.config.addFlags(cmd.Flags(), scopeHTTP)
	return cmd
}

func (a *app) serveHTTP(cmd *cobra.Command, _ []string) error {
	survivePipes()
	a.config.callLevel, a.config.metrics, a.config.serves = slog.LevelInfo, metrics.New(), true
	defer func() { a.config.telemetry.Stop() }()
	s, options, err := a.server(cmd, toClients)
	if err != nil {
		return err
	}
	door, err := a.config.door(options.Logger)
	if err != nil {
		return err
	}
	watched, err := a.monitoring(cmd.Context(), door, options.Logger)
	if err != nil {
		return err
	}
	ln, err := listen(a.config.listen, door.exposed())
	if errors.Is(err, web.ErrNotLoopback) {
		return fmt.Errorf("%w: other machines could act with your token; ask callers for theirs with --caller-token-file or --oauth-issuer, or allow it with --insecure-no-auth", err)
	}
	if err != nil {
		return err
	}
	served, scheme, err := a.config.secured(ln, options.Logger)
	if err != nil {
		return errors.Join(err, ln.Close())
	}
	options.Logger.Info("serving", "mcp", scheme+"://"+ln.Addr().String()+"/mcp", "sse", scheme+"://"+ln.Addr().String()+"/sse")
	stop, err := watched.start(cmd.Context())
	if err != nil {
		return errors.Join(failed(err), ln.Close())
	}
	defer stop()
	defer s.Close()
	return failed(web.Serve(cmd.Context(), a.config.telemetry.Wrap(s), served, a.webOptions(s, options, door, watched)))
}

// webOptions are the options of the HTTP server.
func (a *app) webOptions(s *server.Server, options stream.Options, d *door, m *monitoring) web.Options {
	return web.Options{
		Options:    options,
		HeaderTool: s.HeaderTool,
		Narrow:     a.config.telemetry.Narrow(s.Narrow),
		Hosts:      a.config.allowedHosts,
		Origins:    a.config.allowedOrigins,
		Exposed:    d.exposed(),
		Admit:      d.admit,
		Carry:      a.config.telemetry.Carry(callers.Carry),
		CallerOf:   callers.NameOf,
		Allow:      d.allow,
		Withheld:   withheld,
		Receive:    a.config.proxies.Wrap,
		Post:       a.config.post(),
		NoSSE:      a.config.noSSE(),
		Refused:    a.config.metrics.Refuse,
		Pages:      m.pages,
		DrainDelay: a.config.drainDelay,
	}
}

// listen listens at an address. A wrong address is an error of usage; one that is in
// use is a failure.
func listen(address string, exposed bool) (net.Listener, error) {
	ln, err := web.Listen(address, exposed)
	if _, ok := errors.AsType[*net.AddrError](err); ok {
		return nil, fmt.Errorf("%w; give HOST:PORT such as 127.0.0.1:8765", err)
	}
	if taken, ok := errors.AsType[*net.OpError](err); ok {
		return nil, failed(fmt.Errorf("listen on %q: %w; give another one with --listen", address, taken.Err))
	}
	if err != nil && !errors.Is(err, web.ErrNotLoopback) {
		return nil, failed(err)
	}
	return ln, err
}
