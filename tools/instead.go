package tools

import (
	"slices"
	"strings"
)

// alias is the advice for names that models send to a tool that has the argument, and
// none of these names.
type alias struct {
	argument string // which the tool has
	clause   string
	names    []string
}

// aliases are in order: the first that fits is said. A row says what it alone
// knows by the trait insteadOf, which comes before.
var aliases = []alias{
	{"ownerEmail", "give ownerEmail, or creatorEmail for who made it", []string{"owner", "ownedBy", "email", "user", "author"}},
	{"creatorEmail", "give creatorEmail", []string{"creator", "createdBy", "madeBy"}},
	{"statusFilter", "give statusFilter, one status", []string{"status", "state", "states", "statuses", "filter"}},
	{"runTriggerFilter", "give runTriggerFilter", []string{"trigger", "triggers", "runTrigger"}},
	{"statusFilter", "there is no filter by time: runs come newest first, so page until they are too old", []string{
		"since", "until", "from", "to", "before", "startTime", "endTime", "startedAfter", "startedBefore", "date", "days", "hours",
	}},
	{"offset", "for the next page give offset: that of this page plus limit", []string{
		"page", "pageNumber", "cursor", "after", "pageToken", "nextPage", "nextToken", "skip", "start",
	}},
	{"after", "for the next page give after, which is pagination.after of the last answer", []string{
		"page", "pageNumber", "cursor", "pageToken", "nextPage", "nextToken", "nextCursor", "startingAfter", "offset", "skip", "start",
	}},
	{"cursor", "to go on give cursor, which is next of the last answer", []string{
		"page", "pageNumber", "pageToken", "nextPage", "nextToken", "nextCursor", "after", "offset", "skip",
	}},
	{"limit", "give limit", []string{"pageSize", "perPage", "count", "max", "maxResults", "size", "top", "first", "n"}},
	{"text", "give text", []string{"search", "query", "q", "keyword", "searchTerm", "contains", "find", "filter", "title", "name", "label"}},
	{"projectIds", "give projectIds, a list of ids from HEX_FIND_PROJECTS", []string{"project", "projectName", "projectTitle", "title", "name"}},
	{"limit", "there is no text search: read the list page by page and compare", []string{
		"search", "query", "q", "text", "keyword", "searchTerm", "title", "name", "email", "contains", "filter", "label",
	}},
	{"inputParams", "give inputParams, an object of values by input name", []string{
		"inputs", "input", "params", "parameters", "arguments", "args", "variables", "values",
	}},
	{"waitSeconds", "give waitSeconds", waits},
	{"dryRun", waitsNowhere, waits},
	{"enableExpandedStats", waitsNowhere, waits},
	{"cellId", "cellId alone is enough, so leave it out", []string{"projectId"}},
}

const waitsNowhere = "this tool does not wait: ask HEX_GET_RUN_STATUS every 5 seconds or more until the status is final"

var waits = []string{"wait", "waitForCompletion", "waitUntilDone", "waitForResult", "block", "blocking", "poll", "async", "sync", "timeout", "timeoutSeconds"}

// replacedBy names a tool that does the same. Some sets of tools have only one of the
// two.
func replacedBy(tool string) trait { return func(a *Action) { a.standIn = tool } }

// StandIn is the tool that does the same as one of that name, "" where there is none.
func StandIn(name string) string {
	a, _ := Find(name)
	return a.standIn
}

// searching are names of arguments by which models search.
var searching = []string{"search", "query", "q", "text", "keyword", "searchTerm", "title", "name", "contains"}

// meant says what to do in place of an argument that there is not, or nothing
// where nothing special is known.
func (a *Action) meant(path, known []string) string {
	if len(path) != 1 {
		return ""
	}
	for name, clause := range a.instead {
		if sameName(name, path[0]) {
			return clause
		}
	}
	for _, other := range aliases {
		is := func(name string) bool { return sameName(name, path[0]) }
		if slices.Contains(known, other.argument) && slices.ContainsFunc(other.names, is) {
			return other.clause
		}
	}
	return ""
}

// sameName compares names without regard to how their words are joined.
func sameName(a, b string) bool {
	plain := strings.NewReplacer("_", "", "-", "", " ", "")
	return strings.EqualFold(plain.Replace(a), plain.Replace(b))
}
