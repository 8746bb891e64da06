package main

import (
	"log/slog"
	"net/url"
	"slices"

	"github.com/mark3labs/mcp-go/mcp"

	"hexmcp/hexapi"
	"hexmcp/server/telemetry"
	"hexmcp/tools"
	"hexmcp/tools/prompts"
)

// tell begins to tell a collector of OpenTelemetry what its variables ask for, where
// clients are served. The lines of the log that it returns name the trace.
func (c *config) tell(log *slog.Logger, lookup func(string) (string, bool)) (*slog.Logger, error) {
	if !c.serves {
		return log, nil
	}
	s := telemetry.Read(lookup)
	o := telemetry.Options{Name: product, Version: version(), UserAgent: product + "/" + version(), Logger: log, Knows: knows, Hex: c.hexURL()}
	if !s.Off() {
		transport, err := c.transport()
		if err != nil {
			return nil, err
		}
		o.Transport = transport
	}
	t, err := telemetry.Start(s, o)
	c.telemetry = t
	return t.Log(log), err
}

// product is what the server calls itself towards other machines.
const product = "hexmcp"

// hexURL is where Hex is; the demo is nowhere.
func (c *config) hexURL() *url.URL {
	if u, err := hexapi.BaseURL(c.apiURL); err == nil && !c.demo {
		return u
	}
	return nil
}

// knows reports whether a request of a method may name that.
func knows(method, name string) bool {
	switch mcp.MCPMethod(method) {
	case mcp.MethodToolsCall:
		_, ok := tools.Find(name)
		return ok
	case mcp.MethodPromptsGet:
		return slices.ContainsFunc(prompts.All(), func(p prompts.Prompt) bool { return p.Name == name })
	}
	return false
}
