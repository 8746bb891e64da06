package main

import (
	"github.com/spf13/cobra"

	"hexmcp/server/stdio"
)

func (a *app) stdio() *cobra.Command {
	return &cobra.Command{
		Use:   "stdio",
		Short: "Serve over standard input and output (the default)",
		Long: `Serve MCP over standard input and output, one JSON message a line. The log goes
to standard error. At the end of input, and on SIGTERM, calls that were accepted
are answered before the server ends.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			survivePipes()
			s, options, err := a.server(cmd, a.offered)
			if err != nil {
				return err
			}
			return failed(stdio.Serve(cmd.Context(), s, a.in, a.out, options))
		},
	}
}
