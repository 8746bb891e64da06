package tools

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A definition is all that a model knows of a tool. These tests are the house
// rules for writing one.

func TestDescriptionsBeginWithWhatTheToolDoes(t *testing.T) {
	imperative := regexp.MustCompile(`^(List|Read|Set|Run|Cancel|Add|Overwrite|Remove|Put|Create|Change|Compare|Find|Deactivate|Rename|Delete|Publish|Wait|Ask|Start) `)
	for _, a := range All() {
		first, _, _ := strings.Cut(a.Description, ". ")
		assert.Regexp(t, imperative, a.Description, a.Name)
		assert.Less(t, len(first), 130, "%s: the first sentence is short", a.Name)
		assert.True(t, strings.HasSuffix(a.Description, "."), "%s: ends its last sentence", a.Name)
		assert.Less(t, len(a.Description), 500, "%s: says it briefly", a.Name)
	}
}

func TestDescriptionsOfWritesSayWhatComesBack(t *testing.T) {
	for _, a := range All() {
		if !a.Effect.ReadOnly {
			assert.Contains(t, a.Description, "Returns ", a.Name)
		}
	}
}

// A repeat of these makes a second one of something.
func TestDescriptionsWarnWhereARepeatDoesMore(t *testing.T) {
	for _, name := range []string{"HEX_RUN_PROJECT", "HEX_CREATE_CELL", "HEX_CREATE_GROUP", "HEX_CREATE_COLLECTION", "HEX_CREATE_THREAD", "HEX_CONTINUE_THREAD"} {
		assert.Contains(t, describe(t, name), "Each call ", name)
	}
}

func TestDescriptionsSayWhatCannotBeUndone(t *testing.T) {
	final := regexp.MustCompile(`for good|is gone|overwritten|Overwrite|overwrite|No API brings|removes|NONE|is lost|lose`)
	for _, a := range All() {
		if a.Effect.Destructive {
			assert.Regexp(t, final, a.Description, a.Name)
		}
	}
}

func TestDescriptionsNameLimitsAndPermissions(t *testing.T) {
	for name, words := range map[string][]string{
		"HEX_RUN_PROJECT":                         {"20 runs a minute", "60 an hour", "25 running kernels", "viewId and inputParams exclude each other", "updatePublishedResults does not go with inputParams"},
		"HEX_GET_RUN_STATUS":                      {"30 calls a minute", "5 seconds"},
		"HEX_LIST_CELLS":                          {"30 calls a minute"},
		"HEX_LIST_USERS":                          {"30 calls a minute"},
		"HEX_CREATE_CELL":                         {"EDIT_PROJECT_CONTENTS"},
		"HEX_UPDATE_CELL":                         {"EDIT_PROJECT_CONTENTS"},
		"HEX_DELETE_CELL":                         {"EDIT_PROJECT_CONTENTS"},
		"HEX_EDIT_PROJECT_SHARING_USERS":          {"up to 25 users a call", "Projects: Write"},
		"HEX_EDIT_PROJECT_SHARING_GROUPS":         {"up to 25 groups a call", "Projects: Write"},
		"HEX_EDIT_PROJECT_SHARING_COLLECTIONS":    {"up to 25 a call", "Collections: Write and Projects: Write"},
		"HEX_EDIT_PROJECT_SHARING_ORG_AND_PUBLIC": {"internet"},
		"HEX_CREATE_GROUP":                        {"100", "Groups: Write"},
		"HEX_EDIT_GROUP":                          {"100", "Groups: Write"},
		"HEX_DELETE_GROUP":                        {"Groups: Write"},
		"HEX_DEACTIVATE_USER":                     {"No API brings them back", "Users: Write"},
	} {
		for _, w := range words {
			assert.Contains(t, describe(t, name), w, name)
		}
	}
}

// A tool that a definition sends the model to must exist.
func TestEveryToolThatIsReferredToExists(t *testing.T) {
	tool := regexp.MustCompile(`HEX_[A-Z_]+`)
	for _, a := range All() {
		for _, name := range tool.FindAllString(strings.Join([]string{a.Description, string(a.Input()), a.verify, a.lister, a.standIn, noKernel}, " "), -1) {
			_, ok := Find(name)
			assert.True(t, ok, "%s refers to %s", a.Name, name)
		}
	}
}

// A write without an answer must say where to look.
func TestEachWriteThatCanBeCheckedNamesTheToolForIt(t *testing.T) {
	unseen := regexp.MustCompile(`GUIDE|COMPUTE_PROFILE|CONNECTION_SCHEMA|SEMANTIC|PRESIGNED|CONTEXT_VERSION`) // what they write no tool that is on shows
	for _, a := range All() {
		if a.Effect.ReadOnly || unseen.MatchString(a.Name) {
			assert.Empty(t, a.verify, a.Name)
			continue
		}
		check, ok := Find(a.verify)
		require.True(t, ok, a.Name)
		assert.True(t, check.Effect.ReadOnly, a.Name)
	}
}

