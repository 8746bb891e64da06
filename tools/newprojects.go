package tools

import (
	"hexmcp/hexapi"
	"hexmcp/schema"
)

// newProjects are the rows of projects beside those that find and mark them.
func newProjects() []Action {
	return []Action{
		writes("HEX_CREATE_PROJECT", "Create project",
			"Create an empty project. Returns the project. It is a draft: add cells with HEX_CREATE_CELL; only people in Hex can publish it. Each call makes another. Needs Projects: Write; a workspace token may be refused.",
			(*hexapi.Client).CreateProject, boundless, optional, verified("HEX_LIST_PROJECTS"), refused(Forbidden, always(mayNotCreate)),
			insteadOf("give title, and tell the user that the rest is set in Hex", "name", "language", "status", "collectionId", "owner", "cells")),
		reads("HEX_GET_QUERIED_TABLES", "List queried tables",
			"List the database tables that a project's published version queries, with their data connections. Enterprise plan only. Needs Projects: Read queried tables.",
			(*hexapi.Client).GetQueriedTables, inProject, optional, listedBy("HEX_LIST_PROJECTS"), refused(Forbidden, always(otherPlan)), refused(Unprocessable, always(neverRun)),
			idsFrom("projectId", "UUID from HEX_LIST_PROJECTS; must be published"), notingCall(noTables)),
		destroys("HEX_SET_COMPUTE_PROFILE", "Set compute profile",
			"Set the kernel image and the compute size that projects run on. The old ones are overwritten, and no tool shows them. Returns what Hex answers. Larger sizes cost more: ask the user first. Needs Projects: Write.",
			checked(profileRules, (*hexapi.Client).BatchComputeProfile), holding(aProject, "projectIds"), optional, idempotent, unlisted),
	}
}

// What to do when Hex refuses.
const (
	mayNotCreate = "Some workspaces let no workspace token (hxtw_) create projects: use a personal token with the role Editor or above, or ask an admin."
	otherPlan    = "Only workspaces on the Enterprise plan have this, and a workspace token needs the scope Projects: Read queried tables. The SQL cells of HEX_LIST_CELLS name tables, too."
)

// profileRules wants something to set.
func profileRules(in hexapi.BatchComputeProfileInput) []schema.Issue {
	if in.ComputeProfile != (hexapi.ComputeProfile{}) {
		return nil
	}
	return []schema.Issue{{Path: "computeProfile", Message: "computeProfile must have image, size or both; ask the user which names the workspace has"}}
}

// noTables says what an empty list means.
func noTables(in hexapi.GetQueriedTablesInput, out hexapi.QueriedTables) []string {
	if len(out.Values) > 0 || in.After != "" || in.Before != "" {
		return nil
	}
	return []string{"The published version queries no tables over data connections."}
}
