package watch

import (
	"context"
	"os/exec"
	"syscall"
)

// shell passes the command line to cmd.exe unchanged, because cmd.exe has its own rules for
// quotes.
func shell(ctx context.Context, line string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "cmd.exe")
	cmd.SysProcAttr = &syscall.SysProcAttr{CmdLine: `cmd.exe /S /C "` + line + `"`}
	return cmd
}

// endGroup has nothing to do: Windows has no process groups, and cmd.exe itself has ended.
func endGroup(*exec.Cmd) {}
