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
	var limits, newCellIDs bool
	var scale string
	cmd := &cobra.Command{
		Use:   "sim",
		Short: "Serve a simulated Hex API, to try and to test against",
		Long: `Serve a simulated Hex workspace over HTTP, with demo projects, runs, users and
more. It lives in memory and is gone with the process.

With --scale it has as many projects and runs as a large company, beside those of
the demo: 2,000 and 50,000, or --scale=PROJECTS,RUNS.`,
		Example: `  hexmcp sim --scale --rate-limits
  hexmcp sim --listen 127.0.0.1:8766
  HEX_API_BASE_URL=http://127.0.0.1:8766/api HEX_API_TOKEN=` + hexsim.DemoToken + ` hexmcp call HEX_LIST_PROJECTS`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			options := simOptions(limits, newCellIDs)
			if scale != "" {
				s, err := hexsim.ParseScale(scale)
				if err != nil {
					return fmt.Errorf("--scale: %w", err)
				}
				options = append(options, hexsim.WithScale(s))
			}
			return a.serveSim(cmd.Context(), address, options)
		},
	}
	cmd.Flags().StringVar(&address, "listen", "127.0.0.1:8766", "HOST:PORT to listen on")
	cmd.Flags().BoolVar(&limits, "rate-limits", false, "answer 429 where Hex's rate limits are used up")
	cmd.Flags().BoolVar(&newCellIDs, "new-cell-ids", false, "give a cell a new id with each write and answer 403 to the ids before, as Hex was seen to do")
	cmd.Flags().StringVar(&scale, "scale", "", "projects and runs beside those of the demo, as --scale=PROJECTS,RUNS; --scale alone: "+hexsim.LargeScale().String())
	cmd.Flags().Lookup("scale").NoOptDefVal = hexsim.LargeScale().String()
	return cmd
}

func simOptions(limits, newCellIDs bool) []hexsim.Option {
	var options []hexsim.Option
	if limits {
		options = append(options, hexsim.WithRateLimits())
	}
	if newCellIDs {
		options = append(options, hexsim.WithCellVersions())
	}
	return options
}

func (a *app) serveSim(ctx context.Context, address string, options []hexsim.Option) error {
	ln, err := listen(address, false)
	if errors.Is(err, web.ErrNotLoopback) {
		return fmt.Errorf("%w: the simulator serves this machine only", err)
	}
	if err != nil {
		return err
	}
	wakeGC()
	fmt.Fprintf(a.out, "HEX_API_BASE_URL=http://%s/api\nHEX_API_TOKEN=%s\n", ln.Addr(), hexsim.DemoToken)
	srv := &http.Server{Handler: hexsim.New(options...), ReadHeaderTimeout: 10 * time.Second}
	context.AfterFunc(ctx, func() { _ = srv.Close() }) // requests to a simulator need not be finished
	if err := srv.Serve(ln); err != http.ErrServerClosed {
		return failed(err)
	}
	return nil
}
