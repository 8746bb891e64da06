package hexapi

import "context"

// Collection is a folder of projects that is shared as one.
type Collection struct {
	ID          UUID              `json:"id"`
	Name        string            `json:"name"`
	Description string            `json:"description,omitempty"`
	Creator     CollectionCreator `json:"creator"`
	Sharing     CollectionSharing `json:"sharing"`
}

// CollectionCreator is who made a collection.
type CollectionCreator struct {
	ID    UUID   `json:"id"`
	Email string `json:"email"`
}

// CollectionSharing says who has access to a collection. Hex leaves the words
// for access open; MEMBER, MANAGER and NONE are known.
type CollectionSharing struct {
	Users     []CollectionMember   `json:"users,omitempty" jsonschema_description:"Users and their access."`
	Groups    []CollectionMember   `json:"groups,omitempty" jsonschema_description:"Groups and their access."`
	Workspace *CollectionWorkspace `json:"workspace,omitzero" jsonschema_description:"Access of the workspace."`
}

// CollectionMember is the access of one user or group.
type CollectionMember struct {
	ID     UUID   `json:"id" jsonschema:"required"`
	Access string `json:"access" jsonschema:"required" jsonschema_description:"MEMBER, MANAGER or NONE (removes)."`
}

// CollectionWorkspace is the access of everybody in the workspace.
type CollectionWorkspace struct {
	Members string `json:"members,omitempty" jsonschema_description:"Access of all workspace members: MEMBER, MANAGER or NONE."`
}

// IsZero reports whether nothing is said of the workspace.
func (w *CollectionWorkspace) IsZero() bool { return w == nil || w.Members == "" }

// ListCollectionsInput sorts and pages the list of collections.
type ListCollectionsInput struct {
	Limit int `json:"limit,omitempty" jsonschema:"minimum=1,maximum=100,default=25" jsonschema_description:"Page size."`
	Cursor
	SortBy        CollectionSort `json:"sortBy,omitempty" jsonschema_description:"NAME is the only key."`
	SortDirection SortDirection  `json:"sortDirection,omitempty" jsonschema_description:"May be ignored by Hex."`
}

// CollectionSort names what collections are sorted by.
type CollectionSort string

// CollectionsByName is the only sort key of collections.
const CollectionsByName CollectionSort = "NAME"

// JSONSchema lists the sort keys.
func (CollectionSort) JSONSchema() *Schema { return oneOf(CollectionsByName) }

// PageLimit points to the size of the page; zero means the default of Hex.
func (in *ListCollectionsInput) PageLimit() *int { return &in.Limit }

// ListCollections lists the collections that the token may view.
//
// API: https://learn.hex.tech/docs/api/api-reference#operation/ListCollections
func (c *Client) ListCollections(ctx context.Context, in ListCollectionsInput) (Answer[Page[Collection]], error) {
	return get[Page[Collection]](ctx, c, path("collections"), in)
}

// GetCollectionInput names a collection.
type GetCollectionInput struct {
	CollectionID UUID `json:"collectionId" jsonschema:"required"`
}

// GetCollection reads one collection.
//
// API: https://learn.hex.tech/docs/api/api-reference#operation/GetCollection
func (c *Client) GetCollection(ctx context.Context, in GetCollectionInput) (Answer[Collection], error) {
	return get[Collection](ctx, c, path("collections", in.CollectionID), nil)
}

// CreateCollectionInput is a new collection.
type CreateCollectionInput struct {
	Name        string             `json:"name" jsonschema:"required,minLength=1" jsonschema_description:"Shown to people."`
	Description string             `json:"description,omitempty" jsonschema_description:"Shown to people."`
	Sharing     *CollectionSharing `json:"sharing,omitempty" jsonschema_description:"Who has access at first."`
}

// CreateCollection makes a collection. Sharing with groups or the workspace
// needs an admin.
//
// API: https://learn.hex.tech/docs/api/api-reference#operation/CreateCollection
func (c *Client) CreateCollection(ctx context.Context, in CreateCollectionInput) (Answer[Collection], error) {
	return post[Collection](ctx, c, path("collections"), in)
}

// EditCollectionInput names a collection and what changes.
type EditCollectionInput struct {
	CollectionID UUID `json:"collectionId" jsonschema:"required"`
	CollectionEdit
}

// CollectionEdit changes what it names and leaves the rest.
type CollectionEdit struct {
	Name        *string                           `json:"name,omitempty" jsonschema:"minLength=1" jsonschema_description:"New name."`
	Description *string                           `json:"description,omitempty" jsonschema_description:"New description."`
	Sharing     *SharingUpsert[CollectionSharing] `json:"sharing,omitempty" jsonschema_description:"Entries not named stay as they are."`
}

// EditCollection changes a collection's name, description or sharing.
//
// API: https://learn.hex.tech/docs/api/api-reference#operation/EditCollection
func (c *Client) EditCollection(ctx context.Context, in EditCollectionInput) (Answer[Collection], error) {
	return patch[Collection](ctx, c, path("collections", in.CollectionID), in.CollectionEdit)
}
