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
	commit  string // that it was built from
	date    string // of the commit, not of the build, so that two builds are the same
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

// version is that of the release or, built from source, of the module.
func version() string {
	if release != "" {
		return release
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}

// versionAndOrigin also says which commit it was built from, and of when that is,
// as far as the linker or Go noted it.
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

// noted is what Go wrote into the program about its source; empty for nothing.
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
