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
