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

// fileWait is how long a file may take to be read. A named pipe, for example, has to
// wait for its writer.
const fileWait = 5 * time.Second

// Why a file cannot be used.
var (
	errSlowFile  = fmt.Errorf("nothing came of it within %s", fileWait)
	errDirectory = errors.New("it is a directory")
)

// readFile reads a file of at most that many bytes within fileWait, because a device may
// never end, and a pipe never begin. The error does not hold the name of the file, which
// might be the token, given in the wrong place. After fileWait a read that is still
// blocked goes on in the background.
func readFile(name string, most int64) ([]byte, error) {
	ctx, stop := context.WithTimeoutCause(context.Background(), fileWait, errSlowFile)
	defer stop()
	all, err := readWith(ctx, func() ([]byte, error) { return readAtMost(name, most) })
	return all, withoutName(err)
}

func readAtMost(name string, most int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return nil, errDirectory
	}
	return file.AtMost(f, most)
}

// withoutName removes the name of the file from an error.
func withoutName(err error) error {
	if at, ok := errors.AsType[*fs.PathError](err); ok {
		return at.Err
	}
	return err
}
