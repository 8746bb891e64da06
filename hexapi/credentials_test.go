package hexapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	dbSecret  = "s3cr3t-of-the-database"
	keySecret = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQ\nQDAgEAAoIBAQC7VJTUt9Us8cKj\n-----END PRIVATE KEY-----\n"
)

// withVariables is a client that may send secrets to some hosts.
func withVariables(t *testing.T, h http.RoundTripper) *Client {
	t.Helper()
	c, err := New(Config{Token: token, Transport: h, Variables: []CredentialVariable{
		{Name: "PG", Type: "postgres", Host: "*.db.example", Value: dbSecret},
		{Name: "PG", Type: "redshift", Host: "old.example", Value: dbSecret},
		{Name: "BRICKS", Type: "databricks", Host: "bricks.example", Value: dbSecret},
		{Name: "GOOGLE", Type: "bigquery", Host: "acme-data", Value: keySecret},
		{Name: "TRINO", Type: "trino", Host: "trino.example", Value: dbSecret},
	}})
	require.NoError(t, err)
	return c
}

func TestCredentialsShowThemselvesToNobody(t *testing.T) {
	in := CreateDataConnectionInput{ConnectionDetails: NewConnectionDetails{Postgres: &NewPostgres{PostgresDetails{Password: dbSecret}}}}
	for name, v := range map[string]any{
		"credential": Credential(dbSecret), "details": *in.ConnectionDetails.Postgres, "input": in,
		"client": withVariables(t, playing(ok())), "client value": *withVariables(t, playing(ok())),
	} {
		var log bytes.Buffer
		slog.New(slog.NewTextHandler(&log, nil)).Info("text", "v", v)
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
			if name != "input" || strings.HasSuffix(verb, "v") { // fmt asks nothing behind a pointer where a verb does not fit
				fmt.Fprintf(&log, verb, v)
			}
		}
		assert.NotContains(t, log.String(), dbSecret, name)
		assert.NotContains(t, log.String(), fmt.Sprintf("%x", dbSecret), name)
	}
}

func createPostgres(host, database, password string) CreateDataConnectionInput {
	return CreateDataConnectionInput{Name: "x", Type: Postgres, ConnectionDetails: NewConnectionDetails{
		Postgres: &NewPostgres{PostgresDetails{Hostname: host, Port: 5432, Database: database, Username: "hex", Password: Credential(password)}},
	}}
}

func TestVariablesAreFilledInWhereTheyMayBeSent(t *testing.T) {
	h := playing(answers(http.StatusCreated, `{"id":"1"}`))
	in := createPostgres("Orders.db.example", "orders", "${env:PG}")
	_, err := withVariables(t, h).CreateDataConnection(t.Context(), in)
	require.NoError(t, err)
	assert.Contains(t, h.seen[0].Body, `"password":"`+dbSecret+`"`)
	assert.Equal(t, Credential("${env:PG}"), in.ConnectionDetails.Postgres.Password, "the caller has no secret")
}

func TestVariablesGoNowhereElse(t *testing.T) {
	bricks := func(address string) CreateDataConnectionInput {
		return CreateDataConnectionInput{ConnectionDetails: NewConnectionDetails{Databricks: &NewDatabricks{DatabricksDetails{address, "${env:BRICKS}"}}}}
	}
	google := func(key Credential) CreateDataConnectionInput {
		return CreateDataConnectionInput{ConnectionDetails: NewConnectionDetails{BigQuery: &NewBigQuery{BigQueryDetails{ProjectID: "acme-data", ServiceAccountJSONConfig: key}}}}
	}
	for says, in := range map[string]CreateDataConnectionInput{
		"may not be sent to postgres at evil.example: it is allowed for postgres at *.db.example, redshift at old.example": createPostgres("evil.example", "x", "${env:PG}"),
		"no variable HOME; there are BRICKS, GOOGLE, PG, TRINO":                                                            createPostgres("a.db.example", "x", "${env:HOME}"),
		"to postgres at old.example":       createPostgres("old.example", "x", "${env:PG}"),
		"no variable pg":                   createPostgres("a.db.example", "x", "${env:pg}"),
		"write ${env:NAME}":                createPostgres("a.db.example", "x", "${env:PG}${env:"),
		"names of databases":               createPostgres("a.db.example", "x?host=evil.example", "${env:PG}"),
		"give its host too":                createPostgres("", "x", "${env:PG}"),
		"sent to a plain host name only":   createPostgres("evil.example,a.db.example", "x", "${env:PG}"),
		"a plain host name":                createPostgres("a.db.example@evil.example", "x", "${env:PG}"),
		"plain host name only, without":    createPostgres("evil.example/a.db.example", "x", "${env:PG}"),
		"name only, without a port":        createPostgres("evil.example#.db.example", "x", "${env:PG}"),
		"only, without a port, an address": createPostgres("evil.example\n.db.example", "x", "${env:PG}"),
		"others could lead elsewhere":      bricks("jdbc:databricks://bricks.example:443/default;UseProxy=1;ProxyHost=evil.example"),
		"databricks at evil.example":       bricks("jdbc:databricks://evil.example:443/default;httpPath=/bricks.example"),
		"needs a jdbcUrl like":             bricks("jdbc:databricks://evil.example@bricks.example/"),
		"a jdbcUrl like":                   bricks("bricks.example"),
		"nothing else":                     google(`{"token_uri":"https://evil.example","private_key":"${env:GOOGLE}"}`),
	} {
		h := playing(ok())
		_, err := withVariables(t, h).CreateDataConnection(t.Context(), in)
		var refused CredentialError
		require.ErrorAs(t, err, &refused, says)
		assert.Contains(t, err.Error(), says)
		assert.NotContains(t, err.Error(), dbSecret)
		assert.Zero(t, h.requests(), says)
	}
}

