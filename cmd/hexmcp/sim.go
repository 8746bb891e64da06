package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"hexmcp/hexapi/hexsim"
	"hexmcp/server/web"
)

func (a *app) sim() *cobra.Command {
	var address string
	var limits bool
	cmd := &cobra.Command{
		Use:   "sim",
		Short: "Serve a simulated Hex API, to try and to test against",
		Long: `Serve a simulated Hex workspace over HTTP, with demo projects, runs, users and
more. It lives in memory and is gone with the process.`,
		Example: `  hexmcp sim --listen 127.0.0.1:8766
  HEX_API_BASE_URL=http://127.0.0.1:8766/api HEX_API_TOKEN=` + hexsim.DemoToken + ` hexmcp call HEX_LIST_PROJECTS`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.serveSim(cmd.Context(), address, limits)
		},
	}
	cmd.Flags().StringVar(&address, "listen", "127.0.0.1:8766", "HOST:PORT to listen on")
	cmd.Flags().BoolVar(&limits, "rate-limits", false, "answer 429 where Hex's rate limits are used up")
	return cmd
}

func (a *app) serveSim(ctx context.Context, address string, limits bool) error {
	ln, err := listen(address, false)
	if errors.Is(err, web.ErrNotLoopback) {
		return fmt.Errorf("%w: the simulator serves this machine only", err)
	}
	if err != nil {
		return err
	}
	wakeGC()
	var options []hexsim.Option
	if limits {
		options = append(options, hexsim.WithRateLimits())
	}
	fmt.Fprintf(a.out, "HEX_API_BASE_URL=http://%s/api\nHEX_API_TOKEN=%s\n", ln.Addr(), hexsim.DemoToken)
	srv := &http.Server{Handler: hexsim.New(options...), ReadHeaderTimeout: 10 * time.Second}
	context.AfterFunc(ctx, func() { _ = srv.Close() }) // nothing in it is worth waiting for
	if err := srv.Serve(ln); err != http.ErrServerClosed {
		return failed(err)
	}
	return nil
}
