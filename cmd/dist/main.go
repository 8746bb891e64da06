// Dist writes what stores and clients are told about hexmcp, and bundles of it.
//
//	dist check VERSION                 fail unless that is the version of the manifests
//	dist bundle BINARY OS ARCH FOLDER  write a bundle for Claude Desktop
//	dist server-json BUNDLE...         print server.json with these bundles in it
//
// What is committed is written by make generate.
package main

import (
	"errors"
	"fmt"
	"os"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "dist:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	command := ""
	if len(args) > 0 {
		command, args = args[0], args[1:]
	}
	switch {
	case command == "check" && len(args) == 1:
		return check(args[0])
	case command == "bundle" && len(args) == 4:
		return writeBundle(args[0], platform{args[1], args[2]}, args[3])
	case command == "server-json" && len(args) > 0:
		return printServerJSON(args)
	}
	return errors.New("which of check VERSION, bundle BINARY OS ARCH FOLDER, server-json BUNDLE...?")
}

// check keeps a release from carrying manifests of another version.
func check(tag string) error {
	if tag != version {
		return fmt.Errorf("the release is %s and the manifests are of %s: set the version in cmd/dist/facts.go and run make generate", tag, version)
	}
	return nil
}
