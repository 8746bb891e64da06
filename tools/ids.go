package tools

// idSources says where the ids of an argument come from, by the argument's name
// at any depth. A row says otherwise with idsFrom.
var idSources = map[string]string{
	"cellId":           "id from HEX_LIST_CELLS",
	"collection":       "id from HEX_LIST_COLLECTIONS",
	"collectionId":     "From HEX_LIST_COLLECTIONS",
	"dataConnectionId": "From HEX_LIST_DATA_CONNECTIONS",
	"group":            "id from HEX_LIST_GROUPS",
	"groupId":          "From HEX_LIST_GROUPS",
	"groupIds":         "From HEX_LIST_GROUPS",
	"orgGuideFileId":   "Id of a file from HEX_UPSERT_GUIDE_DRAFT",
	"orgGuideFileIds":  "Ids of files from HEX_UPSERT_GUIDE_DRAFT",
	"projectId":        "From HEX_LIST_PROJECTS",
	"runId":            "From HEX_RUN_PROJECT or HEX_GET_PROJECT_RUNS",
	"user":             "id from HEX_LIST_USERS",
	"userId":           "id from HEX_LIST_USERS",
	"userIds":          "From HEX_LIST_USERS",
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
func (a *Action) describe(argument, description string) string {
	source, ok := a.idSources[argument]
	if !ok {
		source = idSources[argument]
	}
	switch {
	case source == "":
		return description
	case description == "":
		return source + "."
	}
	return source + ". " + description
}
