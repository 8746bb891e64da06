package main

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"hexmcp/cmd/hexmcp/internal/profile"
	"hexmcp/server"
	"hexmcp/server/stream"
	"hexmcp/tools"
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
	pairs  []string // of --arg, as they were given
}

func newRoot(s streams) *cobra.Command {
	a := &app{streams: s, config: &config{profiles: profile.Open(s.env, s.keyring)}}
	stdio := a.stdio()
	root := &cobra.Command{
		Use:           "hexmcp",
		Short:         "MCP server for Hex",
		Version:       version(),
		Long:          rootHelp,
		Example:       rootExample,
		Args:          knownCommand,
		RunE:          stdio.RunE,
		SilenceErrors: true, SilenceUsage: true, SuggestionsMinimumDistance: 2,
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		if err = explainFlag(err); cmd == root || cmd == stdio {
			return a.serveExplaining(cmd, err)
		}
		return err
	})
	a.config.addFlags(root.PersistentFlags(), scopeHex)
	root.PersistentFlags().SortFlags = false
	root.SetIn(s.in)
	root.SetOut(s.out)
	root.SetErr(s.err)
	root.AddCommand(stdio, a.http(), a.withArguments(a.call()), a.tools(), a.login(), a.logout(), a.listProfiles(), a.install(), a.doctor(), a.sim(), a.version())
	root.InitDefaultHelpCmd()
	if help, _, err := root.Find([]string{"help"}); err == nil {
		help.Args = func(_ *cobra.Command, args []string) error { return knownTopic(root, args) }
	}
	return root
}

// knownTopic refuses help for what is no command.
func knownTopic(root *cobra.Command, args []string) error {
	_, rest, err := root.Find(args)
	if err != nil || len(rest) > 0 {
		return knownCommand(root, args)
	}
	return nil
}

// knownCommand refuses what is no command, and says what was probably meant.
func knownCommand(root *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if tokenPrefix.MatchString(args[0]) {
		return errors.New("a token does not belong into the arguments, which others can see: set HEX_API_TOKEN, or give --token-file")
	}
	meant := root.SuggestionsFor(args[0])
	if _, isTool := tools.Find(args[0]); isTool {
		meant = []string{"call " + args[0]}
	}
	if len(meant) == 0 {
		return fmt.Errorf("there is no command %q", args[0])
	}
	return fmt.Errorf("there is no command %q; did you mean hexmcp %s?", args[0], meant[0])
}

// explainFlag tells whoever looks for the one flag that cannot be, and says what
// a flag must be where it is none such.
func explainFlag(err error) error {
	if invalid, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		usage, _, _ := strings.Cut(invalid.GetFlag().Usage, " [$")
		return wrongForm("--"+invalid.GetFlag().Name, invalid.GetFlag(), usage)
	}
	if unknown, ok := errors.AsType[*pflag.NotExistError](err); ok && unknown.GetSpecifiedName() == "token" {
		return errors.New("there is no flag for the token, because others can see arguments: set HEX_API_TOKEN, or give --token-file")
	}
	return err
}

// server returns the MCP server with the tools, configured by the flags of a
// command and the environment, and what its transports bound. Commands that need
// no server read neither. The log goes to standard error, the only place for it:
// standard output belongs to the protocol.
func (a *app) server(cmd *cobra.Command, actions func() []tools.Action) (*server.Server, stream.Options, error) {
	if err := a.config.read(cmd.Flags(), a.env); err != nil {
		return nil, stream.Options{}, err
	}
	log := a.config.logger(a.err)
	hex, err := a.config.hex(log)
	if err != nil {
		return nil, stream.Options{}, err
	}
	if a.config.source.isNone() && !a.config.demo {
		log.Warn("no Hex API token: tools are listed, and every call fails until hexmcp login was run, or HEX_API_TOKEN or --token-file is set" + a.config.instead())
	}
	s, options := a.newServer(log, a.config.clientOf(hex, log), actions())
	options.CallsPerClient, options.CallTime = a.config.concurrency, a.config.timeout
	return s, options, nil
}

// newServer returns a server of the tools, and options of its transports.
func (a *app) newServer(log *slog.Logger, clientOf server.ClientOf, actions []tools.Action) (*server.Server, stream.Options) {
	s := server.New(server.HexInfo(version()), server.Tools(actions, clientOf), server.Options{Logger: log, TextOnly: !a.config.structuredContent})
	wakeGC()
	return s, stream.Options{Logger: log}
}

// offered are the tools that clients get, with answers that fit them.
func (a *app) offered() []tools.Action {
	return tools.Bounded(tools.OnByDefault(), a.config.maxResultBytes)
}
