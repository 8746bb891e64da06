package tools

import (
	"strings"

	"hexmcp/schema"
)

// Toolset is a group of actions on the same kind of thing.
type Toolset struct {
	Name        string
	Description string
	Actions     []Action
}

// Catalog returns all toolsets in the order in which they are documented.
func Catalog() []Toolset {
	return []Toolset{
		projects(), runs(), cells(), sharing(), collections(), connections(), users(), groups(), guides(),
	}
}

// All returns every action of the catalogue.
func All() []Action {
	var all []Action
	for _, t := range Catalog() {
		all = append(all, t.Actions...)
	}
	return all
}

// Find returns the action of that name.
func Find(name string) (Action, bool) {
	for _, a := range All() {
		if a.Name == name {
			return a, true
		}
	}
	return Action{}, false
}

// Suggest returns the name that name was probably meant to be, or "".
func Suggest(name string) string {
	if !strings.HasPrefix(strings.ToUpper(name), "HEX") {
		name = "HEX_" + name
	}
	var known []string
	for _, a := range All() {
		known = append(known, a.Name)
	}
	return schema.Nearest(name, known)
}

func toolset(name, description string, actions ...Action) Toolset {
	return Toolset{Name: name, Description: description, Actions: actions}
}
