package server

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"github.com/mark3labs/mcp-go/mcp"
	mcpserver "github.com/mark3labs/mcp-go/server"

	"hexmcp/server/rpc"
	"hexmcp/server/skills"
	"hexmcp/server/subscriptions"
	"hexmcp/tools"
	"hexmcp/tools/memory"
)

// answerType is the type of what tools answer.
const answerType = "application/json"

// forResources is what mcp-go must know of the resources; nothing where there are
// none. Nobody may keep what was read: it changes, and differs from caller to caller.
func (s *Server) forResources(all []Tool) []mcpserver.ServerOption {
	hasSkills := len(s.options.Skills) > 0
	if !hasSkills && !slices.ContainsFunc(all, func(t Tool) bool { return t.Resource != nil }) {
		return nil
	}
	return []mcpserver.ServerOption{
		mcpserver.WithResourceCapabilities(false, false),
		mcpserver.WithMethodCacheHints(mcp.MethodResourcesRead, 0, mcp.CacheScopePrivate),
	}
}

// addSkills serves the files of skills. Clients that do not know skills see
// ordinary resources.
func (s *Server) addSkills() {
	for _, k := range s.options.Skills {
		definition := mcp.NewResource(k.URI(), k.Name, mcp.WithResourceDescription(k.Description), mcp.WithMIMEType(skills.MIMEType))
		s.mcp.AddResource(definition, func(context.Context, mcp.ReadResourceRequest) ([]mcp.ResourceContents, error) {
			return []mcp.ResourceContents{mcp.TextResourceContents{URI: k.URI(), MIMEType: skills.MIMEType, Text: string(k.Text())}}, nil
		})
	}
}

// isOfSkills reports whether the extension for skills has the method.
func (s *Server) isOfSkills(r *rpc.Request) bool {
	ours := r.Method == skills.MethodList || r.Method == skills.MethodGet
	return ours && len(s.options.Skills) > 0 && statesCapabilities(r)
}

// answerOfSkills answers the methods that the extension for skills adds.
func (s *Server) answerOfSkills(r *rpc.Request) rpc.Answer {
	meta := s.metaFor(r)
	if r.Method == skills.MethodList {
		if r.Params.Cursor != nil {
			return rpc.Answer{Error: unknownCursor(r.Method)}
		}
		return rpc.Answer{Result: &otherResult{s, skills.ListOf(s.options.Skills, listTTL, meta)}}
	}
	one, ok := skills.Find(s.options.Skills, r.Params.URI, listTTL, meta)
	if !ok {
		return rpc.Answer{Error: rpc.InvalidParams("there is no skill at " + quote(r.Params.URI) + "; " + skills.MethodList + " has their addresses")}
	}
	return rpc.Answer{Result: &otherResult{s, one}}
}

// addResource serves what a tool answers at the addresses of a template. There is
// no list of all projects: it would take requests of Hex whenever a client
// connects, and be old when somebody looks at it. Completion finds them.
func (s *Server) addResource(t *Tool) {
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
func (s *Server) reader(t *Tool) mcpserver.ResourceTemplateHandlerFunc {
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

// listensTo are the addresses among those of a request that a client can listen to.
func (s *Server) listensTo(ctx context.Context, addresses []string) (those []string) {
	for _, address := range addresses {
		if _, _, ok := s.listenedAt(ctx, address); ok && len(those) < subscriptions.MaxAddresses && !slices.Contains(those, address) {
			those = append(those, address)
		}
	}
	return those
}

// maxAddress is how many bytes an address may have that is listened to: it is kept as
// long as its client is there.
const maxAddress = 1 << 10

// listenedAt is the tool that tells what is at an address, and its arguments.
func (s *Server) listenedAt(ctx context.Context, address string) (t *Tool, arguments json.RawMessage, ok bool) {
	if len(address) > maxAddress {
		return nil, nil, false
	}
	for _, t := range s.resources {
		given, matches := t.Resource.Arguments(address)
		if matches && t.Resource.State != nil && !s.isOff(ctx, t.Name) {
			b, err := json.Marshal(given)
			return t, b, err == nil
		}
	}
	return nil, nil, false
}

// look finds out what is at an address, by a call of its own with memory of the same
// budget.
func (s *Server) look(budget *memory.Reservation) subscriptions.Look {
	return func(ctx context.Context, address string) (string, bool, error) {
		t, arguments, ok := s.listenedAt(ctx, address)
		if !ok {
			return "", true, errNoAddress
		}
		hold := budget.Another()
		defer hold.End()
		e := s.invoke(memory.With(ctx, hold), t, arguments)
		if !e.Successful() {
			return "", !e.Detail.Retryable && ctx.Err() == nil, errors.New(e.Error)
		}
		state, final := t.Resource.State(e.Data)
		return state, final, nil
	}
}

var errNoAddress = errors.New("nobody can listen to this address")

// The methods by which clients of earlier protocol versions listen.
const (
	methodSubscribe   = string(mcp.MethodResourcesSubscribe)
	methodUnsubscribe = string(mcp.MethodResourcesUnsubscribe)
)

// listening answers a request that asks to be told of changes of resources. It
// reports false for what is none, and where there is nothing to tell.
func (s *Server) listening(ctx context.Context, r *rpc.Request) (rpc.Answer, bool) {
	switch {
	case r.Listens():
		those := s.listensTo(ctx, r.Params.Listen.Resources)
		if len(those) > 0 {
			return s.subscriptions.Listen(ctx, r, s.options.CallerOf(ctx), those, s.look(r.Memory)), true
		}
	case r.Connection == nil, r.IsStateless(), !r.IsRequest():
	case r.Method == methodSubscribe, r.Method == methodUnsubscribe:
		return s.subscribe(ctx, r), true
	}
	return rpc.Answer{}, false
}

// subscribe has a client of an earlier protocol version hear of a resource, or no
// longer. It is for clients that messages reach outside of their requests.
func (s *Server) subscribe(ctx context.Context, r *rpc.Request) rpc.Answer {
	address := r.Params.URI
	if _, _, ok := s.listenedAt(ctx, address); !ok {
		return rpc.Answer{Error: &rpc.Error{Code: notFoundCode(false), Message: "nobody can subscribe to " + quote(address) + "; only what changes, such as a run, can be subscribed to"}}
	}
	switch {
	case r.Method == methodUnsubscribe:
		r.Connection.End(address)
	case !r.Connection.Does(address):
		follow, ok := s.subscriptions.Follow(s.options.CallerOf(ctx), address, s.look(r.Memory), r.Connection.Send)
		if !ok {
			return rpc.Answer{Error: rpc.Invalid("too many resources are subscribed to: unsubscribe from one")}
		}
		r.Connection.Begin(ctx, address, follow)
	}
	return rpc.Answer{Result: &otherResult{s, struct{}{}}}
}

// withSubscriptions says that clients can listen to resources, where there are such.
func (s *Server) withSubscriptions(c mcp.ServerCapabilities) mcp.ServerCapabilities {
	for _, t := range s.resources {
		if t.Resource.State != nil && c.Resources != nil {
			resources := *c.Resources
			resources.Subscribe = true
			c.Resources = &resources
		}
	}
	return c
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
