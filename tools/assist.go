package tools

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"hexmcp/hexapi"
	"hexmcp/schema"
	"hexmcp/tools/jobs"
)

func assist() Toolset {
	return toolset("assist", "What people ask for, in one call of many requests.",
		reads("HEX_FIND_PROJECTS", "Find projects",
			"Find projects by title, any Hex URL, owner, status, collection, public access, schedule or disuse. Best matches first; ask the user between equal ones.",
			job(jobs.FindProjects), replacedBy("HEX_LIST_PROJECTS"), holding(aProject, "text"), holding(aCollection, "collection"), byDefault, mostUsed, noting(goOnFindingProjects), notingCall(equalProjects), reviewed(nothingToLookAt), completing(projectTitles()),
			insteadOf("give it as text", "url", "id", "projectId", "project"), insteadOf("give owner, an email or a part of it", "ownerEmail", "ownedBy", "email", "user")),
		reads("HEX_FIND_RUNS", "Find runs",
			"Find runs of all projects, newest first: what failed last night, what runs now. 25 projects a minute: give projectIds where they are known. No reasons of failures.",
			job(jobs.FindRuns), replacedBy("HEX_GET_PROJECT_RUNS"), holding(aProject, "projectIds"), byDefault, mostUsed, noting(goOnFindingRuns),
			insteadOf(`give since, such as "-24h"`, "hours", "days", "date", "from", "startTime", "startedAfter")),
		reads("HEX_FIND_PEOPLE", "Find people",
			"Find active users and groups by email or name, with their ids, the groups of each user and the members of each group. Best matches first; ask the user between equal ones.",
			job(jobs.FindPeople), replacedBy("HEX_LIST_USERS"), apart, byDefault, noting(goOnFindingPeople), noting(equalPeople), completing(userEmails(), groupNames()),
			insteadOf("give it as text", "email", "name", "query", "search", "user", "group", "id", "userId", "groupId")),
		reads("HEX_GET_ACCESS", "Get access",
			"Read who can reach a project and through what, groups and collections expanded to people. With user, group or public instead: which projects they can reach.",
			job(jobs.GetAccess), inProject, byDefault, noting(goOnGettingAccess), idsFrom("projectId", "UUID from HEX_FIND_PROJECTS: who reaches it"),
			insteadOf("give user: an email, name or id", "email", "userId", "name", "person"), insteadOf("give group: a name or id", "groupId", "groupName"),
			insteadOf("give projectId, from HEX_FIND_PROJECTS", "project", "title", "text", "query", "search"), refused(NotFound, always(noProject))),
		reads("HEX_SEARCH_CELLS", "Search cells",
			"Find cells by text, RE2 pattern or data connection in the drafts of all or some projects, with the lines around each hit. Code, SQL and markdown only. 25 projects a minute: give projectIds or collection where they are known.",
			job(jobs.SearchCells), holding(aProject, "projectIds"), holding(aCollection, "collection"), byDefault, noting(goOnSearchingCells),
			insteadOf(textOrPattern, "query", "search", "q", "find", "regex", "source")),
		destroys("HEX_REPLACE_IN_CELLS", "Replace in cells",
			"Change what a search of HEX_SEARCH_CELLS finds in cells. Without apply it only shows the edits: show them to the user first, then call again with apply true and edits. Each cell is read again and overwritten once, unless somebody changed it meanwhile. Returns each edit's state and old source. Needs EDIT_PROJECT_CONTENTS.",
			job(jobs.ReplaceInCells), holding(aProject, "projectIds"), holding(aCollection, "collection"), byDefault, verified("HEX_SEARCH_CELLS"), noting(editsMade), noting(goOnReplacing),
			insteadOf(textOrPattern, "query", "search", "q", "find", "regex", "source", "old"), insteadOf("give replacement", "replace", "replaceWith", "new"),
			insteadOf("without apply nothing is written, so leave it out", "dryRun", "preview")),
		reads("HEX_COMPARE_PROJECT", "Compare project",
			"Compare a project's draft with what is published, or two versions, cell by cell. Returns added, removed, moved and changed cells with ids and line differences, and how many are unchanged. Not every workspace has exports, which it reads.",
			checked(compareRules, job(jobs.CompareProject)), inProject, byDefault, idsFrom("projectId", "UUID from HEX_FIND_PROJECTS"), numbersToo("from", "to"),
			insteadOf("give from and to", "version", "versions", "base", "head"), refused(Forbidden, always(noExport)), refused(InvalidInput, always(noSuchVersion)), refused(NotFound, always(noProject)), noting(comparison)),
		writes("HEX_RUN_AND_WAIT", "Run project and wait",
			"Run a project's latest published version (real load and cost), and wait for its end. Returns status and times. ended false: it goes on; follow it with HEX_WAIT_FOR_RUN. Each call starts another run.",
			checked(runAndWaitRules, job(jobs.RunAndWait)), replacedBy("HEX_RUN_PROJECT"), inProject, byDefault, mostUsed, asTask, reachesPeople, verified("HEX_GET_PROJECT_RUNS"), kernelLimited,
			idsFrom("projectId", "UUID from HEX_FIND_PROJECTS; must be published"),
			refused(Unprocessable, runRefusal), refused(NotFound, always(noProject)), noting(runGoesOn), notingCall(ignoredInputsOf)),
		reads("HEX_WAIT_FOR_RUN", "Wait for run",
			"Wait for the end of a run that was started before. ended false: it goes on; call again.",
			job(jobs.WaitForRun), replacedBy("HEX_GET_RUN_STATUS"), inRun, byDefault, mostUsed, asTask, idsFrom("projectId", "UUID of the project that was run"), refused(NotFound, always(noRun)), noting(runGoesOn)),
	).with(waitingForHex()...)
}

