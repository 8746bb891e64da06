package hexapi

import (
	"bytes"
	"context"
	"maps"
	"slices"
)

// EditDataConnectionInput names a data connection and what changes. What is left
// out stays.
type EditDataConnectionInput struct {
	DataConnectionID UUID `json:"dataConnectionId" jsonschema:"required"`
	ConnectionEdit
}

// ConnectionEdit is the body of [Client.EditDataConnection].
type ConnectionEdit struct {
	Name              *string                `json:"name,omitempty" jsonschema_description:"New name."`
	ConnectionDetails *ConnectionDetailsEdit `json:"connectionDetails,omitempty" jsonschema_description:"Exactly one, of the connection's type; give what changes."`
	ConnectionOptions
	SchemaRefreshSchedule      *RefreshSchedule       `json:"schemaRefreshSchedule,omitempty" jsonschema_description:"When the schema is read anew."`
	ClearSchemaRefreshSchedule bool                   `json:"clearSchemaRefreshSchedule,omitempty" jsonschema:"default=false" jsonschema_description:"true removes the schedule."`
	Sharing                    *ConnectionSharingEdit `json:"sharing,omitempty" jsonschema_description:"Whose access changes."`
}

// MarshalJSON writes null for what is cleared, as Hex wants it.
func (e ConnectionEdit) MarshalJSON() ([]byte, error) {
	type plain ConnectionEdit
	body := plain(e)
	body.ClearSchemaRefreshSchedule = false
	return withNulls(body, map[string]bool{"schemaRefreshSchedule": e.ClearSchemaRefreshSchedule})
}

// ConnectionDetailsEdit holds changes of the details under the connection's type.
type ConnectionDetailsEdit struct {
	Athena     *AthenaEdit        `json:"athena,omitempty" jsonschema_description:"Amazon Athena."`
	BigQuery   *BigQueryDetails   `json:"bigquery,omitempty" jsonschema_description:"Google BigQuery."`
	Databricks *DatabricksDetails `json:"databricks,omitempty" jsonschema_description:"Databricks."`
	Postgres   *PostgresDetails   `json:"postgres,omitempty" jsonschema_description:"PostgreSQL."`
	Redshift   *RedshiftEdit      `json:"redshift,omitempty" jsonschema_description:"Amazon Redshift."`
	Snowflake  *SnowflakeEdit     `json:"snowflake,omitempty" jsonschema_description:"Snowflake."`
	Trino      *TrinoEdit         `json:"trino,omitempty" jsonschema_description:"Trino."`
}

// AthenaEdit changes a connection to Athena.
type AthenaEdit struct {
	AthenaDetails
	ClearCatalog   bool `json:"clearCatalog,omitempty" jsonschema:"default=false" jsonschema_description:"true removes the catalog."`
	ClearWorkgroup bool `json:"clearWorkgroup,omitempty" jsonschema:"default=false" jsonschema_description:"true removes the workgroup."`
}

// RedshiftEdit changes a connection to Redshift.
type RedshiftEdit struct {
	RedshiftDetails
	ClearSSLRootCert bool `json:"clearSslRootCert,omitempty" jsonschema:"default=false" jsonschema_description:"true removes the certificate authority."`
}

// SnowflakeEdit changes a connection to Snowflake.
type SnowflakeEdit struct {
	SnowflakeDetails
	ClearSchema bool `json:"clearSchema,omitempty" jsonschema:"default=false" jsonschema_description:"true removes the schema."`
	ClearRole   bool `json:"clearRole,omitempty" jsonschema:"default=false" jsonschema_description:"true removes the role."`
}

// TrinoEdit changes a connection to Trino.
type TrinoEdit struct {
	TrinoDetails
	ClearSessionProperties bool `json:"clearSessionProperties,omitempty" jsonschema:"default=false" jsonschema_description:"true removes all of them."`
}

// MarshalJSON writes null for what is cleared.
func (e AthenaEdit) MarshalJSON() ([]byte, error) {
	return withNulls(e.AthenaDetails, map[string]bool{"catalog": e.ClearCatalog, "workgroup": e.ClearWorkgroup})
}

// MarshalJSON writes null for what is cleared.
func (e RedshiftEdit) MarshalJSON() ([]byte, error) {
	return withNulls(e.RedshiftDetails, map[string]bool{"sslRootCert": e.ClearSSLRootCert})
}

// MarshalJSON writes null for what is cleared.
func (e SnowflakeEdit) MarshalJSON() ([]byte, error) {
	return withNulls(e.SnowflakeDetails, map[string]bool{"schema": e.ClearSchema, "role": e.ClearRole})
}

// MarshalJSON writes null for what is cleared.
func (e TrinoEdit) MarshalJSON() ([]byte, error) {
	return withNulls(e.TrinoDetails, map[string]bool{"sessionProperties": e.ClearSessionProperties})
}

