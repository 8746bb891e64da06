// Package servertest is what the tests of the server and of its transports
// share: tools whose timing a test controls, the messages of clients, and
// clients over standard input and output and over HTTP.
package servertest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"

	"github.com/mark3labs/mcp-go/mcp"

	"hexmcp/server"
	"hexmcp/tools"
	"hexmcp/tools/progress"
	"hexmcp/tools/prompts"
)

// Secret is what must not be heard of again.
const Secret = "canary-3f1c"

// Fixture is a handful of tools whose timing the test controls.
type Fixture struct {
	Gate    chan struct{} // one receive lets one call of slow end
	Started chan struct{} // gets one value when a call of slow runs
	Ended   chan error    // gets why a call of slow ended
}

// New makes a fixture whose gate is closed.
func New() *Fixture {
	return &Fixture{
		Gate:    make(chan struct{}),
		Started: make(chan struct{}, 2048),
		Ended:   make(chan error, 2048),
	}
}

// OpenGate lets n calls of slow end.
func (f *Fixture) OpenGate(n int) {
	for range n {
		f.Gate <- struct{}{}
	}
}

// Server makes a server of the fixture's tools.
func (f *Fixture) Server() *server.Server { return f.ServerWith(server.Options{}) }

// ServerWith makes a server of the fixture's tools.
func (f *Fixture) ServerWith(o server.Options) *server.Server {
	o.Prompts = append(o.Prompts, greeting)
	return server.New(server.Info{
		Name:         "fixture",
		Title:        "Fixture",
		Version:      "1.0",
		Instructions: "Call the tools.",
	}, f.Tools(), o)
}

// greeting is a prompt that needs no tool.
var greeting = prompts.Prompt{
	Name: "greet", Title: "Greet", Description: "Greets somebody.",
	Arguments: []prompts.Argument{
		{Name: "project", Description: "whose project it is", Completes: tools.ThingProject},
		{Name: "tone", Description: "how", Default: "kindly"},
	},
	Text: "Greet {project} {tone}.",
}

// typed finds what was typed, twice, and something else.
var typed = tools.Completion{
	Of: tools.ThingProject,
	Arguments: func(typed string, given map[string]string) map[string]any {
		return map[string]any{"typed": typed, "given": given}
	},
	Found: func(data json.RawMessage) (found []tools.Named, more bool) {
		return []tools.Named{{ID: "1", Name: string(data)}, {ID: "1", Name: string(data)}, {ID: "2", Name: "other"}}, true
	},
}

// Tools are the tools by name.
func (f *Fixture) Tools() []server.Tool {
	echo := Tool("echo", "Answers with its arguments.", Echo)
	echo.Completions = []tools.Completion{typed}
	echo.Resource = &tools.Resource{Template: "test://echo/{id}", Name: "echo", Title: "Echo", Variables: []tools.Variable{{Name: "id", Argument: "echoId", Holds: tools.ThingProject}}}
	fail := Tool("fail", "Refuses its arguments.", Refuse)
	fail.Resource = &tools.Resource{Template: "test://fail/{id}", Name: "fail", Title: "Fail"}
	return []server.Tool{
		echo,
		fail,
		Tool("noted", "Answers with notes.", noted),
		Tool("panic", "Panics.", func(context.Context, json.RawMessage) tools.Envelope { panic(Secret) }),
		Tool("progress", "Reports three steps.", report),
		Tool("slow", "Waits for the gate.", f.slow),
		Tool("stuck", "Waits for the gate and for nothing else.", f.stuck),
	}
}

// Tool makes a tool that takes any arguments.
func Tool(name, description string, call func(context.Context, json.RawMessage) tools.Envelope) server.Tool {
	yes, no := true, false
	schema := func() json.RawMessage { return json.RawMessage(`{"type":"object"}`) }
	return server.Tool{Call: call, Input: schema, Output: schema, Tool: mcp.Tool{
		Name:        name,
		Description: description,
		Annotations: mcp.ToolAnnotation{ReadOnlyHint: &yes, DestructiveHint: &no, IdempotentHint: &yes, OpenWorldHint: &no},
	}}
}

// Echo answers with its arguments.
func Echo(_ context.Context, arguments json.RawMessage) tools.Envelope {
	return tools.Envelope{Data: arguments}
}

// Refuse fails.
func Refuse(context.Context, json.RawMessage) tools.Envelope {
	return tools.Envelope{
		Error: `n must be a number, not "one".`,
		Detail: &tools.ErrorDetail{
			Kind:   tools.InvalidInput,
			Issues: []tools.Issue{{Path: "n", Message: "must be a number"}},
		},
	}
}

func noted(context.Context, json.RawMessage) tools.Envelope {
	return tools.Envelope{Data: json.RawMessage(`{}`), Notes: []string{`first "note"`, "second"}}
}

func report(ctx context.Context, _ json.RawMessage) tools.Envelope {
	step := progress.Of(ctx)
	step(1, 3, "one")
	step(2, 3, "")
	step(2, 3, "not more than before, so not sent")
	step(3, 0, "three")
	return tools.Envelope{Data: json.RawMessage(`{"steps":3}`)}
}

func (f *Fixture) slow(ctx context.Context, _ json.RawMessage) tools.Envelope {
	f.Started <- struct{}{}
	select {
	case <-f.Gate:
		f.Ended <- nil
		return tools.Envelope{Data: json.RawMessage(`{"slow":true}`)}
	case <-ctx.Done():
		f.Ended <- context.Cause(ctx)
		return tools.Envelope{
			Error:  "The call was canceled.",
			Detail: &tools.ErrorDetail{Kind: tools.Canceled, Retryable: true},
		}
	}
}

func (f *Fixture) stuck(context.Context, json.RawMessage) tools.Envelope {
	f.Started <- struct{}{}
	<-f.Gate
	return tools.Envelope{Data: json.RawMessage(`{}`)}
}

// Sized returns a tool that answers with a list of about the given size, as
// Hex would.
func Sized(name string, size int) server.Tool {
	var b strings.Builder
	b.WriteString(`{"values":[`)
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, `{"id":"0198c7a4-0000-7000-8000-%012d","title":"Weekly \"revenue\" report","status":null,"reviews":{"required":false}},`, i)
	}
	body := json.RawMessage(strings.TrimSuffix(b.String(), ",") + `],"pagination":{"after":null}}`)
	return Tool(name, "Answers at length.", func(context.Context, json.RawMessage) tools.Envelope {
		return tools.Envelope{Data: body}
	})
}

// Logged makes a logger that writes everything to the buffer.
func Logged(b *bytes.Buffer) *slog.Logger {
	return slog.New(slog.NewTextHandler(b, &slog.HandlerOptions{Level: slog.LevelDebug}))
}
