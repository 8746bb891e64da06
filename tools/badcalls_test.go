package tools

import (
	"bufio"
	"encoding/json"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi"
	"hexmcp/hexapi/hexsim"
)

// badCalls holds calls of the kind that models make by mistake, one a line after
// >, and what each gets in a simulated workspace, after <. A name in braces
// stands for a demo id. After @ stands how the workspace is: versions is one
// that gives cells new ids.
const badCalls = "testdata/badcalls.txt"

// No bad call succeeds in silence: it is refused, fails, or carries a note. With
// -update the sentences are written anew; read them aloud before they are kept.
func TestGoldenBadCalls(t *testing.T) {
	raw, err := os.ReadFile(badCalls)
	require.NoError(t, err)
	var got strings.Builder
	versions, made := false, 0
	lines := bufio.NewScanner(strings.NewReader(string(raw)))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := lines.Text()
		switch {
		case strings.HasPrefix(line, "< "):
			continue // what it was told before
		case strings.HasPrefix(line, "@ "):
			versions = line == "@ versions"
		}
		got.WriteString(line + "\n")
		if call, ok := strings.CutPrefix(line, "> "); ok {
			made++
			for _, told := range makeBadCall(t, call, versions) {
				got.WriteString("< " + told + "\n")
			}
		}
	}
	require.NoError(t, lines.Err())
	assert.Greater(t, made, 100, "a hundred bad calls")
	golden(t, badCalls, []byte(got.String()))
}

// makeBadCall returns what a call is told: its failure, or the notes of its success.
func makeBadCall(t *testing.T, call string, versions bool) []string {
	t.Helper()
	name, arguments, _ := strings.Cut(call, " ")
	a, ok := Find(name)
	require.True(t, ok, name)
	var options []hexsim.Option
	if versions {
		options = append(options, hexsim.WithCellVersions())
	}
	srv := httptest.NewServer(hexsim.New(options...))
	defer srv.Close()
	hex, err := hexapi.New(hexapi.Config{BaseURL: srv.URL, Token: hexsim.DemoToken})
	require.NoError(t, err)
	e := a.Call(t.Context(), hex, json.RawMessage(demoIDs.Replace(arguments)))
	if e.Successful() {
		assert.NotEmpty(t, e.Notes, "it succeeds in silence: %s", call)
		return e.Notes
	}
	return []string{string(e.Detail.Kind) + ": " + traceID.ReplaceAllString(e.Error, "")}
}

var traceID = regexp.MustCompile(` Trace id: \w+\.`)

// demoIDs replaces the names of demo ids.
var demoIDs = strings.NewReplacer(
	"{project}", string(hexsim.ProjectRevenue), "{forecast}", string(hexsim.ProjectForecast), "{draft}", string(hexsim.ProjectDraft),
	"{slow}", string(hexsim.ProjectSlow), "{archived}", string(hexsim.ProjectArchived), "{component}", string(hexsim.ProjectComponent),
	"{support}", string(hexsim.ProjectSupport), "{workspace}", string(hexsim.Workspace), "{run}", string(hexsim.RunFinished),
	"{sql}", string(hexsim.CellRevenueSQL), "{code}", string(hexsim.CellRevenueCode), "{section}", string(hexsim.CellRevenueSection),
	"{ada}", string(hexsim.UserAda), "{group}", string(hexsim.GroupAnalytics), "{empty}", string(hexsim.CollectionSupport),
	"{warehouse}", string(hexsim.ConnectionWarehouse), "{orders}", string(hexsim.ConnectionOrders), "{legacy}", string(hexsim.ConnectionLegacy), "{shop}", string(hexsim.SemanticShop), "{view}", string(hexsim.ViewForecastNorth),
	"{static}", staticID, "{nobody}", "019a0000-0000-7000-8000-000000000000",
)

// staticID is that of CellRevenueSQL, which is the same in every workspace.
const staticID = "019c0a5b-3c03-75d5-af29-1a5acd0ecd75"
