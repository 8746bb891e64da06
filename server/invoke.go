package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	mcpserver "github.com/mark3labs/mcp-go/server"

	"hexmcp/tools"
)

// Sentences for failures of our own making.
const (
	brokeDown = "The tool failed inside the server, not at Hex. The call may have reached Hex: check before repeating a write."
	notBegun  = "The call waited for others until its time was over, and nothing was sent to Hex. Calling again is safe; make fewer calls at a time."
	isOff     = "%s is switched off: %s. Nothing was sent to Hex: do without it, or ask the user to change the setting."
	notMade   = "The call was canceled before it was made: the server is stopping. Call again when it is back."
)

// CallTool makes one call as a client would, without a client. It fails only
// when there is no tool of that name: what goes wrong in a call is in the
// envelope.
func (s *Server) CallTool(ctx context.Context, name string, arguments json.RawMessage) (tools.Envelope, error) {
	t, ok := s.tools[name]
	if why := s.whyOff(name); !ok && why != "" {
		return switchedOff(name, why), nil
	}
	if !ok {
		return tools.Envelope{}, fmt.Errorf("there is no tool %q", name)
	}
	return s.invoke(ctx, t, arguments), nil
}

// mcpHandler wraps a tool for mcp-go. It never returns an error and never
// panics, because mcp-go would tell the client either of them word for word.
func (s *Server) mcpHandler(t Tool) mcpserver.ToolHandlerFunc {
	return func(ctx context.Context, r mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		e := s.invoke(ctx, t, r.Params.RawArguments)
		return &mcp.CallToolResult{StructuredContent: &e, IsError: !e.Successful()}, nil
	}
}

// invoke calls the tool and logs how it went.
func (s *Server) invoke(ctx context.Context, t Tool, arguments json.RawMessage) tools.Envelope {
	start := time.Now()
	e := s.invokeSafely(ctx, t, arguments)
	s.logCall(ctx, t.Name, time.Since(start), e)
	return e
}

// invokeSafely calls the tool, and makes a failure of a panic.
func (s *Server) invokeSafely(ctx context.Context, t Tool, arguments json.RawMessage) (e tools.Envelope) {
	defer func() {
		if p := recover(); p != nil {
			s.logPanic("tool panicked", t.Name, p)
			e = failed(tools.Internal, brokeDown)
		}
	}()
	if ctx.Err() != nil {
		return failed(whyEnded(ctx))
	}
	if len(arguments) == 0 {
		arguments = json.RawMessage("{}")
	}
	return t.Call(ctx, arguments)
}

// whyEnded says of a call whose context has ended before it was made why.
func whyEnded(ctx context.Context) (tools.Kind, string) {
	if errors.Is(context.Cause(ctx), context.DeadlineExceeded) {
		return tools.Timeout, notBegun
	}
	return tools.Canceled, notMade
}

// switchedOff answers a call of a tool that a setting keeps off.
func switchedOff(tool, why string) tools.Envelope {
	return failed(tools.Disabled, fmt.Sprintf(isOff, tool, why))
}

func failed(kind tools.Kind, sentence string) tools.Envelope {
	return tools.Envelope{
		Error:  sentence,
		Detail: &tools.ErrorDetail{Kind: kind, Retryable: kind == tools.Canceled || kind == tools.Timeout},
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
