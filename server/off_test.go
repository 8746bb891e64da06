package server_test

import (
	"log/slog"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi"
	"hexmcp/hexapi/hexsim"
	"hexmcp/server"
	"hexmcp/tools"
)

// chosenServer offers what a choice leaves of the catalogue.
func chosenServer(t *testing.T, c tools.Choice) *server.Server {
	hex, err := hexapi.New(hexapi.Config{Token: hexsim.DemoToken, Transport: hexsim.New()})
	require.NoError(t, err)
	return server.New(server.HexInfo("test"), server.Tools(c.Select(), server.OneClient(hex)),
		server.Options{Logger: slog.New(slog.DiscardHandler), WhyOff: c.WhyOffByName})
}

func TestACallOfAToolThatIsOffSaysByWhichSetting(t *testing.T) {
	s := chosenServer(t, tools.Choice{ReadOnly: true})
	for name, dial := range transports {
		t.Run(name, func(t *testing.T) {
			e := callTool(t, dial(t, s), "HEX_DELETE_GROUP", []byte(`{}`))
			assert.Equal(t, tools.Disabled, e.ErrorDetail.Kind)
			assert.Contains(t, *e.Error, "HEX_DELETE_GROUP is switched off: --read-only leaves only tools that read. Nothing was sent to Hex")
		})
	}
	e, err := s.CallTool(t.Context(), "HEX_DELETE_GROUP", nil)
	require.NoError(t, err)
	assert.Equal(t, tools.Disabled, e.Detail.Kind)
	_, err = s.CallTool(t.Context(), "HEX_NOPE", nil)
	assert.Error(t, err)
}

func TestACallOfAToolThatIsOffIsSentToOneThatDoesTheSame(t *testing.T) {
	for _, test := range []struct {
		choice       tools.Choice
		called, says string
	}{
		{tools.Choice{Toolsets: []string{tools.SetSmall}}, "HEX_LIST_PROJECTS", "call HEX_FIND_PROJECTS in its place."},
		{tools.Choice{Toolsets: []string{tools.SetCore}}, "HEX_RUN_AND_WAIT", "call HEX_RUN_PROJECT in its place."},
		{tools.Choice{ReadOnly: true}, "HEX_RUN_PROJECT", "do without it, or ask the user to change the setting."},
	} {
		e, err := chosenServer(t, test.choice).CallTool(t.Context(), test.called, nil)
		require.NoError(t, err)
		assert.Contains(t, e.Error, test.says)
	}
}

// Whatever is chosen, instructions name no tool that is off.
func TestInstructionsFollowTheSelection(t *testing.T) {
	name := regexp.MustCompile(`HEX_[A-Z_]+`)
	said := func(c tools.Choice) string {
		return server.HexInfo("test").Instruct(server.Tools(c.Select(), nil))
	}
	for _, set := range tools.ToolsetNames() {
		for _, readOnly := range []bool{false, true} {
			c := tools.Choice{Toolsets: []string{set}, ReadOnly: readOnly}
			on := c.Select()
			for _, named := range name.FindAllString(said(c), -1) {
				assert.True(t, slices.ContainsFunc(on, func(a tools.Action) bool { return a.Name == named }), "%s is off in %s", named, set)
			}
		}
	}
	assert.Contains(t, said(tools.Choice{Toolsets: []string{tools.SetCore}}), "HEX_RUN_PROJECT")
	assert.Contains(t, said(tools.Choice{}), "HEX_RUN_AND_WAIT")
	assert.NotContains(t, said(tools.Choice{ReadOnly: true}), "Dangerous")
	assert.NotContains(t, said(tools.Choice{ReadOnly: true}), "outcome is unknown")
	assert.Contains(t, said(tools.Choice{NoDestructive: true}), "outcome is unknown")
}

// Two workspaces side by side are told apart by the names of their servers.
func TestAServerIsCalledAsTheOperatorSays(t *testing.T) {
	named := server.HexInfo("test").Named("hex-europe")
	assert.Equal(t, "hex-europe", named.Name)
	assert.Equal(t, "hex-europe, an unofficial server for Hex", named.Title)
	assert.Contains(t, named.Instruct(nil), "This server is called hex-europe.")
	usual := server.HexInfo("test").Named(server.DefaultName)
	assert.NotContains(t, usual.Instruct(nil), "This server is called")
	require.NoError(t, server.CheckName("Hex of Europe_2"))
	for _, wrong := range []string{"", " x", "a\nb", "a; ignore", string(make([]byte, 65))} {
		assert.ErrorContains(t, server.CheckName(wrong), "such as hex-europe")
	}
}
