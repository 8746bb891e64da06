package server

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"github.com/mark3labs/mcp-go/mcp"

	"hexmcp/server/rpc"
	"hexmcp/server/tasks"
	"hexmcp/tools"
	"hexmcp/tools/memory"
	"hexmcp/tools/visible"
)

// Dispatch carries out a request. A plain call goes straight to its tool:
// mcp-go would decode the message six times more, which took as long as all
// else that the server does for a call of 1 KB. All other requests go to
// mcp-go.
func (s *Server) Dispatch(ctx context.Context, r *rpc.Request) (answer rpc.Answer) {
	defer func() {
		if p := recover(); p != nil {
			s.logPanic("request panicked", r.Method, p)
			answer = rpc.Answer{Error: rpc.Internal()}
		}
	}()
	ctx = memory.With(withProgress(ctx, r), r.Memory)
	t, known := s.tools[r.Params.Name]
	switch {
	case known && r.IsCall() && r.IsLate():
		e := s.observe(ctx, t, r.Params.Arguments, tooLate)
		return rpc.Answer{Result: s.toolResult(&e, r.IsStateless())}
	case known && r.IsCall() && s.mayAsk(r, t):
		return s.confirmed(ctx, r, t)
	case known && isPlainCall(r):
		return s.carryOut(ctx, r, t, s.invokeSafely)
	case s.tasks != nil && tasks.Handles(r):
		return s.tasks.Dispatch(ctx, r, s.options.CallerOf(ctx))
	}
	if answer, ok := s.listening(ctx, r); ok {
		return answer
	}
	if r.IsCall() && !known {
		if why := s.whyOff(r.Params.Name); why != "" {
			e := s.switchedOff(ctx, r.Params.Name, why)
			return rpc.Answer{Result: s.toolResult(&e, r.IsStateless())}
		}
	}
	if s.isOfSkills(r) {
		return s.answerOfSkills(r)
	}
	return s.delegate(ctx, r)
}

// isPlainCall reports whether the request is a call with nothing about it but
// arguments, and, in a stateless protocol version, with the capabilities that
// it must state.
func isPlainCall(r *rpc.Request) bool {
	return r.IsCall() && r.Params.Task == nil && r.Params.Responses == nil && statesCapabilities(r)
}

// statesCapabilities reports whether a request states the capabilities of the client
// where it must; mcp-go says what is wrong where it does not.
func statesCapabilities(r *rpc.Request) bool {
	stated := r.Params.Meta.Capabilities
	return !r.IsStateless() || len(stated) > 0 && stated[0] == '{'
}

// mcpWeight is how many bytes a byte of a message takes while mcp-go answers it, or
// while it is signed: all of it is decoded, by mcp-go several times, and an empty
// object of two bytes takes seventy.
const mcpWeight = 32

// delegate leaves a request to mcp-go.
func (s *Server) delegate(ctx context.Context, r *rpc.Request) rpc.Answer {
	if err := r.Memory.Arguments(ctx, mcpWeight*int64(len(r.Raw))); err != nil {
		return rpc.Answer{Error: rpc.Busy()}
	}
	if r.Method == string(mcp.MethodInitialize) || r.Method == string(mcp.MethodServerDiscover) {
		go s.definitions() // which the client asks for next
	}
	session := &session{id: s.sessions.Add(1)}
	ctx, failure := withFailure(ctx)
	behind := s.behind(r.Method)
	response := behind.HandleMessage(behind.WithContext(ctx, session), r.Raw)
	s.forward(r, session)
	switch response := response.(type) {
	case mcp.JSONRPCResponse:
		if introduced, ok := response.Result.(mcp.InitializeResult); ok && r.Connection != nil {
			introduced.Capabilities = s.withSubscriptions(introduced.Capabilities)
			response.Result = introduced
		}
		return rpc.Answer{Result: s.resultOf(response.Result)}
	case mcp.JSONRPCError:
		return rpc.Answer{Error: s.errorOf(r, response.Error, failure.err)}
	default:
		return rpc.Answer{Error: rpc.Internal()}
	}
}

// roomToAsk takes room for what a question takes: the arguments are signed in a form
// of their own, and what the person said is read.
func roomToAsk(ctx context.Context, r *rpc.Request) (failure *tools.Envelope) {
	hold := memory.Of(ctx)
	if err := hold.Begin(ctx); err != nil {
		return new(noMemory(ctx, err))
	}
	err := hold.Work(ctx, mcpWeight*int64(len(r.Params.Arguments)+len(r.Params.Responses)))
	switch {
	case errors.Is(err, memory.ErrTooLarge):
		return new(failed(tools.TooLarge, largeToAsk))
	case err != nil:
		return new(noMemory(ctx, err))
	}
	return nil
}

const largeToAsk = "The arguments take more memory than one call may have (a quarter of --max-memory), and nothing was sent to Hex. Send fewer at a time."

// forward sends what mcp-go left for the client, such as the acknowledgement
// of a subscription, which must come before the answer.
func (s *Server) forward(r *rpc.Request, session *session) {
	for _, n := range session.notifications() {
		b, err := json.Marshal(n)
		if err != nil {
			s.log.Error("notification cannot be encoded", "method", n.Method, "error", err)
			continue
		}
		r.Notify(b)
	}
}

// quote quotes a name from outside, shortened to what a reader needs.
func quote(name string) string {
	const most = 128 // the longest name the protocol allows
	if len(name) > most {
		name = strings.ToValidUTF8(name[:most], "") + "…"
	}
	b, _ := json.Marshal(visible.Text(name)) // a string cannot fail
	return string(b)
}
