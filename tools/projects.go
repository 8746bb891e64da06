package tools

import "hexmcp/hexapi"

func projects() Toolset {
	return toolset("projects", "Find projects and set their status.",
		reads("HEX_LIST_PROJECTS", "List projects",
			"List the projects the token may view, newest created first. There is no text search: filter by the arguments, then compare titles page by page. Last page: pagination.after is null. lastPublishedAt null: never published, cannot be run.",
			(*hexapi.Client).ListProjects),
		reads("HEX_GET_PROJECT", "Get project",
			"Read one project's title, owner, status, schedules and times; not its cells (HEX_LIST_CELLS) or input names. 404 also means no permission.",
			(*hexapi.Client).GetProject),
		destroys("HEX_UPDATE_PROJECT", "Update project status",
			"Set or remove a project's status or endorsement; nothing else can be changed. Returns the project. The old status is overwritten. Statuses are defined by the workspace: see those in use in HEX_LIST_PROJECTS.",
			(*hexapi.Client).UpdateProject, idempotent, verified("HEX_GET_PROJECT")),
	)
}