// job makes a method of what takes several requests.
func job[In, Out any](do func(context.Context, *hexapi.Client, In) (hexapi.Answer[Out], error)) method[In, Out] {
	return func(c *hexapi.Client, ctx context.Context, in In) (hexapi.Answer[Out], error) { return do(ctx, c, in) }
}

const textOrPattern = "give text, or pattern for a regular expression"

// Notes of jobs that did not come to their end.
const (
	goOnNow      = ": call again with cursor set to next and the same arguments."
	goOnLater    = ", as many as Hex's limits allow for now: call again in %s with cursor set to next and the same arguments."
	goOnAfter    = " until this came up: %s. To go on, call again with cursor set to next and the same arguments."
	someLeftOut  = "%s could not be read: leftOut says which and why."
	editsShown   = "Nothing was written. Show the user the %s; then call again with apply true, the same arguments, and as edits the edit of each that the user wants."
	editsUnknown = "The answer to %s got lost: they may have been written or not. Look at the cells of state unknown with HEX_LIST_CELLS before anything else, and do not repeat them unseen."
	editsNotMade = "%s were not made: why says it. All of state written were."
	goesOn       = "The run %s goes on: wait for it with HEX_WAIT_FOR_RUN, and do not start it again."
)

func goOnFindingProjects(out jobs.FoundProjects) []string { return stopped(out.Coverage) }

func goOnFindingPeople(out jobs.FoundPeople) []string { return stopped(out.Coverage) }

func goOnGettingAccess(out jobs.GotAccess) []string { return stopped(out.Coverage) }

func goOnSearchingCells(out jobs.FoundCells) []string { return stopped(out.Coverage) }

func goOnReplacing(out jobs.ReplacedCells) []string { return stopped(out.Coverage) }

func goOnFindingRuns(out jobs.FoundRuns) []string { return stopped(out.Coverage) }

// stopped says how to go on with a search that has not come to its end.
func stopped(done jobs.Coverage) []string {
	var notes []string
	if n := len(done.LeftOut); n > 0 {
		notes = append(notes, fmt.Sprintf(someLeftOut, amountOf(n, strings.TrimSuffix(done.Unit, "s"))))
	}
	switch {
	case done.Next == nil:
		return notes
	case done.Stopped != "":
		return append(notes, lookedAt(done)+fmt.Sprintf(goOnAfter, done.Stopped))
	case done.WaitFirst > 0:
		return append(notes, lookedAt(done)+fmt.Sprintf(goOnLater, amount(done.WaitFirst)))
	}
	return append(notes, lookedAt(done)+goOnNow)
}

// lookedAt says how many of how many were looked at.
func lookedAt(done jobs.Coverage) string {
	of := strings.TrimSuffix(done.Unit, "s")
	were := "were"
	if done.SoFar == 1 {
		were = "was"
	}
	if done.Of > 0 {
		return fmt.Sprintf("%d of %s %s looked at", done.SoFar, amountOf(done.Of, of), were)
	}
	return fmt.Sprintf("%s %s looked at, and there are more", amountOf(done.SoFar, of), were)
}

func amountOf(n int, of string) string {
	if n == 1 {
		return "1 " + of
	}
	return fmt.Sprintf("%d %ss", n, of)
}

