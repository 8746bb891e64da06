package main

import (
	"cmp"
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
)

// These are set by the linker when a release is built.
var (
	release string // such as 1.2.3
	commit  string // the commit that it was built from
	date    string // time of the commit, not of the build, so that two builds are identical
)

func (a *app) version() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  noArguments,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintln(a.out, "hexmcp", versionAndOrigin())
			return failed(err)
		},
	}
}

// version is the version of the release or, if built from source, of the Go module.
func version() string {
	if release != "" {
		return release
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}

// versionAndOrigin also names the commit that it was built from and its time, as far as
// they are known.
func versionAndOrigin() string {
	var origin []string
	if from := cmp.Or(commit, noted("vcs.revision")); from != "" {
		origin = append(origin, "commit "+from)
	}
	if of := cmp.Or(date, noted("vcs.time")); of != "" {
		origin = append(origin, of)
	}
	if len(origin) == 0 {
		return version()
	}
	return version() + " (" + strings.Join(origin, ", ") + ")"
}

// noted is a value that Go wrote into the program when it was built; "" for none.
func noted(key string) string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, setting := range info.Settings {
		if setting.Key == key {
			return setting.Value
		}
	}
	return ""
}
