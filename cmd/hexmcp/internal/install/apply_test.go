package install

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// systemAt is a system whose user has a home of the test.
func systemAt(home string) System {
	return systemOf(runtime.GOOS, map[string]string{"HOME": home, "USERPROFILE": home, "APPDATA": home})
}

func systemOf(system string, env map[string]string) System {
	return System{OS: system, Env: func(name string) (string, bool) { v, ok := env[name]; return v, ok }}
}

func write(t *testing.T, name, content string, perm os.FileMode) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
	require.NoError(t, os.WriteFile(name, []byte(content), perm))
	require.NoError(t, os.Chmod(name, perm))
}

func content(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	require.NoError(t, err)
	return string(b)
}

func permOf(t *testing.T, name string) os.FileMode {
	t.Helper()
	info, err := os.Lstat(name)
	require.NoError(t, err)
	return info.Mode().Perm()
}

// Each client is set up from nothing, found, and taken out again.
func TestEveryClientIsSetUpAndTakenOut(t *testing.T) {
	for _, c := range Clients() {
		t.Run(c.Name, func(t *testing.T) {
			sys := systemAt(t.TempDir())
			assert.False(t, c.IsHere(sys))
			done, err := c.Install(sys, demo)
			require.NoError(t, err)
			assert.True(t, done.Changed)
			assert.Empty(t, done.Backup, "there was nothing to keep")
			assert.True(t, c.IsHere(sys))
			found, err := c.Found(sys)
			require.NoError(t, err)
			require.Len(t, found, 1)
			assert.Equal(t, []string{demo.Command, "--demo"}, found[0].Command)

			if c.remote != nil {
				_, err = c.Install(sys, Server{Name: "hex", URL: "http://127.0.0.1:8765/mcp"})
				require.NoError(t, err)
				found, err = c.Found(sys)
				require.NoError(t, err)
				assert.Equal(t, []Found{{Name: "hex", Env: map[string]string{}, URL: "http://127.0.0.1:8765/mcp"}}, found)
			}
			done, err = c.Remove(sys, "hex")
			require.NoError(t, err)
			assert.True(t, done.Changed)
			found, err = c.Found(sys)
			require.NoError(t, err)
			assert.Empty(t, found)
			assert.NotEmpty(t, c.Title)
			assert.NotEmpty(t, c.Next)
		})
	}
}

func TestAFileKeepsItsPermissionsAndACopyOfItIsMade(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // there are no such bits there
	}
	home := t.TempDir()
	c, _ := Find("cursor")
	name := filepath.Join(home, ".cursor", "mcp.json")
	const before = "{\n  \"mcpServers\": {}\n}\n"
	write(t, name, before, 0o640)
	write(t, name+backupSuffix, "old", 0o644)
	done, err := c.Install(systemAt(home), demo)
	require.NoError(t, err)
	assert.Equal(t, done.File+".before-hexmcp", done.Backup)
	assert.Equal(t, before, content(t, done.Backup))
	assert.Equal(t, os.FileMode(0o640), permOf(t, done.Backup), "the copy may hold secrets, too")
	assert.Equal(t, os.FileMode(0o640), permOf(t, name))

	done, err = c.Install(systemAt(home), demo)
	require.NoError(t, err)
	assert.Equal(t, Change{File: done.File}, done, "nothing was changed")
	assert.Equal(t, before, content(t, name+backupSuffix), "and the copy is still that of before")

	fresh, _ := Find("gemini")
	done, err = fresh.Install(systemAt(home), demo)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), permOf(t, done.File))
}

func TestALinkStaysALink(t *testing.T) {
	home := t.TempDir()
	c, _ := Find("cursor")
	behind, link := filepath.Join(home, "dotfiles", "mcp.json"), filepath.Join(home, ".cursor", "mcp.json")
	write(t, behind, "{}", 0o600)
	require.NoError(t, os.Mkdir(filepath.Dir(link), 0o700))
	if os.Symlink(behind, link) != nil {
		return // somebody who may make no links has none
	}
	done, err := c.Install(systemAt(home), demo)
	require.NoError(t, err)
	info, err := os.Lstat(link)
	require.NoError(t, err)
	assert.NotZero(t, info.Mode()&os.ModeSymlink)
	assert.Contains(t, content(t, behind), "/opt/hexmcp")
	assert.Equal(t, filepath.Dir(behind), filepath.Dir(mustResolve(t, done.Backup)))

	require.NoError(t, os.Remove(behind))
	_, err = c.Install(systemAt(home), demo)
	assert.ErrorContains(t, err, "it is a link to a file that does not exist")
}

