package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// takes says which of the flags that all commands have matter to a command.
func takes(cmd *cobra.Command, scopes ...scope) *cobra.Command {
	var names []string
	for _, s := range scopes {
		names = append(names, string(s))
	}
	cmd.Annotations = map[string]string{scopesKey: strings.Join(names, ",")}
	return cmd
}

const scopesKey = "scopes" // of the annotation

// showWhatMatters leaves out of each command's help the flags that do not matter
// there. They are flags of all commands because they may stand before the command.
func showWhatMatters(root *cobra.Command) {
	help := root.HelpFunc()
	root.SetHelpFunc(func(cmd *cobra.Command, args []string) {
		hideOthers(cmd)
		help(cmd, args)
	})
}

// hideOthers hides the flags that do not matter to a command, and shows those that
// do.
func hideOthers(cmd *cobra.Command) {
	owner := cmd
	for owner.HasParent() && owner.Annotations[scopesKey] == "" && owner.Parent().HasParent() {
		owner = owner.Parent()
	}
	scopes, limited := owner.Annotations[scopesKey]
	in := scopeOfFlags()
	cmd.InheritedFlags().VisitAll(func(f *pflag.Flag) {
		f.Hidden = limited && !slices.Contains(strings.Split(scopes, ","), in[f.Name])
	})
}

// scopeOfFlags finds the scope of a flag by its name.
func scopeOfFlags() map[string]string {
	all := map[string]string{}
	for _, s := range new(config).settings() {
		all[s.flag] = string(s.scope)
	}
	return all
}
