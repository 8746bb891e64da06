// Package file reads small files, and replaces them so that other programs never see a
// file that is half written.
package file

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// The reasons why a file is not read or replaced.
var (
	ErrNotRegular = errors.New("it is not a regular file")
	ErrTooLong    = errors.New("it is too long for what it should hold")
	ErrLost       = errors.New("it is a link to a file that does not exist: make that, or remove the link")
)

// Read reads a regular file of at most that many bytes. It fails with [ErrTooLong] for a
// longer file, and with [ErrNotRegular] for a pipe, a device or a directory, which might
// never end.
func Read(name string, most int64) ([]byte, error) {
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s: %w", name, ErrNotRegular)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	all, err := AtMost(f, most)
	if errors.Is(err, ErrTooLong) {
		err = fmt.Errorf("%s: %w", name, err)
	}
	return all, err
}

// AtMost reads r to its end, or fails with [ErrTooLong] if there are more than that many
// bytes.
func AtMost(r io.Reader, most int64) ([]byte, error) {
	all, err := io.ReadAll(io.LimitReader(r, most+1))
	if int64(len(all)) > most {
		return nil, ErrTooLong
	}
	return all, err
}

// Behind is the file that a symbolic link leads to, so that [Replace] replaces that file
// and not the link. A name that is no link, or does not exist, is returned as it is. The
// error is [ErrLost] if the link leads to no file.
func Behind(name string) (string, error) {
	if _, err := os.Lstat(name); err != nil {
		return name, nil //nolint:nilerr // reading or writing the file will return the error
	}
	behind, err := filepath.EvalSymlinks(name)
	if errors.Is(err, fs.ErrNotExist) {
		return "", ErrLost
	}
	return behind, err
}

// Replace writes a file atomically: whoever reads it sees either the old content or the
// new one. An existing file keeps its permissions and its owner, a new one gets perm. The
// folder must exist, and name must not be a link. If name is no regular file, such as
// /dev/null, it fails with [ErrNotRegular].
func Replace(name string, content []byte, perm os.FileMode) error {
	if err := CanReplace(name); err != nil {
		return err
	}
	before, err := os.Stat(name)
	if err == nil {
		perm = before.Mode().Perm()
	}
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return named(name, err)
	}
	defer os.Remove(f.Name()) // fails after the file was renamed, which does not matter
	if err := cmp.Or(fill(f, content, perm), f.Close()); err != nil {
		return named(name, err)
	}
	keepOwner(f.Name(), before)
	return os.Rename(f.Name(), name)
}

// named tells of the file that the caller knows in place of the one that was to
// stand in for it.
func named(name string, err error) error {
	if at, ok := errors.AsType[*fs.PathError](err); ok {
		return &fs.PathError{Op: at.Op, Path: name, Err: at.Err}
	}
	return err
}

// CanReplace fails with [ErrNotRegular] if name exists and is no regular file. Replacing
// a device or a pipe would take it away from all other programs.
func CanReplace(name string) error {
	if info, err := os.Stat(name); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("%s: %w", name, ErrNotRegular)
	}
	return nil
}

// fill writes the content and waits until it is on the disk. Otherwise a crash after the
// renaming could leave an empty file.
func fill(f *os.File, content []byte, perm os.FileMode) error {
	if _, err := f.Write(content); err != nil {
		return err
	}
	if err := f.Chmod(perm); err != nil {
		return err
	}
	return f.Sync()
}
