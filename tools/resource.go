package tools

import (
	"encoding/json"
	"slices"
	"strings"

	"hexmcp/hexapi"
)

// Resource is an address at which what an action answers can be read.
type Resource struct {
	Template  string // such as hex://projects/{id}
	Name      string // for programs
	Title     string // for people
	Variables []Variable
	// State is what of an answer tells that the resource has changed, and whether it
	// will change no more; nil where nobody can listen to it.
	State func(body json.RawMessage) (state string, final bool)
}

// Arguments are those of the action at an address, which may be of another form.
func (r Resource) Arguments(address string) (map[string]string, bool) {
	parts, form := strings.Split(address, "/"), strings.Split(r.Template, "/")
	if len(parts) != len(form) {
		return nil, false
	}
	arguments := make(map[string]string)
	for i, part := range form {
		at := slices.IndexFunc(r.Variables, func(v Variable) bool { return part == "{"+v.Name+"}" })
		switch {
		case at >= 0:
			arguments[r.Variables[at].Argument] = parts[i]
		case part != parts[i]:
			return nil, false
		}
	}
	return arguments, true
}

// Variable is a part of an address that is not fixed.
type Variable struct {
	Name     string // in the template
	Argument string // of the action
	Holds    Thing  // whose id it is
}

// servedAt lets the answer of an action that reads be read at an address.
func servedAt(r Resource) trait { return func(a *Action) { a.Resource = &r } }

func projectResource() Resource {
	return Resource{Template: "hex://projects/{id}", Name: "project", Title: "Project", Variables: []Variable{{"id", "projectId", ThingProject}}}
}

func cellsResource() Resource {
	return Resource{Template: "hex://projects/{id}/cells", Name: "cells", Title: "Cells of a project's draft", Variables: []Variable{{"id", "projectId", ThingProject}}}
}

func runResource() Resource {
	return Resource{Template: "hex://runs/{projectId}/{runId}", Name: "run", Title: "Run of a project", State: stateOfRun, Variables: []Variable{
		{"projectId", "projectId", ThingProject}, {"runId", "runId", ThingRun},
	}}
}

func stateOfRun(body json.RawMessage) (state string, final bool) {
	r, err := hexapi.Decoded(hexapi.Answer[hexapi.ProjectRun]{Body: body}, nil)
	return string(r.Status), err == nil && r.Status.IsFinal()
}
