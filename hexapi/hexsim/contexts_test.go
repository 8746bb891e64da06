package hexsim

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"hexmcp/hexapi"
)

// What is written into a version is in force once it is published as the latest,
// and not before.
func TestAVersionOfTheContextIsInForceOncePublished(t *testing.T) {
	c := open(t)
	published := func() map[string]string {
		all := make(map[string]string)
		for _, g := range c.hex.guides.all() {
			if g.published != nil {
				all[g.FilePath] = *g.published
			}
		}
		return all
	}
	before := published()
	const github = `"source":"github","owner":"tidewater","repo":"analytics"`
	made := as[hexapi.ContextVersionCreated](c.send("POST", "/v1/context/version", `{"externalSource":{`+github+`,"branch":"main","commitHash":"1"}}`).want(200))
	at := "/v1/context/version/" + string(made.ContextVersionID)

	const files = `{"operation":{"type":"upsert_guide","files":[{"filePath":"churn.md","contents":"# Churn","externalSource":{` + github + `,"branch":"main","commitHash":"1","path":"churn.md"}},{"filePath":"glossary.md","contents":"# Mine","externalSource":{"source":"unknown"}}]}}`
	written := as[hexapi.ContextVersionEdited](c.send("POST", at, files).want(200)).Result
	assert.Equal(t, "created", written.Files[0].Result)
	assert.Len(t, written.Files, 1)
	assert.Equal(t, "glossary.md", written.Warnings[0].FilePath, "it is of Hex")
	again := as[hexapi.ContextVersionEdited](c.send("POST", at, files).want(200)).Result
	assert.Equal(t, []hexapi.GuidePath{{FilePath: "churn.md"}}, again.Noops)

	pruned := as[hexapi.ContextVersionEdited](c.send("POST", at, `{"operation":{"type":"prune_guides","externalSource":{`+github+`},"guideFilePaths":["churn.md"]}}`).want(200)).Result
	assert.Equal(t, "dbt/conventions.md", pruned.RemovedGuides[0].HexFilePath)
	assert.Len(t, pruned.RemovedGuides, 1, "of the source alone, and not what is kept")
	assert.Equal(t, before, published(), "nothing is published yet")

	c.send("POST", at+"/publish", `{"updateLatestVersion":true}`).want(200)
	after := published()
	assert.Equal(t, "# Churn", after["churn.md"])
	assert.NotContains(t, after, "dbt/conventions.md")
	assert.Equal(t, before["glossary.md"], after["glossary.md"])
	c.send("POST", at, files).want(422)
}

func TestAVersionThatIsNotTheLatestChangesNothing(t *testing.T) {
	c := open(t)
	const at = "/v1/context/version/" + string(ContextDraft)
	c.send("POST", at, `{"operation":{"type":"upsert_guide","files":[{"filePath":"churn.md","contents":"# Churn"}]}}`).want(200)
	c.send("POST", at+"/publish", `{"updateLatestVersion":false}`).want(200)
	assert.Nil(t, c.hex.guideAt("churn.md"))
	c.careless = true
	c.send("POST", at+"/publish", `{}`).want(422)
	c.send("POST", "/v1/context/version", `{"externalSource":{"source":"github"}}`).want(400)
	c.send("POST", "/v1/context/version/nope", `{"operation":{"type":"upsert_guide","files":[]}}`).want(404)
}
