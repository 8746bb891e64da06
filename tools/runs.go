package tools

import "hexmcp/hexapi"

func runs() Toolset {
	return toolset("runs", "Start, follow and cancel runs of published projects.",
		writes("HEX_RUN_PROJECT", "Run project",
			"Run a project's latest published version, never its draft. This executes its SQL and code: real load and cost. Returns runId, no result: poll HEX_GET_RUN_STATUS every 5 seconds or more until a final status. Each call starts another run: after a lost answer check HEX_GET_PROJECT_RUNS first. viewId and inputParams exclude each other; updatePublishedResults does not go with inputParams and needs Can Edit. Limits: 20 runs a minute, 60 an hour, 25 running kernels.",
			(*hexapi.Client).RunProject, reachesPeople, verified("HEX_GET_PROJECT_RUNS"), kernelLimited,
			idsFrom("projectId", "UUID from HEX_LIST_PROJECTS; must be published"),
			whenUnprocessable("Correct what Hex names. If the project was never published (lastPublishedAt is null in HEX_GET_PROJECT), somebody must publish it in Hex: the API cannot.")),
		reads("HEX_GET_PROJECT_RUNS", "List project runs",
			"List one project's runs, newest first: status, times (UTC), trigger, version; no reason of a failure, no time filter. ERRORED, KILLED and UNABLE_TO_ALLOCATE_KERNEL have failed. Next page: add limit to offset until nextPage is null.",
			(*hexapi.Client).GetProjectRuns),
		reads("HEX_GET_RUN_STATUS", "Get run status",
			"Read one run: status, start and end (UTC), elapsed milliseconds, notifications, web page. PENDING and RUNNING go on: ask again after 5 seconds or more (30 calls a minute). COMPLETED, ERRORED, KILLED and UNABLE_TO_ALLOCATE_KERNEL are final. Neither results nor the reason of a failure are here: give the user runUrl.",
			(*hexapi.Client).GetRunStatus, idsFrom("projectId", "UUID of the project that was run")),
		destroys("HEX_CANCEL_RUN", "Cancel run",
			"Cancel a run in progress and free its kernel; its work is lost. Returns {}. The run ends as KILLED a little later: confirm with HEX_GET_RUN_STATUS. 422: it had already finished.",
			(*hexapi.Client).CancelRun, idsFrom("projectId", "UUID of the project that was run"), verified("HEX_GET_RUN_STATUS"),
			whenUnprocessable("The run has probably finished already: see HEX_GET_RUN_STATUS.")),
	)
}

// What to do when Hex refuses to start a run.
const (
	noKernel      = " All 25 kernels are in use and no run was created: wait for a run to end or cancel one (HEX_CANCEL_RUN), then call again."
	unknownInputs = " Leave unknown inputs out or ask the user for their names, which no tool lists; correct the others and call again."
	invalidInputs = " Correct these inputs and call again."
)
