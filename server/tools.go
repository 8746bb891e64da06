package server

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/mark3labs/mcp-go/mcp"

	"hexmcp/hexapi"
	"hexmcp/tools"
)

// Tool is a tool's definition and what it does.
type Tool struct {
	// Tool is the definition, with all four hints, but for its schemas.
	mcp.Tool
	// Input and Output are the JSON Schemas of the arguments and of the envelope; an
	// Output of nil is none. They are asked for when somebody wants to know them.
	Input, Output func() json.RawMessage
	// Call does the work. The arguments are a JSON value as the client sent it,
	// {} where it sent none. When ctx ends nobody waits for the answer any more,
	// or the server is stopping. [progress.Of] tells the client how far it is.
	Call func(ctx context.Context, arguments json.RawMessage) tools.Envelope
	// Question is what to ask a person before the call is made, or why it cannot be
	// made; nil where there is never anything to ask.
	Question func(ctx context.Context, arguments json.RawMessage) (*tools.Question, *tools.Envelope)
	// Completions is what the tool finds for who types a name, in the answers of Find.
	Completions []tools.Completion
	// Find is Call with lists as JSON; nil where Call has them so.
	Find func(ctx context.Context, arguments json.RawMessage) tools.Envelope
	// Task reports whether the tool takes so long that its call may be answered with
	// a task, by clients that take tasks.
	Task bool
	// Resource is where what the tool answers can be read as well; nil for nowhere.
	Resource *tools.Resource
}

// ClientOf returns the client of the Hex API with which a call is made. An
// error of it is told to the caller as it is, so it must be a sentence that
// says what to do and hold no secret.
type ClientOf func(ctx context.Context) (*hexapi.Client, error)

// SettingError says in a sentence which setting of the server is wrong. As the
// error of a [ClientOf] it makes the call [tools.Disabled], and any other error
// [tools.Unauthorized].
type SettingError struct{ Sentence string }

func (e *SettingError) Error() string { return e.Sentence }

func noClient(err error) tools.Envelope {
	if _, ok := errors.AsType[*SettingError](err); ok {
		return failed(tools.Disabled, err.Error())
	}
	return failed(tools.Unauthorized, err.Error())
}

// OneClient makes all calls with the same client.
func OneClient(c *hexapi.Client) ClientOf {
	return func(context.Context) (*hexapi.Client, error) { return c, nil }
}

// Tools offers actions over MCP. Each call gets its client of Hex from its
// context, so that callers can have tokens of their own.
func Tools(actions []tools.Action, clientOf ClientOf) []Tool {
	all := make([]Tool, len(actions))
	for i, a := range actions {
		all[i] = Tool{
			Tool:        describe(a),
			Input:       a.Input,
			Output:      a.Output,
			Completions: a.Completions,
			Resource:    a.Resource,
			Task:        a.Task,
			Call:        calling(&a, clientOf),
			Find:        calling(a.Listing(tools.ListAsJSON), clientOf),
		}
		if a.Asks() {
			all[i].Question = func(ctx context.Context, arguments json.RawMessage) (*tools.Question, *tools.Envelope) {
				c, err := clientOf(ctx)
				if err != nil {
					e := noClient(err)
					return nil, &e
				}
				return a.Question(ctx, c, arguments)
			}
		}
	}
	return all
}

// calling makes calls of an action with the client of whoever makes them.
func calling(a *tools.Action, clientOf ClientOf) func(context.Context, json.RawMessage) tools.Envelope {
	return func(ctx context.Context, arguments json.RawMessage) tools.Envelope {
		c, err := clientOf(ctx)
		if err != nil {
			return noClient(err)
		}
		return a.Call(ctx, c, arguments)
	}
}

// Definition is what a client is told of an action.
func Definition(a tools.Action) mcp.Tool {
	t := Tool{Tool: describe(a), Input: a.Input, Output: a.Output}
	return t.definition()
}

// definition is what a client is told of the tool.
func (t *Tool) definition() mcp.Tool {
	whole := t.Tool
	whole.RawInputSchema = t.Input()
	if t.Output != nil {
		whole.RawOutputSchema = t.Output()
	}
	return whole
}

// encode writes the definition as mcp-go would, and the schemas as they are.
func (t *Tool) encode() []byte {
	b, err := json.Marshal(struct {
		Name        string             `json:"name"`
		Title       string             `json:"title,omitempty"`
		Description string             `json:"description,omitempty"`
		Annotations mcp.ToolAnnotation `json:"annotations"`
		Meta        *mcp.Meta          `json:"_meta,omitempty"`
		Icons       []mcp.Icon         `json:"icons,omitempty"`
	}{t.Name, t.Title, t.Description, t.Annotations, t.Meta, t.Icons})
	if err != nil { // texts and numbers cannot fail
		b, _ = json.Marshal(map[string]string{"name": t.Name})
	}
	b = append(b[:len(b)-len("}")], `,"inputSchema":`...)
	b = append(b, t.Input()...)
	if t.Output != nil {
		b = append(b, `,"outputSchema":`...)
		b = append(b, t.Output()...)
	}
	return append(b, '}')
}

// describe is what a client is told of an action but for the schemas. All four
// hints are set: the one that is not would be left out, and clients would assume
// the worst.
func describe(a tools.Action) mcp.Tool {
	return mcp.Tool{
		Name:        a.Name,
		Title:       a.Title,
		Description: a.Description,
		Meta:        sizeMeta(a.MaxResult()),
		Annotations: mcp.ToolAnnotation{
			Title:           a.Title,
			ReadOnlyHint:    &a.Effect.ReadOnly,
			DestructiveHint: &a.Effect.Destructive,
			IdempotentHint:  &a.Effect.Idempotent,
			OpenWorldHint:   &a.Effect.OpenWorld,
		},
	}
}

// sizeMeta tells Claude Code how large answers can be, in characters, so that it
// hands them over whole. It reads no other key.
func sizeMeta(maxResult int) *mcp.Meta {
	if maxResult == 0 {
		return nil
	}
	return mcp.NewMetaFromMap(map[string]any{"anthropic/maxResultSizeChars": maxResult})
}
