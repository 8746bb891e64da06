package server

import (
	"context"
	"slices"

	"github.com/mark3labs/mcp-go/mcp"
	mcpserver "github.com/mark3labs/mcp-go/server"

	"hexmcp/server/rpc"
	"hexmcp/tools/prompts"
)

// promptsOf are the prompts whose tools are all there, by name.
func promptsOf(all []prompts.Prompt, on []Tool) map[string]prompts.Prompt {
	have := make(map[string]bool, len(on))
	for _, t := range on {
		have[t.Name] = true
	}
	left := make(map[string]prompts.Prompt)
	for _, p := range all {
		if !slices.ContainsFunc(p.Tools(), func(name string) bool { return !have[name] }) {
			left[p.Name] = p
		}
	}
	return left
}

// forPrompts is what mcp-go must know of the prompts; nothing where there are none.
func (s *Server) forPrompts() []mcpserver.ServerOption {
	if len(s.prompts) == 0 {
		return nil
	}
	return []mcpserver.ServerOption{
		mcpserver.WithPromptCapabilities(false),
		mcpserver.WithPromptFilter(s.leftPrompts),
	}
}

func (s *Server) addPrompts() {
	for _, p := range s.prompts {
		s.mcp.AddPrompt(promptDefinition(p), fill(p))
	}
}

// leftPrompts are those of all whose tools the client wants.
func (s *Server) leftPrompts(ctx context.Context, all []mcp.Prompt) []mcp.Prompt {
	return slices.DeleteFunc(all, func(p mcp.Prompt) bool { return s.lacksSome(ctx, s.prompts[p.Name].Tools()) })
}

func promptDefinition(p prompts.Prompt) mcp.Prompt {
	definition := mcp.Prompt{Name: p.Name, Title: p.Title, Description: p.Description}
	for _, a := range p.Arguments {
		definition.Arguments = append(definition.Arguments, mcp.PromptArgument{Name: a.Name, Description: a.Description, Required: a.IsRequired()})
	}
	return definition
}

// fill answers with the prompt as a message of the user.
func fill(p prompts.Prompt) mcpserver.PromptHandlerFunc {
	return func(_ context.Context, r mcp.GetPromptRequest) (*mcp.GetPromptResult, error) {
		text, err := p.Fill(r.Params.Arguments)
		if err != nil {
			return nil, &toldError{rpc.InvalidParams(err.Error())}
		}
		message := mcp.NewPromptMessage(mcp.RoleUser, mcp.NewTextContent(text))
		return mcp.NewGetPromptResult(p.Description, []mcp.PromptMessage{message}), nil
	}
}

// toldError is an error that the client is told as it is.
type toldError struct{ told *rpc.Error }

func (e *toldError) Error() string { return e.told.Message }

func (s *Server) unknownPrompt(name string) *rpc.Error {
	return rpc.InvalidParams("unknown prompt " + quote(name) + "; prompts/list names the prompts")
}
