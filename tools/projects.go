package tools

import "hexmcp/hexapi"

func projects() Toolset {
	return toolset("projects", "Find and create projects, and set what they are.",
		reads("HEX_LIST_PROJECTS", "List projects",
			"List the projects the token may view, newest created first. No text search: filter, then compare titles page by page. Archived, trashed, unlisted ones and components only if asked for. status null: none, which statuses cannot filter for. lastPublishedAt null: never published, cannot be run.",
			checked(projectFilterRules, (*hexapi.Client).ListProjects), replacedBy("HEX_FIND_PROJECTS"), inCollection, listsThings, where(isFilteredFirstPage, reviewed(unmatchedFilters)),
			insteadOf("HEX_FIND_PROJECTS searches titles; where it is off, read the list page by page and compare", searching...)),
		reads("HEX_GET_PROJECT", "Get project",
			"Read one project's title, owner, status, schedules and times; not its cells (HEX_LIST_CELLS) or input names. 404 also means no permission.",
			(*hexapi.Client).GetProject, inProject, mostUsed, servedAt(projectResource()), listedBy("HEX_LIST_PROJECTS")),
		destroys("HEX_UPDATE_PROJECT", "Update project status",
			"Set or remove a project's status or endorsement; nothing else can be changed. Returns the project. The old status is overwritten. Names are exact and defined by the workspace: see those in use in HEX_LIST_PROJECTS.",
			(*hexapi.Client).UpdateProject, inProject, idempotent, verified("HEX_GET_PROJECT"), listedBy("HEX_LIST_PROJECTS"), refused(InvalidInput, always(unknownName)),
			insteadOf("only the status can be changed here; title, description, owner, categories, archive and trash only in Hex",
				"title", "name", "description", "owner", "ownerEmail", "categories", "category", "archived", "archive", "archivedAt", "trashed", "schedule", "schedules")),
	).with(newProjects()...).with(notebooks()...)
}

const unknownName = "Correct the status and call again: names are exact, HEX_LIST_PROJECTS shows those in use, and new ones are made in Hex only. Archiving and the trash are no status; they are for the user to do in Hex."
