package server

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/mark3labs/mcp-go/mcp"
	mcpserver "github.com/mark3labs/mcp-go/server"

	"hexmcp/server/rpc"
	"hexmcp/tools"
)

// failure keeps the Go error for which mcp-go refuses a request. The response
// holds only its text.
type failure struct{ err error }

type failureKey struct{}

// withFailure returns a context in which mcp-go's hook finds the failure.
func withFailure(ctx context.Context) (context.Context, *failure) {
	f := &failure{}
	return context.WithValue(ctx, failureKey{}, f), f
}

func failureHooks() *mcpserver.Hooks {
	hooks := &mcpserver.Hooks{}
	hooks.AddOnError(func(ctx context.Context, _ any, _ mcp.MCPMethod, _ any, err error) {
		if f, ok := ctx.Value(failureKey{}).(*failure); ok {
			f.err = err
		}
	})
	return hooks
}

// errorOf puts mcp-go's errors into words that help. Text about the server's
// inside does not leave it. The cause is nil where mcp-go gave none.
func (s *Server) errorOf(r *rpc.Request, e mcp.JSONRPCErrorDetails, cause error) *rpc.Error {
	if known, ok := errors.AsType[*toldError](cause); ok {
		return known.told
	}
	if errors.Is(cause, mcpserver.ErrResourceNotFound) {
		return noResource(r)
	}
	if e.Code == mcp.INTERNAL_ERROR {
		s.log.Error("request failed", "method", r.Method, "error", e.Message)
		return rpc.Internal()
	}
	if errors.Is(cause, mcpserver.ErrToolNotFound) {
		return s.unknownTool(r.Params.Name)
	}
	if errors.Is(cause, mcpserver.ErrPromptNotFound) {
		return s.unknownPrompt(r.Params.Name)
	}
	if _, ok := errors.AsType[*mcpserver.UnparsableMessageError](cause); ok {
		return rpc.InvalidParams("the params of " + r.Method + " do not have the form that the protocol wants")
	}
	if e.Code == mcp.INVALID_PARAMS && strings.HasSuffix(r.Method, "/list") && r.Params.Cursor != nil {
		return unknownCursor(r.Method)
	}
	return &rpc.Error{Code: e.Code, Message: e.Message, Data: e.Data}
}

func unknownCursor(method string) *rpc.Error {
	return rpc.InvalidParams("the cursor is not one that " + method + " has given")
}

func (s *Server) unknownTool(name string) *rpc.Error {
	if name == "" {
		return rpc.InvalidParams("the call names no tool: give it as params.name; tools/list names the tools")
	}
	if meant := tools.Suggest(name, slices.Collect(maps.Keys(s.tools))); meant != "" {
		return rpc.InvalidParams("unknown tool " + quote(name) + "; did you mean " + meant + "? tools/list names the tools")
	}
	return rpc.InvalidParams("unknown tool " + quote(name) + "; tools/list names the tools")
}
