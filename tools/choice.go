package tools

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"hexmcp/schema"
)

// Offer says in which sets of tools an action is. Each value stands for fewer sets.
type Offer int

// The offers, from the widest on.
const (
	OfferedInCore    Offer = iota // in each set of tools that fits
	OfferedByDefault              // in all but core
	OfferedOnRequest              // where its toolset or all is chosen
	OfferedByName                 // where it is named, and nowhere else
)

// Names of sets that go across toolsets.
const (
	SetCore    = "core"    // the first tools, each an operation of Hex
	SetDefault = "default" // core, and the tools of many requests
	SetSmall   = "small"   // the most used, for models with little room
	SetAll     = "all"     // all but those that must be named
)

var sets = []string{SetCore, SetDefault, SetSmall, SetAll}

// In reports whether the action is in a toolset, or in a set that goes across them.
func (a *Action) In(set string) bool {
	switch set {
	case SetCore:
		return a.Offer == OfferedInCore
	case SetDefault:
		return a.Offer <= OfferedByDefault
	case SetSmall:
		return a.mostUsed
	case SetAll:
		return a.Offer < OfferedByName
	}
	return a.Toolset == set && a.Offer < OfferedByName
}

// ToolsetNames are the names that can be chosen, sets across toolsets first.
func ToolsetNames() []string {
	names := slices.Clone(sets)
	for _, t := range Catalog() {
		names = append(names, t.Name)
	}
	return names
}

// CheckToolsets refuses what is no toolset, in a sentence that says which there are.
func CheckToolsets(names []string) error {
	known := ToolsetNames()
	for _, name := range names {
		if !slices.Contains(known, name) {
			return fmt.Errorf("there is no toolset %q%s; there are %s", name, perhaps(schema.Nearest(name, known)), strings.Join(known, ", "))
		}
	}
	return nil
}

// CheckTools refuses what is no tool, in a sentence that says what was probably meant.
func CheckTools(names []string) error {
	for _, name := range names {
		if _, ok := Find(name); !ok {
			return fmt.Errorf("there is no tool %q%s; hexmcp tools lists all", name, perhaps(Suggest(name, namesOf(All()))))
		}
	}
	return nil
}

func perhaps(meant string) string {
	if meant == "" {
		return ""
	}
	return "; did you mean " + meant + "?"
}

func namesOf(actions []Action) []string {
	var names []string
	for _, a := range actions {
		names = append(names, a.Name)
	}
	return names
}

// Choice says which tools are offered. The zero value is the set default.
type Choice struct {
	// Toolsets are names of [ToolsetNames]; none stands for default or, where Tools
	// are named, for these alone.
	Toolsets []string
	// Tools are offered beside those of the toolsets.
	Tools []string
	// Exclude are not offered, whatever else is said.
	Exclude []string
	// ReadOnly leaves only what changes nothing.
	ReadOnly bool
	// NoDestructive leaves out what removes or overwrites something.
	NoDestructive bool
	// Confined leaves out actions that the client's [hexapi.Bounds] cannot confine and,
	// unless Tools name them, those that belong to no project.
	Confined bool
	// Whole begins with all tools, those that must be named included.
	Whole bool
	// Settings are how those who choose know the fields above.
	Settings SettingNames
}

// SettingNames name the settings of a [Choice] for whoever hears why a tool is off.
// An empty name stands for the flag of hexmcp.
type SettingNames struct {
	Toolsets, Tools, Exclude, ReadOnly, NoDestructive string
}

// Check refuses names that there are not.
func (c Choice) Check() error {
	if err := CheckToolsets(c.Toolsets); err != nil {
		return err
	}
	return CheckTools(slices.Concat(c.Tools, c.Exclude))
}

// WhyOff says by which setting an action is off; "" where it is on.
func (c Choice) WhyOff(a Action) string {
	s := c.Settings
	named := slices.Contains(c.Tools, a.Name)
	switch {
	case slices.Contains(c.Exclude, a.Name):
		return cmp.Or(s.Exclude, "--exclude-tools") + " names it"
	case c.ReadOnly && !a.Effect.ReadOnly:
		return cmp.Or(s.ReadOnly, "--read-only") + " leaves only tools that read"
	case c.NoDestructive && a.Effect.Destructive:
		return cmp.Or(s.NoDestructive, "--no-destructive") + " leaves out tools that destroy"
	case c.whyOutside(a, named) != "":
		return c.whyOutside(a, named)
	case c.Whole || named || c.hasSetOf(a):
		return ""
	case a.Offer == OfferedByName:
		return cmp.Or(s.Tools, "--tools") + " does not name it, and no toolset has it"
	case len(c.Toolsets) > 0:
		return cmp.Or(s.Toolsets, "--toolsets") + " does not choose its set, " + a.Toolset
	case len(c.Tools) > 0:
		return cmp.Or(s.Tools, "--tools") + " does not name it"
	}
	return "it is not in the set default: choose its set, " + a.Toolset + ", with " + cmp.Or(s.Toolsets, "--toolsets")
}

// hasSetOf reports whether a set that is chosen has the action.
func (c Choice) hasSetOf(a Action) bool {
	chosen := c.Toolsets
	if len(chosen)+len(c.Tools) == 0 {
		chosen = []string{SetDefault}
	}
	return slices.ContainsFunc(chosen, a.In)
}

// Select returns the actions that are on, in the order of the catalogue.
func (c Choice) Select() []Action {
	return slices.DeleteFunc(slices.Clone(All()), func(a Action) bool { return c.WhyOff(a) != "" })
}

// DefinitionSizes is how many bytes of the actions a model is told in all.
func DefinitionSizes(actions []Action) int {
	total := 0
	for _, a := range actions {
		total += a.DefinitionSize()
	}
	return total
}

// Tokens estimates how many tokens so many bytes of definitions are: a quarter, as
// models count JSON differently.
func Tokens(bytes int) int { return (bytes + 2) / 4 }

// WhyOffByName says by which setting the tool of that name is off; "" where it is
// on, and where there is none.
func (c Choice) WhyOffByName(name string) string {
	a, ok := Find(name)
	if !ok {
		return ""
	}
	return c.WhyOff(a)
}
