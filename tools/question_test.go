package tools

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi"
	"hexmcp/hexapi/hexsim"
)

// undone says of what destroys, and asks nobody first, how it is undone.
var undone = map[string]string{
	"HEX_UPDATE_PROJECT":                   "the old status is set again",
	"HEX_SET_COMPUTE_PROFILE":              "the old profile is set again",
	"HEX_CANCEL_RUN":                       "the project is run again",
	"HEX_UPDATE_CELL":                      "the answer has the old source",
	"HEX_REPLACE_IN_CELLS":                 "it shows the edits first, and answers with the old sources",
	"HEX_EDIT_AND_RUN_CELL":                "the answer has the old source",
	"HEX_EDIT_PROJECT_SHARING_USERS":       "the old access is given again",
	"HEX_EDIT_PROJECT_SHARING_GROUPS":      "the old access is given again",
	"HEX_EDIT_PROJECT_SHARING_COLLECTIONS": "the project is put back",
	"HEX_EDIT_COLLECTION":                  "the old members and words are given again",
	"HEX_EDIT_GROUP":                       "the old members are added again",
	"HEX_EDIT_DATA_CONNECTION":             "the old settings are given again",
	"HEX_UPDATE_DATA_CONNECTION_SCHEMA":    "the schema is read again",
	"HEX_UPSERT_GUIDE_DRAFT":               "nobody reads a draft, and the next one overwrites it",
	"HEX_PUBLISH_GUIDE_DRAFTS":             "the old text is published again",
	"HEX_UPSERT_CONTEXT_GUIDES":            "nobody reads a draft of a version",
	"HEX_UPDATE_SUGGESTION":                "the old status is set again",
	"HEX_UPDATE_SUGGESTED_CHANGE":          "the change is written as a guide",
	"HEX_UPDATE_SEMANTIC_PROJECT":          "the old words are given again",
	"HEX_INGEST_SEMANTIC_PROJECT":          "the old files are ingested again",
}

func TestWhateverDestroysAsksOrCanBeUndone(t *testing.T) {
	told := maps.Clone(undone)
	for _, a := range All() {
		_, can := told[a.Name]
		if a.Effect.Destructive {
			assert.NotEqual(t, can, a.Asks(), "%s: let it ask, with the trait asking, or say here how it is undone, and not both", a.Name)
		}
		delete(told, a.Name)
	}
	assert.Empty(t, told, "of no tool that there is")
}

func TestQuestionsNameWhatWillBeGone(t *testing.T) {
	c, err := hexapi.New(hexapi.Config{Token: hexsim.DemoToken, Transport: hexsim.New()})
	require.NoError(t, err)
	const version = `"contextVersionId":"019c27d4-5b1e-7c90-8a3f-2e61b7d40c95"`
	for arguments, want := range map[string]*Question{
		`HEX_PRUNE_CONTEXT_GUIDES {` + version + `,"externalSource":{"source":"github","owner":"tidewater","repo":"analytics"},"guideFilePaths":["a.md","b.md"]}`: {
			"Remove from a draft of the context all guides of the source “tidewater/analytics” but 2?", "tidewater/analytics",
		},
		`HEX_PRUNE_CONTEXT_GUIDES {` + version + `,"externalSource":{"source":"unknown","id":"wiki"},"guideFilePaths":["a.md"]}`: {
			"Remove from a draft of the context all guides of the source “wiki” but 1?", "wiki",
		},
		`HEX_PRUNE_CONTEXT_GUIDES {` + version + `,"externalSource":{"source":"unknown"},"guideFilePaths":["a.md"]}`: {
			"Remove from a draft of the context all guides of the source “unknown” but 1?", "unknown",
		},
		`HEX_PUBLISH_CONTEXT_VERSION {` + version + `,"updateLatestVersion":true,"title":"October"}`: {
			"Replace what Hex's agent reads for everybody in the workspace by the version “October”? Guides that it lacks are removed.", "October",
		},
		`HEX_PUBLISH_CONTEXT_VERSION {` + version + `,"updateLatestVersion":false}`: nil,
	} {
		name, given, _ := strings.Cut(arguments, " ")
		a, ok := Find(name)
		require.True(t, ok)
		q, failure := a.Question(t.Context(), c, json.RawMessage(given))
		require.Nil(t, failure, arguments)
		assert.Equal(t, want, q, arguments)
	}
}
