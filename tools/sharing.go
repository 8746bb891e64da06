package tools

import "hexmcp/hexapi"

func sharing() Toolset {
	return toolset("sharing", "Change who has access to a project.",
		destroys("HEX_EDIT_PROJECT_SHARING_USERS", "Share project with users",
			"Set users' access to a project, up to 25 users a call. Users not named keep theirs; NONE removes. APP_ONLY views the app, CAN_VIEW explores. Returns the project and errors: entries Hex refused. Needs Projects: Write.",
			(*hexapi.Client).EditProjectSharingUsers, reachesPeople, idempotent, noting(refusedEntries), verified("HEX_GET_PROJECT")),
		destroys("HEX_EDIT_PROJECT_SHARING_GROUPS", "Share project with groups",
			"Set groups' access to a project, up to 25 groups a call. Groups not named keep theirs; NONE removes. APP_ONLY views the app, CAN_VIEW explores. Returns the project and errors: entries Hex refused. Needs Projects: Write.",
			(*hexapi.Client).EditProjectSharingGroups, reachesPeople, idempotent, noting(refusedEntries), verified("HEX_GET_PROJECT")),
		destroys("HEX_EDIT_PROJECT_SHARING_COLLECTIONS", "Put project into collections",
			"Put a project into collections or take it out (NONE), up to 25 a call; collections not named stay. Everybody in a collection gets the access: APP_ONLY views the app, CAN_VIEW explores. Returns the project and errors: entries Hex refused. Workspace tokens need Collections: Write and Projects: Write.",
			(*hexapi.Client).EditProjectSharingCollections, reachesPeople, idempotent, noting(refusedEntries), verified("HEX_GET_PROJECT")),
		destroys("HEX_EDIT_PROJECT_SHARING_ORG_AND_PUBLIC", "Share project with workspace or web",
			"Set a project's access for the whole workspace, for the public web, or both. A level left out stays; to close the web only, give publicWeb NONE alone. APP_ONLY views the app, CAN_VIEW explores. publicWeb above NONE shows the project to anybody on the internet: only when the user asked for exactly that. Returns the project and errors: levels Hex refused.",
			(*hexapi.Client).EditProjectSharingOrgAndPublic, reachesPeople, idempotent, noting(refusedEntries), verified("HEX_GET_PROJECT")),
	)
}
