//go:build unix

package main

import (
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// watchEvery is the time between two checks whether the client is still there.
const watchEvery = time.Second

// watchClient calls gone when the parent of this process, or the process that reads out,
// has ended. Nobody reads the answers then, but standard input may not end, because
// another process may still hold its other end open. Stop ends the watch and waits for it.
func watchClient(out io.Writer, gone func()) (stop func()) {
	done := make(chan struct{})
	var watching sync.WaitGroup
	parent := os.Getppid()
	watching.Go(func() {
		ticker := time.NewTicker(watchEvery)
		defer ticker.Stop()
		for {
			select {
			case <-done:
				return
			case <-ticker.C:
			}
			if os.Getppid() != parent || !isRead(out) {
				gone()
				return
			}
		}
	})
	return func() { close(done); watching.Wait() }
}

// isRead reports whether somebody may still read what is written. It can only tell for
// pipes and sockets, and is true for anything else.
func isRead(out io.Writer) bool {
	f, ok := out.(*os.File)
	if !ok {
		return true
	}
	fds := []unix.PollFd{{Fd: int32(f.Fd())}} //nolint:gosec // file descriptors are small
	n, err := unix.Poll(fds, 0)
	return err != nil || n == 0 || fds[0].Revents&(unix.POLLERR|unix.POLLHUP) == 0
}
