package main

import (
	"go/build"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// allowed are the arrows between our folders: who may import whom.
var allowed = map[string][]string{
	"cmd":    {"server", "tools", "schema", "hexapi"},
	"server": {"server", "tools", "schema", "hexapi"},
	"tools":  {"schema", "hexapi"},
	"hexapi": {"hexapi"},
	"schema": {},
}

func TestImportsPointOneWay(t *testing.T) {
	const root, module = "../..", "hexmcp/"
	packages := 0
	for folder, may := range allowed {
		err := filepath.WalkDir(filepath.Join(root, folder), func(dir string, d fs.DirEntry, err error) error {
			if err != nil || !d.IsDir() {
				return err
			}
			p, err := build.ImportDir(dir, 0)
			if err != nil {
				return nil // a folder without Go files
			}
			packages++
			for _, imported := range p.Imports {
				if path, ours := strings.CutPrefix(imported, module); ours {
					top, _, _ := strings.Cut(path, "/")
					assert.Contains(t, may, top, "%s imports %s", dir, imported)
				}
			}
			return nil
		})
		require.NoError(t, err)
	}
	assert.GreaterOrEqual(t, packages, 6, "packages looked at")
}

// The client is of use on its own: the packages beside it may import it, not
// the other way round.
func TestTheClientNeedsNothingOfOurs(t *testing.T) {
	p, err := build.ImportDir("../../hexapi", 0)
	require.NoError(t, err)
	for _, imported := range p.Imports {
		assert.False(t, strings.HasPrefix(imported, "hexmcp/"), imported)
	}
}
