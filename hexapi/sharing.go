package hexapi

import "context"

// Access is what somebody may do with a project. In Hex's own pages APP_ONLY
// is "Can view app" and CAN_VIEW is "Can explore".
type Access string

// The access levels, from none to all.
const (
	NoAccess   Access = "NONE"
	AppOnly    Access = "APP_ONLY"
	CanView    Access = "CAN_VIEW"
	CanEdit    Access = "CAN_EDIT"
	FullAccess Access = "FULL_ACCESS"
)

// JSONSchema lists the levels.
func (Access) JSONSchema() *Schema {
	return oneOf(NoAccess, AppOnly, CanView, CanEdit, FullAccess)
}

// ProjectSharing says who has access to a project. Reads give emails and
// names, writes take ids.
type ProjectSharing struct {
	Users       []UserAccess       `json:"users"`
	Collections []CollectionAccess `json:"collections"`
	Groups      []GroupAccess      `json:"groups"`
	Workspace   ScopeAccess        `json:"workspace"`
	PublicWeb   ScopeAccess        `json:"publicWeb"`
	Support     ScopeAccess        `json:"support"`
}

// ScopeAccess is the access of everybody in a scope: the workspace, the public
// web, Hex's support.
type ScopeAccess struct {
	Access Access `json:"access"`
}

// UserAccess is one user's access.
type UserAccess struct {
	User   Person `json:"user"`
	Access Access `json:"access"`
}

// GroupAccess is one group's access.
type GroupAccess struct {
	Group  NameReference `json:"group"`
	Access Access        `json:"access"`
}

// CollectionAccess is the access through one collection.
type CollectionAccess struct {
	Collection NameReference `json:"collection"`
	Access     Access        `json:"access"`
}

// NameReference names something by its name, which need not be unique.
type NameReference struct {
	Name string `json:"name"`
}

// SharingEdited is the project after a sharing edit. Hex answers 200 even when
// it refused some entries: those are in Errors.
type SharingEdited struct {
	Project Project        `json:"project"`
	Errors  []SharingError `json:"errors" jsonschema_description:"entries that were refused"`
}

// SharingError says which entries of an edit were refused, and why.
type SharingError struct {
	UserIDs       []string `json:"userIds,omitempty"`
	GroupIDs      []string `json:"groupIds,omitempty"`
	CollectionIDs []string `json:"collectionIds,omitempty"`
	Type          string   `json:"type,omitempty" jsonschema_description:"workspace or publicWeb"`
	Reason        string   `json:"reason"`
}

// SharingEdit is the body of an edit: the new access of those that T lists.
type SharingEdit[T any] struct {
	Sharing SharingUpsert[T] `json:"sharing" jsonschema:"required" jsonschema_description:"The change."`
}

// SharingUpsert changes the entries that T lists and leaves all others as they are.
type SharingUpsert[T any] struct {
	Upsert T `json:"upsert" jsonschema:"required" jsonschema_description:"Others stay."`
}

// IDReference names something by its id.
type IDReference struct {
	ID UUID `json:"id" jsonschema:"required"`
}

// EditProjectSharingUsersInput names a project and the users whose access changes.
type EditProjectSharingUsersInput struct {
	ProjectID UUID `json:"projectId" jsonschema:"required"`
	UserSharingEdit
}

// UserSharingEdit is the body of [Client.EditProjectSharingUsers].
type UserSharingEdit = SharingEdit[UserGrants]

// UserGrants lists users and their new access, 25 at the most.
type UserGrants struct {
	Users []UserGrant `json:"users" jsonschema:"required,maxItems=25" jsonschema_description:"Up to 25 users."`
}

// UserGrant gives one user access, or takes it with [NoAccess].
type UserGrant struct {
	User   IDReference `json:"user" jsonschema:"required" jsonschema_description:"The user."`
	Access Access      `json:"access" jsonschema:"required" jsonschema_description:"NONE removes access."`
}

// EditProjectSharingUsers changes the access of users to a project. Entries that
// Hex refuses are in the answer, beside those that it applied.
//
// API: https://learn.hex.tech/docs/api/api-reference#operation/EditProjectSharingUsers
func (c *Client) EditProjectSharingUsers(ctx context.Context, in EditProjectSharingUsersInput) (Answer[SharingEdited], error) {
	return patch[SharingEdited](ctx, c, path("projects", in.ProjectID, "sharing", "users"), in.UserSharingEdit, countedIn(fixedRate))
}

