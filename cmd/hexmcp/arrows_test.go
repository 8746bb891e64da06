package main

import (
	"bytes"
	"go/build"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const root, module = "../..", "hexmcp/"

// allowed are the arrows between our packages: who may import whom, tests aside.
// A folder that is not named here follows the one that it stands in.
var allowed = map[string][]string{
	"schema/jsonscan":             {},
	"schema":                      {"schema/jsonscan"},
	"tools/memory":                {},
	"schema/cost":                 {},
	"hexapi":                      {"schema/jsonscan"},
	"hexapi/hexsim":               {"hexapi"},
	"hexapi/hexfault":             {"hexapi"},
	"tools":                       {"schema", "hexapi", "schema/jsonscan", "tools/memory", "tools/address", "tools/jobs", "tools/progress", "tools/visible"},
	"tools/address":               {"hexapi"},
	"tools/jobs":                  {"schema", "hexapi", "tools/address", "tools/memory", "tools/progress"},
	"tools/progress":              {},
	"tools/prompts":               {"tools"},
	"tools/skill":                 {"tools"},
	"tools/visible":               {},
	"server/rpc":                  {"tools/memory"},
	"server/stream":               {"server/rpc", "tools/memory"},
	"server/stdio":                {"server/rpc", "server/stream"},
	"server/web":                  {"server/rpc", "server/stream", "tools/memory"},
	"server/callers":              {"hexapi", "server/forwarded"},
	"server/forwarded":            {},
	"server/record":               {"hexapi", "tools/address"},
	"server/metrics":              {"hexapi"},
	"server/ready":                {},
	"server/telemetry":            {"hexapi", "server/rpc"},
	"server/certificate":          {},
	"server/confirm":              {"tools"},
	"server/skills":               {},
	"server/subscriptions":        {"server/rpc"},
	"server/tasks":                {"server/rpc", "tools/progress"},
	"server/limits":               {"server/rpc"},
	"server/replicas":             {"hexapi", "server/limits"},
	"server/audit":                {"server", "server/record", "tools"},
	"server":                      {"server/confirm", "server/record", "server/rpc", "server/skills", "server/subscriptions", "server/tasks", "tools/memory", "tools", "tools/progress", "tools/prompts", "tools/visible", "hexapi"},
	"server/internal/shelftest":   {},
	"server/internal/servertest":  {"server", "tools", "tools/progress", "tools/prompts"},
	"cmd/hexmcp/internal/doctor":  {"hexapi", "tools/visible"},
	"cmd/hexmcp/internal/file":    {},
	"cmd/hexmcp/internal/install": {"cmd/hexmcp/internal/file"},
	"cmd/hexmcp/internal/page":    {},
	"cmd/hexmcp/internal/profile": {"cmd/hexmcp/internal/file", "hexapi"},
	"cmd/hexmcp/internal/watch":   {"hexapi", "tools/visible"},
	"cmd":                         {"cmd/hexmcp/internal/doctor", "cmd/hexmcp/internal/file", "cmd/hexmcp/internal/install", "cmd/hexmcp/internal/page", "cmd/hexmcp/internal/profile", "cmd/hexmcp/internal/watch", "hexapi", "hexapi/hexsim", "tools/memory", "schema", "server", "server/audit", "server/callers", "server/certificate", "server/confirm", "server/forwarded", "server/limits", "server/metrics", "server/ready", "server/record", "server/replicas", "server/rpc", "server/skills", "server/stdio", "server/stream", "server/tasks", "server/telemetry", "server/web", "tools", "tools/address", "tools/jobs", "tools/progress", "tools/prompts", "tools/skill", "tools/visible"},
}

func TestPackagesStandInTheFewFoldersThatThereAre(t *testing.T) {
	for folder := range packages(t) {
		first, _, _ := strings.Cut(folder, "/")
		assert.Contains(t, []string{"cmd", "hexapi", "schema", "server", "tools"}, first, "%s must go under one of these", folder)
	}
}

func TestImportsPointOneWay(t *testing.T) {
	seen := map[string]bool{}
	for folder, p := range packages(t) {
		rule := folder
		for allowed[rule] == nil && rule != "." {
			rule = filepath.ToSlash(filepath.Dir(rule))
		}
		seen[rule] = true
		for _, imported := range p.Imports {
			if path, ours := strings.CutPrefix(imported, module); ours {
				assert.Contains(t, allowed[rule], path, "%s must not import %s; the arrows stand in cmd/hexmcp/arrows_test.go", folder, path)
			}
		}
	}
	for rule := range allowed {
		assert.True(t, seen[rule], "there is no package %s", rule)
	}
}

func TestNoPackageOfTheServerHasManyFiles(t *testing.T) {
	const most = 15
	for folder, p := range packages(t) {
		if strings.HasPrefix(folder, "server") {
			assert.LessOrEqual(t, len(p.GoFiles), most, "%s has more than %d files: is it two packages?", folder, most)
		}
	}
}

func TestNoFileIsLong(t *testing.T) {
	const most = 300
	generated := regexp.MustCompile(`(?m)^// Code generated .* DO NOT EDIT\.$`)
	for folder, p := range packages(t) {
		for _, name := range slices.Concat(p.GoFiles, p.IgnoredGoFiles) {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			code, err := os.ReadFile(filepath.Join(root, folder, name))
			require.NoError(t, err)
			if lines := bytes.Count(code, []byte("\n")); !generated.Match(code) {
				assert.LessOrEqual(t, lines, most, "%s/%s is longer than %d lines: split it by noun", folder, name, most)
			}
		}
	}
}

// packages are the packages of the module by their folders.
func packages(t *testing.T) map[string]*build.Package {
	t.Helper()
	all := map[string]*build.Package{}
	err := filepath.WalkDir(root, func(dir string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		name := d.Name()
		if name != ".." && strings.HasPrefix(name, ".") || name == "testdata" || name == "node_modules" {
			return fs.SkipDir
		}
		p, err := build.ImportDir(dir, 0)
		if err != nil {
			return nil // a folder without Go files
		}
		folder, err := filepath.Rel(root, dir)
		all[filepath.ToSlash(folder)] = p
		return err
	})
	require.NoError(t, err)
	require.NotEmpty(t, all)
	return all
}
