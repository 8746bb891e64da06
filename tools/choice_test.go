package tools

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func on(c Choice) []string { return namesOf(c.Select()) }

func TestEachToolsetAndSetChoosesItsTools(t *testing.T) {
	for _, set := range Catalog() {
		some := slices.DeleteFunc(slices.Clone(set.Actions), func(a Action) bool { return a.Offer == OfferedByName })
		assert.Equal(t, namesOf(some), on(Choice{Toolsets: []string{set.Name}}), set.Name)
		assert.NotContains(t, sets, set.Name, "a toolset hides a set")
	}
	core, byDefault, all := Choice{Toolsets: []string{SetCore}}, Choice{Toolsets: []string{SetDefault}}, Choice{Toolsets: []string{SetAll}}
	assert.Less(t, len(on(core)), len(on(byDefault)))
	assert.Less(t, len(on(byDefault)), len(on(all)))
	assert.Equal(t, on(byDefault), on(Choice{}))
	assert.Equal(t, namesOf(All()), on(Choice{Whole: true}))
}

// One row of each way in which a tool may be on or off, and the setting that says why.
func TestAToolIsOffForAReason(t *testing.T) {
	for name, tt := range map[string]struct {
		choice Choice
		tool   string
		why    string
	}{
		"by default":          {Choice{}, "HEX_RUN_AND_WAIT", ""},
		"on request":          {Choice{}, "HEX_GET_ME", "it is not in the set default: choose its set, users, with --toolsets"},
		"named":               {Choice{Tools: []string{"HEX_GET_ME"}}, "HEX_GET_ME", ""},
		"others are named":    {Choice{Tools: []string{"HEX_GET_ME"}}, "HEX_LIST_USERS", "--tools does not name it"},
		"named beside a set":  {Choice{Toolsets: []string{"runs"}, Tools: []string{"HEX_GET_ME"}}, "HEX_CANCEL_RUN", ""},
		"of another set":      {Choice{Toolsets: []string{"runs"}}, "HEX_GET_ME", "--toolsets does not choose its set, users"},
		"excluded":            {Choice{Tools: []string{"HEX_GET_ME"}, Exclude: []string{"HEX_GET_ME"}}, "HEX_GET_ME", "--exclude-tools names it"},
		"a run is no reading": {Choice{ReadOnly: true, Whole: true}, "HEX_RUN_PROJECT", "--read-only leaves only tools that read"},
		"reading":             {Choice{ReadOnly: true}, "HEX_LIST_CELLS", ""},
		"destroys":            {Choice{NoDestructive: true}, "HEX_DELETE_CELL", "--no-destructive leaves out tools that destroy"},
		"writes":              {Choice{NoDestructive: true}, "HEX_CREATE_CELL", ""},
		"by another name":     {Choice{ReadOnly: true, Settings: SettingNames{ReadOnly: "X"}}, "HEX_DELETE_CELL", "X leaves only tools that read"},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, tt.why, tt.choice.WhyOffByName(tt.tool))
			assert.Equal(t, tt.why == "", slices.Contains(on(tt.choice), tt.tool))
		})
	}
	named := Action{Name: "HEX_X", Offer: OfferedByName, Toolset: "runs"}
	assert.Equal(t, "--tools does not name it, and no toolset has it", Choice{Toolsets: []string{SetAll, "runs"}}.WhyOff(named))
	assert.Empty(t, Choice{Tools: []string{"HEX_X"}}.WhyOff(named))
}

func TestUnknownNamesAreRefusedWithASuggestion(t *testing.T) {
	for says, choice := range map[string]Choice{
		`there is no toolset "runz"; did you mean runs?; there are core, default, small, all, projects, runs, `: {Toolsets: []string{"core", "runz"}},
		`there is no toolset "everything"; there are core, `:                                                    {Toolsets: []string{"everything"}},
		`there is no tool "run_projects"; did you mean HEX_RUN_PROJECT?; hexmcp tools lists all`:                {Tools: []string{"run_projects"}},
		`there is no tool "weather"; hexmcp tools lists all`:                                                    {Exclude: []string{"weather"}},
	} {
		assert.ErrorContains(t, choice.Check(), says)
	}
	require.NoError(t, Choice{Toolsets: ToolsetNames(), Tools: namesOf(All())}.Check())
}
