package tools

import (
	"context"
	"fmt"

	"hexmcp/hexapi"
	"hexmcp/schema"
	"hexmcp/tools/jobs"
)

func assist() Toolset {
	return toolset("assist", "What people ask for, in one call of many requests.",
		reads("HEX_FIND_PROJECTS", "Find projects",
			"Find projects by title, any Hex URL, owner, status, collection, public access, schedule or disuse. Best matches first; ask the user between equal ones.",
			job(jobs.FindProjects), byDefault, mostUsed, noting(goOnFindingProjects), notingCall(equalProjects)),
		reads("HEX_FIND_RUNS", "Find runs",
			"Find runs of all projects, newest first: what failed last night, what runs now. 30 projects a minute: give projectIds where they are known. No reasons of failures.",
			job(jobs.FindRuns), byDefault, mostUsed, noting(goOnFindingRuns)),
		writes("HEX_RUN_AND_WAIT", "Run project and wait",
			"Run a project's latest published version as HEX_RUN_PROJECT does, once, and wait for its end. Returns status and times. ended false: it goes on; follow it with HEX_WAIT_FOR_RUN. Each call starts another run.",
			checked(runAndWaitRules, job(jobs.RunAndWait)), byDefault, mostUsed, reachesPeople, verified("HEX_GET_PROJECT_RUNS"), kernelLimited,
			idsFrom("projectId", "UUID from HEX_FIND_PROJECTS; must be published"),
			refused(Unprocessable, runRefusal), refused(NotFound, always(noProject)), noting(runGoesOn)),
		reads("HEX_WAIT_FOR_RUN", "Wait for run",
			"Wait for the end of a run that was started before. ended false: it goes on; call again.",
			job(jobs.WaitForRun), byDefault, mostUsed, idsFrom("projectId", "UUID of the project that was run"), refused(NotFound, always(noRun)), noting(runGoesOn)),
	)
}

// job makes a method of what takes several requests.
func job[In, Out any](do func(context.Context, *hexapi.Client, In) (hexapi.Answer[Out], error)) method[In, Out] {
	return func(c *hexapi.Client, ctx context.Context, in In) (hexapi.Answer[Out], error) { return do(ctx, c, in) }
}

// Notes of jobs that did not come to their end.
const (
	moreToLookAt = "%d projects were looked at, and there are more: call again with cursor set to next and the same arguments."
	goesOn       = "The run %s goes on: wait for it with HEX_WAIT_FOR_RUN, and do not start it again."
)

func goOnFindingProjects(out jobs.FoundProjects) []string { return stopped(out.Next, out.LookedAt) }

func goOnFindingRuns(out jobs.FoundRuns) []string { return stopped(out.Next, out.LookedAt) }

// stopped says how to go on with a search that has not come to its end.
func stopped(next *string, lookedAt int) []string {
	if next == nil {
		return nil
	}
	return []string{fmt.Sprintf(moreToLookAt, lookedAt)}
}

// equalProjects keeps the model from taking the first of several that fit alike.
func equalProjects(in jobs.FindProjectsInput, out jobs.FoundProjects) []string {
	switch {
	case in.Text == "":
		return nil
	case len(out.Projects) > 0 && out.Projects[0].Match == jobs.MatchSome:
		return []string{"No title has all of the words. These have some: ask the user which project is meant."}
	case len(out.Projects) > 1 && out.Projects[0].Match == out.Projects[1].Match:
		return []string{"Several projects match alike: ask the user which one is meant."}
	case len(out.Projects) == 0 && out.Next == nil:
		return []string{"No project that the token may see has such a title. A project may have been renamed, archived (archived: true) or be unlisted."}
	}
	return nil
}

func runGoesOn(out jobs.FollowedRun) []string {
	if out.Ended || out.RunID == "" {
		return nil
	}
	return []string{fmt.Sprintf(goesOn, out.RunID)}
}

func runAndWaitRules(in jobs.RunAndWaitInput) []schema.Issue { return runRules(in.RunProjectInput) }