func mustResolve(t *testing.T, name string) string {
	t.Helper()
	resolved, err := filepath.EvalSymlinks(name)
	require.NoError(t, err)
	return resolved
}

func TestAFileThatCannotBeChangedIsNotTouched(t *testing.T) {
	home := t.TempDir()
	c, _ := Find("cursor")
	name := filepath.Join(home, ".cursor", "mcp.json")
	write(t, name, "{\n  \"mcpServers\": {\n", 0o600)
	_, err := c.Install(systemAt(home), demo)
	assert.ErrorContains(t, err, "mcp.json was not changed: line 3, column 1: ")
	_, err = c.Remove(systemAt(home), "hex")
	assert.Error(t, err)
	_, err = c.Found(systemAt(home))
	assert.Error(t, err)
	assert.Equal(t, "{\n  \"mcpServers\": {\n", content(t, name))
	left, err := os.ReadDir(filepath.Dir(name))
	require.NoError(t, err)
	assert.Len(t, left, 1, "no copy is made for nothing")
}

// A client may write its configuration at any time.
func TestAFileThatIsChangedMeanwhileIsLeftAlone(t *testing.T) {
	home := t.TempDir()
	c, _ := Find("cursor")
	name := filepath.Join(home, ".cursor", "mcp.json")
	write(t, name, "{}", 0o600)
	_, err := c.change(systemAt(home), "hex", func(b []byte) ([]byte, error) {
		write(t, name, `{"new": 1}`, 0o600)
		e, err := c.edit(demo)
		require.NoError(t, err)
		return c.syntax.put(b, e)
	}, []field{})
	assert.ErrorContains(t, err, "changed it meanwhile")
	assert.JSONEq(t, `{"new": 1}`, content(t, name))
}

func TestTheMarkOfAnEditorStays(t *testing.T) {
	home := t.TempDir()
	c, _ := Find("cursor")
	name := filepath.Join(home, ".cursor", "mcp.json")
	write(t, name, "\ufeff{}\n", 0o600)
	_, err := c.Install(systemAt(home), demo)
	require.NoError(t, err)
	assert.True(t, strings.HasPrefix(content(t, name), "\ufeff{\n"))
}

func TestWithoutAHomeNothingIsWritten(t *testing.T) {
	for _, c := range Clients() {
		_, err := c.Install(systemOf(runtime.GOOS, nil), demo)
		assert.ErrorContains(t, err, "no home folder", c.Name)
	}
}

