package hexapi

// This file holds the details of each type of data connection, with which Hex connects
// to the database. Answers of Hex have the same fields, without the credentials.

// AthenaDetails connect to Athena.
type AthenaDetails struct {
	Hostname        string     `json:"hostname,omitempty" jsonschema_description:"Host."`
	Port            int        `json:"port,omitempty" jsonschema_description:"Port."`
	S3OutputPath    string     `json:"s3OutputPath,omitempty" jsonschema_description:"Where results go."`
	AccessKeyID     string     `json:"accessKeyId,omitempty" jsonschema_description:"Id of the AWS access key."`
	SecretAccessKey Credential `json:"secretAccessKey,omitempty" jsonschema_description:"Credential."`
	Catalog         string     `json:"catalog,omitempty" jsonschema_description:"Catalog."`
	Workgroup       string     `json:"workgroup,omitempty" jsonschema_description:"Workgroup."`
}

// BigQueryDetails connect to BigQuery.
type BigQueryDetails struct {
	ProjectID                string     `json:"projectId,omitempty"`
	ServiceAccountJSONConfig Credential `json:"serviceAccountJsonConfig,omitempty" jsonschema_description:"Credential: the key file of a service account, its JSON as text."`
	EnableDriveAccess        *bool      `json:"enableDriveAccess,omitempty" jsonschema_description:"Read tables kept in Drive."`
	EnableStorageAPI         *bool      `json:"enableStorageApi,omitempty" jsonschema_description:"Read by the Storage API."`
}

// DatabricksDetails connect to Databricks.
type DatabricksDetails struct {
	JDBCURL     string     `json:"jdbcUrl,omitempty" jsonschema_description:"Such as jdbc:databricks://HOST:443/default;httpPath=…, without a token."`
	AccessToken Credential `json:"accessToken,omitempty" jsonschema_description:"Credential."`
}

// PostgresDetails connect to PostgreSQL.
type PostgresDetails struct {
	Hostname string     `json:"hostname,omitempty" jsonschema_description:"Host."`
	Port     int        `json:"port,omitempty" jsonschema_description:"Port."`
	Database string     `json:"database,omitempty" jsonschema_description:"Database."`
	Username string     `json:"username,omitempty" jsonschema_description:"User."`
	Password Credential `json:"password,omitempty" jsonschema_description:"Credential."`
}

// RedshiftDetails connect to Redshift.
type RedshiftDetails struct {
	Host        string     `json:"host,omitempty" jsonschema_description:"Host."`
	Port        int        `json:"port,omitempty" jsonschema_description:"Port."`
	Database    string     `json:"database,omitempty" jsonschema_description:"Database."`
	Username    string     `json:"username,omitempty" jsonschema_description:"User."`
	Password    Credential `json:"password,omitempty" jsonschema_description:"Credential."`
	SSLRootCert string     `json:"sslRootCert,omitempty" jsonschema_description:"Certificate authority, PEM."`
}

// SnowflakeDetails connect to Snowflake.
type SnowflakeDetails struct {
	AccountName string     `json:"accountName,omitempty" jsonschema_description:"Account."`
	Warehouse   string     `json:"warehouse,omitempty" jsonschema_description:"Warehouse."`
	Database    string     `json:"database,omitempty" jsonschema_description:"Database."`
	Username    string     `json:"username,omitempty" jsonschema_description:"User."`
	PrivateKey  Credential `json:"privateKey,omitempty" jsonschema_description:"Credential: PEM."`
	Passphrase  Credential `json:"passphrase,omitempty" jsonschema_description:"Credential: of the private key."`
	Schema      string     `json:"schema,omitempty" jsonschema_description:"Schema."`
	Role        string     `json:"role,omitempty" jsonschema_description:"Role."`
}

// TrinoDetails connect to Trino.
type TrinoDetails struct {
	Hostname          string            `json:"hostname,omitempty" jsonschema_description:"Host."`
	Port              int               `json:"port,omitempty" jsonschema_description:"Port."`
	Username          string            `json:"username,omitempty" jsonschema_description:"User."`
	Password          Credential        `json:"password,omitempty" jsonschema_description:"Credential."`
	Catalog           string            `json:"catalog,omitempty" jsonschema_description:"Catalog."`
	Schema            string            `json:"schema,omitempty" jsonschema_description:"Schema."`
	SessionProperties []SessionProperty `json:"sessionProperties,omitempty" jsonschema_description:"Set in each session."`
}

// SessionProperty is a setting of Trino's sessions.
type SessionProperty struct {
	Key   string `json:"key" jsonschema:"required" jsonschema_description:"Name."`
	Value string `json:"value" jsonschema:"required" jsonschema_description:"Value."`
}

// details is what the details of all types have in common.
type details interface {
	kind() string               // the type of the connection
	target() string             // the host or what stands for it, see CredentialVariable.Host; "" when not given
	credentials() []*Credential // all credentials that the type has, given or not
	words() []string            // names that Hex may write into the address of the database
}

func (*AthenaDetails) kind() string     { return "athena" }
func (*BigQueryDetails) kind() string   { return "bigquery" }
func (*DatabricksDetails) kind() string { return "databricks" }
func (*PostgresDetails) kind() string   { return "postgres" }
func (*RedshiftDetails) kind() string   { return "redshift" }
func (*SnowflakeDetails) kind() string  { return "snowflake" }
func (*TrinoDetails) kind() string      { return "trino" }

func (d *AthenaDetails) target() string     { return d.Hostname }
func (d *BigQueryDetails) target() string   { return d.ProjectID }
func (d *DatabricksDetails) target() string { return d.JDBCURL }
func (d *PostgresDetails) target() string   { return d.Hostname }
func (d *RedshiftDetails) target() string   { return d.Host }
func (d *SnowflakeDetails) target() string  { return d.AccountName }
func (d *TrinoDetails) target() string      { return d.Hostname }

func (d *AthenaDetails) credentials() []*Credential { return []*Credential{&d.SecretAccessKey} }
func (d *BigQueryDetails) credentials() []*Credential {
	return []*Credential{&d.ServiceAccountJSONConfig}
}
func (d *DatabricksDetails) credentials() []*Credential { return []*Credential{&d.AccessToken} }
func (d *PostgresDetails) credentials() []*Credential   { return []*Credential{&d.Password} }
func (d *RedshiftDetails) credentials() []*Credential   { return []*Credential{&d.Password} }
func (d *SnowflakeDetails) credentials() []*Credential {
	return []*Credential{&d.PrivateKey, &d.Passphrase}
}
func (d *TrinoDetails) credentials() []*Credential { return []*Credential{&d.Password} }

func (*AthenaDetails) words() []string     { return nil }
func (*BigQueryDetails) words() []string   { return nil }
func (*DatabricksDetails) words() []string { return nil }
func (d *PostgresDetails) words() []string { return []string{d.Database} }
func (d *RedshiftDetails) words() []string { return []string{d.Database} }
func (*SnowflakeDetails) words() []string  { return nil }
func (d *TrinoDetails) words() []string    { return []string{d.Catalog, d.Schema} }

// detailsOf returns empty details of a type of connection; nil for a type whose
// connections the API cannot create.
func detailsOf(kind string) details {
	for _, d := range []details{
		new(AthenaDetails), new(BigQueryDetails), new(DatabricksDetails), new(PostgresDetails),
		new(RedshiftDetails), new(SnowflakeDetails), new(TrinoDetails),
	} {
		if d.kind() == kind {
			return d
		}
	}
	return nil
}
