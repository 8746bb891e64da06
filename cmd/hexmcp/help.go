package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// takes notes the scopes of those common flags that have an effect on a command.
func takes(cmd *cobra.Command, scopes ...scope) *cobra.Command {
	var names []string
	for _, s := range scopes {
		names = append(names, string(s))
	}
	cmd.Annotations = map[string]string{scopesKey: strings.Join(names, ",")}
	return cmd
}

const scopesKey = "scopes" // key of the annotation

// showWhatMatters hides in the help of each command the common flags without an effect
// on it. All commands have these flags, because they may stand before the command.
func showWhatMatters(root *cobra.Command) {
	help := root.HelpFunc()
	root.SetHelpFunc(func(cmd *cobra.Command, args []string) {
		hideOthers(cmd)
		help(cmd, args)
	})
}

// hideOthers hides the flags without an effect on a command, and shows the others.
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
