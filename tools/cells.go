package tools

import "hexmcp/hexapi"

func cells() Toolset {
	return toolset("cells", "Read, edit and run the cells of a project's draft.",
		reads("HEX_LIST_CELLS", "List cells",
			"List the cells of a project's draft. A section's cells follow it. Sources are filled for code, SQL and markdown cells; all others have null contents. Cell tools take id, not staticId. 30 calls a minute.",
			(*hexapi.Client).ListCells, inProject, mostUsed, servedAt(cellsResource()), listedBy("HEX_LIST_PROJECTS")),
		reads("HEX_GET_CELL", "Get cell",
			"Read one cell of a draft with its source, label and data connection: what HEX_LIST_CELLS has, for one.",
			(*hexapi.Client).GetCell, inCell, mostUsed, refused(Forbidden, always(outdatedCell)), refused(NotFound, always(noCell))),
		writes("HEX_CREATE_CELL", "Create cell",
			"Add a code, SQL or markdown cell to a project's draft. Returns the cell. It is not run, and the published app changes only when somebody publishes in Hex. Needs EDIT_PROJECT_CONTENTS on the project. Each call adds another cell.",
			checked(newCellRules, prepared(placeCell, (*hexapi.Client).CreateCell)), inProject, holding(aCell, "location.insertAfterCellId", "location.parentCellId"), mostUsed, verified("HEX_LIST_CELLS"),
			listedBy("HEX_LIST_PROJECTS"), refused(Forbidden, always(mayNotAddCell)), notingCall(unconnected), notingCall(jinjaInNewCell)),
		destroys("HEX_UPDATE_CELL", "Update cell",
			"Overwrite a draft cell's source, change a SQL cell's data connection, or both; at least one is needed. Type, label and place cannot be changed. Returns the cell, and in notes its old source; go on with the id in it, which may be new. Needs EDIT_PROJECT_CONTENTS.",
			checked(cellChangeRules, prepared(cellChange.meant, (*hexapi.Client).UpdateCell)), inCell, mostUsed, idempotent, verified("HEX_LIST_CELLS", "look for its staticId, as its id may be new"), watched(cellBefore), notingCall(connectionKept), notingCall(jinjaInChange),
			refused(Forbidden, always(outdatedCell)), refused(NotFound, always(noCell)), refused(InvalidInput, always(notOfThisType)),
			insteadOf(`give contents by the type of the cell: {"sqlCell": {"source": "…"}}, or codeCell or markdownCell in its place`, "source", "newSource"),
			insteadOf(`give contents: {"sqlCell": {"source": "…"}}`, "sql", "query", "sqlCell"), insteadOf(`give contents: {"codeCell": {"source": "…"}}`, "code", "python", "codeCell"),
			insteadOf(`give contents: {"markdownCell": {"source": "…"}}`, "markdown", "text", "markdownCell"),
			insteadOf("it cannot be changed: contents and the data connection can", "label", "title", "name", "cellType", "type", "location"),
			idsFrom("dataConnectionId", "UUID from HEX_LIST_DATA_CONNECTIONS, for SQL cells; null, given alone, detaches")),
		destroys("HEX_DELETE_CELL", "Delete cell",
			"Remove a cell from the draft for good, of a section all cells within it too; no undo, so keep sources first. Needs EDIT_PROJECT_CONTENTS. The published app keeps it until the next publish. Returns cellId.",
			(*hexapi.Client).DeleteCell, inCell, mostUsed, asking(askToDeleteCell), verified("HEX_GET_CELL", "404: it is gone"), watched(cellsWithin),
			refused(Forbidden, always(outdatedCell)), refused(NotFound, always(noCell))),
	).with(cellRuns()...).with(draftCharts()...)
}

// What to do when Hex does not find a cell. Hex has been seen to give a cell
// another id with each write, and to answer 403 to the former ones.
const (
	outdatedCell  = "The id is probably outdated or a staticId: each write may give a cell a new id. Take the id of the last answer, or id (not staticId) from HEX_LIST_CELLS. If that is refused too, the token lacks the right to this project's cells: use another token or ask an admin."
	mayNotAddCell = "The token may not edit this project's cells, or an id in location is outdated or a staticId, as each write may give a cell a new id: take id (not staticId) from HEX_LIST_CELLS; otherwise use another token or ask an admin."
	notOfThisType = "Correct the arguments and call again: only CODE, SQL and MARKDOWN cells have contents, in the field of their type, and only SQL cells a data connection, whose id HEX_LIST_DATA_CONNECTIONS has."
	noCell        = "The id is wrong or outdated, or is a staticId, or the token may not see the cell: take the id of the last answer, or id (not staticId) from HEX_LIST_CELLS."
)
