package tools

import "hexmcp/hexapi"

func users() Toolset {
	return toolset("users", "Find and deactivate users.",
		reads("HEX_GET_ME", "Get own user",
			"Read who the token acts as. Returns id, name, email and role of its user, the id of the workspace (org), and when the token ends (exp; null: never). A workspace token is no user: it gets org and token alone.",
			(*hexapi.Client).Me, optional),
		reads("HEX_LIST_USERS", "List users",
			"List the workspace's users with email, role and last login; with groupId, the members of a group. There is no search by email: page until pagination.after is null. 30 calls a minute.",
			(*hexapi.Client).ListUsers, idsFrom("groupId", "Only members of this group: UUID from HEX_LIST_GROUPS")),
		destroys("HEX_DEACTIVATE_USER", "Deactivate user",
			"Deactivate a user: sign-in and personal tokens stop working. No API brings them back. Confirm name and email with the user first. Returns the user. Needs Users: Write.",
			(*hexapi.Client).DeactivateUser, reachesPeople, idempotent, verified("HEX_LIST_USERS")),
	)
}
