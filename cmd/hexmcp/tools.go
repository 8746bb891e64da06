package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"hexmcp/server"
	"hexmcp/tools"
)

func (a *app) tools() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "tools [NAME]",
		Short: "List the tools, or show one with its schemas",
		Long: `List the tools by toolset, and why those are off that clients are not offered; or
show one as a model sees it. --json prints the definitions of those that are on.
No token is needed.`,
		Example: `  hexmcp tools
  hexmcp tools HEX_RUN_PROJECT
  hexmcp tools --toolsets core --read-only
  hexmcp tools --json | jq -r '.[].name'`,
		Args: atMostOneName,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := a.config.readChoice(cmd.Flags(), a.env); err != nil {
				return err
			}
			if len(args) == 1 {
				return a.showTool(args[0], asJSON)
			}
			return a.listTools(asJSON)
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return names(tools.All()), cobra.ShellCompDirectiveNoFileComp
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print definitions as JSON")
	return cmd
}

func atMostOneName(_ *cobra.Command, args []string) error {
	if err := refuseToken(args); err != nil || len(args) <= 1 {
		return err
	}
	return errors.New("give one NAME, or none to list all")
}

func (a *app) listTools(asJSON bool) error {
	if asJSON {
		var all []any
		for _, action := range a.config.chosen().Select() {
			all = append(all, server.Definition(action))
		}
		return a.writeJSON(all)
	}
	on := a.config.chosen().Select()
	fmt.Fprintf(a.out, "%d tools are on. Their definitions have %d bytes, about %d tokens.\n", len(on), tools.DefinitionSizes(on), tools.Tokens(tools.DefinitionSizes(on)))
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	for _, set := range tools.Catalog() {
		fmt.Fprintf(w, "\n%s: %s\n", set.Name, set.Description)
		for _, action := range set.Actions {
			fmt.Fprintf(w, "  %s\t%s\t%s\n", action.Name, action.Effect, a.titleOf(action))
		}
	}
	return failed(w.Flush())
}

// titleOf says of an action that is off why it is.
func (a *app) titleOf(action tools.Action) string {
	if why := a.config.chosen().WhyOff(action); why != "" {
		return action.Title + " (off: " + why + ")"
	}
	return action.Title
}

func (a *app) showTool(name string, asJSON bool) error {
	action, ok := tools.Find(name)
	if !ok {
		return unknownTool(name)
	}
	if asJSON {
		return a.writeJSON(server.Definition(action))
	}
	fmt.Fprintf(a.out, "%s: %s (%s)\n\n%s\n\nArguments:\n", action.Name, action.Title, action.Effect, action.Description)
	if err := a.writeJSON(action.Input); err != nil {
		return err
	}
	if why := a.config.chosen().WhyOff(action); why != "" {
		fmt.Fprintf(a.out, "\nIt is off: %s.\n", why)
	}
	_, err := fmt.Fprintf(a.out, "\nAnswer, in data: %s\n--json shows its schema.\n", cmp.Or(strings.Join(answered(action), ", "), "nothing"))
	return failed(err)
}

// answered names the fields of the answer of Hex.
func answered(action tools.Action) []string {
	var envelope struct {
		Properties struct {
			Data struct{ Properties map[string]any }
		}
	}
	if json.Unmarshal(action.Output, &envelope) != nil {
		return nil
	}
	return slices.Sorted(maps.Keys(envelope.Properties.Data.Properties))
}

// writeJSON indents, so that people can read and diff it.
func (a *app) writeJSON(v any) error {
	enc := json.NewEncoder(a.out)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return failed(enc.Encode(v))
}

func names(actions []tools.Action) []string {
	all := make([]string, len(actions))
	for i, action := range actions {
		all[i] = action.Name
	}
	return all
}
