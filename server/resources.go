package server

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/mark3labs/mcp-go/mcp"
	mcpserver "github.com/mark3labs/mcp-go/server"

	"hexmcp/server/rpc"
	"hexmcp/tools"
	"hexmcp/tools/memory"
)

// answerType is the type of what tools answer.
const answerType = "application/json"

// forResources is what mcp-go must know of the resources; nothing where there are
// none. Nobody may keep what was read: it changes, and differs from caller to caller.
func (s *Server) forResources(all []Tool) []mcpserver.ServerOption {
	if !slices.ContainsFunc(all, func(t Tool) bool { return t.Resource != nil }) {
		return nil
	}
	return []mcpserver.ServerOption{
		mcpserver.WithResourceCapabilities(false, false),
		mcpserver.WithMethodCacheHints(mcp.MethodResourcesRead, 0, mcp.CacheScopePrivate),
	}
}

// addResource serves what a tool answers at the addresses of a template. There is
// no list of all projects: it would take requests of Hex whenever a client
// connects, and be old when somebody looks at it. Completion finds them.
func (s *Server) addResource(t Tool) {
	if t.Resource == nil {
		return
	}
	s.resources[t.Resource.Template] = t
	s.mcp.AddResourceTemplate(mcp.NewResourceTemplate(t.Resource.Template, t.Resource.Name,
		mcp.WithTemplateTitle(t.Resource.Title),
		mcp.WithTemplateDescription("What "+t.Name+" answers."),
		mcp.WithTemplateMIMEType(answerType),
	), s.reader(t))
}

// reader makes a call of the tool of a read, so that whatever bounds a call bounds it.
func (s *Server) reader(t Tool) mcpserver.ResourceTemplateHandlerFunc {
	return func(ctx context.Context, r mcp.ReadResourceRequest) ([]mcp.ResourceContents, error) {
		if s.isOff(ctx, t.Name) {
			return nil, mcpserver.ErrResourceNotFound
		}
		arguments, err := json.Marshal(argumentsOf(*t.Resource, r.Params.Arguments))
		if err != nil {
			return nil, err
		}
		e := s.invoke(ctx, t, arguments)
		if !e.Successful() {
			return nil, unread(ctx, e)
		}
		if memory.Of(ctx).Encoding(ctx, perResourceByte*int64(len(e.Data))) != nil {
			return nil, &toldError{&rpc.Error{Code: mcp.INTERNAL_ERROR, Message: "what is there takes more memory than the server has for it now: try again in a few seconds, or call " + t.Name}}
		}
		text := string(e.AppendJSON(nil))
		return []mcp.ResourceContents{mcp.TextResourceContents{URI: r.Params.URI, MIMEType: answerType, Text: text}}, nil
	}
}

// perResourceByte is how many bytes a byte of an answer takes while it is encoded as a
// resource: encoding/json copies it several times, and writes < as six bytes.
const perResourceByte = 16

// argumentsOf are the arguments of the tool, as an address has them.
func argumentsOf(r tools.Resource, found map[string]any) map[string]string {
	arguments := make(map[string]string)
	for _, v := range r.Variables {
		if values, ok := found[v.Name].([]string); ok && len(values) == 1 {
			arguments[v.Argument] = values[0]
		}
	}
	return arguments
}

// unread says why a resource cannot be read, in the sentence of the call.
func unread(ctx context.Context, e tools.Envelope) error {
	err := &rpc.Error{Code: mcp.INTERNAL_ERROR, Message: e.Error, Data: e.Detail}
	switch e.Detail.Kind {
	case tools.NotFound:
		err.Code = notFoundCode(rpc.IsStateless(mcpserver.RequestProtocolVersion(ctx)))
	case tools.InvalidInput:
		err.Code = mcp.INVALID_PARAMS
	}
	return &toldError{err}
}

// CompleteResourceArgument completes an id by what people call the thing.
func (c completer) CompleteResourceArgument(ctx context.Context, template string, argument mcp.CompleteArgument, given mcp.CompleteContext) (*mcp.Completion, error) {
	t, ok := c.resources[template]
	if !ok || c.isOff(ctx, t.Name) {
		return nil, &toldError{rpc.InvalidParams("unknown resource template " + quote(template) + "; resources/templates/list has them")}
	}
	for _, v := range t.Resource.Variables {
		if v.Name == argument.Name {
			return c.complete(ctx, v.Holds, argument.Value, given.Arguments, func(n tools.Named) string { return n.ID })
		}
	}
	return &mcp.Completion{}, nil
}

// notFoundCode is the code for what is not there, which differs between versions.
func notFoundCode(stateless bool) int {
	if stateless {
		return mcp.INVALID_PARAMS
	}
	return mcp.RESOURCE_NOT_FOUND
}

// noResource says what addresses there are.
func noResource(r *rpc.Request) *rpc.Error {
	return &rpc.Error{Code: notFoundCode(r.IsStateless()), Message: "there is nothing to read at " + quote(r.Params.URI) + "; resources/templates/list has the forms of addresses"}
}
