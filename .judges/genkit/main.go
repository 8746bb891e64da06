// Command genkit offers the tools of an MCP server to a Gemini model, as a
// program that is built with Genkit for Go does.
//
//	GOOGLE_GEMINI_BASE_URL=http://127.0.0.1:8080 genkit COMMAND [ARGUMENT ...]
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/firebase/genkit/go/ai"
	"github.com/firebase/genkit/go/genkit"
	"github.com/firebase/genkit/go/plugins/googlegenai"
	"github.com/firebase/genkit/go/plugins/mcp"
)

func main() {
	if err := run(context.Background(), os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run starts the server, and asks the model once with all of its tools.
func run(ctx context.Context, command string, args []string) error {
	g := genkit.Init(ctx, genkit.WithPlugins(&googlegenai.GoogleAI{APIKey: "none"}))
	server, err := mcp.NewGenkitMCPClient(mcp.MCPClientOptions{Name: "hex", Stdio: &mcp.StdioConfig{Command: command, Args: args}})
	if err != nil {
		return fmt.Errorf("start %s: %w", command, err)
	}
	defer func() { _ = server.Disconnect() }()
	tools, err := server.GetActiveTools(ctx, g)
	if err != nil {
		return fmt.Errorf("list tools: %w", err)
	}
	refs := make([]ai.ToolRef, len(tools))
	for i, tool := range tools {
		genkit.RegisterAction(g, tool)
		refs[i] = tool
	}
	_, err = genkit.Generate(ctx, g, ai.WithModelName("googleai/gemini-2.5-flash"), ai.WithPrompt("go"), ai.WithTools(refs...))
	return err
}
