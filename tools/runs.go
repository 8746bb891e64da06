package tools

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"hexmcp/hexapi"
	"hexmcp/schema"
	"hexmcp/tools/jobs"
)

func runs() Toolset {
	return toolset("runs", "Start, follow and cancel runs of projects.",
		writes("HEX_RUN_PROJECT", "Run project",
			"Run a project's latest published version, never its draft. This executes its SQL and code: real load and cost. Returns runId, no result: poll HEX_GET_RUN_STATUS every 5 seconds or more until a final status. Each call starts another run: after a lost answer check HEX_GET_PROJECT_RUNS first. viewId and inputParams exclude each other; updatePublishedResults does not go with inputParams and needs Can Edit. Limits: 20 runs a minute, 60 an hour, 25 running kernels.",
			checked(runRules, (*hexapi.Client).RunProject), replacedBy("HEX_RUN_AND_WAIT"), inProject, reachesPeople, verified("HEX_GET_PROJECT_RUNS"), kernelLimited,
			idsFrom("projectId", "UUID from HEX_LIST_PROJECTS; must be published"),
			refused(Unprocessable, runRefusal), refused(NotFound, always(noProject)), notingCall(dryRunNotes), notingCall(toldNobody), notingCall(ignoredInputs)),
		reads("HEX_GET_PROJECT_RUNS", "List project runs",
			"List one project's runs, newest first: status, times (UTC), trigger, version; no reason of a failure, no time filter. ERRORED, KILLED and UNABLE_TO_ALLOCATE_KERNEL have failed. Next page: add limit to offset until nextPage is null.",
			(*hexapi.Client).GetProjectRuns, replacedBy("HEX_FIND_RUNS"), inProject, refused(NotFound, always(noProject)), notingCall(noRuns), completing(runIDs())),
		reads("HEX_GET_RUN_STATUS", "Get run status",
			"Read one run: status, start and end (UTC), elapsed milliseconds, notifications, web page. PENDING and RUNNING go on: ask again after 5 seconds or more (30 calls a minute). COMPLETED, ERRORED, KILLED and UNABLE_TO_ALLOCATE_KERNEL are final. Neither results nor the reason of a failure are here: give the user runUrl.",
			(*hexapi.Client).GetRunStatus, replacedBy("HEX_WAIT_FOR_RUN"), inRun, servedAt(runResource()), idsFrom("projectId", "UUID of the project that was run"),
			refused(NotFound, always(noRun)), noting(unknownStatus)),
		destroys("HEX_CANCEL_RUN", "Cancel run",
			"Cancel a run in progress and free its kernel; its work is lost. Returns {}. The run ends as KILLED a little later: confirm with HEX_GET_RUN_STATUS. 422: it had already finished.",
			(*hexapi.Client).CancelRun, inRun, mostUsed, idsFrom("projectId", "UUID of the project that was run"), verified("HEX_GET_RUN_STATUS"),
			refused(NotFound, always(noRun)), refused(Unprocessable, always(notRunning))),
	).with(draftRuns()...).with(runCharts()...)
}

// What to do when Hex refuses.
const (
	noKernel      = " All 25 kernels are in use and no run was created: wait for a run to end, or ask the user which one to cancel (HEX_CANCEL_RUN), then call again."
	unknownInputs = "Leave unknown inputs out, or look for their names in the sources of HEX_LIST_CELLS and ask the user; correct the others and call again."
	invalidInputs = "Correct these inputs and call again; no tool lists the options of an input: ask the user."
	neverRun      = "A project that was never published (lastPublishedAt is null in HEX_GET_PROJECT) must be published by somebody in Hex: the API cannot."
	correctIt     = "Correct what Hex names if an argument can, and tell the user otherwise: repeating the same call will not help."
	noProject     = "The id is wrong, or the token may not see the project: take ids from HEX_LIST_PROJECTS."
	noRun         = "The run must be one of this project, which the token may see: take both ids from HEX_GET_PROJECT_RUNS or from the answer that started it. The id of a dry run is a dummy, as nothing was started."
	notRunning    = "Only a run that goes on can be canceled: see its status with HEX_GET_RUN_STATUS."
)

// runRefusal says what to do about a run that Hex does not start.
func runRefusal(e *hexapi.Error) string {
	words := strings.ToLower(strings.Join(append(e.Issues, e.Message), " "))
	words = strings.ReplaceAll(words, "updatepublishedresults", "") // an argument
	switch {
	case len(e.NotFound) > 0:
		return unknownInputs
	case len(e.Invalid) > 0:
		return invalidInputs
	case strings.Contains(words, "publish") || strings.TrimSpace(words) == "":
		return neverRun
	}
	return correctIt
}

