package server

import (
	"context"
	"encoding/json"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	mcpserver "github.com/mark3labs/mcp-go/server"

	"hexmcp/hexapi"
	"hexmcp/tools"
	"hexmcp/tools/memory"
)

// completionTime is how long somebody who types waits for what it may become. A
// search of many requests stops some seconds before.
const completionTime = 8 * time.Second

// mostValues is how many values the protocol allows in a completion.
const mostValues = 100

// finder is a tool that finds things of a kind.
type finder struct {
	tool *Tool
	how  tools.Completion
}

// addFinders keeps what the tool finds. The first tool that finds a kind does it.
func (s *Server) addFinders(t *Tool) {
	by := *t
	if t.Find != nil {
		by.Call = t.Find
	}
	for _, how := range t.Completions {
		if _, taken := s.finders[how.Of]; !taken {
			s.finders[how.Of] = finder{&by, how}
		}
	}
}

// forCompletion is what mcp-go must know of completion; nothing where there is
// nothing to complete.
func (s *Server) forCompletion(others ...mcpserver.ServerOption) []mcpserver.ServerOption {
	if len(others) == 0 {
		return nil
	}
	return append(others,
		mcpserver.WithCompletions(),
		mcpserver.WithPromptCompletionProvider(completer{s}),
		mcpserver.WithResourceCompletionProvider(completer{s}),
	)
}

// completer finds out what is being typed: it calls a tool that finds such things,
// as a client would.
type completer struct{ *Server }

// CompletePromptArgument completes what names something by what people call it.
func (c completer) CompletePromptArgument(ctx context.Context, prompt string, argument mcp.CompleteArgument, given mcp.CompleteContext) (*mcp.Completion, error) {
	p, ok := c.prompts[prompt]
	if !ok || c.lacksSome(ctx, p.Tools()) {
		return nil, &toldError{c.unknownPrompt(prompt)}
	}
	a, ok := p.Argument(argument.Name)
	if !ok || a.Completes == "" {
		return &mcp.Completion{}, nil
	}
	return c.complete(ctx, a.Completes, argument.Value, given.Arguments, func(n tools.Named) string { return n.Name })
}

// complete finds things of a kind. Where it cannot, there is nothing to propose:
// the log has why.
func (c completer) complete(ctx context.Context, of tools.Thing, typed string, given map[string]string, value func(tools.Named) string) (*mcp.Completion, error) {
	by, ok := c.finders[of]
	if !ok || c.isOff(ctx, by.tool.Name) {
		return &mcp.Completion{}, nil
	}
	arguments := by.how.Arguments(typed, given)
	if arguments == nil {
		return &mcp.Completion{}, nil
	}
	b, err := json.Marshal(arguments)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, completionTime)
	defer cancel()
	e := c.invoke(ctx, by.tool, b)
	if memory.Of(ctx).Work(ctx, hexapi.DecodedWeight(e.Data)) != nil {
		return &mcp.Completion{}, nil
	}
	found, more := by.how.Found(e.Data)
	return proposed(found, more, value), nil
}

// proposed are the values, each once.
func proposed(found []tools.Named, more bool, value func(tools.Named) string) *mcp.Completion {
	c := &mcp.Completion{HasMore: more}
	seen := make(map[string]bool)
	for _, n := range found {
		v := value(n)
		if seen[v] || len(c.Values) == mostValues {
			continue
		}
		seen[v] = true
		c.Values = append(c.Values, v)
	}
	return c
}
