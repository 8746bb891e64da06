//go:build unix

package watch

import (
	"context"
	"os/exec"
	"syscall"
	"time"
)

// shell runs a line in a group of processes of its own, so that all of it can be
// told to stop.
func shell(ctx context.Context, line string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "/bin/sh", "-c", line) //nolint:gosec // the operator's own line
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	return cmd
}

// endGroup ends what is left of the group of a command that was told to end, after
// the time that it has for it.
func endGroup(cmd *exec.Cmd) {
	if cmd.Process == nil {
		return
	}
	group := -cmd.Process.Pid
	for end := time.Now().Add(stopTime); time.Now().Before(end); time.Sleep(stopTime / 100) {
		if syscall.Kill(group, 0) != nil {
			return // nothing is left
		}
	}
	_ = syscall.Kill(group, syscall.SIGKILL) // it may have ended by now
}
