package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	mcpserver "github.com/mark3labs/mcp-go/server"

	"hexmcp/server/confirm"
	"hexmcp/server/record"
	"hexmcp/server/rpc"
	"hexmcp/server/tasks"
	"hexmcp/tools"
	"hexmcp/tools/memory"
	"hexmcp/tools/progress"
)

// Sentences for failures of our own making.
const (
	brokeDown     = "The tool failed inside the server, not at Hex. The call may have reached Hex: check before repeating a write."
	notBegun      = "The call waited for others until its time was over, and nothing was sent to Hex. Calling again is safe; make fewer calls at a time."
	memoryFull    = "Other calls have all the memory that the server may take (--max-memory), and nothing was sent to Hex. Call again in 5 seconds."
	batchFull     = "The answers before this one fill the memory that one batch may have, and nothing was sent to Hex. Make this call again by itself."
	mayCall       = "Make the call %s with these arguments? %s"
	declined      = "The user was asked and did not agree, so nothing was changed. Do not call again unless the user asks for it."
	otherName     = "The user was asked to type the name and typed another one, so nothing was changed. Ask the user what is meant before calling again."
	unanswered    = "The user was asked and has not answered within 10 minutes, so nothing was changed. Call again when the user is there. Where several servers share an address, a client must always reach the same one."
	manyQuestions = "The user has too many questions to answer already, and nothing was changed. Make such calls one at a time."
	notMade       = "The call was canceled before it was made: the server is stopping. Call again when it is back."
)

// CallTool makes one call as a client would, without a client. It fails only
// when there is no tool of that name: what goes wrong in a call is in the
// envelope.
func (s *Server) CallTool(ctx context.Context, name string, arguments json.RawMessage) (tools.Envelope, error) {
	t, ok := s.tools[name]
	if why := s.whyOff(name); !ok && why != "" {
		return s.switchedOff(ctx, name, why), nil
	}
	if !ok {
		return tools.Envelope{}, fmt.Errorf("there is no tool %q", name)
	}
	return s.invoke(ctx, t, arguments), nil
}

// mcpHandler wraps a tool for mcp-go. It never returns an error and never
// panics, because mcp-go would tell the client either of them word for word.
func (s *Server) mcpHandler(t *Tool) mcpserver.ToolHandlerFunc {
	return func(ctx context.Context, r mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		e := s.invoke(ctx, t, r.Params.RawArguments)
		return &mcp.CallToolResult{StructuredContent: &e, IsError: !e.Successful()}, nil
	}
}

// toolCall calls a tool, or does something else in its place.
type toolCall func(context.Context, *Tool, json.RawMessage) tools.Envelope

// invoke calls the tool and tells how it went.
func (s *Server) invoke(ctx context.Context, t *Tool, arguments json.RawMessage) tools.Envelope {
	return s.observe(ctx, t, arguments, s.invokeSafely)
}

// tooLate answers a call with too little of its time left to be begun.
func tooLate(context.Context, *Tool, json.RawMessage) tools.Envelope {
	return failed(tools.Timeout, notBegun)
}

// observe tells the log, and who else wants to hear, what comes of a call.
func (s *Server) observe(ctx context.Context, t *Tool, arguments json.RawMessage, call toolCall) tools.Envelope {
	start, end := time.Now(), s.options.Begin(t.Name)
	ctx, _ = record.With(ctx)
	e := call(ctx, t, arguments)
	end(e.Outcome())
	s.logCall(ctx, t, arguments, time.Since(start), e)
	return e
}

// invokeSafely calls the tool, and makes a failure of a panic.
func (s *Server) invokeSafely(ctx context.Context, t *Tool, arguments json.RawMessage) (e tools.Envelope) {
	defer func() {
		if p := recover(); p != nil {
			s.logPanic("tool panicked", t.Name, p)
			e = failed(tools.Internal, brokeDown)
		}
	}()
	if ctx.Err() != nil {
		return failed(whyEnded(ctx))
	}
	if err := memory.Of(ctx).Begin(ctx); err != nil {
		return noMemory(ctx, err)
	}
	if len(arguments) == 0 {
		arguments = json.RawMessage("{}")
	}
	return t.Call(ctx, arguments)
}

