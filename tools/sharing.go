package tools

import (
	"fmt"
	"strings"

	"hexmcp/hexapi"
	"hexmcp/schema"
)

func sharing() Toolset {
	return toolset("sharing", "Change who has access to a project.",
		destroys("HEX_EDIT_PROJECT_SHARING_USERS", "Share project with users",
			"Set users' access to a project, up to 25 users a call. Users not named keep theirs; NONE removes. APP_ONLY views the app, CAN_VIEW explores. Returns the project and errors: entries Hex refused. Needs Projects: Write.",
			checked(usersGiven, (*hexapi.Client).EditProjectSharingUsers), inProject, reachesPeople, idempotent, usersByName("user.id"), reportsRefusals(usersWanted, "HEX_LIST_USERS"), verified("HEX_GET_PROJECT", "includeSharing true"), listedBy("HEX_LIST_PROJECTS")),
		destroys("HEX_EDIT_PROJECT_SHARING_GROUPS", "Share project with groups",
			"Set groups' access to a project, up to 25 groups a call. Groups not named keep theirs; NONE removes. APP_ONLY views the app, CAN_VIEW explores. Returns the project and errors: entries Hex refused. Needs Projects: Write.",
			checked(groupsGiven, (*hexapi.Client).EditProjectSharingGroups), inProject, reachesPeople, idempotent, groupsByName("group.id"), reportsRefusals(groupsWanted, "HEX_LIST_GROUPS"), verified("HEX_GET_PROJECT", "includeSharing true"), listedBy("HEX_LIST_PROJECTS")),
		destroys("HEX_EDIT_PROJECT_SHARING_COLLECTIONS", "Put project into collections",
			"Put a project into collections or take it out (NONE), up to 25 a call; collections not named stay. Everybody in a collection gets the access: APP_ONLY views the app, CAN_VIEW explores. Returns the project and errors: entries Hex refused. Workspace tokens need Collections: Write and Projects: Write.",
			checked(collectionsGiven, (*hexapi.Client).EditProjectSharingCollections), inProject, holding(aCollection, "sharing.upsert.collections.collection.id"), reachesPeople, idempotent, collectionsByName("collection.id"), reportsRefusals(collectionsWanted, "HEX_LIST_COLLECTIONS"), verified("HEX_GET_PROJECT", "includeSharing true"), listedBy("HEX_LIST_PROJECTS")),
		destroys("HEX_EDIT_PROJECT_SHARING_ORG_AND_PUBLIC", "Share project with workspace or web",
			"Set a project's access for the whole workspace, for the public web, or both. A level left out stays; to close the web only, give publicWeb NONE alone. APP_ONLY views the app, CAN_VIEW explores. publicWeb above NONE shows the project to anybody on the internet: only when the user asked for exactly that. Returns the project and errors: levels Hex refused.",
			checked(levelsGiven, (*hexapi.Client).EditProjectSharingOrgAndPublic), inProject, asking(askToPublish), reachesPeople, idempotent, reportsRefusals(levelsWanted, ""), notingCall(levelsKept), verified("HEX_GET_PROJECT", "includeSharing true"), listedBy("HEX_LIST_PROJECTS")),
	)
}

// grant is what one entry of a list of grants says.
type grant struct{ id, access string }

func userGrants(in hexapi.EditProjectSharingUsersInput) []grant {
	var all []grant
	for _, g := range in.Sharing.Upsert.Users {
		all = append(all, grant{string(g.User.ID), string(g.Access)})
	}
	return all
}

func usersWanted(in hexapi.EditProjectSharingUsersInput) []string { return idsOf(userGrants(in)) }

func usersGiven(in hexapi.EditProjectSharingUsersInput) []schema.Issue {
	return grantRules(userGrants(in), "sharing.upsert.users", "user")
}

func groupGrants(in hexapi.EditProjectSharingGroupsInput) []grant {
	var all []grant
	for _, g := range in.Sharing.Upsert.Groups {
		all = append(all, grant{string(g.Group.ID), string(g.Access)})
	}
	return all
}

func groupsWanted(in hexapi.EditProjectSharingGroupsInput) []string { return idsOf(groupGrants(in)) }

func groupsGiven(in hexapi.EditProjectSharingGroupsInput) []schema.Issue {
	return grantRules(groupGrants(in), "sharing.upsert.groups", "group")
}

func collectionGrants(in hexapi.EditProjectSharingCollectionsInput) []grant {
	var all []grant
	for _, g := range in.Sharing.Upsert.Collections {
		all = append(all, grant{string(g.Collection.ID), string(g.Access)})
	}
	return all
}

func collectionsWanted(in hexapi.EditProjectSharingCollectionsInput) []string {
	return idsOf(collectionGrants(in))
}

func collectionsGiven(in hexapi.EditProjectSharingCollectionsInput) []schema.Issue {
	return grantRules(collectionGrants(in), "sharing.upsert.collections", "collection")
}

func idsOf(grants []grant) []string {
	ids := make([]string, len(grants))
	for i, g := range grants {
		ids[i] = g.id
	}
	return ids
}

// grantRules requires a grant, and refuses two different ones for the same id.
func grantRules(grants []grant, path, one string) []schema.Issue {
	if len(grants) == 0 {
		return []schema.Issue{{Path: path, Message: path + " is empty, so nothing would change: name at least one " + one + ` as {"` + one + `":{"id":…},"access":…}; access NONE removes`}}
	}
	return twoWillsIn(grants, path)
}

// twoWillsIn refuses two entries that give the same id different access: Hex does not
// document which of them would count.
func twoWillsIn(grants []grant, path string) []schema.Issue {
	given := make(map[string]string)
	for _, g := range grants {
		id := strings.ToLower(g.id)
		if access, twice := given[id]; twice && access != g.access {
			return []schema.Issue{{Path: path, Message: fmt.Sprintf("%s gives %s both %s and %s: give it once", path, g.id, access, g.access)}}
		}
		given[id] = g.access
	}
	return nil
}

func levelsWanted(in hexapi.EditProjectSharingOrgAndPublicInput) []string {
	var levels []string
	if in.Sharing.Workspace != "" {
		levels = append(levels, "workspace")
	}
	if in.Sharing.PublicWeb != "" {
		levels = append(levels, "publicWeb")
	}
	return levels
}

// levelsGiven requires at least one of the two levels. Its sentence must not lead a
// model to make up a value for the other one.
func levelsGiven(in hexapi.EditProjectSharingOrgAndPublicInput) []schema.Issue {
	if len(levelsWanted(in)) > 0 {
		return nil
	}
	return []schema.Issue{{Path: "sharing", Message: oneLevel}}
}

const oneLevel = "sharing changes nothing: give the one level that the user wants changed, workspace or publicWeb; a level that is left out stays as it is"
