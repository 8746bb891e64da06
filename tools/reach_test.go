package tools

import (
	"context"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi"
	"hexmcp/hexapi/hexsim"
)

// A row says which of its arguments name projects, cells, runs and collections, so
// that whoever confines the tools knows what each can reach.
func TestEachRowSaysWhatItReaches(t *testing.T) {
	names := regexp.MustCompile(`(?i)(projects?|cells?|runs?|collections?)\.?ids?$`)
	for _, a := range All() {
		assert.NotEqual(t, reachesUnsaid, a.reach, "%s: say what it reaches, with a trait of tools/reach.go: inProject, inCell, inRun, inCollection, "+
			"holding(kind, arguments…), listsThings, apart (no project is touched) or boundless (cannot be confined)", a.Name)
		arguments := map[string]bool{}
		eachProperty(t, a.Input(), func(path []string, _ property) {
			full := strings.Join(path, ".")
			arguments[full] = true
			if names.MatchString(full) && a.reach == reachesThings {
				assert.Contains(t, a.holds, full, "%s: say by a trait of tools/reach.go what %s holds", a.Name, full)
			}
		})
		for argument := range a.holds {
			assert.True(t, arguments[argument], "%s has no argument %s", a.Name, argument)
		}
	}
}

// confinement is a workspace of which one project and one collection lie outside.
type confinement struct {
	bounds  hexapi.Bounds
	outside map[string]string // an id outside by kind
}

// confine leaves a project with cells and runs outside, and a collection.
func confine(t *testing.T) confinement {
	t.Helper()
	c, err := hexapi.New(hexapi.Config{Token: hexsim.DemoToken, Transport: hexsim.New()})
	require.NoError(t, err)
	out := confinement{outside: map[string]string{aProject: string(hexsim.ProjectForecast)}}
	ctx := t.Context()
	for _, p := range values(t, c.ListProjects, hexapi.ListProjectsInput{Limit: 100, IncludeArchived: true, IncludeTrashed: true, IncludeComponents: true, IncludeUnlisted: true}) {
		if string(p.ID) != out.outside[aProject] {
			out.bounds.Projects = append(out.bounds.Projects, string(p.ID))
		}
	}
	collections := values(t, c.ListCollections, hexapi.ListCollectionsInput{})
	require.NotEmpty(t, collections)
	out.outside[aCollection] = string(collections[0].ID)
	cells := values(t, c.ListCells, hexapi.ListCellsInput{ProjectID: hexapi.UUID(out.outside[aProject])})
	require.NotEmpty(t, cells)
	out.outside[aCell] = string(cells[0].ID)
	answer, err := c.GetProjectRuns(ctx, hexapi.GetProjectRunsInput{ProjectID: hexapi.UUID(out.outside[aProject])})
	require.NoError(t, err)
	runs, err := answer.Decode()
	require.NoError(t, err)
	require.NotEmpty(t, runs.Runs)
	out.outside[aRun] = string(runs.Runs[0].RunID)
	return out
}

// values are the entries of the first page of a list.
func values[In, T any](t *testing.T, list func(context.Context, In) (hexapi.Answer[hexapi.Page[T]], error), in In) []T {
	t.Helper()
	answer, err := list(t.Context(), in)
	require.NoError(t, err)
	page, err := answer.Decode()
	require.NoError(t, err)
	return page.Values
}

// callWithin calls a tool of a fresh workspace under bounds, and returns what was
// sent besides.
func callWithin(t *testing.T, a Action, b hexapi.Bounds, arguments json.RawMessage) (Envelope, []string) {
	t.Helper()
	s := &sender{to: hexsim.New()}
	c, err := hexapi.New(hexapi.Config{Token: hexsim.DemoToken, Transport: s, Bounds: b})
	require.NoError(t, err)
	return a.Call(t.Context(), c, arguments), s.sent
}

// replaced are arguments with another value where a path leads, and in no list but
// one of that value.
func replaced(t *testing.T, arguments json.RawMessage, path []string, value string) json.RawMessage {
	t.Helper()
	var fields map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(arguments, &fields))
	old := fields[path[0]]
	var changed json.RawMessage
	switch {
	case len(path) == 1 && len(old) > 0 && old[0] == '[':
		changed, _ = json.Marshal([]string{value})
	case len(path) == 1:
		changed, _ = json.Marshal(value)
	case len(old) > 0 && old[0] == '[':
		var list []json.RawMessage
		require.NoError(t, json.Unmarshal(old, &list))
		changed, _ = json.Marshal([]json.RawMessage{replaced(t, list[0], path[1:], value)})
	default:
		if old == nil {
			old = json.RawMessage("{}")
		}
		changed = replaced(t, old, path[1:], value)
	}
	fields[path[0]] = changed
	all, err := json.Marshal(fields)
	require.NoError(t, err)
	return all
}

