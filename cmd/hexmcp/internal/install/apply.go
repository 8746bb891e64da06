package install

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	"hexmcp/cmd/hexmcp/internal/file"
)

// maxFile is how many bytes a configuration may have. That of Claude Code can be large,
// because it also holds the history of every project.
const maxFile = 64 << 20

// backupSuffix is added to the name of a file for its copy before the last change.
const backupSuffix = ".before-hexmcp"

// Change is what was done to a file.
type Change struct {
	// File is the path of the configuration, with symbolic links followed.
	File string
	// Backup is the path of the copy of the old file; empty if there was no file, or
	// nothing was changed.
	Backup string
	// Changed is false if the file was already as it should be.
	Changed bool
}

// FileError means that a configuration could not be read or changed. It is as it was.
type FileError struct {
	Name string
	Err  error
}

// Error says which file, and why.
func (e *FileError) Error() string { return fmt.Sprintf("%s was not changed: %s", e.Name, e.Why()) }

// Why says what is wrong without the name of the file, which errors of files have
// in them, too.
func (e *FileError) Why() string {
	if at, ok := errors.AsType[*fs.PathError](e.Err); ok && at.Path == e.Name {
		return at.Err.Error()
	}
	return strings.TrimPrefix(e.Err.Error(), e.Name+": ")
}

// Unwrap returns the cause.
func (e *FileError) Unwrap() error { return e.Err }

// Install writes the server into the client's configuration. It fails with a
// [*RemoteError] or a [*FileError].
func (c Client) Install(sys System, s Server) (Change, error) {
	e, err := c.edit(s)
	if err != nil {
		return Change{}, err
	}
	return c.change(sys, s.Name, func(content []byte) ([]byte, error) { return c.syntax.put(content, e) }, e.set)
}

// Remove removes the server of that name from the client's configuration. It fails with a
// [*FileError].
func (c Client) Remove(sys System, name string) (Change, error) {
	path := []string{c.servers, name}
	return c.change(sys, name, func(content []byte) ([]byte, error) { return c.syntax.drop(content, path) }, nil)
}

// change edits the client's file. Want are the fields that the entry must have afterwards;
// nil means that the entry must be gone.
func (c Client) change(sys System, name string, edit func([]byte) ([]byte, error), want []field) (Change, error) {
	if sys.home() == "" {
		return Change{}, errors.New("the environment names no home folder of the user")
	}
	at, err := filepath.Abs(c.File(sys))
	if err == nil {
		at, err = file.Behind(at)
	}
	if err != nil {
		return Change{}, &FileError{c.File(sys), err}
	}
	done, err := c.replace(at, name, edit, want)
	if err != nil {
		return Change{}, &FileError{at, err}
	}
	return done, nil
}

func (c Client) replace(at, name string, edit func([]byte) ([]byte, error), want []field) (Change, error) {
	before, err := read(at)
	if err != nil {
		return Change{}, err
	}
	mark, text := cutMark(before)
	after, err := c.edited(text, name, edit, want)
	if err != nil || bytes.Equal(text, after) {
		return Change{File: at}, err
	}
	after = append(mark, after...)
	if before == nil {
		if err := os.MkdirAll(filepath.Dir(at), 0o700); err != nil {
			return Change{}, err
		}
		return Change{at, "", true}, file.Replace(at, after, 0o600)
	}
	done := Change{at, at + backupSuffix, true}
	if err := backUp(at, done.Backup, before); err != nil {
		return Change{}, fmt.Errorf("backup: %w", err)
	}
	if now, err := read(at); err != nil || !bytes.Equal(now, before) {
		return Change{}, errors.New("somebody else has changed it meanwhile: run this again")
	}
	return done, file.Replace(at, after, 0o600)
}

// backUp writes the old content into the backup, with the permissions of the file, because
// it may hold secrets.
func backUp(at, backup string, content []byte) error {
	info, err := os.Stat(at)
	if err != nil {
		return err
	}
	if err := os.Remove(backup); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return file.Replace(backup, content, info.Mode().Perm())
}

// read is the content of a file; nil if there is no file.
func read(name string) ([]byte, error) {
	content, err := file.Read(name, maxFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return append([]byte{}, content...), err
}

// cutMark splits off the byte order mark with which some editors on Windows begin a file.
func cutMark(content []byte) (mark, text []byte) {
	const bom = "\xef\xbb\xbf"
	if text, ok := bytes.CutPrefix(content, []byte(bom)); ok {
		return []byte(bom), text
	}
	return nil, content
}

// edited makes the edit, and then checks by decoding that the entry is as wanted and that
// nothing else has changed. It refuses to touch an entry of another server.
func (c Client) edited(text []byte, name string, edit func([]byte) ([]byte, error), want []field) ([]byte, error) {
	before, err := c.syntax.decode(text)
	if err != nil {
		return nil, err
	}
	path := []string{c.servers, name}
	if e := entryIn(before, path); e != nil && !foundIn(name, e).isOurs() {
		return nil, fmt.Errorf("%q there is another server: give another --name, or remove that by hand", name)
	}
	after, err := edit(text)
	if err != nil {
		return nil, err
	}
	now, err := c.syntax.decode(after)
	if err != nil || !hasAll(entryIn(now, path), want) || (want == nil) != (entryIn(now, path) == nil) {
		return nil, errByHand
	}
	if !reflect.DeepEqual(without(before, path), without(now, path)) {
		return nil, errByHand
	}
	return after, nil
}

// entryIn is the object at a path; nil if there is none.
func entryIn(all map[string]any, path []string) map[string]any {
	for _, key := range path {
		all, _ = all[key].(map[string]any)
	}
	return all
}

// without removes an entry from a decoded file, and the object of servers if that is then
// empty.
func without(all map[string]any, path []string) map[string]any {
	if servers, ok := all[path[0]].(map[string]any); ok {
		delete(servers, path[1])
	}
	if servers, ok := all[path[0]].(map[string]any); ok && len(servers) == 0 || all[path[0]] == nil {
		delete(all, path[0])
	}
	return all
}

func hasAll(entry map[string]any, want []field) bool {
	for _, f := range want {
		if !holds(entry[f.key], f.value) {
			return false
		}
	}
	return true
}

// holds reports whether a decoded value equals the value that was to be written.
func holds(decoded, value any) bool {
	a, err1 := json.Marshal(decoded)
	b, err2 := json.Marshal(value)
	return err1 == nil && err2 == nil && bytes.Equal(a, b)
}
