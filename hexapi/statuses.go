package hexapi

import "context"

// StatusUpdate sets or removes the status of something with a name. Endorsements
// are statuses too.
type StatusUpdate[T ~string] struct {
	Type   T       `json:"type"`
	Name   string  `json:"name"`
	Status *string `json:"status"` // null removes it
}

// NamedStatus is the status of something with a name; null where it has none.
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

// SchemaObject is what within a data connection may have a status.
type SchemaObject string

// What a status can be of.
const (
	DatabaseObject SchemaObject = "DATABASE"
	SchemaOfTables SchemaObject = "SCHEMA"
	TableObject    SchemaObject = "TABLE"
)

// JSONSchema lists the kinds.
func (SchemaObject) JSONSchema() *Schema { return oneOf(DatabaseObject, SchemaOfTables, TableObject) }

// UpdateDataConnectionSchemaInput names a data connection and what gets another
// status in it.
type UpdateDataConnectionSchemaInput struct {
	DataConnectionID UUID `json:"dataConnectionId"`
	StatusUpdates[SchemaObject]
}

// StatusUpdates is the body of an update. Either all of it is done or nothing.
type StatusUpdates[T ~string] struct {
	Updates []StatusUpdate[T] `json:"updates"`
}

// DataConnectionSchemaUpdated holds what has another status now.
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
// tables. One that is refused keeps all from being done.
//
// API: https://learn.hex.tech/docs/api/api-reference#operation/UpdateDataConnectionSchema
func (c *Client) UpdateDataConnectionSchema(ctx context.Context, in UpdateDataConnectionSchemaInput) (Answer[DataConnectionSchemaUpdated], error) {
	return patch[DataConnectionSchemaUpdated](ctx, c, path("data-connections", in.DataConnectionID, "schema"), in.StatusUpdates)
}
