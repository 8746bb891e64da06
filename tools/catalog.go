package tools

import (
	"strings"
	"sync"

	"hexmcp/schema"
)

// Toolset is a group of actions on the same kind of thing.
type Toolset struct {
	Name        string
	Description string
	Actions     []Action
}

// Catalog returns all toolsets in the order in which they are documented. They
// are made at the first use, once a process. Callers must not change what they get.
func Catalog() []Toolset { return catalog().toolsets }

// All returns every action of the catalogue.
func All() []Action { return catalog().actions }

// OnByDefault returns the actions that are offered where the operator has
// chosen none.
func OnByDefault() []Action { return Choice{}.Select() }

// Find returns the action of that name.
func Find(name string) (Action, bool) {
	i, ok := catalog().byName[name]
	if !ok {
		return Action{}, false
	}
	return catalog().actions[i], true
}

// Suggest returns which of the known names name was probably meant to be, or "".
func Suggest(name string, known []string) string {
	if !strings.HasPrefix(strings.ToUpper(name), "HEX") {
		name = "HEX_" + name
	}
	return schema.Nearest(name, known)
}

// index is the catalogue and the ways to look something up in it.
type index struct {
	toolsets []Toolset
	actions  []Action
	byName   map[string]int // index into actions
}

var catalog = sync.OnceValue(func() index {
	i := index{byName: make(map[string]int), toolsets: []Toolset{
		projects(), runs(), cells(), sharing(), collections(), connections(), users(), groups(), guides(), threads(), suggestions(), contexts(), semantics(), embedding(), assist().with(raw()),
	}}
	for _, t := range i.toolsets {
		for j := range t.Actions {
			t.Actions[j].Toolset = t.Name
		}
		for _, a := range t.Actions {
			i.byName[a.Name] = len(i.actions)
			i.actions = append(i.actions, a)
		}
	}
	return i
})

func toolset(name, description string, actions ...Action) Toolset {
	return Toolset{Name: name, Description: description, Actions: actions}
}

// with returns the toolset with further actions, whose rows stand in a file of
// their own.
func (t Toolset) with(actions ...Action) Toolset {
	t.Actions = append(t.Actions, actions...)
	return t
}
