package watch

import (
	"context"
	"os/exec"
	"syscall"
)

// shell hands the line over as it is: cmd has its own rules for quotes.
func shell(ctx context.Context, line string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "cmd.exe")
	cmd.SysProcAttr = &syscall.SysProcAttr{CmdLine: `cmd.exe /S /C "` + line + `"`}
	return cmd
}

// endGroup has nothing to do: Windows has no groups, and cmd itself has ended.
func endGroup(*exec.Cmd) {}
