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

// cellRuns are the rows of running cells.
func cellRuns() []Action {
	return []Action{
		writes("HEX_RUN_CELL", "Run cell",
			"Run one cell of a draft, in the kernel of the draft: real load and cost. Returns runId, no result: poll HEX_GET_RUN_STATUS. Cells that it needs must have run before. Each call runs it again.",
			(*hexapi.Client).RunCell, inCell, optional, unlisted, verified("HEX_GET_PROJECT_RUNS", "look for projectVersion draft"),
			refused(Forbidden, always(outdatedCell)), refused(Unprocessable, always(correctIt)), notingCall(cellDryRun)),
	}
}

// cellDryRun says that a dry run is none.
func cellDryRun(in hexapi.RunCellInput, _ hexapi.CellRunStarted) []string {
	if !in.DryRun {
		return nil
	}
	return []string{"This was a dry run: the cell was not run. Call without dryRun to run it."}
}
