package tools

import "hexmcp/hexapi"

func collections() Toolset {
	return toolset("collections", "Group projects and share them as one.",
		reads("HEX_LIST_COLLECTIONS", "List collections",
			"List collections with creator and sharing. Last page: pagination.after is null. Their projects: HEX_LIST_PROJECTS with collectionId.",
			(*hexapi.Client).ListCollections),
		reads("HEX_GET_COLLECTION", "Get collection",
			"Read one collection with its creator and sharing.",
			(*hexapi.Client).GetCollection),
		writes("HEX_CREATE_COLLECTION", "Create collection",
			"Create a collection and share it if wanted. Returns it with its id. Sharing with groups or the workspace needs an admin. Each call creates another; the API cannot delete one. Add projects with HEX_EDIT_PROJECT_SHARING_COLLECTIONS.",
			(*hexapi.Client).CreateCollection, idsFrom("users", "ids from HEX_LIST_USERS"), idsFrom("groups", "ids from HEX_LIST_GROUPS"), verified("HEX_LIST_COLLECTIONS")),
		destroys("HEX_EDIT_COLLECTION", "Edit collection",
			"Change a collection's name, description or sharing; what is left out stays. Can lower access: NONE removes. Members' access to every project in it changes too. Returns the collection.",
			(*hexapi.Client).EditCollection, idsFrom("users", "ids from HEX_LIST_USERS"), idsFrom("groups", "ids from HEX_LIST_GROUPS"), idempotent, verified("HEX_GET_COLLECTION")),
	)
}
