package page

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"
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
		assert.Contains(t, header, tag+"-src "+source(text), "the policy allows what stands in the page, byte for byte")
	}
	assert.Empty(t, regexp.MustCompile(`\s(src|style|on[a-z]+)\s*=`).FindString(strings.ReplaceAll(body, between(body, "<script>", "</script>"), "")))
}

// saying are facts that say one text in all places.
func saying(text string) Facts {
	return Facts{
		Title: text, Version: text, Token: text,
		Toolsets: []Toolset{{text, text, []Tool{{text, text, text, text, []Argument{{text, text, text, true}}}, {Name: text}}}},
		URL:      func(*http.Request) string { return text },
		Clients:  func(url, _ string) []Client { return []Client{{url, text, text, text}} },
	}
}

func TestWhateverTheFactsSayIsShownAndDoesNothing(t *testing.T) {
	harmless := parts(t, open(t, saying("harmless")), "harmless")
	require.Equal(t, 19, strings.Count(strings.Join(harmless, "\n"), "said"), "the title stands twice, and each other fact once")
	for _, hostile := range []string{
		`</script><script>alert(1)</script>`,
		`</title></style></pre></details></main><img src=x onerror=alert(1)>`,
		`" onclick="alert(1)" x="`,
		`' onclick='alert(1)' x='`,
		`<!--`,
		`<a href="javascript:alert(1)">&lt;b&gt;</a>`,
		`&amp;&#60;script&#62;&quot;`,
		`{{.Title}} ${alert(1)}`,
	} {
		assert.Equal(t, harmless, parts(t, open(t, saying(hostile)), hostile), "a page that says %s", hostile)
	}
}

// parts are the elements, attributes and texts of a page as browsers read it, with
// "said" for a text.
func parts(t *testing.T, page *httptest.ResponseRecorder, text string) []string {
	t.Helper()
	root, err := html.Parse(page.Body)
	require.NoError(t, err)
	var all []string
	for n := range root.Descendants() {
		all = append(all, strings.ReplaceAll(n.Data, text, "said"))
		for _, a := range n.Attr {
			all = append(all, a.Key+"="+strings.ReplaceAll(a.Val, text, "said"))
		}
	}
	return all
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
