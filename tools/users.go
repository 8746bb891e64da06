package tools

import (
	"fmt"
	"strings"

	"hexmcp/hexapi"
)

func users() Toolset {
	return toolset("users", "Find and deactivate users.",
		reads("HEX_GET_ME", "Get own user",
			"Read who the token acts as. Returns id, name, email and role of its user, the id of the workspace (org), and when the token ends (exp; null: never). A workspace token is no user: it gets org and token alone.",
			(*hexapi.Client).Me, apart, optional),
		reads("HEX_LIST_USERS", "List users",
			"List the workspace's users with email, role and last login; with groupId, the members of a group. There is no search by email: page until pagination.after is null. 30 calls a minute.",
			(*hexapi.Client).ListUsers, replacedBy("HEX_FIND_PEOPLE"), apart, where(isFilteredUserList, notingCall(unlistedUsers)), refused(NotFound, always(noGroup)), idsFrom("groupId", "Only members of this group: UUID from HEX_LIST_GROUPS"),
			insteadOf(searchesPeople, append(searching, "email")...)),
		destroys("HEX_DEACTIVATE_USER", "Deactivate user",
			"Deactivate a user: sign-in and personal tokens stop working. No API brings them back. Confirm name and email with the user first. Returns the user. Needs Users: Write.",
			(*hexapi.Client).DeactivateUser, apart, reachesPeople, idempotent, listedBy("HEX_LIST_USERS"), verified("HEX_LIST_USERS"), asking(askToDeactivate), notingCall(anotherUser)),
	)
}

const searchesPeople = "HEX_FIND_PEOPLE searches emails and names; where it is off, read the list page by page and compare"

const noGroup = "The groupId is wrong, or the token may not see the group: take ids from HEX_LIST_GROUPS."

// anotherUser says that Hex tells of another user than was to be deactivated.
func anotherUser(in hexapi.DeactivateUserInput, out hexapi.UserDeactivated) []string {
	if out.User.ID == "" || strings.EqualFold(string(out.User.ID), string(in.UserID)) {
		return nil
	}
	return []string{fmt.Sprintf("Hex answered with another user than was named: %s (%s). Look at both with HEX_LIST_USERS, and tell the user.", named(string(out.User.ID)), quoted(out.User.Email))}
}

// isFilteredUserList reports whether a first page has a filter.
func isFilteredUserList(in hexapi.ListUsersInput) bool {
	return in.After == "" && in.Before == "" && (len(in.UserIDs) > 0 || in.GroupID != "")
}

// unlistedUsers says what may have kept users out of an empty list, and which of
// several ids the whole of a list lacks.
func unlistedUsers(in hexapi.ListUsersInput, out hexapi.Page[hexapi.User]) []string {
	switch missing := missing(in.UserIDs, out.Values, func(u hexapi.User) hexapi.UUID { return u.ID }); {
	case out.Pagination.After != nil:
		return nil
	case len(in.UserIDs) > 0 && in.GroupID != "" && len(out.Values) == 0:
		return []string{"None of these users is in the group, or none exists: list by one of the two filters."}
	case len(missing) > 0 && in.GroupID != "":
		return []string{fmt.Sprintf("Not in the group, or no active users: %s.", strings.Join(missing, ", "))}
	case len(missing) > 0:
		return []string{fmt.Sprintf("No active user has the id %s: take ids from HEX_LIST_USERS without userIds.", strings.Join(missing, " or "))}
	case in.GroupID != "" && len(out.Values) == 0:
		return []string{"The group has no active members."}
	}
	return nil
}
