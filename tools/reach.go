package tools

// This file says what of a workspace an action reaches, by traits of the rows. The
// client of Hex keeps what lies outside of its bounds from being read or written;
// the traits say which actions it can keep, and in which arguments.

// Kinds of things whose ids arguments hold.
const (
	aProject    = "project"
	aCell       = "cell"
	aRun        = "run"
	aCollection = "collection"
)

// reach is what of a workspace an action reaches.
type reach int

const (
	reachesUnsaid    reach = iota // no row may leave it open
	reachesThings                 // projects, cells, runs or collections, which arguments name or answers list
	reachesApart                  // what belongs to no project: users, groups, guides, connections
	reachesBoundless              // anything, or what nobody can confine
)

// holding says which arguments hold ids of things of a kind, by the names that lead
// to each.
func holding(kind string, arguments ...string) trait {
	return func(a *Action) {
		a.reach = reachesThings
		if a.holds == nil {
			a.holds = make(map[string]string)
		}
		for _, argument := range arguments {
			a.holds[argument] = kind
		}
	}
}

// inProject marks an action on the project that projectId names.
func inProject(a *Action) { holding(aProject, "projectId")(a) }

// inRun marks an action on the run that projectId and runId name.
func inRun(a *Action) { inProject(a); holding(aRun, "runId")(a) }

// inCell marks an action on the cell that cellId names.
func inCell(a *Action) { holding(aCell, "cellId")(a) }

// inCollection marks an action on the collection that collectionId names.
func inCollection(a *Action) { holding(aCollection, "collectionId")(a) }

// listsThings marks an action that lists projects or collections, or looks through
// them: what lies outside is left out.
func listsThings(a *Action) { a.reach = reachesThings }

// apart marks an action on what belongs to no project.
func apart(a *Action) { a.reach = reachesApart }

// boundless marks an action that cannot be confined: it reaches anything, or makes
// what lies in no collection yet.
func boundless(a *Action) { a.reach = reachesBoundless }

// whyOutside says why an action is off where the tools are confined to some
// projects; "" where it is not.
func (c Choice) whyOutside(a Action, named bool) string {
	switch {
	case !c.Confined || a.reach == reachesThings:
		return ""
	case a.reach == reachesApart && named:
		return ""
	case a.reach == reachesApart:
		return "--projects or --collections confine the tools, and it touches no project: it is off unless --tools names it"
	}
	return "--projects or --collections confine the tools, and what it reaches cannot be confined"
}
