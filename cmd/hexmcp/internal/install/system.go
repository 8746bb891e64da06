package install

import (
	"os"
	"path/filepath"
)

// System is the operating system and environment in which configurations are looked for.
type System struct {
	// OS is the operating system, as in runtime.GOOS.
	OS string
	// Env looks up an environment variable.
	Env func(string) (string, bool)
}

func (s System) env(name string) string {
	value, _ := s.Env(name)
	return value
}

// home is the user's home folder; empty if the environment names none.
func (s System) home() string {
	if s.OS == "windows" {
		return s.env("USERPROFILE")
	}
	return s.env("HOME")
}

// config is the folder in which programs of Unix keep their configuration.
func (s System) config() string {
	if dir := s.env("XDG_CONFIG_HOME"); dir != "" && s.OS != "windows" {
		return dir
	}
	return filepath.Join(s.home(), ".config")
}

// appData is the folder in which desktop programs keep their configuration.
func (s System) appData() string {
	switch s.OS {
	case "windows":
		return s.env("APPDATA")
	case "darwin":
		return filepath.Join(s.home(), "Library", "Application Support")
	}
	return s.config()
}

// atHome is a file in the user's home folder on every system.
func atHome(name string) func(System) []string {
	return func(s System) []string { return []string{filepath.Join(s.home(), filepath.FromSlash(name))} }
}

func inAppData(name string) func(System) []string {
	return func(s System) []string { return []string{filepath.Join(s.appData(), filepath.FromSlash(name))} }
}

// below is a file in the folder that an environment variable names or, without that
// variable, in a folder in the user's home folder.
func below(variable, folder, name string) func(System) []string {
	return func(s System) []string {
		if dir := s.env(variable); dir != "" {
			return []string{filepath.Join(dir, name)}
		}
		return []string{filepath.Join(s.home(), folder, name)}
	}
}

// extension is a settings file of an extension of VS Code.
func extension(id, name string) func(System) []string {
	return inAppData("Code/User/globalStorage/" + id + "/settings/" + name)
}

func claudeCode(s System) []string {
	if dir := s.env("CLAUDE_CONFIG_DIR"); dir != "" {
		return []string{filepath.Join(dir, ".claude.json")}
	}
	return []string{filepath.Join(s.home(), ".claude.json")}
}

// claudeDesktop also looks where Claude Desktop keeps its file when it was installed from
// the Microsoft Store.
func claudeDesktop(s System) []string {
	const name = "claude_desktop_config.json"
	usual := filepath.Join(s.appData(), "Claude", name)
	if s.OS != "windows" || s.env("LOCALAPPDATA") == "" {
		return []string{usual}
	}
	fromStore, _ := filepath.Glob(filepath.Join(s.env("LOCALAPPDATA"), "Packages", "Claude_*"))
	for i, folder := range fromStore {
		fromStore[i] = filepath.Join(folder, "LocalCache", "Roaming", "Claude", name)
	}
	return append(fromStore, usual)
}

func opencode(s System) []string {
	if file := s.env("OPENCODE_CONFIG"); file != "" {
		return []string{file}
	}
	dir := filepath.Join(s.config(), "opencode")
	if s.OS == "windows" && s.env("XDG_CONFIG_HOME") != "" {
		dir = filepath.Join(s.env("XDG_CONFIG_HOME"), "opencode")
	}
	return []string{filepath.Join(dir, "opencode.json"), filepath.Join(dir, "opencode.jsonc")}
}

func zed(s System) []string {
	if s.OS == "windows" {
		return []string{filepath.Join(s.appData(), "Zed", "settings.json")}
	}
	dir := filepath.Join(s.home(), ".config")
	if s.OS != "darwin" {
		dir = s.config()
	}
	return []string{filepath.Join(dir, "zed", "settings.json")}
}

// File is the path of the client's configuration, whether it exists or not.
func (c Client) File(s System) string {
	all := c.files(s)
	for _, name := range all {
		if exists(name) {
			return name
		}
	}
	return all[0]
}

// IsHere reports whether the client seems to be installed: the folder of its configuration
// exists or, if that is the home folder, the file itself.
func (c Client) IsHere(s System) bool {
	name := c.File(s)
	if dir := filepath.Dir(name); dir != filepath.Clean(s.home()) {
		return exists(dir)
	}
	return exists(name)
}

func exists(name string) bool {
	_, err := os.Lstat(name)
	return err == nil
}
