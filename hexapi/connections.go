package hexapi

import (
	"context"
	"encoding/json"
)

// DataConnection is a connection to a database. A caller who may not see its
// details gets the first four fields only.
type DataConnection struct {
	ID                    UUID                       `json:"id"`
	Name                  string                     `json:"name"`
	Type                  string                     `json:"type" jsonschema_description:"such as snowflake or postgres"`
	Description           string                     `json:"description,omitempty"`
	ConnectionDetails     map[string]json.RawMessage `json:"connectionDetails,omitempty" jsonschema_description:"by type; secrets are never in it"`
	ConnectViaSSH         bool                       `json:"connectViaSsh,omitempty"`
	IncludeMagic          bool                       `json:"includeMagic,omitempty"`
	AllowWritebackCells   bool                       `json:"allowWritebackCells,omitempty"`
	SchemaFilters         map[string]json.RawMessage `json:"schemaFilters,omitempty"`
	SchemaRefreshSchedule map[string]json.RawMessage `json:"schemaRefreshSchedule,omitempty"`
	SchemaRefreshAccess   string                     `json:"schemaRefreshAccess,omitempty"`
	Sharing               map[string]json.RawMessage `json:"sharing,omitempty"`
}

// ListDataConnectionsInput sorts and pages the list of data connections.
type ListDataConnectionsInput struct {
	Limit int `json:"limit,omitempty" jsonschema:"minimum=1,maximum=100,default=25" jsonschema_description:"Page size."`
	Cursor
	SortBy        ConnectionSort `json:"sortBy,omitempty" jsonschema:"default=NAME" jsonschema_description:"Sort key."`
	SortDirection SortDirection  `json:"sortDirection,omitempty" jsonschema:"default=ASC" jsonschema_description:"Sort order."`
}

// ConnectionSort names what data connections are sorted by.
type ConnectionSort string

// The sort keys of data connections.
const (
	ConnectionsByName     ConnectionSort = "NAME"
	ConnectionsByCreation ConnectionSort = "CREATED_AT"
)

// JSONSchema lists the sort keys.
func (ConnectionSort) JSONSchema() *Schema {
	return oneOf(ConnectionsByName, ConnectionsByCreation)
}

// PageLimit points to the size of the page; zero means the default of Hex.
func (in *ListDataConnectionsInput) PageLimit() *int { return &in.Limit }

// ListDataConnections lists the data connections that the token may use.
//
// API: https://learn.hex.tech/docs/api/api-reference#operation/ListDataConnections
func (c *Client) ListDataConnections(ctx context.Context, in ListDataConnectionsInput) (Answer[Page[DataConnection]], error) {
	return get[Page[DataConnection]](ctx, c, path("data-connections"), in, countedIn(standardRate))
}

// GetDataConnectionInput names a data connection.
type GetDataConnectionInput struct {
	DataConnectionID UUID `json:"dataConnectionId" jsonschema:"required"`
}

// GetDataConnection reads a data connection. Hex leaves its credentials out.
//
// API: https://learn.hex.tech/docs/api/api-reference#operation/GetDataConnection
func (c *Client) GetDataConnection(ctx context.Context, in GetDataConnectionInput) (Answer[DataConnection], error) {
	return get[DataConnection](ctx, c, path("data-connections", in.DataConnectionID), nil, countedIn(standardRate))
}
