package install

import (
	"slices"
	"strings"
)

// Clients are all known clients, one row each, sorted by name.
func Clients() []Client {
	all := slices.Concat(terminals(), editors(), others())
	slices.SortFunc(all, func(a, b Client) int { return strings.Compare(a.Name, b.Name) })
	return all
}

const mcpServers = "mcpServers"

// terminals are programs of the command line.
func terminals() []Client {
	return []Client{
		{
			Name: "claude-code", Title: "Claude Code", Next: "Start claude, or /mcp in a session that runs, to see it.",
			syntax: strictJSON, files: claudeCode, servers: mcpServers, local: typed("stdio"), remote: typedURL("http"),
		},
		{
			Name: "codex", Title: "Codex", Next: "Start codex again; /mcp shows it.",
			syntax: tomlSyntax{}, files: below("CODEX_HOME", ".codex", "config.toml"), servers: "mcp_servers", local: plain, remote: address("url"),
		},
		{
			Name: "copilot-cli", Title: "GitHub Copilot CLI", Next: "Start copilot again; /mcp show lists it.",
			syntax: looseJSON, files: below("COPILOT_HOME", ".copilot", "mcp-config.json"), servers: mcpServers,
			local: typed("local"), remote: typedURL("http"), extra: []field{{"tools", []string{"*"}}},
		},
		{
			Name: "gemini", Title: "Gemini CLI", Next: "Start gemini again; /mcp shows it.",
			syntax: looseJSON, files: atHome(".gemini/settings.json"), servers: mcpServers, local: plain, remote: address("httpUrl"),
		},
		{
			Name: "opencode", Title: "opencode", Next: "Start opencode again; opencode mcp list shows it.",
			syntax: looseJSON, files: opencode, servers: "mcp", local: oneCommand, remote: typedURL("remote"), extra: []field{{"enabled", true}},
		},
		{
			Name: "qwen-code", Title: "Qwen Code", Next: "Start qwen again; /mcp shows it.",
			syntax: looseJSON, files: atHome(".qwen/settings.json"), servers: mcpServers, local: plain, remote: address("httpUrl"),
		},
	}
}

// editors are editors, and what is built on them.
func editors() []Client {
	return []Client{
		{
			Name: "cursor", Title: "Cursor", Next: "Look in Cursor Settings > MCP and switch it on, if it is not.",
			syntax: looseJSON, files: atHome(".cursor/mcp.json"), servers: mcpServers, local: plain, remote: address("url"),
		},
		{
			Name: "kiro", Title: "Kiro", Next: "Kiro takes it up at once; look at the MCP servers in its panel.",
			syntax: looseJSON, files: atHome(".kiro/settings/mcp.json"), servers: mcpServers, local: plain, remote: address("url"),
		},
		{
			Name: "vscode", Title: "VS Code", Next: "Run MCP: List Servers in VS Code and start it.",
			syntax: looseJSON, files: inAppData("Code/User/mcp.json"), servers: "servers", local: typed("stdio"), remote: typedURL("http"),
		},
		{
			Name: "vscode-insiders", Title: "VS Code Insiders", Next: "Run MCP: List Servers in VS Code and start it.",
			syntax: looseJSON, files: inAppData("Code - Insiders/User/mcp.json"), servers: "servers", local: typed("stdio"), remote: typedURL("http"),
		},
		{
			Name: "windsurf", Title: "Windsurf", Next: "Press Refresh under MCP servers in Windsurf's settings.",
			syntax: looseJSON, files: atHome(".codeium/windsurf/mcp_config.json"), servers: mcpServers, local: plain, remote: address("serverUrl"),
		},
		{
			Name: "zed", Title: "Zed", Next: "Restart Zed. Its agent panel shows it.",
			syntax: looseJSON, files: zed, servers: "context_servers", local: plain, remote: address("url"),
		},
	}
}

// others are extensions of editors, and programs with windows.
func others() []Client {
	return []Client{
		{
			Name: "claude-desktop", Title: "Claude Desktop", Next: "Quit Claude Desktop, not only its window, and start it again.",
			syntax: strictJSON, files: claudeDesktop, servers: mcpServers, local: plain,
		},
		{
			Name: "cline", Title: "Cline", Next: "Cline takes it up at once; look under MCP Servers.",
			syntax: strictJSON, files: extension("saoudrizwan.claude-dev", "cline_mcp_settings.json"), servers: mcpServers,
			local: plain, remote: typedURL("streamableHttp"), extra: []field{{"disabled", false}},
		},
		{
			Name: "lm-studio", Title: "LM Studio", Next: "Look under Program > Install in LM Studio and switch it on.",
			syntax: looseJSON, files: atHome(".lmstudio/mcp.json"), servers: mcpServers, local: plain, remote: address("url"),
		},
		{
			Name: "roo-code", Title: "Roo Code", Next: "Roo Code takes it up at once; look under MCP Servers.",
			syntax: strictJSON, files: extension("rooveterinaryinc.roo-cline", "mcp_settings.json"), servers: mcpServers,
			local: plain, remote: typedURL("streamable-http"), extra: []field{{"disabled", false}},
		},
	}
}

// Find returns the client of a name.
func Find(name string) (Client, bool) {
	all := Clients()
	i := slices.IndexFunc(all, func(c Client) bool { return c.Name == name })
	if i < 0 {
		return Client{}, false
	}
	return all[i], true
}

// plain is the entry of most clients for a program: command and args.
func plain(s Server) []field {
	return []field{{"command", s.Command}, {"args", append([]string{}, s.Args...)}}
}

// typed is the entry of clients that also want a type.
func typed(kind string) func(Server) []field {
	return func(s Server) []field { return append([]field{{"type", kind}}, plain(s)...) }
}

// oneCommand is an entry that has program and arguments in one list.
func oneCommand(s Server) []field {
	return []field{{"type", "local"}, {"command", append([]string{s.Command}, s.Args...)}}
}

// address is an entry that only has a URL, under the given key.
func address(key string) func(Server) []field {
	return func(s Server) []field { return []field{{key, s.URL}} }
}

// typedURL is an entry that has a URL and a type, the transport.
func typedURL(kind string) func(Server) []field {
	return func(s Server) []field { return []field{{"type", kind}, {"url", s.URL}} }
}
