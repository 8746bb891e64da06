package tools

import "hexmcp/hexapi"

// draftRuns are the rows of runs of drafts.
func draftRuns() []Action {
	return []Action{
		writes("HEX_RUN_DRAFT", "Run draft",
			"Run all cells of a project's draft, not its published version: real load and cost. Returns runId, no result: poll HEX_GET_RUN_STATUS every 5 seconds or more until a final status. Each call starts another run. Counts as a run.",
			(*hexapi.Client).RunNotebook, inProject, optional, unlisted, verified("HEX_GET_PROJECT_RUNS", "look for projectVersion draft"),
			refused(Unprocessable, always(correctIt)),
			insteadOf("a draft runs with the inputs that it has; HEX_RUN_PROJECT runs the published version with others", "inputParams", "inputs", "viewId")),
	}
}

// cellRuns are the rows of running cells and of what comes of it.
func cellRuns() []Action {
	return []Action{
		writes("HEX_RUN_CELL", "Run cell",
			"Run one cell of a draft, in the kernel of the draft: real load and cost. Returns runId, no result: poll HEX_GET_RUN_STATUS. Cells that it needs must have run before. Each call runs it again.",
			(*hexapi.Client).RunCell, inCell, optional, unlisted, verified("HEX_GET_PROJECT_RUNS", "look for projectVersion draft"),
			refused(Forbidden, always(outdatedCell)), refused(Unprocessable, always(correctIt)), notingCall(cellDryRun)),
		reads("HEX_GET_CELL_OUTPUT", "Get cell output",
			"Read what an SQL cell returned when it last ran in its draft: columns and rows, all as text, or its error. Run it with HEX_RUN_CELL first, or HEX_RUN_DRAFT. Holds rows of data: ask for no more than is needed. Hex calls this unstable.",
			(*hexapi.Client).GetCellOutput, inCell, optional, holdsRows("result", "rows"), idsFrom("cellId", "UUID (id or staticId) of an SQL cell from HEX_LIST_CELLS"),
			refused(NotFound, always(noOutput)), refused(Forbidden, always(outdatedOutput)), refused(InvalidInput, always(noSQLCell)),
			noting(cellFailed), insteadOf("the query decides how many rows there are: change it with HEX_UPDATE_CELL and run it again", "limit", "rows", "maxRows", "offset", "page")),
	}
}

// What to do when Hex has no output.
const (
	noOutput       = "The cell has not run to its end in a session of its draft, or the id is wrong: run it with HEX_RUN_CELL, wait for the end with HEX_GET_RUN_STATUS, and call again. Ids are in HEX_LIST_CELLS."
	outdatedOutput = "The id is probably outdated, as each write may give a cell a new one: give its staticId, or take its id from HEX_LIST_CELLS. If that is refused too, the token lacks the right to this project's cells."
	noSQLCell      = "Give an SQL cell: HEX_LIST_CELLS has the type of each. Of charts, HEX_GET_CELL_OUTPUT has nothing."
)

// cellFailed says that the output is an error.
func cellFailed(out hexapi.CellOutput) []string {
	if out.Result.Type != hexapi.ErrorResult {
		return nil
	}
	return []string{"The cell failed when it last ran: result has the error. Mend its source with HEX_UPDATE_CELL, and run it again."}
}

// cellDryRun says that a dry run is none.
func cellDryRun(in hexapi.RunCellInput, _ hexapi.CellRunStarted) []string {
	if !in.DryRun {
		return nil
	}
	return []string{"This was a dry run: the cell was not run. Call without dryRun to run it."}
}
