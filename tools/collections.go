package tools

import (
	"hexmcp/hexapi"
	"hexmcp/schema"
)

func collections() Toolset {
	return toolset("collections", "Group projects and share them as one.",
		reads("HEX_LIST_COLLECTIONS", "List collections",
			"List collections with creator and sharing. Their projects: HEX_LIST_PROJECTS with collectionId.",
			(*hexapi.Client).ListCollections, listsThings),
		reads("HEX_GET_COLLECTION", "Get collection",
			"Read one collection with its creator and sharing: what HEX_LIST_COLLECTIONS has, for one.",
			(*hexapi.Client).GetCollection, inCollection, listedBy("HEX_LIST_COLLECTIONS")),
		writes("HEX_CREATE_COLLECTION", "Create collection",
			"Create a collection and share it if wanted. Returns it with its id. Sharing with groups or the workspace needs an admin. Each call creates another; the API cannot delete one. Add projects with HEX_EDIT_PROJECT_SHARING_COLLECTIONS.",
			checked(newCollectionRules, (*hexapi.Client).CreateCollection), boundless, usersByName("users.id"), groupsByName("groups.id"), reachesPeople, verified("HEX_LIST_COLLECTIONS")),
		destroys("HEX_EDIT_COLLECTION", "Edit collection",
			"Change a collection's name, description or sharing; what is left out stays. MEMBER sees it, MANAGER also changes it, NONE removes; access to every project in it changes too. Projects join and leave by HEX_EDIT_PROJECT_SHARING_COLLECTIONS. Returns the collection.",
			checked(collectionEditRules, (*hexapi.Client).EditCollection), inCollection, collectionsByName("collectionId"), usersByName("users.id"), groupsByName("groups.id"), reachesPeople, listedBy("HEX_LIST_COLLECTIONS"), idempotent, verified("HEX_GET_COLLECTION"),
			insteadOf("projects are added and taken out with HEX_EDIT_PROJECT_SHARING_COLLECTIONS", "projects", "projectIds", "projectId", "addProjects", "removeProjects"),
			insteadOf("give sharing.upsert with users, groups or workspace", "members", "access")),
	)
}

// newCollectionRules refuses two different accesses for the same user or group.
func newCollectionRules(in hexapi.CreateCollectionInput) []schema.Issue {
	if in.Sharing == nil {
		return nil
	}
	return memberRules(*in.Sharing, "sharing")
}

// collectionEditRules requires that something changes, and refuses two different
// accesses for the same user or group.
func collectionEditRules(in hexapi.EditCollectionInput) []schema.Issue {
	switch {
	case in.Sharing != nil && shares(in.Sharing.Upsert):
		return memberRules(in.Sharing.Upsert, "sharing.upsert")
	case in.Name != nil, in.Description != nil:
		return nil
	}
	return []schema.Issue{{Message: nothingToEditInCollection}}
}

func memberRules(s hexapi.CollectionSharing, path string) []schema.Issue {
	return append(twoWillsIn(memberGrants(s.Users), path+".users"), twoWillsIn(memberGrants(s.Groups), path+".groups")...)
}

func memberGrants(members []hexapi.CollectionMember) []grant {
	all := make([]grant, len(members))
	for i, m := range members {
		all[i] = grant{string(m.ID), m.Access}
	}
	return all
}

func shares(s hexapi.CollectionSharing) bool {
	return len(s.Users)+len(s.Groups) > 0 || !s.Workspace.IsZero()
}

const nothingToEditInCollection = `there is nothing to change: give name, description, or sharing as {"upsert":{"users":[{"id":…,"access":"MEMBER"}]}}; projects are added with HEX_EDIT_PROJECT_SHARING_COLLECTIONS`
