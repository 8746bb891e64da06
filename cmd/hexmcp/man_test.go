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
	require.NoError(t, doc.GenManTree(root, &doc.GenManHeader{Section: "1", Source: "hexmcp", Manual: "hexmcp"}, folder))
	for _, cmd := range append(root.Commands(), root) {
		if cmd.IsAvailableCommand() {
			checkPage(t, folder, cmd)
		}
	}
}

// checkPage looks for what a reader looks for.
func checkPage(t *testing.T, folder string, cmd *cobra.Command) {
	t.Helper()
	name := strings.ReplaceAll(cmd.CommandPath(), " ", "-") + ".1"
	page, err := os.ReadFile(filepath.Join(folder, name))
	require.NoError(t, err)
	assert.Contains(t, string(page), ".SH SYNOPSIS", name)
	assert.Contains(t, string(page), "--profile", name)
	assert.Contains(t, string(page), cmd.Short, name)
	assert.NotContains(t, string(page), "hxtp_0", "a token in %s", name)
}
