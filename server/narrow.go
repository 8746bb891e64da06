package server

import (
	"context"
	"fmt"
	"slices"

	"github.com/mark3labs/mcp-go/mcp"

	"hexmcp/server/rpc"
	"hexmcp/tools"
)

// narrowed is the server as a client sees it that wants fewer tools.
type narrowed struct {
	server *Server
	choice tools.Choice
}

// Narrow returns the server with the tools that are left of its own by what a
// client wants. The error is a sentence that says which name there is not.
func (s *Server) Narrow(w rpc.Wish) (rpc.Dispatcher, error) {
	n := &narrowed{s, tools.Choice{
		Toolsets: w.Toolsets, Tools: w.Tools, ReadOnly: w.ReadOnly || w.Withheld.Writing, NoDestructive: w.Withheld.Destroying,
		Whole:    len(w.Toolsets)+len(w.Tools) == 0,
		Settings: namesFor(w),
	}}
	return n, n.choice.Check()
}

// namesFor names what a tool is off by: headers, or what the caller may not do.
func namesFor(w rpc.Wish) tools.SettingNames {
	const scopes = "the scope of the caller's token"
	names := tools.SettingNames{
		Toolsets: "the header " + rpc.HeaderToolsets, Tools: "the header " + rpc.HeaderTools, ReadOnly: "the header " + rpc.HeaderReadOnly, NoDestructive: scopes,
	}
	if w.Withheld.Writing {
		names.ReadOnly = scopes
	}
	return names
}

// Dispatch carries out a request. What is off is as if the server had it off.
func (n *narrowed) Dispatch(ctx context.Context, r *rpc.Request) rpc.Answer {
	ctx = context.WithValue(ctx, choiceKey{}, n.choice)
	if why := n.choice.WhyOffByName(r.Params.Name); r.IsCall() && n.server.has(r.Params.Name) && why != "" {
		e := n.server.switchedOff(ctx, r.Params.Name, why)
		return rpc.Answer{Result: n.server.toolResult(&e, r.IsStateless())}
	}
	answer := n.server.Dispatch(ctx, r)
	answer.Result = n.cut(answer.Result)
	return answer
}

// choiceKey finds what a client wants in the context of its request.
type choiceKey struct{}

// Sentences for a tool that is off.
const (
	isOff     = "%s is switched off: %s. Nothing was sent to Hex: %s."
	doWithout = "do without it, or ask the user to change the setting"
	callOther = "call %s in its place"
)

// switchedOff answers a call of a tool that a setting keeps off, and names one that
// does the same where there is one.
func (s *Server) switchedOff(ctx context.Context, tool, why string) tools.Envelope {
	instead := doWithout
	if other := tools.StandIn(tool); other != "" && !s.isOff(ctx, other) {
		instead = fmt.Sprintf(callOther, other)
	}
	return failed(tools.Disabled, fmt.Sprintf(isOff, tool, why, instead))
}

// isOff reports whether there is no such tool for the client.
func (s *Server) isOff(ctx context.Context, tool string) bool {
	choice, narrowed := ctx.Value(choiceKey{}).(tools.Choice)
	return !s.has(tool) || narrowed && choice.WhyOffByName(tool) != ""
}

// lacksSome reports whether one of the tools is off for the client.
func (s *Server) lacksSome(ctx context.Context, names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return s.isOff(ctx, name) })
}

func (s *Server) has(tool string) bool {
	_, ok := s.tools[tool]
	return ok
}

// cut leaves out of a result what tells of tools that are off. A list of a client's
// own is no one else's to keep.
func (n *narrowed) cut(result rpc.Result) rpc.Result {
	switch result := result.(type) {
	case *toolList:
		list := result.list
		list.Tools = n.left(list.Tools)
		makePrivate(&list.CacheableResult)
		return &toolList{n.server, list}
	case *otherResult:
		switch value := result.value.(type) {
		case mcp.InitializeResult:
			value.Instructions = n.instructions(value.Instructions)
			return &otherResult{n.server, value}
		case mcp.DiscoverResult:
			value.Instructions = n.instructions(value.Instructions)
			makePrivate(&value.CacheableResult)
			return &otherResult{n.server, value}
		case mcp.ListResourceTemplatesResult:
			value.ResourceTemplates = slices.DeleteFunc(slices.Clone(value.ResourceTemplates), func(r mcp.ResourceTemplate) bool {
				return n.choice.WhyOffByName(n.server.resources[r.URITemplate.Raw()].Name) != ""
			})
			makePrivate(&value.CacheableResult)
			return &otherResult{n.server, value}
		case mcp.ListPromptsResult:
			makePrivate(&value.CacheableResult)
			return &otherResult{n.server, value}
		}
	}
	return result
}

// makePrivate keeps the list of one client from being given to others.
func makePrivate(c *mcp.CacheableResult) {
	if c.CacheScope != "" {
		c.CacheScope = mcp.CacheScopePrivate
	}
}

func (n *narrowed) left(all []mcp.Tool) []mcp.Tool {
	left := make([]mcp.Tool, 0, len(all))
	for _, t := range all {
		if n.choice.WhyOffByName(t.Name) == "" {
			left = append(left, t)
		}
	}
	return left
}

// instructions are those of the tools that are left, where the server makes them.
func (n *narrowed) instructions(whole string) string {
	if n.server.instruct == nil {
		return whole
	}
	var left []Tool
	for name, t := range n.server.tools {
		if n.choice.WhyOffByName(name) == "" {
			left = append(left, *t)
		}
	}
	return n.server.instruct(left)
}
