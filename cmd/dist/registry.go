package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
)

// serverSchema is the schema that the registry of MCP servers checks server.json by.
const serverSchema = "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json"

// bundle is one that a release has: its file name, and the SHA-256 by which
// clients check what they load.
type bundle struct{ file, sum string }

// serverJSON is the entry in the registry of MCP servers: the container image and,
// of a release, its bundles.
func serverJSON(bundles []bundle) object {
	packages := []object{{
		"registryType": "oci", "identifier": container + ":" + version, "transport": object{"type": "stdio"}, "runtimeHint": "docker",
		"runtimeArguments":     []object{{"type": "named", "name": "--rm"}, {"type": "named", "name": "--interactive"}, {"type": "named", "name": "--no-healthcheck"}},
		"environmentVariables": variables(),
	}}
	for _, b := range bundles {
		packages = append(packages, object{
			"registryType": "mcpb", "identifier": repository + "/releases/download/v" + version + "/" + b.file, "version": version,
			"fileSha256": b.sum, "transport": object{"type": "stdio"}, "environmentVariables": variables(),
		})
	}
	return object{
		"$schema": serverSchema,
		"name":    registered, "title": title, "description": description, "version": version,
		"repository": object{"url": repository, "source": "github"}, "websiteUrl": repository,
		"packages": packages,
	}
}

func variables() []object {
	var all []object
	for _, s := range settings() {
		o := object{"name": s.env, "description": s.description, "isRequired": s.fallback == "", "isSecret": s.secret}
		if s.fallback != "" {
			o["default"] = s.fallback
		}
		all = append(all, o)
	}
	return all
}

// printServerJSON prints the entry of a release.
func printServerJSON(names []string) error {
	var bundles []bundle
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(content)
		bundles = append(bundles, bundle{filepath.Base(name), hex.EncodeToString(sum[:])})
	}
	_, err := fmt.Fprintf(os.Stdout, "%s", encode(serverJSON(bundles)))
	return err
}
