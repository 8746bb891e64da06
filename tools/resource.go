package tools

// Resource is an address at which what an action answers can be read.
type Resource struct {
	Template  string // such as hex://projects/{id}
	Name      string // for programs
	Title     string // for people
	Variables []Variable
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
	return Resource{"hex://projects/{id}", "project", "Project", []Variable{{"id", "projectId", ThingProject}}}
}

func cellsResource() Resource {
	return Resource{"hex://projects/{id}/cells", "cells", "Cells of a project's draft", []Variable{{"id", "projectId", ThingProject}}}
}

func runResource() Resource {
	return Resource{"hex://runs/{projectId}/{runId}", "run", "Run of a project", []Variable{
		{"projectId", "projectId", ThingProject}, {"runId", "runId", ThingRun},
	}}
}
