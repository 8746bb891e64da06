package tools

import (
	"fmt"
	"slices"

	"hexmcp/hexapi"
	"hexmcp/schema"
)

func groups() Toolset {
	return toolset("groups", "Manage groups of users.",
		reads("HEX_LIST_GROUPS", "List groups",
			"List groups. Their members: HEX_LIST_USERS with groupId.",
			(*hexapi.Client).ListGroups, replacedBy("HEX_FIND_PEOPLE"), apart, insteadOf(searchesPeople, searching...)),
		reads("HEX_GET_GROUP", "Get group",
			"Read one group's name and creation time. Its members: HEX_LIST_USERS with groupId.",
			(*hexapi.Client).GetGroup, apart, listedBy("HEX_LIST_GROUPS")),
		writes("HEX_CREATE_GROUP", "Create group",
			"Create a group with up to 100 first members. Returns its id. Each call creates another, since names need not be unique: look in HEX_LIST_GROUPS first. Needs Groups: Write; with directory sync, groups are managed there.",
			(*hexapi.Client).CreateGroup, apart, usersByName("users.id"), reachesPeople, verified("HEX_LIST_GROUPS")),
		destroys("HEX_EDIT_GROUP", "Edit group",
			"Rename a group, add or remove members (up to 100 each); what is left out stays. Removed members lose what the group gave them. Returns id and name, not members: see HEX_LIST_USERS with groupId. Needs Groups: Write.",
			checked(groupEditRules, (*hexapi.Client).EditGroup), apart, groupsByName("groupId"), usersByName("users.id"), reachesPeople, listedBy("HEX_LIST_GROUPS"), idempotent, verified("HEX_LIST_USERS", "groupId shows the members")),
		destroys("HEX_DELETE_GROUP", "Delete group",
			"Delete a group for good; access shared through it goes too. Its users stay. There is no undo. Returns {}. Needs Groups: Write.",
			(*hexapi.Client).DeleteGroup, apart, reachesPeople, listedBy("HEX_LIST_GROUPS"), verified("HEX_GET_GROUP", "404: it is gone"), asking(askToDeleteGroup)),
	)
}

// groupEditRules requires that something changes, and that no user is both added and
// removed.
func groupEditRules(in hexapi.EditGroupInput) []schema.Issue {
	var add, remove []hexapi.IDReference
	if in.Members != nil {
		add, remove = members(in.Members.Add), members(in.Members.Remove)
	}
	if in.Name == nil && len(add)+len(remove) == 0 {
		return []schema.Issue{{Message: nothingToEditInGroup}}
	}
	for _, user := range add {
		if slices.Contains(remove, user) {
			return []schema.Issue{{Path: "members", Message: fmt.Sprintf("members adds and removes %s at once: leave one out", user.ID)}}
		}
	}
	return nil
}

func members(given *hexapi.GroupMembers) []hexapi.IDReference {
	if given == nil {
		return nil
	}
	return given.Users
}

const nothingToEditInGroup = `there is nothing to change: give name, or members as {"add":{"users":[{"id":…}]}} or {"remove":{"users":[{"id":…}]}}`
