package audit

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"sync"
)

// file is a file that grows by whole lines. Whoever rotates logs may rename or
// remove it at any time: the next line begins a new one.
type file struct {
	name string

	mu   sync.Mutex
	now  *os.File
	torn bool // the last line was written in part
}

// errNoFile refuses what would hold calls up, or keep no line.
var errNoFile = errors.New("it is a directory or a pipe, not a file")

// open opens the file, or makes one that its owner alone may read.
func (f *file) open() error {
	if info, err := os.Stat(f.name); err == nil && info.Mode()&(fs.ModeDir|fs.ModeNamedPipe|fs.ModeSocket) != 0 {
		return errNoFile
	}
	opened, err := os.OpenFile(f.name, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return withoutName(err)
	}
	if f.now != nil {
		_ = f.now.Close() // nothing of it is buffered
	}
	f.now = opened
	return nil
}

// append writes a line, into a new file where the name no longer leads to the old.
func (f *file) append(v any) error {
	line, err := json.Marshal(v)
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.isRotated() {
		if err := f.open(); err != nil {
			return err
		}
		f.torn = false
	}
	return f.write(append(line, '\n'))
}

func (f *file) write(line []byte) error {
	if f.torn {
		line = append([]byte("\n"), line...)
	}
	n, err := f.now.Write(line)
	f.torn = n < len(line) && (n > 0 || f.torn)
	return withoutName(err)
}

func (f *file) isRotated() bool {
	named, err := os.Stat(f.name)
	if err != nil {
		return true
	}
	opened, err := f.now.Stat()
	return err != nil || !os.SameFile(named, opened)
}

// withoutName takes the name off an error: it might be a token, set in the wrong
// place.
func withoutName(err error) error {
	if at, ok := errors.AsType[*fs.PathError](err); ok {
		return at.Err
	}
	return err
}
