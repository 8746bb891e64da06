package main

// What all manifests say. A release has the tag v and the version; where the
// project is published under another name, this is the place to say so.
const (
	version    = "0.1.0"
	owner      = "hexmcp"
	repository = "https://github.com/" + owner + "/hexmcp"
	container  = "ghcr.io/" + owner + "/hexmcp"
	registered = "io.github." + owner + "/hexmcp" // in the registry of MCP servers

	name    = "hexmcp"
	server  = "hex" // the name in a client's configuration
	title   = "hexmcp, an unofficial server for Hex"
	authors = "The hexmcp authors"
	license = "MIT"

	description = "Find and run projects, edit cells, and manage sharing, collections, groups and guides in Hex."
)

// keywords are what people look for.
func keywords() []string { return []string{"hex", "hex.tech", "data", "notebooks", "mcp"} }

// setting is what an operator is asked for.
type setting struct {
	env, key, title, description, fallback string
	secret                                 bool
}

func settings() []setting {
	return []setting{
		{
			env: "HEX_API_TOKEN", key: "hex_api_token", title: "Hex API token", secret: true,
			description: "From Hex, Settings > API keys: a personal token (hxtp_…) or a workspace token (hxtw_…)",
		},
		{
			env: "HEX_API_BASE_URL", key: "hex_api_base_url", title: "Address of the Hex API", fallback: "https://app.hex.tech/api",
			description: "Where your workspace is, such as eu.hex.tech; most are at app.hex.tech",
		},
	}
}
