package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"hexmcp/tools"
)

func (a *app) call() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "call NAME [JSON | @FILE | -]",
		Short: "Call one tool and print its answer",
		Long: `Call one tool as an MCP client would and print the envelope {data, error,
successful}: indented on a terminal, on one line in a pipe. Arguments are a JSON
object, or - to read it from standard input.

Exit status: 0 the call succeeded, 1 it failed, 2 it was called wrongly.`,
		Example: `  hexmcp call HEX_LIST_PROJECTS --demo
  hexmcp call HEX_LIST_CELLS '{"projectId": "…", "limit": 5}'
  hexmcp call HEX_LIST_USERS | jq -r '.data.values[].email'
  hexmcp call HEX_LIST_PROJECTS --arg limit=5 --arg statuses=Approved
  hexmcp call HEX_CREATE_CELL @cell.json --arg label=Revenue
  hexmcp call HEX_GET_DRAFT_CHART --arg cellId=… --out chart.png`,
		Args: nameAndJSON,
		RunE: a.callTool,
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp // JSON
			}
			return names(tools.All()), cobra.ShellCompDirectiveNoFileComp
		},
	}
	cmd.Flags().StringArrayVarP(&a.pairs, "arg", "a", nil, "argument as NAME=VALUE, or NAME=@FILE to take the value from a file; a name that is repeated makes a list")
	_ = cmd.RegisterFlagCompletionFunc("arg", completeArgument) // cannot fail: the flag exists
	cmd.Flags().StringVarP(&a.saveAs, "out", "o", "", "write the picture or the exported notebook of the answer to this file, whole or not at all")
	return cmd
}

func nameAndJSON(_ *cobra.Command, args []string) error {
	switch err := refuseToken(args[:min(len(args), 1)]); { // not the JSON, which may hold what looks like a token
	case err != nil:
		return err
	case len(args) == 0:
		return errors.New("which tool? give its NAME; hexmcp tools lists all")
	case len(args) > 2:
		return errors.New("give the arguments as one JSON object, in quotes so that the shell leaves it whole")
	}
	return nil
}

func (a *app) callTool(cmd *cobra.Command, args []string) error {
	action, ok := tools.Find(args[0])
	if !ok {
		return unknownTool(args[0])
	}
	if err := a.checkOut(action); err != nil {
		return err
	}
	arguments, err := a.arguments(cmd.Context(), args[1:])
	if err != nil {
		return err
	}
	calls, end := a.showProgress(cmd.Context())
	defer end()
	s, _, err := a.server(cmd, toCommandLine)
	if err != nil {
		return err
	}
	ctx, stop := context.WithTimeout(calls, a.config.timeout)
	defer stop()
	e, err := s.CallTool(ctx, args[0], arguments)
	end()
	if err != nil {
		return failed(err)
	}
	return a.hand(e)
}

// readAll reads r to its end, or until ctx ends.
func readAll(ctx context.Context, r io.Reader) ([]byte, error) {
	return readWith(ctx, func() ([]byte, error) { return io.ReadAll(r) })
}

// readWith calls read and returns its result, or the cause of ctx when that ends first. A
// blocked read cannot be ended, so its goroutine is then left behind.
func readWith[T any](ctx context.Context, read func() (T, error)) (T, error) {
	type result struct {
		all T
		err error
	}
	done := make(chan result, 1)
	go func() {
		all, err := read()
		done <- result{all, err}
	}()
	select {
	case d := <-done:
		return d.all, d.err
	case <-ctx.Done():
		return *new(T), context.Cause(ctx)
	}
}

func (a *app) print(e tools.Envelope) error {
	line := append(e.AppendJSON(nil), '\n')
	if isTerminal(a.out) {
		var indented bytes.Buffer
		if json.Indent(&indented, line, "", "  ") == nil {
			line = indented.Bytes()
		}
	}
	if _, err := a.out.Write(line); err != nil {
		return failed(err)
	}
	if !e.Successful() {
		return &failure{}
	}
	return nil
}

func unknownTool(name string) error {
	if meant := tools.Suggest(name, names(tools.All())); meant != "" {
		return fmt.Errorf("there is no tool %q; did you mean %s? hexmcp tools lists all", name, meant)
	}
	return fmt.Errorf("there is no tool %q; hexmcp tools lists all", name)
}
