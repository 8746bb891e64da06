//go:build unix

package main

import (
	"os"

	"golang.org/x/sys/unix"
)

// hasContent reports whether a pipe has something to read. It reads nothing from the pipe,
// because that may be meant for another program.
func hasContent(pipe *os.File) bool {
	fds := []unix.PollFd{{Fd: int32(pipe.Fd()), Events: unix.POLLIN}} //nolint:gosec // file descriptors are small
	n, err := unix.Poll(fds, 0)
	return err == nil && n > 0 && fds[0].Revents&unix.POLLIN != 0
}
