package hexapi

import (
	"context"

	"github.com/invopop/jsonschema"
)

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
func (Access) JSONSchema() *jsonschema.Schema {
	return oneOf(NoAccess, AppOnly, CanView, CanEdit, FullAccess)
}

// ProjectSharing says who has access to a project. Reads give emails and
// names, writes take ids.
type ProjectSharing struct {
	Users       []UserAccess       `json:"users"`
	Collections []CollectionAccess `json:"collections"`
	Groups      []GroupAccess      `json:"groups"`
	Workspace   Grant              `json:"workspace"`
	PublicWeb   Grant              `json:"publicWeb"`
	Support     Grant              `json:"support"`
}

// Grant is the access of everybody in a scope.
type Grant struct {
	Access Access `json:"access"`
}

// UserAccess is one user's access.
type UserAccess struct {
	User   Person `json:"user"`
	Access Access `json:"access"`
}

// GroupAccess is one group's access.
type GroupAccess struct {
	Group  Named  `json:"group"`
	Access Access `json:"access"`
}

// CollectionAccess is the access through one collection.
type CollectionAccess struct {
	Collection Named  `json:"collection"`
	Access     Access `json:"access"`
}

// Named holds a name.
type Named struct {
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

// EditProjectSharingUsersInput names a project and the users whose access changes.
type EditProjectSharingUsersInput struct {
	ProjectID UUID `json:"projectId" jsonschema:"required" jsonschema_description:"From HEX_LIST_PROJECTS."`
	UserSharingEdit
}

// UserSharingEdit is the body of an edit.
type UserSharingEdit struct {
	Sharing Upsert[UserGrants] `json:"sharing" jsonschema:"required"`
}

// Upsert changes the named entries and leaves all others as they are.
type Upsert[T any] struct {
	Upsert T `json:"upsert" jsonschema:"required"`
}

// UserGrants lists users and their new access.
type UserGrants struct {
	Users []UserGrant `json:"users" jsonschema:"required,maxItems=25"`
}

// UserGrant gives one user access, or takes it with NONE.
type UserGrant struct {
	User   Ref    `json:"user" jsonschema:"required" jsonschema_description:"id from HEX_LIST_USERS."`
	Access Access `json:"access" jsonschema:"required" jsonschema_description:"NONE removes access."`
}

// Ref names something by id.
type Ref struct {
	ID UUID `json:"id" jsonschema:"required"`
}

// EditProjectSharingUsers changes the access of users to a project.
func (c *Client) EditProjectSharingUsers(ctx context.Context, in EditProjectSharingUsersInput) (Answer[SharingEdited], error) {
	return patch[SharingEdited](ctx, c, path("projects", in.ProjectID, "sharing", "users"), in.UserSharingEdit)
}

// EditProjectSharingGroupsInput names a project and the groups whose access changes.
type EditProjectSharingGroupsInput struct {
	ProjectID UUID `json:"projectId" jsonschema:"required" jsonschema_description:"From HEX_LIST_PROJECTS."`
	GroupSharingEdit
}

// GroupSharingEdit is the body of an edit.
type GroupSharingEdit struct {
	Sharing Upsert[GroupGrants] `json:"sharing" jsonschema:"required"`
}

// GroupGrants lists groups and their new access.
type GroupGrants struct {
	Groups []GroupGrant `json:"groups" jsonschema:"required,maxItems=25"`
}

// GroupGrant gives one group access, or takes it with NONE.
type GroupGrant struct {
	Group  Ref    `json:"group" jsonschema:"required" jsonschema_description:"id from HEX_LIST_GROUPS."`
	Access Access `json:"access" jsonschema:"required" jsonschema_description:"NONE removes access."`
}

// EditProjectSharingGroups changes the access of groups to a project.
func (c *Client) EditProjectSharingGroups(ctx context.Context, in EditProjectSharingGroupsInput) (Answer[SharingEdited], error) {
	return patch[SharingEdited](ctx, c, path("projects", in.ProjectID, "sharing", "groups"), in.GroupSharingEdit)
}

// EditProjectSharingCollectionsInput names a project and the collections that it joins or leaves.
type EditProjectSharingCollectionsInput struct {
	ProjectID UUID `json:"projectId" jsonschema:"required" jsonschema_description:"From HEX_LIST_PROJECTS."`
	CollectionSharingEdit
}

// CollectionSharingEdit is the body of an edit.
type CollectionSharingEdit struct {
	Sharing Upsert[CollectionGrants] `json:"sharing" jsonschema:"required"`
}

// CollectionGrants lists collections and the access through them.
type CollectionGrants struct {
	Collections []CollectionGrant `json:"collections" jsonschema:"required,maxItems=25"`
}

// CollectionGrant puts the project into one collection, or takes it out with NONE.
type CollectionGrant struct {
	Collection Ref    `json:"collection" jsonschema:"required" jsonschema_description:"id from HEX_LIST_COLLECTIONS."`
	Access     Access `json:"access" jsonschema:"required" jsonschema_description:"NONE takes the project out."`
}

// EditProjectSharingCollections puts a project into collections or takes it out.
// A workspace token needs Collections: Write and Projects: Write.
func (c *Client) EditProjectSharingCollections(ctx context.Context, in EditProjectSharingCollectionsInput) (Answer[SharingEdited], error) {
	return patch[SharingEdited](ctx, c, path("projects", in.ProjectID, "sharing", "collections"), in.CollectionSharingEdit)
}

// EditProjectSharingOrgAndPublicInput names a project and its general access.
type EditProjectSharingOrgAndPublicInput struct {
	ProjectID UUID `json:"projectId" jsonschema:"required" jsonschema_description:"From HEX_LIST_PROJECTS."`
	GeneralSharingEdit
}

// GeneralSharingEdit is the body of an edit.
type GeneralSharingEdit struct {
	Sharing GeneralSharing `json:"sharing" jsonschema:"required"`
}

// GeneralSharing is the access of the whole workspace and of the public web.
type GeneralSharing struct {
	Workspace Access `json:"workspace" jsonschema:"required" jsonschema_description:"Access of everybody in the workspace."`
	PublicWeb Access `json:"publicWeb" jsonschema:"required" jsonschema_description:"Access of anybody on the internet; NONE unless the user asked to publish it."`
}

// EditProjectSharingOrgAndPublic sets the access of the workspace and of the
// public web. PublicWeb above NONE shows the project to the internet.
func (c *Client) EditProjectSharingOrgAndPublic(ctx context.Context, in EditProjectSharingOrgAndPublicInput) (Answer[SharingEdited], error) {
	return patch[SharingEdited](ctx, c, path("projects", in.ProjectID, "sharing", "workspaceAndPublic"), in.GeneralSharingEdit)
}
