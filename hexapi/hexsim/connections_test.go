package hexsim

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"hexmcp/hexapi"
)

func TestConnectionsAreSorted(t *testing.T) {
	c := open(t)
	byName := []hexapi.UUID{ConnectionWarehouse, ConnectionFeatures, ConnectionMarketing, ConnectionOrders, ConnectionLegacy}
	byAge := []hexapi.UUID{ConnectionLegacy, ConnectionWarehouse, ConnectionOrders, ConnectionMarketing, ConnectionFeatures}
	for query, want := range map[string][]hexapi.UUID{"": byName, "?sortBy=NAME&sortDirection=ASC": byName, "?sortBy=CREATED_AT": byAge} {
		got, _ := listed(c.get("/v1/data-connections" + query))
		assert.Equal(t, want, got, query)
	}
	down, _ := listed(c.get("/v1/data-connections?sortBy=CREATED_AT&sortDirection=DESC"))
	assert.Equal(t, ConnectionFeatures, down[0])
	as[newerError](c.get("/v1/data-connections?sortBy=TYPE").want(400))
}

func TestAConnectionShowsAsMuchAsTheCallerMaySee(t *testing.T) {
	full := []string{"connectionDetails", "connectViaSsh", "includeMagic", "allowWritebackCells", "schemaRefreshAccess", "sharing"}
	for _, v := range as[hexapi.Page[map[string]any]](open(t).get("/v1/data-connections").want(200)).Values {
		for _, key := range full {
			assert.Equal(t, v["id"] != string(ConnectionLegacy), v[key] != nil, "%s of %s", key, v["name"])
		}
		if details, ok := v["connectionDetails"].(map[string]any); ok {
			assert.Len(t, details, 1)
			assert.Contains(t, details, v["type"])
		}
	}
}

func TestSecretsOfConnectionsAreNotKept(t *testing.T) {
	body := open(t).get("/v1/data-connections").want(200).body
	for _, secret := range []string{"password", "privateKey", "passphrase", "secretAccessKey", "accessToken", "serviceAccountJsonConfig"} {
		assert.NotContains(t, body, secret)
	}
}

func TestOneConnectionTellsOfItsSensitivity(t *testing.T) {
	for _, v := range as[hexapi.Page[map[string]any]](open(t).get("/v1/data-connections").want(200)).Values {
		sensitivity, ok := v["sensitivity"].(map[string]any)
		assert.Equal(t, v["id"] == string(ConnectionOrders), ok, v["name"])
		assert.Equal(t, ok, len(sensitivity) > 0)
	}
}

func TestAConnectionIsMadeWithoutItsCredentials(t *testing.T) {
	c := open(t)
	made := c.send("POST", "/v1/data-connections", `{"name":"Returns","type":"trino","connectionDetails":{"trino":{"hostname":"trino.example","port":8443,"username":"hex","password":"canary","sessionProperties":null}},
		"schemaRefreshSchedule":{"cadence":"HOURLY","enabled":true},"sharing":{"groups":[{"group":{"id":"`+string(GroupFinance)+`"},"access":"QUERY"}]}}`).want(201)
	assert.NotContains(t, made.body, "canary")
	id := as[fullConnection](made).ID
	assert.Equal(t, made.body, c.get("/v1/data-connections/"+string(id)).want(200).body)
	for _, wrong := range []string{
		`{"name":"x","type":"clickhouse","connectionDetails":{}}`,
		`{"name":"","type":"trino","connectionDetails":{"trino":{"hostname":"x","port":1,"username":"x"}}}`,
		`{"name":"x","type":"trino","connectionDetails":{"trino":{"hostname":"x","port":1}}}`,
		`{"name":"x","type":"trino","connectionDetails":{"postgres":{}}}`,
	} {
		as[olderError](c.send("POST", "/v1/data-connections", wrong).want(400))
	}
}

func TestAnEditChangesWhatItGives(t *testing.T) {
	c := open(t)
	const at = "/v1/data-connections/" + string(ConnectionWarehouse)
	before := as[fullConnection](c.get(at).want(200))
	after := as[fullConnection](c.send("PATCH", at, `{"connectionDetails":{"snowflake":{"role":null,"warehouse":"ANALYTICS_L","passphrase":"canary"}},"schemaRefreshSchedule":null,
		"sharing":{"groups":{"upsert":[{"group":{"id":"`+string(GroupFinance)+`"},"access":"NONE"}]},"workspace":{"guests":"VIEW_RESULTS"}}}`).want(201))
	assert.Equal(t, before.Name, after.Name)
	details, _ := after.ConnectionDetails["snowflake"].(map[string]any)
	assert.Equal(t, map[string]any{"accountName": "tidewater-eu1", "warehouse": "ANALYTICS_L", "database": "ANALYTICS", "schema": "MARTS", "username": "HEX_READER", "role": nil}, details)
	assert.NotNil(t, before.SchemaRefreshSchedule)
	assert.Nil(t, after.SchemaRefreshSchedule, "null clears")
	assert.Len(t, after.Sharing.Groups, len(before.Sharing.Groups)-1)
	assert.Equal(t, "VIEW_RESULTS", after.Sharing.Workspace.Guests)
	assert.Equal(t, before.Sharing.Workspace.Members, after.Sharing.Workspace.Members)

	as[olderError](c.send("PATCH", at, `{"connectionDetails":{"postgres":{"password":"x"}}}`).want(400))
	as[olderError](c.send("PATCH", at, `{"name":"y","sharing":{"groups":{"upsert":[{"group":{"id":"019a0000-0000-7000-8000-000000000000"},"access":"QUERY"}]}}}`).want(404))
	assert.Equal(t, "Analytics warehouse", as[fullConnection](c.get(at).want(200)).Name, "all or nothing")
	as[olderError](c.send("PATCH", "/v1/data-connections/"+string(ConnectionLegacy), `{"name":"x"}`).want(403))
}
