package hexsim

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"hexmcp/hexapi"
)

const github = `{"source":"github","owner":"tidewater","repo":"analytics","branch":"main","commitHash":"9ab","path":"docs/conventions.md"}`

func (c caller) upsert(body string) hexapi.GuidesUpserted {
	c.t.Helper()
	return as[hexapi.GuidesUpserted](c.send("PUT", "/v1/guides/draft", body).want(200))
}

func (c caller) publish(body string) []string {
	c.t.Helper()
	paths := []string{}
	for _, g := range as[hexapi.GuidesPublished](c.send("POST", "/v1/guides/publish", body).want(200)).PublishedGuides {
		paths = append(paths, g.FilePath)
	}
	return paths
}

func TestAGuideIsDraftedByPath(t *testing.T) {
	c := open(t)
	a := c.send("PUT", "/v1/guides/draft", `{"files":[{"filePath":"new.md","contents":"# New","colour":null},{"filePath":"metrics/revenue.md","contents":"# Revenue"},{"filePath":"metrics/retention.md","contents":"# Retention"}]}`).want(200)
	got := as[hexapi.GuidesUpserted](a)
	assert.Equal(t, a.header.Get("X-Trace-Id"), got.TraceID)
	assert.Contains(t, a.body, `"warnings":[]`)
	assert.Equal(t, []hexapi.Guide{
		{ID: got.Files[0].ID, FilePath: "new.md"},
		{ID: GuideRevenue, FilePath: "metrics/revenue.md"},
		{ID: GuideDraft, FilePath: "metrics/retention.md"},
	}, got.Files)

	again := c.upsert(`{"files":[{"filePath":"new.md","contents":"# Newer"}]}`)
	assert.Equal(t, got.Files[:1], again.Files, "the draft is overwritten")
	assert.ElementsMatch(t, []string{"new.md", "metrics/revenue.md", "metrics/retention.md", "glossary.md"}, c.publish(`{"publishAllDraftGuides":true}`))
}

func TestAGuideOfAnotherSourceIsLeftUnlessForced(t *testing.T) {
	c := open(t)
	const files = `"files":[{"filePath":"dbt/conventions.md","contents":"# Mine"}]`
	got := c.upsert(`{` + files + `}`)
	assert.Empty(t, got.Files)
	assert.Equal(t, "dbt/conventions.md", got.Warnings[0].FilePath)
	assert.Contains(t, got.Warnings[0].Message, "another source")
	assert.Equal(t, []string{}, c.publish(`{"orgGuideFileIds":[]}`))
	as[olderError](c.send("POST", "/v1/guides/publish", fmt.Sprintf(`{"orgGuideFileIds":[%q]}`, GuideGitHub)).want(400)) // there is no draft of it

	got = c.upsert(`{"files":[{"filePath":"dbt/conventions.md","contents":"# Next","externalSource":` + github + `}]}`)
	assert.Equal(t, GuideGitHub, got.Files[0].ID, "a newer commit is the same source")
	got = c.upsert(`{` + files + `,"forceWrite":true}`)
	assert.Equal(t, GuideGitHub, got.Files[0].ID)
	assert.Empty(t, got.Warnings)

	c.send("DELETE", "/v1/guides/draft/"+string(GuideGitHub), nil).want(204)
	assert.Empty(t, c.upsert(`{`+files+`}`).Files, "what is published still comes from there")
}

func TestAGuideThatIsNoMarkdownIsWarnedOf(t *testing.T) {
	got := open(t).upsert(`{"files":[{"filePath":"notes.txt","contents":"x"},{"filePath":"notes.md","contents":"x"}]}`)
	assert.Len(t, got.Files, 2)
	assert.Equal(t, []string{"notes.txt"}, []string{got.Warnings[0].FilePath})
	assert.Len(t, got.Warnings, 1)
}

