package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"hexmcp/cmd/hexmcp/internal/file"
)

// fileWait is how long a file may take to be read. One that is a pipe waits for
// its writer.
const fileWait = 5 * time.Second

// Why a file cannot be used.
var (
	errSlowFile  = fmt.Errorf("nothing came of it within %s", fileWait)
	errDirectory = errors.New("it is a directory")
)

// readFile reads a file of at most so many bytes: a device may never end, and a
// pipe never begin. No error has the name of the file: it might be the token,
// set in the wrong place. A read that comes to nothing in time is left to itself.
func readFile(name string, most int64) ([]byte, error) {
	ctx, stop := context.WithTimeoutCause(context.Background(), fileWait, errSlowFile)
	defer stop()
	all, err := readWith(ctx, func() ([]byte, error) { return readAtMost(name, most) })
	return all, withoutName(err)
}

func readAtMost(name string, most int64) ([]byte, error) {
	f, err := os.Open(name) //nolint:gosec // the operator's own file
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return nil, errDirectory
	}
	return file.AtMost(f, most)
}

// withoutName takes the name of the file off an error.
func withoutName(err error) error {
	if at, ok := errors.AsType[*fs.PathError](err); ok {
		return at.Err
	}
	return err
}
