package install

import (
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"hexmcp/cmd/hexmcp/internal/file"
)

// Found is an entry for hexmcp in a client's configuration.
type Found struct {
	// Name is the name of the entry.
	Name string
	// Command is the program that is started, and its arguments; empty for a URL.
	Command []string
	// Env are the environment variables that the entry sets.
	Env map[string]string
	// URL is the address of the server; empty for a program.
	URL string
}

// Found returns the entries for hexmcp in a client's configuration: those that start
// hexmcp, and those with an address whose name begins with hex. It fails with a
// [*FileError] if the file cannot be read.
func (c Client) Found(sys System) ([]Found, error) {
	at, err := file.Behind(c.File(sys))
	if err != nil {
		return nil, &FileError{c.File(sys), err}
	}
	content, err := read(at)
	if err != nil {
		return nil, &FileError{at, err}
	}
	_, text := cutMark(content)
	all, err := c.syntax.decode(text)
	if err != nil {
		return nil, &FileError{at, err}
	}
	var found []Found
	for name, value := range entryIn(all, []string{c.servers}) {
		entry, _ := value.(map[string]any)
		if f := foundIn(name, entry); f.isOurs() {
			found = append(found, f)
		}
	}
	slices.SortFunc(found, func(a, b Found) int { return strings.Compare(a.Name, b.Name) })
	return found, nil
}

func foundIn(name string, entry map[string]any) Found {
	f := Found{Name: name, Env: map[string]string{}}
	f.Command = append(texts(entry["command"]), texts(entry["args"])...)
	for _, key := range []string{"url", "httpUrl", "serverUrl"} {
		f.URL += strings.Join(texts(entry[key]), "")
	}
	for _, key := range []string{"env", "environment"} {
		variables, _ := entry[key].(map[string]any)
		for name, value := range variables {
			f.Env[name] = strings.Join(texts(value), "")
		}
	}
	return f
}

// texts returns a string, or all strings of a list.
func texts(value any) []string {
	switch v := value.(type) {
	case string:
		return []string{v}
	case []any:
		var all []string
		for _, element := range v {
			all = append(all, texts(element)...)
		}
		return all
	}
	return nil
}

// isOurs reports whether an entry is for hexmcp. Another program, such as docker, may
// start hexmcp. An entry with an address at hex.tech is not ours: Hex has an MCP server of
// its own. An entry without program and address belongs to nobody, so it counts as ours.
func (f Found) isOurs() bool {
	if len(f.Command) == 0 {
		at, err := url.Parse(f.URL)
		ofHex := err == nil && strings.HasSuffix("."+strings.ToLower(at.Hostname()), ".hex.tech")
		return f.URL == "" || strings.HasPrefix(strings.ToLower(f.Name), "hex") && !ofHex
	}
	return slices.ContainsFunc(f.Command, func(word string) bool {
		return strings.Contains(strings.ToLower(filepath.Base(strings.ReplaceAll(word, `\`, "/"))), "hexmcp")
	})
}
