package main

import (
	"bytes"
	"encoding/json"

	"hexmcp/tools"
	"hexmcp/tools/skill"
)

// object is JSON whose keys are written in alphabetical order.
type object = map[string]any

// The plugin for Claude Code is a folder of its own, so that nobody who opens the
// project is asked whether to start its server.
const plugin = "plugins/" + name

// files are the manifests that stand in the repository, by their paths in it.
func files() map[string][]byte {
	return map[string][]byte{
		"server.json":                                       encode(serverJSON(nil)),
		"glama.json":                                        encode(glama()),
		"gemini-extension.json":                             encode(gemini(name)),
		".claude-plugin/marketplace.json":                   encode(marketplace()),
		plugin + "/.claude-plugin/plugin.json":              encode(pluginJSON()),
		plugin + "/.mcp.json":                               encode(object{"mcpServers": object{server: object{"command": name}}}),
		plugin + "/skills/" + skill.Name + "/" + skill.File: skill.Text(),
	}
}

func encode(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		panic(err) // maps of strings cannot fail
	}
	return b.Bytes()
}

// glama says who may change how the directory glama.ai shows the server.
func glama() object {
	return object{"$schema": "https://glama.ai/mcp/schemas/server.json", "maintainers": []string{owner}}
}

// gemini is an extension of Gemini CLI that starts a program. Without a token it
// uses what hexmcp login keeps.
func gemini(command string) object {
	var asked []object
	for _, s := range settings() {
		asked = append(asked, object{"name": s.title, "description": s.description, "envVar": s.env, "sensitive": s.secret})
	}
	return object{
		"name": name, "version": version, "description": description,
		"mcpServers": object{server: object{"command": command}},
		"settings":   asked,
	}
}

func marketplace() object {
	return object{
		"$schema": "https://json.schemastore.org/claude-code-marketplace.json",
		"name":    name, "owner": object{"name": authors},
		"description": title,
		"plugins": []object{{
			"name": name, "source": "./" + plugin, "version": version, "description": description, "category": "data",
		}},
	}
}

func pluginJSON() object {
	return object{
		"$schema": "https://json.schemastore.org/claude-code-plugin-manifest.json",
		"name":    name, "version": version, "description": description,
		"author": object{"name": authors}, "repository": repository, "homepage": repository,
		"license": license, "keywords": keywords(),
	}
}

// bundleManifest is what Claude Desktop reads of a bundle for one system.
func bundleManifest(p platform) object {
	asked, env := object{}, object{}
	for _, s := range settings() {
		o := object{"type": "string", "title": s.title, "description": s.description, "sensitive": s.secret, "required": s.fallback == ""}
		if s.fallback != "" {
			o["default"] = s.fallback
		}
		asked[s.key] = o
		env[s.env] = "${user_config." + s.key + "}"
	}
	return object{
		"manifest_version": "0.3",
		"name":             name, "display_name": title, "version": version, "description": description,
		"author": object{"name": authors}, "repository": object{"type": "git", "url": repository + ".git"},
		"homepage": repository, "documentation": repository + "#readme", "support": repository + "/issues",
		"license": license, "keywords": keywords(), "icon": iconFile,
		"server": object{
			"type": "binary", "entry_point": p.program(),
			"mcp_config": object{"command": "${__dirname}/" + p.program(), "args": []string{}, "env": env},
		},
		"tools":         bundledTools(),
		"user_config":   asked,
		"compatibility": object{"platforms": []string{p.node()}},
	}
}

// bundledTools are shown before anything is started.
func bundledTools() []object {
	var all []object
	for _, a := range tools.OnByDefault() {
		all = append(all, object{"name": a.Name, "description": a.Title})
	}
	return all
}