// noMemory says of a call that was not begun for want of memory when to come back.
func noMemory(ctx context.Context, err error) tools.Envelope {
	switch {
	case ctx.Err() != nil:
		return failed(whyEnded(ctx))
	case errors.Is(err, memory.ErrTooLarge):
		return failed(tools.Busy, batchFull)
	}
	return failed(tools.Busy, memoryFull)
}

// whyEnded says of a call whose context has ended before it was made why.
func whyEnded(ctx context.Context) (tools.Kind, string) {
	if errors.Is(context.Cause(ctx), context.DeadlineExceeded) {
		return tools.Timeout, notBegun
	}
	return tools.Canceled, notMade
}

func failed(kind tools.Kind, sentence string) tools.Envelope {
	detail := &tools.ErrorDetail{Kind: kind, Retryable: kind == tools.Canceled || kind == tools.Timeout || kind == tools.Busy}
	if kind == tools.Busy {
		detail.RetryAfterSeconds = tools.BusySeconds
	}
	return tools.Envelope{Error: sentence, Detail: detail}
}

func (s *Server) logCall(ctx context.Context, t *Tool, arguments json.RawMessage, took time.Duration, e tools.Envelope) {
	if !s.log.Enabled(ctx, s.options.CallLevel) {
		return
	}
	attrs := []slog.Attr{
		slog.String("tool", t.Name), slog.Int64("ms", took.Milliseconds()), slog.String("outcome", e.Outcome()),
	}
	add := func(name, value string) {
		if value != "" {
			attrs = append(attrs, slog.String(name, value))
		}
	}
	add("caller", s.options.CallerOf(ctx))
	add("traceId", record.Of(ctx).TraceID())
	add("arguments", strings.Join(s.names[t.Name]().Given(arguments), ","))
	s.log.LogAttrs(ctx, s.options.CallLevel, "call", attrs...)
}

// mayAsk reports whether a person may have to agree to the call and can be asked.
func (s *Server) mayAsk(r *rpc.Request, t *Tool) bool {
	asks := t.Question != nil
	switch s.options.Confirm {
	case confirm.Never:
		asks = false
	case confirm.All:
		asks = asks || writes(*t)
	case confirm.Destructive:
	}
	if r.IsStateless() {
		return asks && rpc.Elicits(r.Params.Meta.Capabilities)
	}
	return asks && r.CanAsk()
}

// confirmed makes a call once a person has agreed to it. Until then it asks, and
// nothing is changed: the client makes the call again with what the person said.
func (s *Server) confirmed(ctx context.Context, r *rpc.Request, t *Tool) rpc.Answer {
	q, failure := (*tools.Question)(nil), roomToAsk(ctx, r)
	if failure == nil {
		q, failure = s.questionOf(ctx, r, t)
	}
	if failure != nil {
		e := s.observe(ctx, t, r.Params.Arguments, func(context.Context, *Tool, json.RawMessage) tools.Envelope { return *failure })
		return rpc.Answer{Result: s.toolResult(&e, r.IsStateless())}
	}
	var call toolCall
	switch {
	case q == nil:
		call = s.invokeSafely
	case r.IsStateless():
		c := confirm.Call{Caller: s.options.CallerOf(ctx), Tool: t.Name, Arguments: r.Params.Arguments, Question: *q}
		verdict := s.asker.Heard(c, r.Params.Responses, r.Params.State)
		if verdict == confirm.Unasked {
			return rpc.Answer{Result: &otherResult{s, s.asker.Ask(c, s.meta)}}
		}
		call = s.heard(verdict)
	default:
		ctx, call = s.askNow(ctx, r, *q)
	}
	return s.carryOut(ctx, r, t, call)
}