func TestAnAddressOfDatabricksMayHaveWhatLeadsNowhere(t *testing.T) {
	h := playing(answers(http.StatusCreated, `{"id":"1"}`))
	_, err := withVariables(t, h).CreateDataConnection(t.Context(), CreateDataConnectionInput{ConnectionDetails: NewConnectionDetails{
		Databricks: &NewDatabricks{DatabricksDetails{"jdbc:databricks://bricks.example:443/default;transportMode=http;ssl=1;httpPath=/sql/1.0/w/5f2a;AuthMech=3;UID=token", "${env:BRICKS}"}},
	}})
	require.NoError(t, err)
	assert.Contains(t, h.seen[0].Body, dbSecret)
}

// editing makes an edit of a connection that is as Hex tells.
func editing(t *testing.T, now string, edit ConnectionDetailsEdit) (*hex, error) {
	h := playing(answers(http.StatusOK, now), answers(http.StatusCreated, `{"id":"1"}`))
	_, err := withVariables(t, h).EditDataConnection(t.Context(), EditDataConnectionInput{DataConnectionID: otherID, ConnectionEdit: ConnectionEdit{ConnectionDetails: &edit}})
	return h, err
}

const (
	ordersNow = `{"id":"1","type":"postgres","connectionDetails":{"postgres":{"hostname":"a.db.example","port":5432,"database":"orders","username":"hex"}}}`
	elseNow   = `{"id":"1","type":"postgres","connectionDetails":{"postgres":{"hostname":"evil.example","port":5432,"database":"orders","username":"hex"}}}`
	detourNow = `{"id":"1","type":"postgres","connectionDetails":{"postgres":{"hostname":"a.db.example","database":"orders?host=evil.example"}}}`
	basicNow  = `{"id":"1","type":"postgres","name":"x"}`
)

func TestAnEditIsCheckedAgainstWhereTheConnectionWillLead(t *testing.T) {
	for name, tt := range map[string]struct {
		now    string
		edit   ConnectionDetailsEdit
		refuse string // what is said; empty where it is sent
		reads  int
	}{
		"the host that it has":           {ordersNow, ConnectionDetailsEdit{Postgres: &PostgresDetails{Password: "${env:PG}"}}, "", 1},
		"a host that may not have it":    {elseNow, ConnectionDetailsEdit{Postgres: &PostgresDetails{Password: "${env:PG}"}}, "postgres at evil.example", 1},
		"a new host that may":            {elseNow, ConnectionDetailsEdit{Postgres: &PostgresDetails{Hostname: "b.db.example", Password: "${env:PG}"}}, "", 1},
		"a new host that may not":        {ordersNow, ConnectionDetailsEdit{Postgres: &PostgresDetails{Hostname: "evil.example", Password: "${env:PG}"}}, "postgres at evil.example", 1},
		"a detour that is there":         {detourNow, ConnectionDetailsEdit{Postgres: &PostgresDetails{Password: "${env:PG}"}}, "names of databases", 1},
		"a host nobody tells":            {basicNow, ConnectionDetailsEdit{Postgres: &PostgresDetails{Password: "${env:PG}"}}, "give its host too", 1},
		"another type":                   {ordersNow, ConnectionDetailsEdit{Redshift: &RedshiftEdit{RedshiftDetails: RedshiftDetails{Host: "old.example", Password: "${env:PG}"}}}, "of type postgres, and details of redshift", 1},
		"a secret led elsewhere":         {ordersNow, ConnectionDetailsEdit{Postgres: &PostgresDetails{Hostname: "evil.example"}}, "may not be sent to the new host", 1},
		"led elsewhere, of an unknown":   {basicNow, ConnectionDetailsEdit{Postgres: &PostgresDetails{Hostname: "evil.example"}}, "may not be sent to the new host", 1},
		"led elsewhere without it":       {ordersNow, ConnectionDetailsEdit{Postgres: &PostgresDetails{Hostname: "evil.example", Password: "its own"}}, "", 1},
		"what never held it":             {elseNow, ConnectionDetailsEdit{Postgres: &PostgresDetails{Hostname: "other.example"}}, "", 1},
		"led to another that may":        {ordersNow, ConnectionDetailsEdit{Postgres: &PostgresDetails{Hostname: "b.db.example"}}, "", 1},
		"nothing of either is looked up": {ordersNow, ConnectionDetailsEdit{Postgres: &PostgresDetails{Password: "its own"}}, "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			h, err := editing(t, tt.now, tt.edit)
			if tt.refuse == "" {
				require.NoError(t, err)
				assert.Equal(t, tt.reads+1, h.requests())
				return
			}
			var refused CredentialError
			require.ErrorAs(t, err, &refused)
			assert.Contains(t, err.Error(), tt.refuse)
			assert.Equal(t, tt.reads, h.requests(), "nothing but the read was sent")
		})
	}
}

