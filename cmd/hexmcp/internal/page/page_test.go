package page

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func facts() Facts {
	return Facts{
		Title: "hexmcp", Version: "1.2.3", Token: "Send a token.",
		Toolsets: []Toolset{{"groups", "Manage groups.", []Tool{
			{"HEX_GET_GROUP", "Get a group <b>by id</b>.", "reads", "reads", []Argument{{"groupId", "string", "UUID", true}}},
			{"HEX_NOTHING", "Nothing.", "writes", "writes", nil},
		}}},
		URL: func(r *http.Request) string { return "http://" + r.Host + "/mcp" },
		Clients: func(url, system string) []Client {
			return []Client{{"Cursor", "~/.cursor/mcp.json on " + system, `{"url": "` + url + `"}`, "Restart it."}}
		},
	}
}

func open(t *testing.T, f Facts) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	f.Handler()(w, httptest.NewRequest(http.MethodGet, "http://127.0.0.1:8765/", nil))
	require.Equal(t, http.StatusOK, w.Code)
	return w
}

func TestThePageTellsWhatTheServerIsAndHowToUseIt(t *testing.T) {
	body := open(t, facts()).Body.String()
	for _, want := range []string{
		"version 1.2.3", "It is unofficial", "http://127.0.0.1:8765/mcp", "Send a token.", "2 tools", "HEX_GET_GROUP", "groupId",
		"Get a group &lt;b&gt;by id&lt;/b&gt;.", "It takes no arguments.", "~/.cursor/mcp.json", "Restart it.",
	} {
		assert.Contains(t, body, want)
	}
}

func TestThePageLoadsNothingAndIsShownInNoFrame(t *testing.T) {
	w := open(t, facts())
	header := w.Header().Get("Content-Security-Policy")
	assert.Contains(t, header, "default-src 'none'")
	assert.Contains(t, header, "frame-ancestors 'none'")
	body := w.Body.String()
	for tag, text := range map[string]string{"style": between(body, "<style>", "</style>"), "script": between(body, "<script>", "</script>")} {
		assert.Contains(t, header, tag+"-src "+source(text), "the policy allows what stands in the page, as the template wrote it")
	}
	assert.Empty(t, regexp.MustCompile(`\s(src|style|on[a-z]+)\s*=`).FindString(strings.ReplaceAll(body, between(body, "<script>", "</script>"), "")))
}

func between(text, from, to string) string {
	_, text, _ = strings.Cut(text, from)
	text, _, _ = strings.Cut(text, to)
	return text
}

func TestFilesAreThoseOfTheReadersSystem(t *testing.T) {
	for agent, system := range map[string]string{
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari/605.1.15": "darwin",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/156.0":          "windows",
		"Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0":                   "linux",
		"": "linux",
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("User-Agent", agent)
		w := httptest.NewRecorder()
		facts().Handler()(w, r)
		assert.Contains(t, w.Body.String(), "mcp.json on "+system)
	}
}