// withNulls writes v, an object, and adds null under the names that are true.
func withNulls(v any, nulls map[string]bool) ([]byte, error) { return with(v, "null", nulls) }

// with writes v, an object, and adds the JSON value under the names that are true.
func with(v any, value string, names map[string]bool) ([]byte, error) {
	b, err := encodeBody(v)
	if err != nil {
		return nil, err
	}
	b = bytes.TrimSuffix(b, []byte("}"))
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if !names[name] {
			continue
		}
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = append(b, `"`+name+`":`+value...)
	}
	return append(b, '}'), nil
}

// Types are the types whose details are given; there should be one.
func (e *ConnectionDetailsEdit) Types() []string { return kindsOf(e.parts()) }

func (e *ConnectionDetailsEdit) parts() []details {
	if e == nil {
		return nil
	}
	var all parts
	all.add(e.Athena != nil, e.Athena)
	all.add(e.BigQuery != nil, e.BigQuery)
	all.add(e.Databricks != nil, e.Databricks)
	all.add(e.Postgres != nil, e.Postgres)
	all.add(e.Redshift != nil, e.Redshift)
	all.add(e.Snowflake != nil, e.Snowflake)
	all.add(e.Trino != nil, e.Trino)
	return all
}

func (e *ConnectionDetailsEdit) clone() *ConnectionDetailsEdit {
	if e == nil {
		return nil
	}
	return &ConnectionDetailsEdit{
		clone(e.Athena), clone(e.BigQuery), clone(e.Databricks), clone(e.Postgres),
		clone(e.Redshift), clone(e.Snowflake), clone(e.Trino),
	}
}

// EditDataConnection changes a data connection. It first reads where the connection
// leads now, if the new credentials refer to variables, or if the client has variables
// and the edit gives a host.
//
// API: https://learn.hex.tech/docs/api/api-reference#operation/EditDataConnection
func (c *Client) EditDataConnection(ctx context.Context, in EditDataConnectionInput) (Answer[DataConnection], error) {
	in.ConnectionDetails = in.ConnectionDetails.clone()
	for _, d := range in.ConnectionDetails.parts() {
		if err := c.fillEdit(ctx, in.DataConnectionID, d); err != nil {
			return Answer[DataConnection]{}, err
		}
	}
	return patch[DataConnection](ctx, c, path("data-connections", in.DataConnectionID), in.ConnectionEdit, hiding(in.ConnectionDetails.parts()))
}

// fillEdit replaces references to variables in the details of an edit. It fails when a
// secret may not be sent to the host that the connection will lead to.
func (c *Client) fillEdit(ctx context.Context, id UUID, d details) error {
	at := path("data-connections", id)
	if !refers(d) && (len(c.variables()) == 0 || d.target() == "") {
		return nil
	}
	now, err := c.detailsNow(ctx, id)
	if err != nil {
		return err
	}
	if wrong := c.variables().checkMove(now, d); wrong != nil {
		return notSent("PATCH", at, wrong)
	}
	if wrong := c.variables().fillNow(now, d); wrong != nil {
		return notSent("PATCH", at, wrong)
	}
	return nil
}

// IsEmpty reports whether nothing would change.
func (e ConnectionEdit) IsEmpty() bool {
	b, err := encodeBody(e)
	return err == nil && (string(b) == "{}" || string(b) == `{"connectionDetails":{}}`)
}

// Contradictions names what is set and cleared at once.
func (e ConnectionEdit) Contradictions() []string {
	both := map[string]bool{"schemaRefreshSchedule": e.ClearSchemaRefreshSchedule && e.SchemaRefreshSchedule != nil}
	if e.ConnectionDetails != nil {
		e.ConnectionDetails.contradictions(both)
	}
	maps.DeleteFunc(both, func(_ string, contradicts bool) bool { return !contradicts })
	return slices.Sorted(maps.Keys(both))
}

func (e *ConnectionDetailsEdit) contradictions(both map[string]bool) {
	if d := e.Athena; d != nil {
		both["catalog"] = d.ClearCatalog && d.Catalog != ""
		both["workgroup"] = d.ClearWorkgroup && d.Workgroup != ""
	}
	if d := e.Redshift; d != nil {
		both["sslRootCert"] = d.ClearSSLRootCert && d.SSLRootCert != ""
	}
	if d := e.Snowflake; d != nil {
		both["schema"] = d.ClearSchema && d.Schema != ""
		both["role"] = d.ClearRole && d.Role != ""
	}
	if d := e.Trino; d != nil {
		both["sessionProperties"] = d.ClearSessionProperties && len(d.SessionProperties) > 0
	}
}
