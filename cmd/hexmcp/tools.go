package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"hexmcp/schema"
	"hexmcp/server"
	"hexmcp/tools"
)

func (a *app) tools() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "tools [TOOLSET | NAME]",
		Short: "List the tools, or show a toolset or a tool",
		Long: `List the tools by toolset, with those that clients are offered first, and why the
others are off; or show one toolset, or the arguments of one tool. --json prints
the definitions, with their schemas, as a client gets them: of a list, those that
are on. No token is needed.`,
		Example: `  hexmcp tools
  hexmcp tools projects
  hexmcp tools HEX_RUN_PROJECT
  hexmcp tools --toolsets core --read-only
  hexmcp tools --json | jq -r '.[].name'`,
		Args: atMostOneName,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := a.config.readChoice(cmd.Flags(), a.env); err != nil {
				return err
			}
			if len(args) == 1 {
				return a.showTools(args[0], asJSON)
			}
			return a.listTools(asJSON)
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return shown(), cobra.ShellCompDirectiveNoFileComp
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print definitions as JSON")
	return cmd
}

func atMostOneName(_ *cobra.Command, args []string) error {
	if err := refuseToken(args); err != nil || len(args) <= 1 {
		return err
	}
	return errors.New("give one TOOLSET or NAME, or none to list all")
}

// shown are the names of all toolsets and tools.
func shown() []string { return append(tools.ToolsetNames(), names(tools.All())...) }

func (a *app) listTools(asJSON bool) error {
	if asJSON {
		return a.writeDefinitions(a.config.chosen().Select())
	}
	return a.onMenu(func(m *menu) {
		m.cost(tools.All())
		m.list(tools.Catalog())
		if m.width > 0 {
			fmt.Fprintln(m.out, "\nhexmcp tools projects shows one toolset, hexmcp tools HEX_RUN_PROJECT one tool.")
		}
	})
}

// showTools shows the toolset or the tool of that name.
func (a *app) showTools(name string, asJSON bool) error {
	if action, ok := tools.Find(name); ok {
		return a.showTool(action, asJSON)
	}
	if sets := setsIn(name); len(sets) > 0 {
		return a.showToolset(sets, asJSON)
	}
	if meant := cmp.Or(schema.Nearest(name, tools.ToolsetNames()), tools.Suggest(name, names(tools.All()))); meant != "" {
		return fmt.Errorf("there is no tool and no toolset %q; did you mean %s? hexmcp tools lists all", name, meant)
	}
	return fmt.Errorf("there is no tool and no toolset %q; hexmcp tools lists all", name)
}

// setsIn are the toolsets of the catalogue with only those tools that belong to the set
// of that name. That set is a toolset itself, or one such as core that takes tools from
// several.
func setsIn(name string) []tools.Toolset {
	var all []tools.Toolset
	for _, set := range tools.Catalog() {
		set.Actions = slices.DeleteFunc(slices.Clone(set.Actions), func(a tools.Action) bool { return a.Toolset != name && !a.In(name) })
		if len(set.Actions) > 0 {
			all = append(all, set)
		}
	}
	return all
}

func (a *app) showToolset(sets []tools.Toolset, asJSON bool) error {
	var all []tools.Action
	for _, set := range sets {
		all = append(all, set.Actions...)
	}
	if asJSON {
		return a.writeDefinitions(slices.DeleteFunc(all, func(action tools.Action) bool { return a.config.chosen().WhyOff(action) != "" }))
	}
	return a.onMenu(func(m *menu) {
		m.told = true
		m.cost(all)
		m.list(sets)
	})
}

// onMenu prints on standard output what show writes to the menu.
func (a *app) onMenu(show func(*menu)) error {
	var page bytes.Buffer
	show(&menu{out: &page, look: a.look(), width: widthOf(a.out), choice: a.config.chosen()})
	_, err := a.out.Write(page.Bytes())
	return failed(err)
}

func (a *app) writeDefinitions(actions []tools.Action) error {
	all := []any{}
	for _, action := range actions {
		all = append(all, server.Definition(action))
	}
	return a.writeJSON(all)
}

func (a *app) showTool(action tools.Action, asJSON bool) error {
	if asJSON {
		return a.writeJSON(server.Definition(action))
	}
	return a.onMenu(func(m *menu) {
		m.detail(action)
		back := "Answer, in data: " + cmp.Or(strings.Join(answered(action), ", "), "nothing")
		fmt.Fprintf(m.out, "\n%s\n--json shows the schemas of both.\n", wrap(back, "", m.width))
	})
}

// answered are the names of the fields in the tool's answer.
func answered(action tools.Action) []string {
	var envelope struct {
		Properties struct {
			Data struct{ Properties map[string]any }
		}
	}
	if json.Unmarshal(action.Output(), &envelope) != nil {
		return nil
	}
	return slices.Sorted(maps.Keys(envelope.Properties.Data.Properties))
}

// writeJSON prints indented JSON, so that people can read and compare it.
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
