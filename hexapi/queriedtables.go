package hexapi

import "context"

// QueriedTable is a table of a database that a project reads.
type QueriedTable struct {
	DataConnectionID   UUID   `json:"dataConnectionId"`
	DataConnectionName string `json:"dataConnectionName"`
	TableName          string `json:"tableName" jsonschema_description:"qualified as the database has it"`
}

// QueriedTables is one page of tables.
type QueriedTables struct {
	Page[QueriedTable]
	TraceID string `json:"traceId"`
}

// GetQueriedTablesInput names a project and pages its tables.
type GetQueriedTablesInput struct {
	ProjectID UUID `json:"projectId" jsonschema:"required"`
	TablePage
}

// TablePage pages the tables of a project.
type TablePage struct {
	Limit int `json:"limit,omitempty" jsonschema:"minimum=1,maximum=100,default=25" jsonschema_description:"Page size."`
	Cursor
}

// PageLimit points to the size of the page; zero means the default of Hex.
func (in *TablePage) PageLimit() *int { return &in.Limit }

// GetQueriedTables lists the tables that a project's published version queries.
// Workspaces on other plans than Enterprise are refused with 403.
//
// API: https://learn.hex.tech/docs/api/api-reference#operation/GetQueriedTables
func (c *Client) GetQueriedTables(ctx context.Context, in GetQueriedTablesInput) (Answer[QueriedTables], error) {
	return get[QueriedTables](ctx, c, path("projects", in.ProjectID, "queriedTables"), in.TablePage)
}
