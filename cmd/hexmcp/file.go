package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"
)

// fileWait is how long a file may take to be read. One that is a pipe waits for
// its writer.
const fileWait = 5 * time.Second

// Why a file cannot be used.
var (
	errSlowFile  = fmt.Errorf("nothing came of it within %s", fileWait)
	errLongFile  = errors.New("it is too long for what it should hold")
	errDirectory = errors.New("it is a directory")
)

// readFile reads a file of at most so many bytes: a device may never end, and a
// pipe never begin. No error has the name of the file: it might be the token,
// set in the wrong place. A read that comes to nothing in time is left to itself.
func readFile(name string, most int64) ([]byte, error) {
	type read struct {
		all []byte
		err error
	}
	done := make(chan read, 1)
	go func() {
		all, err := readAtMost(name, most)
		done <- read{all, err}
	}()
	select {
	case d := <-done:
		return d.all, withoutName(d.err)
	case <-time.After(fileWait):
		return nil, errSlowFile
	}
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
	all, err := io.ReadAll(io.LimitReader(f, most+1))
	if int64(len(all)) > most {
		return nil, errLongFile
	}
	return all, err
}

// withoutName takes the name of the file off an error.
func withoutName(err error) error {
	if at, ok := errors.AsType[*fs.PathError](err); ok {
		return at.Err
	}
	return err
}