// Where ids come from is said once, for arguments that there are.
func TestEachSourceOfIDsIsSaidOfAnArgument(t *testing.T) {
	used := make(map[string]bool)
	for _, a := range All() {
		of := make(map[string]bool)
		eachProperty(t, a.Input(), func(path []string, p property) {
			name, ending := path[len(path)-1], strings.Join(path[max(len(path)-2, 0):], ".")
			of[name], of[ending] = true, true
			for _, key := range []string{name, ending} {
				if source, ok := idSources[key]; ok && strings.HasPrefix(p.Description, source) {
					used[key] = true
				}
			}
		})
		for name := range a.idSources {
			assert.True(t, of[name], "%s has no argument %s", a.Name, name)
		}
	}
	for name := range idSources {
		assert.True(t, used[name], "no argument is called %s", name)
	}
}

func TestSourcesOfIDsComeBeforeWhatElseIsSaid(t *testing.T) {
	var a Action
	idsFrom("cellId", "A cell of the row")(&a)
	idsFrom("groupId", "")(&a)
	describe := func(path, description string) string { return a.describe(strings.Split(path, "."), description) }
	assert.Equal(t, "UUID from HEX_LIST_PROJECTS.", describe("projectId", ""))
	assert.Equal(t, "UUID from HEX_LIST_PROJECTS. More.", describe("projectId", "More."))
	assert.Equal(t, "UUID from HEX_LIST_COLLECTIONS.", describe("filter.collectionId", ""))
	assert.Equal(t, "A cell of the row. More.", describe("cellId", "More."))
	assert.Equal(t, "More.", describe("groupId", "More."), "a row may say nothing")
	assert.Equal(t, "Page size.", describe("limit", "Page size."))
}

// The worst described tool decides how directories grade a server, and a model
// knows of an argument what is written there.
func TestEachArgumentIsDescribed(t *testing.T) {
	for _, a := range All() {
		eachProperty(t, a.Input(), func(path []string, p property) {
			assert.True(t, strings.HasSuffix(p.Description, "."), "%s: describe %s: a sentence in its tag in hexapi, or in tools/ids.go", a.Name, strings.Join(path, "."))
		})
	}
}

// Published schemas do not say by format what a UUID is; words do.
func TestEachIDIsSaidToBeAUUIDAndWhereItComesFrom(t *testing.T) {
	id := regexp.MustCompile(`(^id|Id|Ids)$`)
	free := []string{"externalSource.id", "viewId", "slackChannelIds", "insertAfterCellId", "parentCellId", "tableIds", "semanticDatasetIds", "semanticViewIds", "previewId", "accessKeyId", "contextVersionId"} // from no tool, or of the same list
	for _, a := range All() {
		eachProperty(t, a.Input(), func(path []string, p property) {
			full := strings.Join(path, ".")
			if id.MatchString(path[len(path)-1]) && !slices.ContainsFunc(free, func(f string) bool { return strings.HasSuffix(full, f) }) {
				assert.Contains(t, p.Description, "UUID", "%s: %s", a.Name, full)
			}
		})
	}
}

func TestDescriptionsDoNotRepeatTheSchema(t *testing.T) {
	for _, a := range All() {
		eachProperty(t, a.Input(), func(path []string, p property) {
			for _, word := range []string{"required", "optional", "string", "boolean", "integer", "array of"} {
				assert.NotContains(t, strings.ToLower(p.Description), word, "%s: %s", a.Name, strings.Join(path, "."))
			}
		})
	}
}

type property struct {
	Type        string
	Description string
	Required    []string
	Enum        []string
	Properties  map[string]json.RawMessage
	Items       json.RawMessage
}

// eachProperty visits the properties of a schema and those within them, each by
// the names that lead to it.
func eachProperty(t *testing.T, schema json.RawMessage, visit func(path []string, p property)) {
	t.Helper()
	visitProperties(t, nil, schema, visit)
}

func visitProperties(t *testing.T, path []string, schema json.RawMessage, visit func([]string, property)) {
	t.Helper()
	var p property
	require.NoError(t, json.Unmarshal(schema, &p))
	if p.Items != nil {
		visitProperties(t, path, p.Items, visit)
	}
	for name, raw := range p.Properties {
		var child property
		require.NoError(t, json.Unmarshal(raw, &child))
		here := append(slices.Clip(path), name)
		visit(here, child)
		visitProperties(t, here, raw, visit)
	}
}

func describe(t *testing.T, name string) string {
	t.Helper()
	a, ok := Find(name)
	require.True(t, ok, name)
	return a.Description
}