// Whatever argument can hold the id of something outside: it is not found, nothing
// is written, and the answer is that for an id which nobody has.
func TestWhatLiesOutsideIsNotFound(t *testing.T) {
	const nobody = "019990d4-0000-7000-8000-000000000000"
	trace := regexp.MustCompile(`Trace id: [^ ]+|"traceId":"[^"]*"`)
	c := confine(t)
	examples := calls(t)
	for _, a := range All() {
		for argument, kind := range a.holds {
			t.Run(a.Name+"/"+argument, func(t *testing.T) {
				path := strings.Split(argument, ".")
				with := func(id string) json.RawMessage { return replaced(t, examples[a.Name]["full"].Arguments, path, id) }
				if kind == aProject {
					with = func(id string) json.RawMessage {
						return replaced(t, examples[a.Name]["minimal"].Arguments, path, id)
					}
				}
				e, sent := callWithin(t, a, c.bounds, with(c.outside[kind]))
				for _, request := range sent {
					assert.Regexp(t, "^GET ", request)
				}
				same, _ := callWithin(t, a, hexapi.Bounds{}, with(nobody))
				text := strings.NewReplacer(c.outside[kind], "ID", nobody, "ID")
				words := func(e Envelope) string { return trace.ReplaceAllString(text.Replace(string(e.AppendJSON(nil))), "") }
				if a.Effect.ReadOnly || same.Successful() { // one that looks first, and finds nothing
					assert.Equal(t, words(same), words(e))
					return
				}
				require.False(t, e.Successful())
				assert.Equal(t, NotFound, e.Detail.Kind, e.Error)
			})
		}
	}
}

// With all but that within the bounds, tools work as ever.
func TestWhatLiesWithinIsFound(t *testing.T) {
	c := confine(t)
	b := hexapi.Bounds{Projects: append(c.bounds.Projects, c.outside[aProject])}
	collections, err := hexapi.New(hexapi.Config{Token: hexsim.DemoToken, Transport: hexsim.New()})
	require.NoError(t, err)
	for _, found := range values(t, collections.ListCollections, hexapi.ListCollectionsInput{}) {
		b.Collections = append(b.Collections, string(found.ID))
	}
	for tool, examples := range calls(t) {
		for size, example := range examples {
			t.Run(tool+"/"+size, func(t *testing.T) {
				a, ok := Find(tool)
				require.True(t, ok)
				e, _ := callWithin(t, a, b, example.Arguments)
				if slices.Contains([]string{"HEX_GET_CELL_OUTPUT", "HEX_GET_DRAFT_CHART"}, tool) && size == "full" { // by static id, which cannot be looked up
					assert.Equal(t, NotFound, e.Detail.Kind)
					return
				}
				assert.Equal(t, a.reach != reachesBoundless, e.Successful(), e.Error)
			})
		}
	}
}

// Nothing of a project outside may show in any answer, whatever is asked: its id and
// title stand in no list, note or job.
func TestNothingOutsideIsTold(t *testing.T) {
	c := confine(t)
	const title = "Demand forecast"
	for _, a := range All() {
		for size, example := range calls(t)[a.Name] {
			if a.reach != reachesThings {
				continue
			}
			e, _ := callWithin(t, a, c.bounds, example.Arguments)
			said := string(e.AppendJSON(nil))
			asked := strings.Contains(string(example.Arguments), c.outside[aProject])
			if !asked {
				assert.NotContains(t, said, c.outside[aProject], "%s %s", a.Name, size)
			}
			assert.NotContains(t, said, title, "%s %s", a.Name, size)
		}
	}
}

func TestToolsThatTouchNoProjectAreOffWhereToolsAreConfined(t *testing.T) {
	c := Choice{Confined: true}
	assert.Contains(t, c.WhyOffByName("HEX_LIST_USERS"), "it touches no project: it is off unless --tools names it")
	assert.Contains(t, c.WhyOffByName("HEX_CREATE_COLLECTION"), "what it reaches cannot be confined")
	assert.Empty(t, c.WhyOffByName("HEX_LIST_CELLS"))
	c.Toolsets, c.Tools = []string{SetDefault}, []string{"HEX_LIST_USERS", "HEX_CREATE_COLLECTION"}
	assert.Empty(t, c.WhyOffByName("HEX_LIST_USERS"))
	assert.Contains(t, c.WhyOffByName("HEX_CREATE_COLLECTION"), "what it reaches cannot be confined", "naming it changes nothing")
	assert.NotEmpty(t, c.WhyOff(Action{Name: "HEX_NEW"}), "a row that says nothing is off")
	assert.Empty(t, Choice{}.WhyOffByName("HEX_LIST_USERS"))
}
