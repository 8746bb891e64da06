package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"hexmcp/tools"
)

// This file says what is wrong with a command line. Messages never repeat what looks
// like a token.

var errTokenArgument = errors.New("a token does not belong into the arguments, which others can see: set HEX_API_TOKEN, or give --token-file")

// refuseToken refuses a token among the arguments. It comes before other checks, whose
// messages would repeat it.
func refuseToken(args []string) error {
	if slices.ContainsFunc(args, tokenPrefix().MatchString) {
		return errTokenArgument
	}
	return nil
}

// one allows at most one argument. For more, the error is the sentence give.
func one(give string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if err := refuseToken(args); len(args) < 2 || err != nil {
			return err
		}
		return errors.New(give)
	}
}

// noArguments refuses arguments of a command that takes none. Behind hexmcp itself an
// argument is a command that does not exist.
func noArguments(cmd *cobra.Command, args []string) error {
	switch err := refuseToken(args); {
	case len(args) == 0, err != nil:
		return err
	case !cmd.HasParent():
		return knownCommand(cmd, args)
	}
	return fmt.Errorf("%s takes flags only; %q was given", cmd.Name(), args[0])
}

// knownTopic refuses hexmcp help for a command that does not exist.
func knownTopic(root *cobra.Command, args []string) error {
	_, rest, err := root.Find(args)
	if err != nil || len(rest) > 0 {
		return knownCommand(root, args)
	}
	return nil
}

// knownCommand refuses a command that does not exist, and says what was probably meant.
func knownCommand(root *cobra.Command, args []string) error {
	if err := refuseToken(args); err != nil || len(args) == 0 {
		return err
	}
	meant := root.SuggestionsFor(args[0])
	if _, isTool := tools.Find(args[0]); isTool {
		meant = []string{"call " + args[0]}
	}
	if len(meant) == 0 {
		return fmt.Errorf("there is no command %q; without one, hexmcp serves over standard input and output", args[0])
	}
	return fmt.Errorf("there is no command %q; did you mean hexmcp %s?", args[0], meant[0])
}

// explainFlag replaces an error about a flag by a more helpful one: what form the value
// must have, why there is no --token, and which command the flag belongs to.
func explainFlag(cmd *cobra.Command, err error) error {
	if invalid, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		usage, _, _ := strings.Cut(invalid.GetFlag().Usage, " [$")
		return wrongForm("--"+invalid.GetFlag().Name, invalid.GetFlag(), usage)
	}
	unknown, ok := errors.AsType[*pflag.NotExistError](err)
	switch {
	case !ok:
		return err
	case unknown.GetSpecifiedName() == "token":
		return errors.New("there is no flag for the token, because others can see arguments: set HEX_API_TOKEN, or give --token-file")
	}
	if command := onlyOf(unknown.GetSpecifiedName()); command != "" {
		return fmt.Errorf("--%s is a flag of hexmcp %s only", unknown.GetSpecifiedName(), command)
	}
	if name := unknown.GetSpecifiedName(); cmd.Name() == "call" && len(name) > 1 {
		return fmt.Errorf("%w; an argument of the tool is given as --arg %s=VALUE", err, name)
	}
	return err
}

// onlyOf is the only command that has the flag; "" if all have it or none.
func onlyOf(flag string) scope {
	for _, s := range new(config).settings() {
		if s.flag == flag && !slices.Contains(shared, s.scope) {
			return s.scope
		}
	}
	return ""
}
