package server

import (
	"context"
	"strings"

	"github.com/mark3labs/mcp-go/mcp"
)

// handle runs a request and returns its result or its fault. A plain call goes
// straight to its tool: mcp-go would decode the message six times more, which
// took as long as all else that the server does for a call of 1 KB.
func (s *Server) handle(ctx context.Context, k *call, m *message) (result any, f *fault) {
	defer func() {
		if p := recover(); p != nil {
			s.logPanic("request panicked", m.Method, p)
			result, f = nil, internalFault()
		}
	}()
	ctx = context.WithValue(ctx, callKey{}, k)
	if t, ok := s.tools[m.Params.Name]; ok && m.isPlain() {
		return s.plain(ctx, t, m), nil
	}
	return s.ask(ctx, k, m)
}

func (s *Server) plain(ctx context.Context, t Tool, m *message) *mcp.CallToolResult {
	r := s.run(ctx, t, m.Params.Arguments)
	if m.isModern() {
		r.ResultType = mcp.ResultTypeComplete
	}
	return r
}

// ask gives a request to mcp-go.
func (s *Server) ask(ctx context.Context, k *call, m *message) (any, *fault) {
	peer := &session{id: s.sessions.Add(1)}
	answer := s.mcp.HandleMessage(s.mcp.WithContext(ctx, peer), m.raw)
	k.forward(peer)
	switch r := answer.(type) {
	case mcp.JSONRPCResponse:
		return r.Result, nil
	case mcp.JSONRPCError:
		return nil, s.explain(m, r.Error)
	default:
		return nil, internalFault()
	}
}

// forward sends what mcp-go left for the client, such as the acknowledgement
// of a subscription, which must come before the answer.
func (k *call) forward(peer *session) {
	if peer.notes == nil {
		return
	}
	for _, n := range peer.left() {
		if b, err := appendJSON(nil, n); err == nil {
			k.note(b)
		}
	}
}

// explain puts mcp-go's errors into words that help. Text about the server's
// inside does not leave it.
func (s *Server) explain(m *message, e mcp.JSONRPCErrorDetails) *fault {
	_, known := s.tools[m.Params.Name]
	switch {
	case e.Code == mcp.INTERNAL_ERROR:
		s.log.Error("request failed", "method", m.Method, "error", e.Message)
		return internalFault()
	case e.Code == mcp.INVALID_PARAMS && m.isCall() && !known && strings.HasSuffix(e.Message, "tool not found"):
		return &fault{code: e.Code, message: "unknown tool " + quote(m.Params.Name) + "; tools/list names the tools"}
	case e.Code == mcp.INVALID_PARAMS && m.Method == string(mcp.MethodToolsList) && m.Params.Cursor != nil:
		return &fault{code: e.Code, message: "the cursor is not one that tools/list has given"}
	case e.Code == mcp.INVALID_REQUEST && strings.HasPrefix(e.Message, "unparsable"):
		return &fault{code: mcp.INVALID_PARAMS, message: "the params of " + m.Method + " do not have the form that the protocol wants"}
	}
	return &fault{code: e.Code, message: e.Message, data: e.Data}
}

// quote quotes a name from outside, shortened to what a reader needs.
func quote(name string) string {
	const most = 128 // the longest name the protocol allows
	if len(name) > most {
		name = strings.ToValidUTF8(name[:most], "") + "…"
	}
	return string(appendString(nil, name))
}
