package main

import (
	"errors"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"hexmcp/tools"
)

// The command line as a user meets it. Besides testscript's own commands there
// are exits STATUS COMMAND..., until FILE REGEXP, and export FILE. $TOOLS is the
// number of tools in the catalogue, and $ALL that of the set all.
func TestCommandLine(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/script",
		UpdateScripts: *update,
		Setup: func(env *testscript.Env) error {
			env.Setenv("TOOLS", strconv.Itoa(len(tools.All())))
			env.Setenv("ALL", strconv.Itoa(len(tools.Choice{Toolsets: []string{tools.SetAll}}.Select())))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "until": until, "export": export,
		},
	})
}

// exits runs a command that must end with the given status.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("%q ended with status %d, not %d\n%s%s", args[1:], got, want, ts.ReadFile("stdout"), ts.ReadFile("stderr"))
	}
}

// until waits for a file to say something.
func until(ts *testscript.TestScript, _ bool, args []string) {
	says := regexp.MustCompile(args[1])
	for range 1000 {
		if text, err := os.ReadFile(ts.MkAbs(args[0])); err == nil && says.Match(text) {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	ts.Fatalf("%s never said %q", args[0], args[1])
}

// export takes a file of NAME=value lines into the environment.
func export(ts *testscript.TestScript, _ bool, args []string) {
	for line := range strings.Lines(ts.ReadFile(args[0])) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		ts.Setenv(name, value)
	}
}
