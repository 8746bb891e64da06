package hexapi

import "context"

// ConnectionType is a kind of data connection that the API can make.
type ConnectionType string

// The types. There is also clickhouse, which the API can only read.
const (
	Athena     ConnectionType = "athena"
	BigQuery   ConnectionType = "bigquery"
	Databricks ConnectionType = "databricks"
	Postgres   ConnectionType = "postgres"
	Redshift   ConnectionType = "redshift"
	Snowflake  ConnectionType = "snowflake"
	Trino      ConnectionType = "trino"
)

// JSONSchema lists the types.
func (ConnectionType) JSONSchema() *Schema {
	return oneOf(Athena, BigQuery, Databricks, Postgres, Redshift, Snowflake, Trino)
}

// CreateDataConnectionInput is a data connection to create. All of it is the body of
// the request.
type CreateDataConnectionInput struct {
	Name              string               `json:"name" jsonschema:"required,minLength=1" jsonschema_description:"Name."`
	Type              ConnectionType       `json:"type" jsonschema:"required" jsonschema_description:"Kind of database."`
	ConnectionDetails NewConnectionDetails `json:"connectionDetails" jsonschema:"required" jsonschema_description:"Exactly one, of the type."`
	ConnectionOptions
	SchemaRefreshSchedule *RefreshSchedule      `json:"schemaRefreshSchedule,omitempty" jsonschema_description:"When the schema is read anew."`
	Sharing               *NewConnectionSharing `json:"sharing,omitempty" jsonschema_description:"Who may use it."`
}

// ConnectionOptions are what a data connection has whatever its type.
type ConnectionOptions struct {
	Description         *string        `json:"description,omitempty" jsonschema_description:"For people."`
	ConnectViaSSH       *bool          `json:"connectViaSsh,omitempty" jsonschema_description:"Connect through the workspace's SSH tunnel."`
	IncludeMagic        *bool          `json:"includeMagic,omitempty" jsonschema_description:"Let Hex's AI use it."`
	AllowWritebackCells *bool          `json:"allowWritebackCells,omitempty" jsonschema_description:"Let cells write to the database."`
	SchemaFilters       *SchemaFilters `json:"schemaFilters,omitempty" jsonschema_description:"Which databases, schemas and tables show."`
	SchemaRefreshAccess RefreshAccess  `json:"schemaRefreshAccess,omitempty" jsonschema_description:"Who may have the schema read anew."`
}

// NewConnectionDetails hold the details of a connection under its type.
type NewConnectionDetails struct {
	Athena     *NewAthena     `json:"athena,omitempty" jsonschema_description:"Amazon Athena."`
	BigQuery   *NewBigQuery   `json:"bigquery,omitempty" jsonschema_description:"Google BigQuery."`
	Databricks *NewDatabricks `json:"databricks,omitempty" jsonschema_description:"Databricks."`
	Postgres   *NewPostgres   `json:"postgres,omitempty" jsonschema_description:"PostgreSQL."`
	Redshift   *NewRedshift   `json:"redshift,omitempty" jsonschema_description:"Amazon Redshift."`
	Snowflake  *NewSnowflake  `json:"snowflake,omitempty" jsonschema_description:"Snowflake."`
	Trino      *NewTrino      `json:"trino,omitempty" jsonschema_description:"Trino."`
}

// The details of a new connection have the fields of its type. Some of these are
// required that an edit may leave out.
type (
	// NewAthena makes a connection to Athena.
	NewAthena struct{ AthenaDetails }
	// NewBigQuery makes a connection to BigQuery.
	NewBigQuery struct{ BigQueryDetails }
	// NewDatabricks makes a connection to Databricks.
	NewDatabricks struct{ DatabricksDetails }
	// NewPostgres makes a connection to PostgreSQL.
	NewPostgres struct{ PostgresDetails }
	// NewRedshift makes a connection to Redshift.
	NewRedshift struct{ RedshiftDetails }
	// NewSnowflake makes a connection to Snowflake.
	NewSnowflake struct{ SnowflakeDetails }
	// NewTrino makes a connection to Trino.
	NewTrino struct{ TrinoDetails }
)

// JSONSchemaExtend says what is needed.
func (NewAthena) JSONSchemaExtend(s *Schema) {
	s.Required = []string{"hostname", "port", "s3OutputPath", "accessKeyId", "secretAccessKey"}
}