// misfit says what is wrong with the value of a run input. Hex names only the type
// that it expects. A value of that type must be one that the input does not allow.
func misfit(p hexapi.InvalidParam) string {
	var value any
	_ = json.Unmarshal([]byte(p.ParamValue), &value) // what was cut short has no type
	switch value.(type) {
	case string:
		if p.DataType == "string" {
			return notAnOption
		}
	case []any:
		if p.DataType == "list" {
			return notAnOption
		}
	case float64:
		switch {
		case !strings.EqualFold(p.DataType, "number"):
		case strings.Contains(p.InputCellType, "DROPDOWN"), strings.Contains(p.InputCellType, "SELECT"):
			return notAnOption
		default:
			return "out of its range"
		}
	}
	return "wants " + named(p.DataType)
}

const notAnOption = "not among its options"

// runRules wants ids of Slack channels, whose names Hex does not find.
func runRules(in hexapi.RunProjectInput) []schema.Issue {
	var issues []schema.Issue
	for i, n := range in.Notifications {
		named := func(id string) bool { return strings.HasPrefix(id, "#") }
		if at := slices.IndexFunc(n.SlackChannelIDs, named); at >= 0 {
			path := fmt.Sprintf("notifications[%d].slackChannelIds[%d]", i, at)
			issues = append(issues, schema.Issue{Path: path, Message: fmt.Sprintf(channelName, path, n.SlackChannelIDs[at])})
		}
	}
	return issues
}

const channelName = `%s must be the id of a Slack channel, such as C0123456789; %q is a name: ask the user for the id, which Slack shows in the details of the channel`

// dryRunNotes says that a dry run is none, as its answer looks like that of a run.
func dryRunNotes(in hexapi.RunProjectInput, _ hexapi.RunStarted) []string {
	if !in.DryRun {
		return nil
	}
	return []string{"This was a dry run: nothing was started. runId, runUrl and runStatusUrl are dummies; call without dryRun to start the run."}
}

// toldNobody says which notifications name no recipient.
func toldNobody(in hexapi.RunProjectInput, _ hexapi.RunStarted) []string {
	var notes []string
	for i, n := range in.Notifications {
		if len(n.SlackChannelIDs)+len(n.UserIDs)+len(n.GroupIDs) == 0 {
			notes = append(notes, fmt.Sprintf("notifications[%d] names no recipient, so probably nobody is told: give slackChannelIds, userIds or groupIds.", i))
		}
	}
	return notes
}

// ignoredInputs says that a run may not have the inputs that it was given: Hex was
// told to refuse them beside updatePublishedResults, and to ignore them.
func ignoredInputs(in hexapi.RunProjectInput, _ hexapi.RunStarted) []string {
	if !in.UpdatePublishedResults || len(in.InputParams) == 0 {
		return nil
	}
	return []string{inputsIgnored}
}

// ignoredInputsOf says so of a run that was waited for, if it is the one with the inputs.
func ignoredInputsOf(in jobs.RunAndWaitInput, out jobs.FollowedRun) []string {
	if !out.Started {
		return nil
	}
	return ignoredInputs(in.RunProjectInput, hexapi.RunStarted{})
}

const inputsIgnored = "inputParams were given beside updatePublishedResults: Hex may have ignored them and run with the app's own inputs. Do not take the results for those of the inputs."

// noRuns says what may have kept runs out of an empty list.
func noRuns(in hexapi.GetProjectRunsInput, out hexapi.ProjectRuns) []string {
	switch {
	case len(out.Runs) > 0:
		return nil
	case in.Offset > 0:
		return []string{fmt.Sprintf("No runs are left after the first %d: this is past the last page.", in.Offset)}
	case in.StatusFilter != "" || in.RunTriggerFilter != "" && in.RunTriggerFilter != hexapi.AnyTrigger:
		return []string{fmt.Sprintf("No run matches %s; call without to see whether there are runs at all.", filtersOf(in))}
	}
	return []string{"This project has no runs yet."}
}

// filtersOf says which filters are given.
func filtersOf(in hexapi.GetProjectRunsInput) string {
	var filters []string
	if in.StatusFilter != "" {
		filters = append(filters, "statusFilter "+string(in.StatusFilter))
	}
	if in.RunTriggerFilter != "" && in.RunTriggerFilter != hexapi.AnyTrigger {
		filters = append(filters, "runTriggerFilter "+string(in.RunTriggerFilter))
	}
	return strings.Join(filters, " and ")
}

// unknownStatus says what to do about a status that Hex has added since.
func unknownStatus(out hexapi.ProjectRun) []string {
	if out.Status.GoesOn() || out.Status.IsFinal() {
		return nil
	}
	return []string{fmt.Sprintf("The status %q is not known here. If endTime is set the run has ended; otherwise ask again after 5 seconds or more, and if it stays, give the user runUrl.", out.Status)}
}
