package hexsim

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"hexmcp/hexapi"
)

func TestStatusesAreAllUpdatedOrNone(t *testing.T) {
	c := open(t)
	const at = "/v1/data-connections/" + string(ConnectionWarehouse) + "/schema"
	refused := as[statusRefusal](c.send("PATCH", at, `{"updates":[{"type":"TABLE","name":"ANALYTICS.MARTS.DIM_CUSTOMERS","status":"Approved"},{"type":"TABLE","name":"nope","status":null}]}`).want(404))
	assert.Equal(t, []statusProblem{{"nope", "TABLE", "not_found", "nope"}}, refused.Details)
	customers := findStatused(c.hex.connections.get(ConnectionWarehouse).objects, "TABLE", "ANALYTICS.MARTS.DIM_CUSTOMERS")
	assert.Nil(t, customers.status, "one was wrong")
	as[statusRefusal](c.send("PATCH", at, `{"updates":[{"type":"TABLE","name":"ANALYTICS.MARTS.DIM_CUSTOMERS","status":"Best"}]}`).want(400))

	done := as[hexapi.DataConnectionSchemaUpdated](c.send("PATCH", at, `{"updates":[{"type":"TABLE","name":"ANALYTICS.MARTS.DIM_CUSTOMERS","status":"Approved"},{"type":"SCHEMA","name":"ANALYTICS.MARTS","status":null}]}`).want(200))
	assert.Equal(t, []hexapi.NamedStatus{{Name: "ANALYTICS.MARTS", Status: nil}}, done.Updated.Schemas)
	assert.Equal(t, "Approved", *customers.status)
}

func TestGuideDraftsAreListedUntilTheyArePublished(t *testing.T) {
	c := open(t)
	paths := func(query string) (all []string) {
		for _, g := range as[hexapi.Page[hexapi.Guide]](c.get("/v1/guides/draft/list" + query).want(200)).Values {
			all = append(all, g.FilePath)
		}
		return all
	}
	assert.Equal(t, []string{"glossary.md", "metrics/retention.md"}, paths(""))
	assert.Empty(t, paths(`?externalSource=%7B%22source%22:%22github%22,%22owner%22:%22tidewater%22,%22repo%22:%22analytics%22%7D`))
	c.send("POST", "/v1/guides/publish", map[string]any{"orgGuideFileIds": []hexapi.UUID{GuideDraft}}).want(200)
	assert.Equal(t, []string{"glossary.md"}, paths(""))
	c.careless = true
	as[newerError](c.get("/v1/guides/draft/list?externalSource=github").want(400))
}

func TestOnlyPublishedProjectsAreEmbedded(t *testing.T) {
	c := open(t)
	made := func(p hexapi.UUID, body string) answered {
		return c.send("POST", "/v1/embedding/createPresignedUrl/"+string(p), body)
	}
	first := as[hexapi.PresignedURL](made(ProjectForecast, `{}`).want(200)).URL
	assert.NotEqual(t, first, as[hexapi.PresignedURL](made(ProjectForecast, `{"expiresIn":300000}`).want(200)).URL, "each call makes another")
	as[olderError](made(ProjectDraft, `{}`).want(422))
	as[olderError](made(ProjectForecast, `{"expiresIn":300001}`).want(400))
}