// JSONSchemaExtend says what is needed.
func (NewBigQuery) JSONSchemaExtend(s *Schema) {
	s.Required = []string{"projectId", "serviceAccountJsonConfig"}
}

// JSONSchemaExtend says what is needed.
func (NewDatabricks) JSONSchemaExtend(s *Schema) { s.Required = []string{"jdbcUrl", "accessToken"} }

// JSONSchemaExtend says what is needed.
func (NewPostgres) JSONSchemaExtend(s *Schema) {
	s.Required = []string{"hostname", "port", "database", "username", "password"}
}

// JSONSchemaExtend says what is needed.
func (NewRedshift) JSONSchemaExtend(s *Schema) {
	s.Required = []string{"host", "port", "database", "username", "password"}
}

// JSONSchemaExtend says what is needed.
func (NewSnowflake) JSONSchemaExtend(s *Schema) {
	s.Required = []string{"accountName", "warehouse", "database", "username", "privateKey", "passphrase"}
}

// JSONSchemaExtend says what is needed.
func (NewTrino) JSONSchemaExtend(s *Schema) { s.Required = []string{"hostname", "port", "username"} }

// withEmpty writes details, and the named credentials as "" although omitempty leaves
// them out. Hex requires them even when empty, such as the passphrase of a key without one.
func withEmpty(v any, empty map[string]bool) ([]byte, error) { return with(v, `""`, empty) }

// MarshalJSON writes the password even when it is empty.
func (n NewPostgres) MarshalJSON() ([]byte, error) {
	return withEmpty(n.PostgresDetails, map[string]bool{"password": n.Password == ""})
}

// MarshalJSON writes the password even when it is empty.
func (n NewRedshift) MarshalJSON() ([]byte, error) {
	return withEmpty(n.RedshiftDetails, map[string]bool{"password": n.Password == ""})
}

// MarshalJSON writes the passphrase even when it is empty.
func (n NewSnowflake) MarshalJSON() ([]byte, error) {
	return withEmpty(n.SnowflakeDetails, map[string]bool{"passphrase": n.Passphrase == ""})
}

// Types are the types whose details are given; there should be one.
func (n *NewConnectionDetails) Types() []string { return kindsOf(n.parts()) }

func (n *NewConnectionDetails) parts() []details {
	var all parts
	all.add(n.Athena != nil, n.Athena)
	all.add(n.BigQuery != nil, n.BigQuery)
	all.add(n.Databricks != nil, n.Databricks)
	all.add(n.Postgres != nil, n.Postgres)
	all.add(n.Redshift != nil, n.Redshift)
	all.add(n.Snowflake != nil, n.Snowflake)
	all.add(n.Trino != nil, n.Trino)
	return all
}

// clone copies the details, so that secrets are filled into the request and not into
// the caller's values.
func (n NewConnectionDetails) clone() NewConnectionDetails {
	return NewConnectionDetails{
		clone(n.Athena), clone(n.BigQuery), clone(n.Databricks), clone(n.Postgres),
		clone(n.Redshift), clone(n.Snowflake), clone(n.Trino),
	}
}

func clone[T any](v *T) *T {
	if v == nil {
		return nil
	}
	c := *v
	return &c
}

// parts are the details that are given, whatever their types.
type parts []details

func (p *parts) add(given bool, d details) {
	if given {
		*p = append(*p, d)
	}
}

func kindsOf(all []details) []string {
	kinds := make([]string, len(all))
	for i, d := range all {
		kinds[i] = d.kind()
	}
	return kinds
}

// CreateDataConnection makes a data connection. Its credentials may refer to variables;
// see [CredentialVariable]. No answer of Hex contains them.
//
// API: https://learn.hex.tech/docs/api/api-reference#operation/CreateDataConnection
func (c *Client) CreateDataConnection(ctx context.Context, in CreateDataConnectionInput) (Answer[DataConnection], error) {
	in.ConnectionDetails = in.ConnectionDetails.clone()
	at := path("data-connections")
	for _, d := range in.ConnectionDetails.parts() {
		if err := c.variables().fill(d, d.target()); err != nil {
			return Answer[DataConnection]{}, notSent("POST", at, err)
		}
	}
	return post[DataConnection](ctx, c, at, in, hiding(in.ConnectionDetails.parts()))
}
