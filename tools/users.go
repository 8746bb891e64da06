package tools

import "hexmcp/hexapi"

func users() Toolset {
	return toolset("users", "Find and deactivate users.",
		reads("HEX_LIST_USERS", "List users",
			"List the workspace's users with email, role and last login; with groupId, the members of a group. There is no search by email: page until pagination.after is null. 30 calls a minute.",
			(*hexapi.Client).ListUsers, idsFrom("groupId", "Only members of this group, from HEX_LIST_GROUPS")),
		destroys("HEX_DEACTIVATE_USER", "Deactivate user",
			"Deactivate a user: sign-in and personal tokens stop working. No API brings them back. Confirm name and email with the user first. Returns the user. Needs Users: Write.",
			(*hexapi.Client).DeactivateUser, idempotent, verified("HEX_LIST_USERS")),
	)
}
