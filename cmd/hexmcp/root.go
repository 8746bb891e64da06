package main

import (
	"log/slog"

	"github.com/spf13/cobra"

	"hexmcp/cmd/hexmcp/internal/profile"
	"hexmcp/server"
	"hexmcp/server/callers"
	"hexmcp/server/confirm"
	"hexmcp/server/stream"
	"hexmcp/tools/memory"
	"hexmcp/tools/prompts"
)

const rootHelp = `hexmcp lets an AI agent work with Hex (hex.tech): it is an MCP server whose tools
list and run projects, edit cells, and manage sharing, collections, groups,
users and guides.

Without a command it serves over standard input and output, which is what MCP
clients start. Each flag has an environment variable; a flag wins.`

const rootExample = `  hexmcp call HEX_LIST_PROJECTS --demo          try it without an account
  hexmcp login                                  keep the token of your workspace
  hexmcp install claude-code                    set a client up to start this server
  HEX_API_TOKEN=… hexmcp                        serve over standard input and output
  HEX_API_TOKEN=… hexmcp http                   serve over HTTP at 127.0.0.1:8765`

// app is what the commands share.
type app struct {
	streams
	config *config
	pairs  []string // the values of --arg
	saveAs string   // the value of --out

	clientOf server.ClientOf // set by server
}

func newRoot(s streams) *cobra.Command {
	a := &app{streams: s, config: &config{profiles: profile.Open(s.env, s.keyring), callLevel: slog.LevelDebug}}
	stdio := a.stdio()
	root := &cobra.Command{
		Use:           "hexmcp",
		Short:         "MCP server for Hex",
		Version:       version(),
		Long:          rootHelp,
		Example:       rootExample,
		Args:          cobra.ArbitraryArgs, // wrong arguments are reported in each call, see stdio
		RunE:          stdio.RunE,
		SilenceErrors: true, SilenceUsage: true, SuggestionsMinimumDistance: 2,
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		err = explainFlag(cmd, err)
		if cmd != root && cmd != stdio {
			return err
		}
		if first := noArguments(cmd, cmd.Flags().Args()); first != nil {
			err = first // the flag follows a command that does not exist, which is the real mistake
		}
		return a.serveExplaining(cmd, err)
	})
	for _, each := range shared {
		a.config.addFlags(root.PersistentFlags(), each)
	}
	root.PersistentFlags().SortFlags = false
	root.SetIn(s.in)
	root.SetOut(s.out)
	root.SetErr(s.err)
	served := []scope{scopeAccount, scopeHex, scopeClients, scopeTools, scopeBounds}
	root.AddCommand(
		takes(stdio, served...), takes(a.http(), served...), takes(a.call(), scopeAccount, scopeHex, scopeBounds), takes(a.watch(), scopeAccount, scopeHex),
		takes(a.tools(), scopeTools, scopeBounds), takes(a.login(), scopeAccount), takes(a.logout(), scopeAccount), takes(a.listProfiles()),
		takes(a.install(), served...), takes(a.installSkill()), takes(a.doctor(), served...), takes(a.health()), takes(a.sim()), takes(a.version()),
	)
	showWhatMatters(root)
	root.InitDefaultHelpCmd()
	if help, _, err := root.Find([]string{"help"}); err == nil {
		help.Args = func(_ *cobra.Command, args []string) error { return knownTopic(root, args) }
	}
	return root
}

// server returns the MCP server with the offered tools, and the options of its
// transports. It reads the settings from the flags of the command and the environment.
// The log goes to standard error, because standard output belongs to the protocol.
func (a *app) server(cmd *cobra.Command, offer func(*config) offer) (*server.Server, stream.Options, error) {
	if err := a.config.read(cmd.Flags(), a.env); err != nil {
		return nil, stream.Options{}, err
	}
	log, err := a.config.startTelemetry(a.config.logger(a.err), a.env)
	if err != nil {
		return nil, stream.Options{}, err
	}
	if err := a.config.share(cmd.Flags(), log); err != nil {
		return nil, stream.Options{}, err
	}
	hex, err := a.config.hex(log)
	if err != nil {
		return nil, stream.Options{}, err
	}
	if a.config.serves && a.config.source.isNone() && !a.config.demo && a.config.hexTokenFrom != fromHeader {
		log.Warn("no Hex API token: tools are listed, and every call fails until hexmcp login was run, or HEX_API_TOKEN or --token-file is set" + a.config.instead())
	}
	a.clientOf = a.config.clientOf(hex, log)
	s, options, err := a.newServer(log, a.clientOf, offer(a.config))
	if err != nil {
		return nil, stream.Options{}, err
	}
	options.CallsPerClient, options.CallTime = a.config.concurrency, a.config.timeout
	options.Memory = memory.NewBudget(int64(a.config.maxMemory) << 20)
	return s, options, nil
}

// newServer returns a server with the offered tools, and options of its transports.
func (a *app) newServer(log *slog.Logger, clientOf server.ClientOf, o offer) (*server.Server, stream.Options, error) {
	offered, err := a.config.audited(server.Tools(o.actions(), clientOf), log)
	if err != nil {
		return nil, stream.Options{}, err
	}
	return a.serverOf(log, offered, o), stream.Options{Logger: log}, nil
}

func (a *app) serverOf(log *slog.Logger, offered []server.Tool, o offer) *server.Server {
	s := server.New(server.HexInfo(version()).Named(a.config.serverName), offered, server.Options{
		Logger: log, CallLevel: a.config.callLevel, CallerOf: callers.KnownAs, Begin: a.config.begin(), TextOnly: !a.config.structuredContent, WhyOff: o.choice.WhyOffByName,
		Prompts: prompts.All(), Skills: servedSkills(), Confirm: confirm.When(a.config.confirm), SigningKey: a.config.signingKey(), Shelf: a.config.shelf(),
	})
	wakeGC()
	return s
}
