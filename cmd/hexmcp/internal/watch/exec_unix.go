//go:build unix

package watch

import (
	"context"
	"os/exec"
	"syscall"
	"time"
)

// shell runs a command line in a process group of its own, so that a signal reaches all
// processes that it starts.
func shell(ctx context.Context, line string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "/bin/sh", "-c", line) //nolint:gosec // the operator's own line
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	return cmd
}

// endGroup waits up to stopTime until the process group of a command has ended, and kills
// what is left of it.
func endGroup(cmd *exec.Cmd) {
	if cmd.Process == nil {
		return
	}
	group := -cmd.Process.Pid
	for end := time.Now().Add(stopTime); time.Now().Before(end); time.Sleep(stopTime / 100) {
		if syscall.Kill(group, 0) != nil {
			return // no process is left
		}
	}
	_ = syscall.Kill(group, syscall.SIGKILL) // it may have ended by now
}
