package hexapi

import "context"

// StatusUpdate sets or removes the status of an object. Endorsements are statuses too.
type StatusUpdate[T ~string] struct {
	Type   T       `json:"type"`
	Name   string  `json:"name"`
	Status *string `json:"status"` // null removes it
}

// NamedStatus is the status of the object with the name; nil if it has none.
type NamedStatus struct {
	Name   string  `json:"name"`
	Status *string `json:"status"`
}

// StatusProblem is why an update was refused, as [Error.Details] lists them.
type StatusProblem struct {
	Name   string `json:"name"`
	Type   string `json:"type"`
	Reason string `json:"reason"` // such as not_found or invalid_status
	Value  string `json:"value"`
}

// SchemaObject is a kind of object in a data connection that can have a status.
type SchemaObject string

// The kinds of objects.
const (
	DatabaseObject SchemaObject = "DATABASE"
	SchemaOfTables SchemaObject = "SCHEMA"
	TableObject    SchemaObject = "TABLE"
)

// JSONSchema lists the kinds.
func (SchemaObject) JSONSchema() *Schema { return oneOf(DatabaseObject, SchemaOfTables, TableObject) }

// UpdateDataConnectionSchemaInput names a data connection and the objects in it whose
// status changes.
type UpdateDataConnectionSchemaInput struct {
	DataConnectionID UUID `json:"dataConnectionId"`
	StatusUpdates[SchemaObject]
}

// StatusUpdates is the body of an update. Hex carries out all updates or none.
type StatusUpdates[T ~string] struct {
	Updates []StatusUpdate[T] `json:"updates"`
}

// DataConnectionSchemaUpdated holds the new statuses.
type DataConnectionSchemaUpdated struct {
	Updated SchemaStatuses `json:"updated"`
}

// SchemaStatuses are statuses within a data connection.
type SchemaStatuses struct {
	Databases []NamedStatus `json:"databases"`
	Schemas   []NamedStatus `json:"schemas"`
	Tables    []NamedStatus `json:"tables"`
}

// UpdateDataConnectionSchema sets or removes statuses of databases, schemas and
// tables. If Hex refuses one of them, it changes none.
//
// API: https://learn.hex.tech/docs/api/api-reference#operation/UpdateDataConnectionSchema
func (c *Client) UpdateDataConnectionSchema(ctx context.Context, in UpdateDataConnectionSchemaInput) (Answer[DataConnectionSchemaUpdated], error) {
	return patch[DataConnectionSchemaUpdated](ctx, c, path("data-connections", in.DataConnectionID, "schema"), in.StatusUpdates)
}
