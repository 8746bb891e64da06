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

// startTelemetry starts to send traces and metrics as the OTEL_* variables ask for, if
// the command serves MCP clients. It returns the log, whose lines then name the trace.
func (c *config) startTelemetry(log *slog.Logger, lookup func(string) (string, bool)) (*slog.Logger, error) {
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

// product is the name of the program in telemetry.
const product = "hexmcp"

// hexURL is the address of Hex; nil for the demo.
func (c *config) hexURL() *url.URL {
	if u, err := hexapi.BaseURL(c.apiURL); err == nil && !c.demo {
		return u
	}
	return nil
}

// knows reports whether there is a tool or prompt of that name. Telemetry must not repeat
// other names, because a client may send any text.
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
