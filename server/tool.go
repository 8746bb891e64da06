package server

import (
	"context"
	"encoding/json"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	mcpserver "github.com/mark3labs/mcp-go/server"

	"hexmcp/tools"
)

// Tool is a tool's definition and what it does.
type Tool struct {
	// Tool is the definition, with raw schemas and all four hints.
	mcp.Tool
	// Call does the work. The arguments are a JSON value as the client sent it,
	// {} where it sent none. When ctx ends nobody waits for the answer any more,
	// or the server is stopping. [Progress] tells the client how far it is.
	Call func(ctx context.Context, arguments json.RawMessage) tools.Envelope
}

// Sentences for failures of our own making.
const (
	brokeDown = "The tool failed inside the server, not at Hex. The call may have reached Hex: check before repeating a write."
	notMade   = "The call was canceled before it was made: the server is stopping. Call again when it is back."
)

// handler wraps a tool for mcp-go. It never returns an error and never panics,
// because mcp-go would tell the client either of them word for word.
func (s *Server) handler(t Tool) mcpserver.ToolHandlerFunc {
	return func(ctx context.Context, r mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		return s.run(ctx, t, r.Params.RawArguments), nil
	}
}

// run calls the tool and logs how it went.
func (s *Server) run(ctx context.Context, t Tool, arguments json.RawMessage) *mcp.CallToolResult {
	start := time.Now()
	e := s.call(ctx, t, arguments)
	s.logCall(ctx, t.Name, time.Since(start), e)
	return &mcp.CallToolResult{StructuredContent: &e, IsError: !e.Successful()}
}

func (s *Server) call(ctx context.Context, t Tool, arguments json.RawMessage) (e tools.Envelope) {
	defer func() {
		if p := recover(); p != nil {
			s.logPanic("tool panicked", t.Name, p)
			e = failure(tools.Internal, brokeDown)
		}
	}()
	if ctx.Err() != nil {
		return failure(tools.Canceled, notMade)
	}
	if len(arguments) == 0 {
		arguments = json.RawMessage("{}")
	}
	return t.Call(ctx, arguments)
}

func failure(kind tools.Kind, sentence string) tools.Envelope {
	return tools.Envelope{
		Error:  sentence,
		Detail: &tools.ErrorDetail{Kind: kind, Retryable: kind == tools.Canceled},
	}
}

func (s *Server) logCall(ctx context.Context, tool string, took time.Duration, e tools.Envelope) {
	if !s.log.Enabled(ctx, slog.LevelDebug) {
		return
	}
	s.log.LogAttrs(ctx, slog.LevelDebug, "call",
		slog.String("tool", tool), slog.Duration("took", took), slog.String("outcome", outcome(e)))
}

func outcome(e tools.Envelope) string {
	if e.Successful() {
		return "ok"
	}
	return string(e.Detail.Kind)
}

// logPanic logs where code panicked. The value is named by its type alone: its
// text may quote arguments or a token.
func (s *Server) logPanic(what, where string, value any) {
	s.log.Error(what, "at", where, "value", typeName(value), "stack", stack(debug.Stack()))
}
