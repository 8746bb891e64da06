package main

import (
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The pages are written here, for make man, because what writes them would make
// the program larger by a quarter of a megabyte.
var manFolder = flag.String("man", "", "write the man pages into this folder")

func TestEachCommandHasAManPage(t *testing.T) {
	folder := *manFolder
	if folder == "" {
		folder = t.TempDir()
	}
	require.NoError(t, os.MkdirAll(folder, 0o755))
	root := newRoot(streams{in: strings.NewReader(""), out: io.Discard, err: io.Discard, env: noVariables})
	root.DisableAutoGenTag = true
	writePages(t, folder, root)
}

func writePages(t *testing.T, folder string, cmd *cobra.Command) {
	t.Helper()
	hideOthers(cmd)
	header := doc.GenManHeader{Title: strings.ToUpper(strings.ReplaceAll(cmd.CommandPath(), " ", "-")), Section: "1", Source: "hexmcp", Manual: "hexmcp"}
	page, err := os.Create(filepath.Join(folder, pageOf(cmd)))
	require.NoError(t, err)
	defer page.Close()
	require.NoError(t, doc.GenMan(cmd, &header, page))
	checkPage(t, folder, cmd)
	for _, below := range cmd.Commands() {
		if below.IsAvailableCommand() {
			writePages(t, folder, below)
		}
	}
}

func pageOf(cmd *cobra.Command) string { return strings.ReplaceAll(cmd.CommandPath(), " ", "-") + ".1" }

// checkPage looks for what a reader looks for.
func checkPage(t *testing.T, folder string, cmd *cobra.Command) {
	t.Helper()
	name := pageOf(cmd)
	page, err := os.ReadFile(filepath.Join(folder, name))
	require.NoError(t, err)
	assert.Contains(t, string(page), ".SH SYNOPSIS", name)
	matters := strings.Contains(cmd.Annotations[scopesKey], string(scopeAccount)) || !cmd.HasParent()
	assert.Equal(t, matters, strings.Contains(string(page), `\fB--profile\fP`), name)
	assert.Contains(t, string(page), cmd.Short, name)
	assert.NotContains(t, string(page), "hxtp_0", "a token in %s", name)
}