// carryOut answers a call with what comes of it or, where it takes long and the
// client takes tasks, with a task.
func (s *Server) carryOut(ctx context.Context, r *rpc.Request, t *Tool, call toolCall) rpc.Answer {
	if t.Task && r.IsStateless() && len(r.Raw) <= tasks.MaxRequest && tasks.Declared(r.Params.Meta.Capabilities) {
		if answer, ok := s.asTask(ctx, r, t, call); ok {
			return answer
		}
	}
	e := s.observe(ctx, t, r.Params.Arguments, call)
	return rpc.Answer{Result: s.toolResult(&e, r.IsStateless())}
}

// asTask answers a call with a task, unless there are too many.
func (s *Server) asTask(ctx context.Context, r *rpc.Request, t *Tool, call toolCall) (rpc.Answer, bool) {
	return s.tasks.Run(ctx, s.options.CallerOf(ctx), func(ctx context.Context) tasks.Outcome { return s.outcome(ctx, r, t, call) })
}

// outcome is what comes of a call that nobody waits for.
func (s *Server) outcome(ctx context.Context, r *rpc.Request, t *Tool, call toolCall) tasks.Outcome {
	hold := r.Memory.Another()
	defer hold.End()
	e := s.observe(memory.With(ctx, hold), t, r.Params.Arguments, call)
	result, _ := s.toolResult(&e, true).AppendResult(nil) // which cannot fail
	return tasks.Outcome{Result: result, Sentence: e.Error, Canceled: e.Outcome() == string(tools.Canceled)}
}

// askNow asks the client while its call waits, and returns what to do then.
func (s *Server) askNow(ctx context.Context, r *rpc.Request, q tools.Question) (context.Context, toolCall) {
	defer remind(ctx)()
	then, answer, err := r.Ask(ctx, string(mcp.MethodElicitationCreate), confirm.Form(q))
	switch {
	case errors.Is(err, rpc.ErrUnanswered):
		return then, failing(tools.Declined, unanswered)
	case errors.Is(err, rpc.ErrManyQuestions):
		return then, failing(tools.Busy, manyQuestions)
	case errors.Is(err, rpc.ErrStopping):
		return then, failing(tools.Canceled, notMade)
	case err != nil:
		return then, failing(whyEnded(then))
	}
	return then, s.heard(confirm.Said(q, answer))
}

// remind tells a client that wants progress that a person is asked, so that it does
// not give the call up meanwhile, until it is stopped.
func remind(ctx context.Context) (stop func()) {
	done := make(chan struct{})
	var running sync.WaitGroup
	running.Go(func() {
		ticker := time.NewTicker(remindEvery)
		defer ticker.Stop()
		for n := 1; ; n++ {
			select {
			case <-done:
				return
			case <-ticker.C:
				progress.Of(ctx)(float64(n)/remindSteps, 0, "waiting for the user to confirm")
			}
		}
	})
	return func() { close(done); running.Wait() }
}

// A reminder is a small step: what the call itself reports begins with one.
const (
	remindEvery = 10 * time.Second
	remindSteps = 1000
)

// questionOf is what the tool asks or, where every write is confirmed, whether to
// make the call.
func (s *Server) questionOf(ctx context.Context, r *rpc.Request, t *Tool) (*tools.Question, *tools.Envelope) {
	if t.Question != nil {
		q, failure := t.Question(ctx, r.Params.Arguments)
		if q != nil || failure != nil || s.options.Confirm != confirm.All {
			return q, failure
		}
	}
	return &tools.Question{Text: fmt.Sprintf(mayCall, t.Name, quote(string(r.Params.Arguments)))}, nil
}

// heard makes the call, or says why it is not made.
func (s *Server) heard(v confirm.Verdict) toolCall {
	switch v {
	case confirm.Agreed:
		return s.invokeSafely
	case confirm.Different:
		return failing(tools.Declined, otherName)
	default:
		return failing(tools.Declined, declined)
	}
}

// failing makes no call, and says why.
func failing(kind tools.Kind, sentence string) toolCall {
	return func(context.Context, *Tool, json.RawMessage) tools.Envelope { return failed(kind, sentence) }
}
