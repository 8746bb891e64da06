package tools

import (
	"fmt"

	"hexmcp/hexapi"
	"hexmcp/schema"
	"hexmcp/tools/jobs"
)

// waitingForHex are the rows of assist that many workspaces cannot use: off unless
// the set is chosen.
func waitingForHex() []Action {
	return []Action{
		destroys("HEX_EDIT_AND_RUN_CELL", "Edit and run cell",
			"Overwrite the source of a draft cell, run it once in the kernel of the draft (real load and cost), and wait. Returns old source, status, and rows or error of an SQL cell, or the picture of a chart cell; of code cells Hex's API tells status alone. Each call runs it again. Needs EDIT_PROJECT_CONTENTS.",
			job(jobs.EditAndRunCell), inCell, optional, unlisted, holdsRows("result", "rows"), pictures, verified("HEX_LIST_CELLS", "its source; its runs are in HEX_GET_PROJECT_RUNS with projectVersion draft"),
			refused(Forbidden, always(outdatedCell)), refused(NotFound, always(noCell)), refused(Unprocessable, always(correctIt)), noting(cellRunNotes),
			insteadOf("give source, as a text", "contents", "sqlCell", "codeCell", "code", "sql", "query", "text"),
			insteadOf("a draft runs with the inputs that it has", "inputParams", "inputs")),
		writes("HEX_ASK", "Ask and wait",
			"Ask Hex's own agent a question, or further in a thread, and wait for its answer. It queries data for minutes, which costs credits and counts as a run. Returns text, ids of projects and cells, charts if asked for. answered false: call again with threadId alone. Each prompt is asked anew. Some workspaces only; pictures and follow-ups are untried there.",
			checked(askRules, job(jobs.Ask)), boundless, optional, pictures, verified("HEX_LIST_THREADS", "with source PUBLIC_API; of a follow-up HEX_GET_THREAD_MESSAGES"),
			refused(Forbidden, always(noAgent)), refused(NotFound, always(noThreadOrProject)), refused(InvalidInput, always(notIdle)), asksBy, noting(agentNotes),
			idsFrom("threadId", "UUID of a thread from HEX_LIST_THREADS or the last answer. Asks further in it; without prompt, waits for its answer"),
			insteadOf("make the project with HEX_CREATE_PROJECT, and give projectId", "newProject")),
	}
}

const noThreadOrProject = "The threadId or projectId is wrong, or the token may not see it: take them from the last answer, HEX_LIST_THREADS or HEX_FIND_PROJECTS."

// askRules want a question, or a thread to wait for.
func askRules(in jobs.AskInput) []schema.Issue {
	switch {
	case in.Prompt == "" && in.ThreadID == "":
		return []schema.Issue{{Path: "prompt", Message: "there is nothing to ask: give prompt, or threadId alone to wait for the answer in that thread"}}
	case in.Prompt == "" && in.Attachments != nil:
		return []schema.Issue{{Path: "attachments", Message: "attachments go with prompt: give both, or threadId alone to wait"}}
	case in.ThreadID != "" && in.ProjectID != "":
		return []schema.Issue{{Path: "projectId", Message: "projectId is for a new thread, and threadId for one that there is: give one of them"}}
	}
	return attachmentIssues(in.Attachments)
}

// Notes of cells that were run.
const (
	cellEditedOnly = "The cell was changed, but not run: %s."
	cellRunUnsure  = "It is not known whether the cell runs: look with HEX_GET_PROJECT_RUNS, projectVersion draft, before it is run again."
	cellGoesOn     = "The run of the cell goes on, as far as is known: follow it with HEX_WAIT_FOR_RUN, then read HEX_GET_CELL_OUTPUT or HEX_GET_DRAFT_CHART. Do not run it again."
	cellHasFailed  = "The cell failed: result has the error. Mend the source and call again."
	resultOfOther  = "The result is of run %s: of the run that was started Hex has none, or it calls it so."
	noCodeOutput   = "Hex's API has no output of code cells: read an SQL or chart cell that uses what this one makes, or open runUrl."
)

// cellRunNotes says what is not plain about a run of a cell.
func cellRunNotes(out jobs.EditedAndRunCell) []string {
	switch {
	case out.Run == jobs.CellNotRun:
		return []string{fmt.Sprintf(cellEditedOnly, out.Why)}
	case out.Run == jobs.CellRunUnknown:
		return []string{cellRunUnsure}
	case out.Run == jobs.CellRunGoesOn:
		return []string{cellGoesOn}
	case out.ResultOf != "":
		return []string{fmt.Sprintf(resultOfOther, named(string(out.ResultOf)))}
	case out.Result != nil && out.Result.Type == "cell_run_error":
		return []string{cellHasFailed}
	case out.CellType == "CODE":
		return []string{noCodeOutput}
	}
	return nil
}

// agentNotes says what is not plain about an answer of the agent.
func agentNotes(out jobs.AskedAgent) []string {
	switch {
	case !out.Answered:
		return []string{"The agent still works, as far as is known: call again with threadId alone to wait for it, or see HEX_GET_THREAD. Do not ask the question again."}
	case out.Error != nil, out.Status == hexapi.ThreadError:
		return []string{agentFailed(out.Error)}
	case out.Answer == "":
		return []string{"The answer holds no text: the thread is private, or links have all of it. Give the user its url."}
	}
	return nil
}
