package main

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"

	"go.uber.org/goleak"
)

// binary is the program as users have it.
var binary string

// TestMain builds the program once and puts it into the path. Where the tests are
// run by nohup, the program would inherit that SIGHUP is ignored, and honour it:
// a signal that is caught here is not ignored there.
func TestMain(m *testing.M) {
	signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP)
	dir, err := os.MkdirTemp("", "hexmcp")
	if err == nil {
		binary = filepath.Join(dir, "hexmcp")
		err = compile()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "build hexmcp:", err)
		os.Exit(1)
	}
	_ = os.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		_ = os.RemoveAll(dir)
		os.Exit(code)
	}))
}

func compile() error {
	cmd := exec.Command("go", "build", "-o", binary, ".")
	cmd.Stderr = os.Stderr
	return cmd.Run()
}
