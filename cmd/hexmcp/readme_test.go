package main

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"flag"
	"fmt"
	"maps"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/cmd/hexmcp/internal/install"
	"hexmcp/hexapi/hexcontract"
	"hexmcp/tools"
)

var update = flag.Bool("update", false, "rewrite the generated parts of the README")

const readmeFile = "../../README.md"

func TestGoldenReadme(t *testing.T) {
	have, err := os.ReadFile(readmeFile)
	require.NoError(t, err)
	want := replacePart(t, have, "tools", toolTable())
	want = replacePart(t, want, "toolsets", toolsetTable())
	want = replacePart(t, want, "settings", settingsTable())
	want = replacePart(t, want, "clients", clientTable())
	want = replacePart(t, want, "links", links())
	want = replacePart(t, want, "scopes", scopeTable(t))
	if *update {
		require.NoError(t, os.WriteFile(readmeFile, want, 0o644))
		return
	}
	if !bytes.Equal(want, have) {
		t.Error("the README is out of date: run make generate")
	}
}

// replacePart puts text between the markers of a part.
func replacePart(t *testing.T, page []byte, part, text string) []byte {
	t.Helper()
	before, rest, ok := bytes.Cut(page, []byte("<!-- "+part+": "))
	require.True(t, ok, "no part %s", part)
	note, rest, _ := bytes.Cut(rest, []byte("-->\n"))
	_, after, ok := bytes.Cut(rest, []byte("<!-- end -->"))
	require.True(t, ok, "part %s does not end", part)
	return fmt.Appendf(nil, "%s<!-- %s: %s-->\n%s<!-- end -->%s", before, part, note, text, after)
}

func toolTable() string {
	var b strings.Builder
	b.WriteString("| Tool | Effect | What it does | In the sets | Bytes |\n|---|---|---|---|---|\n")
	for _, set := range tools.Catalog() {
		fmt.Fprintf(&b, "| **%s** | | %s | | |\n", set.Name, set.Description)
		for _, a := range set.Actions {
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %d |\n", a.Name, a.Effect, a.Title, setsOf(a), a.DefinitionSize())
		}
	}
	return b.String()
}

// setsOf are the sets that say more of an action than its toolset does.
func setsOf(a tools.Action) string {
	var all []string
	for _, set := range []string{tools.SetCore, tools.SetDefault, tools.SetSmall} {
		if a.In(set) {
			all = append(all, set)
		}
	}
	return strings.Join(all, ", ")
}

// scopeTable says which scopes of a workspace token each tool needs, by the facts
// about the operations that its example calls use.
func scopeTable(t *testing.T) string {
	contract, examples := hexcontract.Open(t), hexcontract.ReadExamples(t)
	needing := map[string][]string{} // by their scopes
	for _, a := range tools.All() {
		scopes := scopesOf(contract, examples[a.Name])
		needing[scopes] = append(needing[scopes], "`"+a.Name+"`")
	}
	var b strings.Builder
	b.WriteString("| Scopes of a workspace token | Tools |\n|---|---|\n")
	for _, scopes := range slices.Sorted(maps.Keys(needing)) {
		fmt.Fprintf(&b, "| %s | %s |\n", cmp.Or(scopes, "none is known"), strings.Join(needing[scopes], ", "))
	}
	return b.String()
}

func scopesOf(contract *hexcontract.Contract, calls hexcontract.Examples) string {
	needed := map[string]bool{}
	for _, call := range calls {
		for _, request := range call.Requests {
			path, _, _ := strings.Cut(request.Path, "?")
			if op, ok := contract.Find(request.Method, path); ok {
				for _, scope := range op.Scopes {
					needed[scope] = true
				}
			}
		}
	}
	return strings.Join(slices.Sorted(maps.Keys(needed)), ", ")
}

func toolsetTable() string {
	var b strings.Builder
	b.WriteString("| Toolset | Tools | Bytes | Tokens |\n|---|---|---|---|\n")
	for _, name := range tools.ToolsetNames() {
		on := tools.Choice{Toolsets: []string{name}}.Select()
		size := tools.DefinitionSizes(on)
		fmt.Fprintf(&b, "| `%s` | %d | %d | %d |\n", name, len(on), size, tools.Tokens(size))
	}
	return b.String()
}

func settingsTable() string {
	var b strings.Builder
	b.WriteString("| Flag | Environment variable | Default | Meaning |\n|---|---|---|---|\n")
	for _, s := range new(config).settings() {
		usage := s.usage
		if s.scope == scopeHTTP || s.scope == scopeWatch {
			usage = "*" + string(s.scope) + ":* " + usage
		}
		fmt.Fprintf(&b, "| %s | `%s` | %s | %s |\n", code(s.flag, "--"), s.env, code(s.fallback, ""), usage)
	}
	return b.String()
}

func clientTable() string {
	var b strings.Builder
	b.WriteString("| `hexmcp install` | Client |\n|---|---|\n")
	for _, c := range install.Clients() {
		fmt.Fprintf(&b, "| `%s` | %s |\n", c.Name, c.Title)
	}
	return b.String()
}

// linked is the server as the links give it to clients: found by the path of the
// shell, with the token that hexmcp login keeps.
const linked = `{"command":"hexmcp"}`

// links set clients up by one click. Each has a form of its own.
func links() string {
	code := "https://insiders.vscode.dev/redirect/mcp/install?name=hex&config=" + url.QueryEscape(linked)
	cursor := "https://cursor.com/en/install-mcp?name=hex&config=" + url.QueryEscape(base64.StdEncoding.EncodeToString([]byte(linked)))
	return fmt.Sprintf("[Add to VS Code](%s) · [Add to Cursor](%s)\n", code, cursor)
}

// What a link gives a client is read here as that client reads it.
func TestLinksOfTheREADMESetClientsUp(t *testing.T) {
	page, err := os.ReadFile(readmeFile)
	require.NoError(t, err)
	for link, decode := range map[string]func(string) ([]byte, error){
		`https://insiders\.vscode\.dev/redirect/mcp/install\?[^)\s]+`: func(s string) ([]byte, error) { return []byte(s), nil },
		`https://cursor\.com/en/install-mcp\?[^)\s]+`:                 base64.StdEncoding.DecodeString,
	} {
		u, err := url.Parse(string(regexp.MustCompile(link).Find(page)))
		require.NoError(t, err)
		assert.Equal(t, "hex", u.Query().Get("name"), link)
		config, err := decode(u.Query().Get("config"))
		require.NoError(t, err)
		assert.JSONEq(t, `{"command": "hexmcp"}`, string(config), link)
	}
}

// code sets a word as code, and leaves an empty one empty.
func code(word, prefix string) string {
	if word == "" {
		return ""
	}
	return "`" + prefix + word + "`"
}
