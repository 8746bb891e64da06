package tools

import (
	"encoding/json"
	"strings"

	"hexmcp/hexapi"
	"hexmcp/tools/jobs"
)

// Thing is a kind of thing, such as a project, whose names can be completed.
type Thing string

// The kinds of things whose names can be completed.
const (
	ThingProject Thing = "project"
	ThingRun     Thing = "run"
	ThingUser    Thing = "user"
	ThingGroup   Thing = "group"
)

// Completion is how an action finds things by what somebody has typed.
type Completion struct {
	Of Thing
	// Arguments are those of the call that finds them; nil where too little is
	// known to make one. Given are the other arguments that are filled in.
	Arguments func(typed string, given map[string]string) map[string]any
	// Found reads things out of the data of the answer, the best first, and whether
	// there are more.
	Found func(data json.RawMessage) (found []Named, more bool)
}

// Named is a thing by its id and by what people call it.
type Named struct{ ID, Name string }

// completing lets an action find things for who types their names.
func completing(completions ...Completion) trait {
	return func(a *Action) { a.Completions = append(a.Completions, completions...) }
}

// foundIn reads things out of what an action answers with.
func foundIn[Out any](read func(Out) ([]Named, bool)) func(json.RawMessage) ([]Named, bool) {
	return func(data json.RawMessage) ([]Named, bool) {
		var out Out
		if json.Unmarshal(data, &out) != nil { // what is left of an answer that did not fit
			return nil, false
		}
		return read(out)
	}
}

// mostCompleted is how many things are found for who types.
const mostCompleted = 20

// projectTitles completes titles of projects.
func projectTitles() Completion {
	return Completion{
		Of: ThingProject,
		Arguments: func(typed string, _ map[string]string) map[string]any {
			if strings.TrimSpace(typed) == "" {
				return map[string]any{"limit": mostCompleted}
			}
			return map[string]any{"text": typed, "limit": mostCompleted}
		},
		Found: foundIn(func(out jobs.FoundProjects) (found []Named, more bool) {
			for _, p := range out.Projects {
				found = append(found, Named{string(p.ID), p.Title})
			}
			return found, out.Next != nil || out.Found > len(out.Projects)
		}),
	}
}

// userEmails completes emails of users, by their names too.
func userEmails() Completion {
	return peopleCompletion(ThingUser, func(out jobs.FoundPeople) (found []Named) {
		for _, u := range out.Users {
			found = append(found, Named{string(u.ID), u.Email})
		}
		return found
	})
}

// groupNames completes names of groups.
func groupNames() Completion {
	return peopleCompletion(ThingGroup, func(out jobs.FoundPeople) (found []Named) {
		for _, g := range out.Groups {
			found = append(found, Named{string(g.ID), g.Name})
		}
		return found
	})
}

func peopleCompletion(of Thing, named func(jobs.FoundPeople) []Named) Completion {
	return Completion{
		Of: of,
		Arguments: func(typed string, _ map[string]string) map[string]any {
			if strings.TrimSpace(typed) == "" {
				return nil // everybody is not asked for
			}
			return map[string]any{"text": typed, "limit": mostCompleted, "withoutGroups": true}
		},
		Found: foundIn(func(out jobs.FoundPeople) ([]Named, bool) {
			found := named(out)
			return found, len(found) == mostCompleted
		}),
	}
}

// runIDs completes ids of the latest runs of a project: they have no other name.
func runIDs() Completion {
	return Completion{
		Of: ThingRun,
		Arguments: func(_ string, given map[string]string) map[string]any {
			if given["projectId"] == "" {
				return nil
			}
			return map[string]any{"projectId": given["projectId"], "limit": mostCompleted}
		},
		Found: foundIn(func(out hexapi.ProjectRuns) (found []Named, more bool) {
			for _, r := range out.Runs {
				found = append(found, Named{string(r.RunID), string(r.RunID)})
			}
			return found, out.NextPage != nil
		}),
	}
}
