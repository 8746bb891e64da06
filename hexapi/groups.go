package hexapi

import "context"

// Group is a group of users. Its members are listed by ListUsers with its id.
type Group struct {
	ID        UUID   `json:"id"`
	Name      string `json:"name"`
	CreatedAt string `json:"createdAt,omitempty"`
}

// GroupMembers lists users, 100 at the most.
type GroupMembers struct {
	Users []IDReference `json:"users,omitempty" jsonschema:"maxItems=100" jsonschema_description:"Up to 100 users."`
}

// ListGroupsInput sorts and pages the list of groups.
type ListGroupsInput struct {
	Limit int `json:"limit,omitempty" jsonschema:"minimum=1,maximum=500,default=25" jsonschema_description:"Page size."`
	Cursor
	SortBy        GroupSort     `json:"sortBy,omitempty" jsonschema_description:"Sort key."`
	SortDirection SortDirection `json:"sortDirection,omitempty" jsonschema_description:"Sort order."`
}

// GroupSort names what groups are sorted by.
type GroupSort string

// The sort keys of groups.
const (
	GroupsByName     GroupSort = "NAME"
	GroupsByCreation GroupSort = "CREATED_AT"
)

// JSONSchema lists the sort keys.
func (GroupSort) JSONSchema() *Schema { return oneOf(GroupsByName, GroupsByCreation) }

// PageLimit points to the size of the page; zero means the default of Hex.
func (in *ListGroupsInput) PageLimit() *int { return &in.Limit }

// ListGroups lists the groups of the workspace.
//
// API: https://learn.hex.tech/docs/api/api-reference#operation/ListGroups
func (c *Client) ListGroups(ctx context.Context, in ListGroupsInput) (Answer[Page[Group]], error) {
	return get[Page[Group]](ctx, c, path("groups"), in)
}

// GetGroupInput names a group.
type GetGroupInput struct {
	GroupID UUID `json:"groupId" jsonschema:"required"`
}

// GetGroup reads one group.
//
// API: https://learn.hex.tech/docs/api/api-reference#operation/GetGroup
func (c *Client) GetGroup(ctx context.Context, in GetGroupInput) (Answer[Group], error) {
	return get[Group](ctx, c, path("groups", in.GroupID), nil)
}

// CreateGroupInput is a new group.
type CreateGroupInput struct {
	Name    string        `json:"name" jsonschema:"required,minLength=1" jsonschema_description:"Need not be unique."`
	Members *GroupMembers `json:"members,omitempty" jsonschema_description:"First members."`
}

// GroupCreated is a new group with its members.
type GroupCreated struct {
	ID      UUID         `json:"id"`
	Name    string       `json:"name"`
	Members GroupMembers `json:"members"`
}

// CreateGroup makes a group. Names are not unique, so a repeat makes another.
//
// API: https://learn.hex.tech/docs/api/api-reference#operation/CreateGroup
func (c *Client) CreateGroup(ctx context.Context, in CreateGroupInput) (Answer[GroupCreated], error) {
	return post[GroupCreated](ctx, c, path("groups"), in)
}

// EditGroupInput names a group and what changes.
type EditGroupInput struct {
	GroupID UUID `json:"groupId" jsonschema:"required"`
	GroupEdit
}

// GroupEdit changes what it names and leaves the rest.
type GroupEdit struct {
	Name    *string          `json:"name,omitempty" jsonschema:"minLength=1" jsonschema_description:"New name."`
	Members *GroupMemberEdit `json:"members,omitempty" jsonschema_description:"Who joins and who leaves."`
}

// GroupMemberEdit adds and removes members.
type GroupMemberEdit struct {
	Add    *GroupMembers `json:"add,omitempty" jsonschema_description:"Who joins."`
	Remove *GroupMembers `json:"remove,omitempty" jsonschema_description:"Who leaves."`
}

// EditGroup renames a group, adds members or removes them.
//
// API: https://learn.hex.tech/docs/api/api-reference#operation/EditGroup
func (c *Client) EditGroup(ctx context.Context, in EditGroupInput) (Answer[Group], error) {
	return patch[Group](ctx, c, path("groups", in.GroupID), in.GroupEdit)
}

// DeleteGroupInput names a group.
type DeleteGroupInput struct {
	GroupID UUID `json:"groupId" jsonschema:"required"`
}

// DeleteGroup removes a group for good.
//
// API: https://learn.hex.tech/docs/api/api-reference#operation/DeleteGroup
func (c *Client) DeleteGroup(ctx context.Context, in DeleteGroupInput) (Answer[Empty], error) {
	return remove[Empty](ctx, c, path("groups", in.GroupID))
}
