package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A promise names the tests that hold it, and they exist.
func TestPromisesOfTheReadmeAreTested(t *testing.T) {
	page, err := os.ReadFile(readmeFile)
	require.NoError(t, err)
	_, section, found := strings.Cut(string(page), "\n## What it promises\n")
	require.True(t, found)
	section, _, _ = strings.Cut(section, "\n## ")
	promises := regexp.MustCompile(`(?m)^- \*\*(.+)\.\*\*`).FindAllStringSubmatch(section, -1)
	require.NotEmpty(t, promises)
	for _, promise := range promises {
		assert.Regexp(t, `(?m)^\| `+regexp.QuoteMeta(promise[1])+` \|.*`+"`Test", section, "a row of the table")
	}
	there := testsOf(t, "../..")
	for _, name := range regexp.MustCompile("`(Test\\w*)`").FindAllStringSubmatch(section, -1) {
		assert.True(t, there[name[1]], "no test is called %s", name[1])
	}
}

// testsOf are the names of all tests below a folder.
func testsOf(t *testing.T, root string) map[string]bool {
	t.Helper()
	names, function := map[string]bool{}, regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	require.NoError(t, filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		src, err := os.ReadFile(path)
		for _, name := range function.FindAllSubmatch(src, -1) {
			names[string(name[1])] = true
		}
		return err
	}))
	return names
}
