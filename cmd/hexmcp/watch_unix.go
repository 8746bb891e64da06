//go:build unix

package main

import (
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// watchEvery is how often it is asked whether the client is still there.
const watchEvery = time.Second

// watchClient calls gone once the parent of this process has ended, or whoever
// reads out: nobody hears of the answers any more, and no end of input need come
// while something else holds the other end of it open. It returns what ends the
// watch.
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

// isRead reports whether somebody may still read what is written. What is
// neither pipe nor socket says so always.
func isRead(out io.Writer) bool {
	f, ok := out.(*os.File)
	if !ok {
		return true
	}
	fds := []unix.PollFd{{Fd: int32(f.Fd())}} //nolint:gosec // file descriptors are small
	n, err := unix.Poll(fds, 0)
	return err != nil || n == 0 || fds[0].Revents&(unix.POLLERR|unix.POLLHUP) == 0
}