func TestConfigurationsAreLookedForWhereEachSystemHasThem(t *testing.T) {
	systems := map[string]System{
		"linux":   systemOf("linux", map[string]string{"HOME": "/home/ada"}),
		"darwin":  systemOf("darwin", map[string]string{"HOME": "/Users/ada"}),
		"windows": systemOf("windows", map[string]string{"USERPROFILE": "/C/ada", "APPDATA": "/C/ada/Roaming"}),
		"set": systemOf("linux", map[string]string{
			"HOME": "/home/ada", "XDG_CONFIG_HOME": "/x", "CODEX_HOME": "/codex", "CLAUDE_CONFIG_DIR": "/claude", "OPENCODE_CONFIG": "/o.json", "COPILOT_HOME": "/copilot",
		}),
	}
	const storage = "Code/User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json"
	for client, want := range map[string][4]string{ // linux, darwin, windows, with variables set
		"claude-code":    {"/home/ada/.claude.json", "/Users/ada/.claude.json", "/C/ada/.claude.json", "/claude/.claude.json"},
		"claude-desktop": {"/home/ada/.config/Claude/claude_desktop_config.json", "/Users/ada/Library/Application Support/Claude/claude_desktop_config.json", "/C/ada/Roaming/Claude/claude_desktop_config.json", "/x/Claude/claude_desktop_config.json"},
		"cline":          {"/home/ada/.config/" + storage, "/Users/ada/Library/Application Support/" + storage, "/C/ada/Roaming/" + storage, "/x/" + storage},
		"codex":          {"/home/ada/.codex/config.toml", "/Users/ada/.codex/config.toml", "/C/ada/.codex/config.toml", "/codex/config.toml"},
		"copilot-cli":    {"/home/ada/.copilot/mcp-config.json", "/Users/ada/.copilot/mcp-config.json", "/C/ada/.copilot/mcp-config.json", "/copilot/mcp-config.json"},
		"cursor":         {"/home/ada/.cursor/mcp.json", "/Users/ada/.cursor/mcp.json", "/C/ada/.cursor/mcp.json", "/home/ada/.cursor/mcp.json"},
		"gemini":         {"/home/ada/.gemini/settings.json", "/Users/ada/.gemini/settings.json", "/C/ada/.gemini/settings.json", "/home/ada/.gemini/settings.json"},
		"opencode":       {"/home/ada/.config/opencode/opencode.json", "/Users/ada/.config/opencode/opencode.json", "/C/ada/.config/opencode/opencode.json", "/o.json"},
		"vscode":         {"/home/ada/.config/Code/User/mcp.json", "/Users/ada/Library/Application Support/Code/User/mcp.json", "/C/ada/Roaming/Code/User/mcp.json", "/x/Code/User/mcp.json"},
		"windsurf":       {"/home/ada/.codeium/windsurf/mcp_config.json", "/Users/ada/.codeium/windsurf/mcp_config.json", "/C/ada/.codeium/windsurf/mcp_config.json", "/home/ada/.codeium/windsurf/mcp_config.json"},
		"zed":            {"/home/ada/.config/zed/settings.json", "/Users/ada/.config/zed/settings.json", "/C/ada/Roaming/Zed/settings.json", "/x/zed/settings.json"},
	} {
		c, ok := Find(client)
		require.True(t, ok, client)
		for i, name := range []string{"linux", "darwin", "windows", "set"} {
			assert.Equal(t, want[i], filepath.ToSlash(c.File(systems[name])), "%s on %s", client, name)
		}
	}
}

func TestAFileThatExistsIsPreferred(t *testing.T) {
	home := t.TempDir()
	c, _ := Find("opencode")
	name := filepath.Join(home, ".config", "opencode", "opencode.jsonc")
	write(t, name, "{ // mine\n}", 0o600)
	assert.Equal(t, name, c.File(systemOf("linux", map[string]string{"HOME": home})))

	desktop, _ := Find("claude-desktop")
	store := filepath.Join(home, "Packages", "Claude_x")
	require.NoError(t, os.MkdirAll(store, 0o700))
	windows := systemOf("windows", map[string]string{"USERPROFILE": home, "APPDATA": filepath.Join(home, "Roaming"), "LOCALAPPDATA": home})
	assert.Equal(t, filepath.Join(store, "LocalCache", "Roaming", "Claude", "claude_desktop_config.json"), desktop.File(windows))
}

func TestOurServersAreToldFromOthers(t *testing.T) {
	for name, tt := range map[string]struct {
		entry map[string]any
		ours  bool
	}{
		"hexmcp":      {map[string]any{"command": "/usr/bin/hexmcp"}, true},
		"on Windows":  {map[string]any{"command": `C:\bin\HexMCP.exe`}, true},
		"in docker":   {map[string]any{"command": "docker", "args": []any{"run", "-i", "ghcr.io/x/hexmcp:1"}}, true},
		"in one list": {map[string]any{"command": []any{"/usr/bin/hexmcp", "--demo"}}, true},
		"another":     {map[string]any{"command": "/home/hexmcp/bin/other"}, false},
		"hex-remote":  {map[string]any{"httpUrl": "http://127.0.0.1:8765/mcp"}, true},
		"hex-itself":  {map[string]any{"url": "https://eu.hex.tech/mcp"}, false},
		"github":      {map[string]any{"url": "https://api.example/mcp"}, false},
	} {
		assert.Equal(t, tt.ours, foundIn(name, tt.entry).isOurs(), name)
	}
}

func TestNamesLeaveRoomForThoseOfTools(t *testing.T) {
	assert.NoError(t, CheckName("hex-europe"))
	for _, bad := range []string{"", "a b", "a.b", "-a", strings.Repeat("a", 17), "é"} {
		assert.Error(t, CheckName(bad), bad)
	}
}
