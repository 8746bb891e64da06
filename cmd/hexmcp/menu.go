package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"hexmcp/tools"
)

// menu prints for people which tools there are, by toolset.
type menu struct {
	out    io.Writer
	look   look
	width  int // of the terminal; 0 for none
	choice tools.Choice
	told   bool // also prints the first sentence of each description
}

// list prints all toolsets.
func (m *menu) list(sets []tools.Toolset) {
	for i, set := range sets {
		if i > 0 {
			fmt.Fprintln(m.out)
		}
		m.set(set)
	}
}

// cost prints how many tools are on, and how long their definitions are.
func (m *menu) cost(actions []tools.Action) {
	on := slices.DeleteFunc(slices.Clone(actions), func(a tools.Action) bool { return m.choice.WhyOff(a) != "" })
	bytes := tools.DefinitionSizes(on)
	fmt.Fprintf(m.out, "%d of %d tools are on. Their definitions have %d bytes, about %d tokens.\n\n", len(on), len(actions), bytes, tools.Tokens(bytes))
}

// set prints a toolset: first the tools that are on, then those that are off, grouped by
// the reason.
func (m *menu) set(set tools.Toolset) {
	fmt.Fprintf(m.out, "%s: %s\n", m.look.bold(set.Name), set.Description)
	for _, why := range m.reasons(set.Actions) {
		if why != "" {
			fmt.Fprintln(m.out, m.look.dim(wrap("off, because "+why+":", "  ", m.width)))
		}
		for _, a := range set.Actions {
			if m.choice.WhyOff(a) == why {
				m.tool(a, longest(set.Actions))
			}
		}
	}
}

// reasons are the reasons why actions are off. "", for those that are on, comes first.
func (m *menu) reasons(actions []tools.Action) []string {
	var all []string
	for _, a := range actions {
		if why := m.choice.WhyOff(a); !slices.Contains(all, why) {
			all = append(all, why)
		}
	}
	slices.SortStableFunc(all, func(a, b string) int { return min(len(a), 1) - min(len(b), 1) })
	return all
}

// tool prints a tool in a line.
func (m *menu) tool(a tools.Action, width int) {
	name, mark := fmt.Sprintf("%-*s", width, a.Name), "on "
	if m.choice.WhyOff(a) != "" {
		name, mark = m.look.dim(name), m.look.dim("off")
	}
	fmt.Fprintf(m.out, "  %s  %s  %s  %s\n", mark, name, m.kind(a), a.Title)
	if m.told {
		first, _, _ := strings.Cut(a.Description, ". ")
		fmt.Fprintln(m.out, wrap(strings.TrimSuffix(first, ".")+".", "       ", m.width))
	}
}

// kind says in one word what a tool does, in a colour that warns of destructive tools.
func (m *menu) kind(a tools.Action) string {
	kind, _, _ := strings.Cut(a.Effect.String(), ",")
	padded := fmt.Sprintf("%-8s", kind)
	switch {
	case a.Effect.Destructive:
		return m.look.red(padded)
	case a.Effect.ReadOnly:
		return m.look.green(padded)
	}
	return m.look.amber(padded)
}

func longest(actions []tools.Action) int {
	most := 0
	for _, a := range actions {
		most = max(most, len(a.Name))
	}
	return most
}

// detail prints all about one tool: what it does, its arguments, and why it is off.
func (m *menu) detail(a tools.Action) {
	fmt.Fprintf(m.out, "%s: %s (%s)\n\n%s\n\n", m.look.bold(a.Name), a.Title, a.Effect, wrap(a.Description, "", m.width))
	arguments := argumentsOf(a.Input())
	if len(arguments) == 0 {
		fmt.Fprintln(m.out, "It takes no arguments.")
	} else {
		fmt.Fprintln(m.out, "Arguments:")
	}
	for _, argument := range arguments {
		form := argument.Type
		if argument.Required {
			form += ", required"
		}
		fmt.Fprintf(m.out, "  %s (%s)\n%s\n", m.look.bold(argument.Name), form, wrap(argument.Description, "      ", m.width))
	}
	if why := m.choice.WhyOff(a); why != "" {
		fmt.Fprintf(m.out, "\nIt is off: %s.\n", why)
	}
}
