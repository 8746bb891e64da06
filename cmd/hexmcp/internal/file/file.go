// Package file reads and replaces small files that other programs read, too.
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

// Why a file is not read or replaced.
var (
	ErrNotRegular = errors.New("it is not a regular file")
	ErrTooLong    = errors.New("it is too long for what it should hold")
	ErrLost       = errors.New("it is a link to a file that does not exist: make that, or remove the link")
)

// Read reads a regular file of at most so many bytes. What is no file, such as a
// pipe, might never end and is refused.
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

// AtMost reads to the end, or fails with [ErrTooLong] where that is more than so
// many bytes away.
func AtMost(r io.Reader, most int64) ([]byte, error) {
	all, err := io.ReadAll(io.LimitReader(r, most+1))
	if int64(len(all)) > most {
		return nil, ErrTooLong
	}
	return all, err
}

// Behind is the file that a link leads to, so that the link stays when the file is
// replaced. What is no link, or not there, is what it is called. The error is [ErrLost]
// where the link leads to no file.
func Behind(name string) (string, error) {
	if _, err := os.Lstat(name); err != nil {
		return name, nil //nolint:nilerr // who writes it hears why
	}
	behind, err := filepath.EvalSymlinks(name)
	if errors.Is(err, fs.ErrNotExist) {
		return "", ErrLost
	}
	return behind, err
}

// Replace writes a file whole or not at all: whoever reads it meets the content
// before or after. A file that was there keeps its permissions and its owner, a
// new one gets those given. The folder must exist, and name must be no link. What is
// no regular file, such as /dev/null, is left as it is: [ErrNotRegular].
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
	defer os.Remove(f.Name()) // there is none once it was renamed
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

// CanReplace refuses what is there and is no regular file: a device or a pipe would
// be gone for all programs.
func CanReplace(name string) error {
	if info, err := os.Stat(name); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("%s: %w", name, ErrNotRegular)
	}
	return nil
}

// fill writes the content to the disk, so that a crash leaves no empty file.
func fill(f *os.File, content []byte, perm os.FileMode) error {
	if _, err := f.Write(content); err != nil {
		return err
	}
	if err := f.Chmod(perm); err != nil {
		return err
	}
	return f.Sync()
}