// EditProjectSharingGroupsInput names a project and the groups whose access changes.
type EditProjectSharingGroupsInput struct {
	ProjectID UUID `json:"projectId" jsonschema:"required"`
	GroupSharingEdit
}

// GroupSharingEdit is the body of [Client.EditProjectSharingGroups].
type GroupSharingEdit = SharingEdit[GroupGrants]

// GroupGrants lists groups and their new access, 25 at the most.
type GroupGrants struct {
	Groups []GroupGrant `json:"groups" jsonschema:"required,maxItems=25" jsonschema_description:"Up to 25 groups."`
}

// GroupGrant gives one group access, or takes it with [NoAccess].
type GroupGrant struct {
	Group  IDReference `json:"group" jsonschema:"required" jsonschema_description:"The group."`
	Access Access      `json:"access" jsonschema:"required" jsonschema_description:"NONE removes access."`
}

// EditProjectSharingGroups changes the access of groups to a project. Entries
// that Hex refuses are in the answer, beside those that it applied.
//
// API: https://learn.hex.tech/docs/api/api-reference#operation/EditProjectSharingGroups
func (c *Client) EditProjectSharingGroups(ctx context.Context, in EditProjectSharingGroupsInput) (Answer[SharingEdited], error) {
	return patch[SharingEdited](ctx, c, path("projects", in.ProjectID, "sharing", "groups"), in.GroupSharingEdit, countedIn(standardRate))
}

// EditProjectSharingCollectionsInput names a project and the collections that it joins or leaves.
type EditProjectSharingCollectionsInput struct {
	ProjectID UUID `json:"projectId" jsonschema:"required"`
	CollectionSharingEdit
}

// CollectionSharingEdit is the body of [Client.EditProjectSharingCollections].
type CollectionSharingEdit = SharingEdit[CollectionGrants]

// CollectionGrants lists collections and the access through them, 25 at the most.
type CollectionGrants struct {
	Collections []CollectionGrant `json:"collections" jsonschema:"required,maxItems=25" jsonschema_description:"Up to 25 collections."`
}

// CollectionGrant puts the project into one collection, or takes it out with [NoAccess].
type CollectionGrant struct {
	Collection IDReference `json:"collection" jsonschema:"required" jsonschema_description:"The collection."`
	Access     Access      `json:"access" jsonschema:"required" jsonschema_description:"NONE takes the project out."`
}

// EditProjectSharingCollections puts a project into collections or takes it out.
// A workspace token needs Collections: Write and Projects: Write.
//
// API: https://learn.hex.tech/docs/api/api-reference#operation/EditProjectSharingCollections
func (c *Client) EditProjectSharingCollections(ctx context.Context, in EditProjectSharingCollectionsInput) (Answer[SharingEdited], error) {
	return patch[SharingEdited](ctx, c, path("projects", in.ProjectID, "sharing", "collections"), in.CollectionSharingEdit)
}

// EditProjectSharingOrgAndPublicInput names a project and its general access.
type EditProjectSharingOrgAndPublicInput struct {
	ProjectID UUID `json:"projectId" jsonschema:"required"`
	GeneralSharingEdit
}

// GeneralSharingEdit is the body of an edit.
type GeneralSharingEdit struct {
	Sharing GeneralSharing `json:"sharing" jsonschema:"required" jsonschema_description:"The levels to set."`
}

// GeneralSharing is the access of the whole workspace and of the public web. An empty
// field leaves that access as it is.
type GeneralSharing struct {
	Workspace Access `json:"workspace,omitempty" jsonschema_description:"Access of everybody in the workspace."`
	PublicWeb Access `json:"publicWeb,omitempty" jsonschema_description:"Access of anybody on the internet; NONE unless the user asked to publish it."`
}

// EditProjectSharingOrgAndPublic sets the access of the workspace and of the
// public web. PublicWeb above NONE shows the project to the internet.
//
// API: https://learn.hex.tech/docs/api/api-reference#operation/EditProjectSharingOrgAndPublic
func (c *Client) EditProjectSharingOrgAndPublic(ctx context.Context, in EditProjectSharingOrgAndPublicInput) (Answer[SharingEdited], error) {
	return patch[SharingEdited](ctx, c, path("projects", in.ProjectID, "sharing", "workspaceAndPublic"), in.GeneralSharingEdit, countedIn(standardRate))
}