// equalProjects keeps the model from taking the first of several that fit alike.
func equalProjects(in jobs.FindProjectsInput, out jobs.FoundProjects) []string {
	switch {
	case in.Text == "":
		return nil
	case len(out.Projects) > 0 && out.Projects[0].Match == jobs.MatchSome:
		return []string{"No title has all of the words. These have some: ask the user which project is meant."}
	case endsAmongEquals(out):
		return []string{fmt.Sprintf("%d projects match, and the best are here: give more words, or ask the user which one is meant.", out.Found)}
	case len(out.Projects) > 1 && out.Projects[0].Match == out.Projects[1].Match:
		return []string{"Several projects match alike: ask the user which one is meant."}
	case len(out.Projects) == 0 && out.Next == nil && out.LookedAt > 0:
		return []string{"No project that the token may see has such a title. A project may have been renamed, archived (archived: true) or be unlisted."}
	}
	return nil
}

// endsAmongEquals reports whether projects are left out that fit as the first one does.
func endsAmongEquals(out jobs.FoundProjects) bool {
	n := len(out.Projects)
	return n > 0 && out.Found > n && out.Next == nil && out.Projects[0].Match == out.Projects[n-1].Match && out.Projects[0].Match != jobs.MatchTitle
}

// equalPeople keeps the model from taking the first of several that fit alike, and
// from inviting whom nobody can invite.
func equalPeople(out jobs.FoundPeople) []string {
	matches := peopleMatches(out)
	switch {
	case len(matches) == 0:
		return []string{fmt.Sprintf("None of the %d active users and groups has such an email or name. Inviting people is not in Hex's API: an admin does it in Hex.", out.Among)}
	case matches[0] == jobs.MatchSimilar, matches[0] == jobs.MatchSome:
		return []string{"Nobody is called exactly so. These are nearest: ask the user who is meant."}
	case len(matches) > 1 && matches[0] == matches[1]:
		return []string{"Several match alike: ask the user who is meant."}
	}
	return nil
}

// peopleMatches are the matches of users and groups, the best first.
func peopleMatches(out jobs.FoundPeople) []jobs.Match {
	var all []jobs.Match
	for _, u := range out.Users {
		all = append(all, u.Match)
	}
	for _, g := range out.Groups {
		all = append(all, g.Match)
	}
	slices.SortStableFunc(all, jobs.Match.Compare)
	return all
}

// editsMade says what to do about edits that were shown, and about those of which
// nobody knows whether they were made.
func editsMade(out jobs.ReplacedCells) []string {
	var notes []string
	if n := out.States[jobs.EditShown]; n > 0 {
		notes = append(notes, fmt.Sprintf(editsShown, amountOf(n, "edit")))
	}
	if n := out.States[jobs.EditUnknown]; n > 0 {
		notes = append(notes, fmt.Sprintf(editsUnknown, amountOf(n, "edit")))
	}
	if n := out.States[jobs.EditSkipped] + out.States[jobs.EditRefused]; n > 0 {
		notes = append(notes, fmt.Sprintf(editsNotMade, amountOf(n, "edit")))
	}
	if len(out.Cells) == 0 && out.Next == nil {
		notes = append(notes, "No cell was found that the replacement would change, or none of edits: nothing was written.")
	}
	return notes
}

// noSuchVersion is what to do when there is no such version to export.
const noSuchVersion = "A project that was never published has a draft only, and versions are numbered from 1: HEX_GET_PROJECT_RUNS shows which version each run had."

// compareRules want two versions.
func compareRules(in jobs.CompareProjectInput) []schema.Issue {
	if issues := slices.Concat(versionRules("from", in.From), versionRules("to", in.To)); issues != nil {
		return issues
	}
	if in.From == in.To && in.From != "" || in.From == "draft" && in.To == "" || in.From == "" && in.To == "latest" {
		return []schema.Issue{{Path: "to", Message: "from and to are the same version: give two"}}
	}
	return nil
}

// comparison says what is not plain in a comparison.
func comparison(out jobs.ComparedProject) []string {
	var notes []string
	if !out.Differs() {
		notes = append(notes, fmt.Sprintf("The two versions are alike: all %s are the same.", amountOf(out.Unchanged, "cell")))
	}
	if out.ByName {
		notes = append(notes, "The two versions share no cell ids, so cells were told apart by type and label: one that was renamed is shown as removed and added.")
	}
	return notes
}

func runGoesOn(out jobs.FollowedRun) []string {
	if out.Ended || out.RunID == "" {
		return nil
	}
	return []string{fmt.Sprintf(goesOn, out.RunID)}
}

func runAndWaitRules(in jobs.RunAndWaitInput) []schema.Issue { return runRules(in.RunProjectInput) }
