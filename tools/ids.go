package tools

import "strings"

// idSources says where the ids of an argument come from, by the last one or two
// names of the argument's path. A row says otherwise with idsFrom.
var idSources = map[string]string{
	"cellId":            "UUID (id, not staticId) from HEX_LIST_CELLS",
	"collectionId":      "UUID from HEX_LIST_COLLECTIONS",
	"contextVersionId":  "Id that HEX_CREATE_CONTEXT_VERSION returned",
	"dataConnectionId":  "UUID from HEX_LIST_DATA_CONNECTIONS",
	"group.id":          "UUID from HEX_LIST_GROUPS",
	"groupId":           "UUID from HEX_LIST_GROUPS",
	"groupIds":          "UUIDs from HEX_LIST_GROUPS",
	"orgGuideFileId":    "UUID of a file from HEX_UPSERT_GUIDE_DRAFT",
	"orgGuideFileIds":   "UUIDs of files from HEX_UPSERT_GUIDE_DRAFT",
	"projectId":         "UUID from HEX_LIST_PROJECTS",
	"projectIds":        "UUIDs from HEX_LIST_PROJECTS or HEX_FIND_PROJECTS",
	"runId":             "UUID from HEX_RUN_PROJECT or HEX_GET_PROJECT_RUNS",
	"semanticProjectId": "UUID of a semantic project, from the user: no tool lists them",
	"staticId":          "UUID (staticId, not id) of a chart cell from HEX_LIST_CELLS",
	"userId":            "UUID (id) from HEX_LIST_USERS",
	"userIds":           "UUIDs from HEX_LIST_USERS",
}

// idsFrom says where the ids of an argument come from, without the full stop,
// in place of what idSources says.
func idsFrom(argument, source string) trait {
	return func(a *Action) {
		if a.idSources == nil {
			a.idSources = make(map[string]string)
		}
		a.idSources[argument] = source
	}
}

// describe puts where ids come from before what the client says of the argument.
func (a *Action) describe(path []string, description string) string {
	source := a.sourceOf(path)
	switch {
	case source == "":
		return description
	case description == "":
		return source + "."
	}
	return source + ". " + description
}

func (a *Action) sourceOf(path []string) string {
	name, ending := path[len(path)-1], strings.Join(path[max(len(path)-2, 0):], ".")
	for _, sources := range []map[string]string{a.idSources, idSources} {
		for _, key := range []string{ending, name} {
			if source, ok := sources[key]; ok {
				return source
			}
		}
	}
	return ""
}
