package server

import (
	"context"
	"encoding/json"

	"github.com/mark3labs/mcp-go/mcp"

	"hexmcp/hexapi"
	"hexmcp/tools"
)

// Tools offers actions over MCP; they call Hex through the client.
func Tools(actions []tools.Action, hex *hexapi.Client) []Tool {
	all := make([]Tool, len(actions))
	for i, a := range actions {
		all[i] = Tool{
			Tool: Definition(a),
			Call: func(ctx context.Context, arguments json.RawMessage) tools.Envelope {
				return a.Call(ctx, hex, arguments)
			},
		}
	}
	return all
}

// Definition is what a client is told of an action. All four hints are set:
// the one that is not would be left out, and clients would assume the worst.
func Definition(a tools.Action) mcp.Tool {
	return mcp.Tool{
		Name:            a.Name,
		Title:           a.Title,
		Description:     a.Description,
		RawInputSchema:  a.Input,
		RawOutputSchema: a.Output,
		Annotations: mcp.ToolAnnotation{
			Title:           a.Title,
			ReadOnlyHint:    &a.Effect.ReadOnly,
			DestructiveHint: &a.Effect.Destructive,
			IdempotentHint:  &a.Effect.Idempotent,
			OpenWorldHint:   new(true),
		},
	}
}
