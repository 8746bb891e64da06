package server

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"

	"github.com/mark3labs/mcp-go/mcp"

	"hexmcp/tools"
)

// secret is what must not be heard of again.
const secret = "canary-3f1c"

// fixture is a handful of tools whose timing the test controls.
type fixture struct {
	gate    chan struct{} // one receive lets one call of slow end
	started chan struct{} // gets one value when a call of slow runs
	ended   chan error    // gets why a call of slow ended
}

func newFixture() *fixture {
	return &fixture{
		gate:    make(chan struct{}),
		started: make(chan struct{}, 2048),
		ended:   make(chan error, 2048),
	}
}

// openGate lets n calls of slow end.
func (f *fixture) openGate(n int) {
	for range n {
		f.gate <- struct{}{}
	}
}

// server makes a server of the fixture's tools.
func (f *fixture) server(o Options) *Server {
	return New(Info{
		Name:         "fixture",
		Title:        "Fixture",
		Version:      "1.0",
		Instructions: "Call the tools.",
	}, f.tools(), o)
}

func (f *fixture) tools() []Tool {
	return []Tool{
		fixtureTool("echo", "Answers with its arguments.", echo),
		fixtureTool("fail", "Refuses its arguments.", refuse),
		fixtureTool("noted", "Answers with notes.", noted),
		fixtureTool("panic", "Panics.", func(context.Context, json.RawMessage) tools.Envelope { panic(secret) }),
		fixtureTool("progress", "Reports three steps.", report),
		fixtureTool("slow", "Waits for the gate.", f.slow),
		fixtureTool("stuck", "Waits for the gate and for nothing else.", f.stuck),
	}
}

func fixtureTool(name, description string, call func(context.Context, json.RawMessage) tools.Envelope) Tool {
	yes, no := true, false
	return Tool{Call: call, Tool: mcp.Tool{
		Name:            name,
		Description:     description,
		RawInputSchema:  json.RawMessage(`{"type":"object"}`),
		RawOutputSchema: json.RawMessage(`{"type":"object"}`),
		Annotations:     mcp.ToolAnnotation{ReadOnlyHint: &yes, DestructiveHint: &no, IdempotentHint: &yes, OpenWorldHint: &no},
	}}
}

func echo(_ context.Context, arguments json.RawMessage) tools.Envelope {
	return tools.Envelope{Data: arguments}
}

func refuse(context.Context, json.RawMessage) tools.Envelope {
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
	step := Progress(ctx)
	step(1, 3, "one")
	step(2, 3, "")
	step(2, 3, "not more than before, so not sent")
	step(3, 0, "three")
	return tools.Envelope{Data: json.RawMessage(`{"steps":3}`)}
}

func (f *fixture) slow(ctx context.Context, _ json.RawMessage) tools.Envelope {
	f.started <- struct{}{}
	select {
	case <-f.gate:
		f.ended <- nil
		return tools.Envelope{Data: json.RawMessage(`{"slow":true}`)}
	case <-ctx.Done():
		f.ended <- context.Cause(ctx)
		return failure(tools.Canceled, "The call was canceled.")
	}
}

func (f *fixture) stuck(context.Context, json.RawMessage) tools.Envelope {
	f.started <- struct{}{}
	<-f.gate
	return tools.Envelope{Data: json.RawMessage(`{}`)}
}

// sized returns a tool that answers with a list of about the given size, as
// Hex would.
func sized(name string, size int) Tool {
	var b strings.Builder
	b.WriteString(`{"values":[`)
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, `{"id":"0198c7a4-0000-7000-8000-%012d","title":"Weekly \"revenue\" report","status":null,"reviews":{"required":false}},`, i)
	}
	body := json.RawMessage(strings.TrimSuffix(b.String(), ",") + `],"pagination":{"after":null}}`)
	return fixtureTool(name, "Answers at length.", func(context.Context, json.RawMessage) tools.Envelope {
		return tools.Envelope{Data: body}
	})
}

// logged makes a logger that writes everything to the buffer.
func logged(b *bytes.Buffer) *slog.Logger {
	return slog.New(slog.NewTextHandler(b, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// rpc writes a request of the era before 2026-07-28.
func rpc(id any, method, params string) string {
	raw, err := json.Marshal(id)
	if err != nil {
		panic(err)
	}
	return fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"method":%q,"params":%s}`, raw, method, params)
}

func toolCall(id any, tool string) string {
	return rpc(id, "tools/call", fmt.Sprintf(`{"name":%q,"arguments":{}}`, tool))
}

func cancelOf(id string) string {
	return fmt.Sprintf(`{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":%s}}`, id)
}