func TestGuidesThatAreRefusedWriteNothing(t *testing.T) {
	good := `{"filePath":"good.md","contents":"x"}`
	for name, body := range map[string]string{
		"no files":         `{}`,
		"null files":       `{"files":null}`,
		"unknown key":      `{"files":[],"force":true}`,
		"no path":          `{"files":[` + good + `,{"contents":"x"}]}`,
		"empty path":       `{"files":[` + good + `,{"filePath":"","contents":"x"}]}`,
		"no contents":      `{"files":[` + good + `,{"filePath":"a.md"}]}`,
		"wrong contents":   `{"files":[` + good + `,{"filePath":"a.md","contents":1}]}`,
		"too long":         `{"files":[` + good + `,{"filePath":"a.md","contents":"` + strings.Repeat("é", maxGuide+1) + `"}]}`,
		"unknown source":   `{"files":[` + good + `,{"filePath":"a.md","contents":"x","externalSource":{"source":"gitlab"}}]}`,
		"half of a source": `{"files":[` + good + `,{"filePath":"a.md","contents":"x","externalSource":{"source":"github","owner":"o"}}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			c := open(t)
			as[olderError](c.send("PUT", "/v1/guides/draft", body).want(400))
			assert.NotContains(t, c.publish(`{"publishAllDraftGuides":true}`), "good.md")
		})
	}
	longest := fmt.Sprintf(`{"files":[{"filePath":"a.md","contents":%q}]}`, strings.Repeat("é", maxGuide))
	assert.Len(t, open(t).upsert(longest).Files, 1)
}

func TestDraftsArePublishedByIDOrAll(t *testing.T) {
	one := fmt.Sprintf(`{"orgGuideFileIds":[%q,%q]}`, GuideDraft, GuideDraft)
	for body, want := range map[string][]string{
		`{"publishAllDraftGuides":true}`: {"metrics/retention.md", "glossary.md"},
		`{"publishAllDraftGuides":true,"orgGuideFileIds":["` + string(GuideDraft) + `"]}`: {"metrics/retention.md", "glossary.md"},
		one:                               {"metrics/retention.md"},
		`{}`:                              {},
		`{"orgGuideFileIds":[]}`:          {},
		`{"publishAllDraftGuides":false}`: {},
	} {
		c := open(t)
		assert.Equal(t, want, c.publish(body), body)
		assert.Equal(t, []string{}, c.publish(`{}`))
		left := c.publish(`{"publishAllDraftGuides":true}`)
		assert.Len(t, left, 2-len(want), "what was published is no draft any more")
	}
	c := open(t)
	c.publish(one)
	for _, id := range []hexapi.UUID{GuideDraft, GuideRevenue, nobody} {
		as[olderError](c.send("POST", "/v1/guides/publish", fmt.Sprintf(`{"orgGuideFileIds":[%q,%q]}`, GuideDraftRevision, id)).want(400))
	}
	c.send("POST", "/v1/guides/publish", nil).want(400)
	assert.Equal(t, []string{"glossary.md"}, c.publish(`{"publishAllDraftGuides":true}`), "a refused list publishes nothing")
}

func TestADeletedDraftLeavesWhatWasPublished(t *testing.T) {
	c := open(t)
	for _, id := range []hexapi.UUID{GuideDraft, GuideDraftRevision} {
		c.send("DELETE", "/v1/guides/draft/"+string(id), nil).want(204)
	}
	for _, id := range []hexapi.UUID{GuideDraft, nobody} {
		as[olderError](c.send("DELETE", "/v1/guides/draft/"+string(id), nil).want(404))
	}
	assert.Empty(t, c.publish(`{"publishAllDraftGuides":true}`))
	assert.Equal(t, GuideDraftRevision, c.upsert(`{"files":[{"filePath":"glossary.md","contents":"x"}]}`).Files[0].ID)
	assert.NotEqual(t, GuideDraft, c.upsert(`{"files":[{"filePath":"metrics/retention.md","contents":"x"}]}`).Files[0].ID)
}

func TestAPublishedGuideGoesWhenItsDeletionIsPublished(t *testing.T) {
	for name, publish := range map[string]string{
		"by id":    fmt.Sprintf(`{"orgGuideFileIds":[%q,%q]}`, GuideRevenue, GuideRevenue),
		"with all": `{"publishAllDraftGuides":true}`,
	} {
		t.Run(name, func(t *testing.T) {
			c := open(t)
			path := "/v1/guides/draft/" + string(GuideRevenue)
			for range 2 { // the same end state
				assert.Empty(t, c.send("DELETE", path, nil).want(204).body)
			}
			assert.NotNil(t, c.hex.guides.get(GuideRevenue).published, "it is only marked")

			assert.Contains(t, c.publish(publish), "metrics/revenue.md")
			assert.Nil(t, c.hex.guides.get(GuideRevenue))
			c.send("DELETE", path, nil).want(404)
			as[olderError](c.send("POST", "/v1/guides/publish", fmt.Sprintf(`{"orgGuideFileIds":[%q]}`, GuideRevenue)).want(400))
			again := c.upsert(`{"files":[{"filePath":"metrics/revenue.md","contents":"x"}]}`)
			assert.NotEqual(t, GuideRevenue, again.Files[0].ID, "a guide of that path is a new one")
		})
	}
}

func TestANewDraftTakesTheMarkOfDeletionAway(t *testing.T) {
	c := open(t)
	c.send("DELETE", "/v1/guides/draft/"+string(GuideRevenue), nil).want(204)
	c.upsert(`{"files":[{"filePath":"metrics/revenue.md","contents":"# Revenue"}]}`)
	c.publish(fmt.Sprintf(`{"orgGuideFileIds":[%q]}`, GuideRevenue))
	assert.Equal(t, "# Revenue", *c.hex.guides.get(GuideRevenue).published)
}

func TestADeletedRevisionIsNotADeletedGuide(t *testing.T) {
	c := open(t)
	path := "/v1/guides/draft/" + string(GuideDraftRevision)
	c.send("DELETE", path, nil).want(204)
	assert.Equal(t, []string{"metrics/retention.md"}, c.publish(`{"publishAllDraftGuides":true}`))
	c.send("DELETE", path, nil).want(204) // now that there is no draft, of the guide itself
	assert.Equal(t, []string{"glossary.md"}, c.publish(`{"publishAllDraftGuides":true}`))
}
