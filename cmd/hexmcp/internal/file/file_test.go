package file

import (
	"net"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAFileIsReplacedWithItsPermissions(t *testing.T) {
	name := filepath.Join(t.TempDir(), "settings")
	require.NoError(t, Replace(name, []byte("new"), 0o600))
	assertIs(t, name, "new", 0o600)
	require.NoError(t, os.Chmod(name, 0o640))
	require.NoError(t, Replace(name, []byte("newer"), 0o600))
	assertIs(t, name, "newer", 0o640)
	left, err := os.ReadDir(filepath.Dir(name))
	require.NoError(t, err)
	assert.Len(t, left, 1, "nothing else is left behind")
}

func assertIs(t *testing.T, name, content string, perm os.FileMode) {
	t.Helper()
	got, err := os.ReadFile(name)
	require.NoError(t, err)
	assert.Equal(t, content, string(got))
	info, err := os.Stat(name)
	require.NoError(t, err)
	if runtime.GOOS != "windows" {
		assert.Equal(t, perm, info.Mode().Perm())
	}
}

func TestAFailureLeavesTheFileAsItWas(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "gone")
	err := Replace(filepath.Join(folder, "settings"), nil, 0o600)
	require.ErrorIs(t, err, os.ErrNotExist)
	assert.ErrorContains(t, err, "open "+filepath.Join(folder, "settings")+": ", "and not what was to stand in for it")

	name := filepath.Join(t.TempDir(), "settings")
	require.NoError(t, os.Mkdir(name, 0o700)) // a file cannot stand in for it
	assert.Error(t, Replace(name, []byte("x"), 0o600))
	left, err := os.ReadDir(filepath.Dir(name))
	require.NoError(t, err)
	assert.Len(t, left, 1)
}

func TestOnlyFilesOfTheRightSizeAreRead(t *testing.T) {
	name := filepath.Join(t.TempDir(), "settings")
	require.NoError(t, os.WriteFile(name, []byte("12345"), 0o600))
	content, err := Read(name, 5)
	require.NoError(t, err)
	assert.Equal(t, "12345", string(content))
	_, err = Read(name, 4)
	assert.ErrorIs(t, err, ErrTooLong)
	_, err = Read(t.TempDir(), 5)
	assert.ErrorIs(t, err, ErrNotRegular)
	_, err = Read(os.DevNull, 5)
	assert.ErrorIs(t, err, ErrNotRegular)
}

func TestALinkStaysWhenTheFileBehindItIsReplaced(t *testing.T) {
	dir := t.TempDir()
	name, link := filepath.Join(dir, "file"), filepath.Join(dir, "link")
	if os.Symlink("file", link) != nil {
		return // Windows lets few make one
	}
	_, err := Behind(link)
	require.ErrorIs(t, err, ErrLost)
	for _, of := range []string{name, link} {
		require.NoError(t, os.WriteFile(name, nil, 0o600))
		behind, err := Behind(of)
		require.NoError(t, err)
		want, err := filepath.EvalSymlinks(name)
		require.NoError(t, err)
		assert.Equal(t, want, behind)
		require.NoError(t, os.Remove(name))
	}
	behind, err := Behind(name)
	require.NoError(t, err)
	assert.Equal(t, name, behind)
}

// A device that was replaced would be gone for all programs.
func TestWhatIsNoFileIsNotReplaced(t *testing.T) {
	dir := t.TempDir()
	folder := filepath.Join(dir, "folder")
	require.NoError(t, os.Mkdir(folder, 0o700))
	socket, err := new(net.ListenConfig).Listen(t.Context(), "unix", filepath.Join(dir, "socket"))
	require.NoError(t, err)
	defer socket.Close()
	for _, name := range []string{folder, filepath.Join(dir, "socket")} {
		before, err := os.Stat(name)
		require.NoError(t, err)
		require.ErrorIs(t, Replace(name, []byte("x"), 0o600), ErrNotRegular, name)
		after, err := os.Stat(name)
		require.NoError(t, err)
		assert.Equal(t, before.Mode(), after.Mode(), name)
	}
}
