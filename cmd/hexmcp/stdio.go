package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"github.com/spf13/cobra"

	"hexmcp/hexapi"
	"hexmcp/server"
	"hexmcp/server/stdio"
	"hexmcp/server/stream"
	"hexmcp/tools/visible"
)

func (a *app) stdio() *cobra.Command {
	return &cobra.Command{
		Use:   "stdio",
		Short: "Serve over standard input and output (the default)",
		Long: `Serve MCP over standard input and output, one JSON message a line. The log goes
to standard error. At the end of input, and on SIGTERM, calls that were accepted
are answered before the server ends.

A wrong setting, flag or command does not keep the server from starting, because
clients hide why: the tools are listed, and each call says what to correct.`,
		Args: cobra.ArbitraryArgs, // wrong arguments are reported in each call
		RunE: func(cmd *cobra.Command, args []string) error {
			survivePipes()
			a.config.serves = true
			defer func() { a.config.telemetry.Stop() }()
			if err := noArguments(cmd, args); err != nil {
				return a.serveExplaining(cmd, err)
			}
			s, options, err := a.server(cmd, toClients)
			if err != nil {
				return a.serveExplaining(cmd, err)
			}
			if isTerminal(a.in) {
				fmt.Fprint(a.err, onTerminal)
			}
			return failed(a.serveStdio(cmd.Context(), s, options))
		},
	}
}

// onTerminal is printed when somebody starts the server by hand in a terminal, where
// nothing would happen otherwise.
const onTerminal = `hexmcp waits for messages of an MCP client, which starts it by itself: hexmcp
install CLIENT sets one up. To try a tool by hand:
  hexmcp call HEX_LIST_PROJECTS --demo
To serve over HTTP: hexmcp http. To end this: Ctrl-D.
`

// serveStdio serves until standard input ends, or the client no longer reads the answers.
func (a *app) serveStdio(ctx context.Context, s *server.Server, options stream.Options) error {
	ctx, leave := context.WithCancelCause(ctx)
	defer leave(nil)
	defer s.Close()
	defer watchClient(a.out, func() { leave(stream.ErrGone) })()
	return stdio.Serve(ctx, a.config.telemetry.Wrap(s), a.in, a.out, options)
}

// serveExplaining serves although a setting or the command line is wrong; each call says
// what is wrong. On a terminal it returns the error instead, because a person reads it there.
func (a *app) serveExplaining(cmd *cobra.Command, wrong error) error {
	if isTerminal(a.in) {
		return wrong
	}
	survivePipes()
	log := a.config.logger(a.err)
	clientOf := a.config.refusing(wrong, log)
	fmt.Fprintf(a.err, "hexmcp: %s\nSee: %s --help\n", visible.Text(wrong.Error()), cmd.CommandPath())
	offered := toClients(a.config).orDefault()
	s, options, err := a.newServer(log, clientOf, offered)
	if err != nil { // the audit log cannot be written, so no call may be sent to Hex
		s, options = a.serverOf(log, server.Tools(offered.actions(), a.config.refusing(err, log)), offered), stream.Options{Logger: log}
	}
	if err := a.serveStdio(cmd.Context(), s, options); err != nil {
		return failed(err)
	}
	return errSaid
}

// errSaid ends the program with exitUsage after the error was printed.
var errSaid = errors.New("said already")

// refusing returns a ClientOf that fails each call with what is wrong. If a token file or
// a profile is wrong, it is read again at each call, and calls work once it is right.
func (c *config) refusing(wrong error, log *slog.Logger) server.ClientOf {
	if _, ok := errors.AsType[*tokenFileError](wrong); ok {
		client, err := c.hex(log)
		if err == nil {
			return (&tokenFile{name: c.tokenFile, unread: true, client: client}).clientOf
		}
		wrong = err
	}
	if _, ok := errors.AsType[*profileError](wrong); ok {
		return (&profiled{config: c, log: log}).clientOf
	}
	return refusing(&server.SettingError{Sentence: "hexmcp is set up wrongly: " + strings.TrimSuffix(wrong.Error(), "?") +
		". Nothing was sent to Hex: ask the user to correct this where the server is started, and to restart it."})
}

func refusing(err error) server.ClientOf {
	return func(context.Context) (*hexapi.Client, error) { return nil, err }
}
