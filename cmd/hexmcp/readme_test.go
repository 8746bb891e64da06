package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"hexmcp/cmd/hexmcp/internal/install"
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
		if s.scope == scopeHTTP {
			usage = "*http:* " + usage
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

// code sets a word as code, and leaves an empty one empty.
func code(word, prefix string) string {
	if word == "" {
		return ""
	}
	return "`" + prefix + word + "`"
}