// A read that got no answer leaves no doubt about the write.
func TestAnEditWhoseLookupFailsWasNotSent(t *testing.T) {
	h := playing(answers(http.StatusNotFound, `{"code":"NOT_FOUND","message":"x"}`))
	_, err := withVariables(t, h).EditDataConnection(t.Context(), EditDataConnectionInput{DataConnectionID: otherID, ConnectionEdit: ConnectionEdit{
		ConnectionDetails: &ConnectionDetailsEdit{Postgres: &PostgresDetails{Password: "${env:PG}"}},
	}})
	var failed *Error
	require.ErrorAs(t, err, &failed)
	assert.Equal(t, NotSent, failed.Outcome)
	assert.Equal(t, 1, h.requests())
}

func TestWhatIsClearedIsNull(t *testing.T) {
	for want, edit := range map[string]ConnectionEdit{
		`{"schemaRefreshSchedule":null}`: {ClearSchemaRefreshSchedule: true},
		`{"name":"","connectionDetails":{"athena":{"catalog":null,"workgroup":null}}}`: {Name: new(""), ConnectionDetails: &ConnectionDetailsEdit{
			Athena: &AthenaEdit{ClearCatalog: true, ClearWorkgroup: true},
		}},
		`{"connectionDetails":{"redshift":{"port":1,"sslRootCert":null}}}`: {ConnectionDetails: &ConnectionDetailsEdit{
			Redshift: &RedshiftEdit{RedshiftDetails{Port: 1}, true},
		}},
		`{"connectionDetails":{"snowflake":{"role":null}}}`:          {ConnectionDetails: &ConnectionDetailsEdit{Snowflake: &SnowflakeEdit{ClearRole: true}}},
		`{"connectionDetails":{"trino":{"sessionProperties":null}}}`: {ConnectionDetails: &ConnectionDetailsEdit{Trino: &TrinoEdit{ClearSessionProperties: true}}},
	} {
		h := playing(answers(http.StatusCreated, `{"id":"1"}`))
		_, err := client(t, h).EditDataConnection(t.Context(), EditDataConnectionInput{DataConnectionID: otherID, ConnectionEdit: edit})
		require.NoError(t, err)
		assert.Equal(t, want, h.seen[0].Body)
	}
}

// Hex may say a credential in its answer or error, in whatever form.
func TestEchoedCredentialsAreHidden(t *testing.T) {
	inner, _ := json.Marshal(keySecret)
	service := `{"type":"service_account","private_key":` + string(inner) + `,"client_email":"hex@acme"}`
	for name, secret := range map[string]string{"password": dbSecret, "short": "pa$s", "digits": "54321", "key": keySecret, "service account": service, "quotes": `a"b\c<d>&é-and-more`} {
		once, _ := json.Marshal(secret)
		twice, _ := json.Marshal(string(once))
		bodies := map[string]string{
			"as it is": `{"id":"x","echo":` + string(once) + `,"port":54321}`,
			"in JSON":  `{"id":"x","echo":` + string(twice) + `}`,
			"in words": `{"reason":"bad","details":` + strings.ReplaceAll(string(once), `"`, `"`) + `}`,
			"in a URL": `{"id":"x","echo":"` + url.QueryEscape(secret) + `"}`,
		}
		for form, body := range bodies {
			for _, status := range []int{http.StatusCreated, http.StatusBadRequest} {
				h := playing(answers(status, body))
				answer, err := client(t, h).CreateDataConnection(t.Context(), createPostgres("x", "x", secret))
				told := string(answer.Body) + fmt.Sprint(err)
				for part := range strings.SplitSeq(strings.TrimSpace(secret), "\n") {
					quoted, _ := json.Marshal(part)
					if strings.HasPrefix(part, "-----") || name == "digits" {
						continue
					}
					assert.NotContains(t, told, part, "%s %s", name, form)
					assert.NotContains(t, told, string(quoted), "%s %s", name, form)
				}
				if status == http.StatusCreated && name == "digits" && form == "as it is" {
					assert.JSONEq(t, `{"id":"x","echo":"[redacted]","port":54321}`, string(answer.Body), "a number is none")
				}
				if err == nil {
					assert.True(t, json.Valid(answer.Body), "%s %s: %s", name, form, answer.Body)
				}
			}
		}
	}
}
