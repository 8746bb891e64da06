// Package tools holds the Hex actions as rows of a catalogue. A row is a
// method of the API client with its words; schemas, hints, envelope and
// explanations of failures are derived from it.
package tools

import (
	"context"
	"encoding/json"

	"hexmcp/hexapi"
	"hexmcp/schema"
)

// Action is one tool.
type Action struct {
	Name        string // such as HEX_RUN_PROJECT
	Title       string // for people, such as Run project
	Description string // for the model
	Effect      Effect
	Input       json.RawMessage // JSON Schema of the arguments
	Output      json.RawMessage // JSON Schema of the envelope

	verify          string            // tool that shows whether a write happened
	lister          string            // tool that ids come from
	ifUnprocessable string            // what to do about a 422
	kernelLimited   bool              // Hex's own 503 means that no kernel is free
	idSources       map[string]string // where the ids of an argument come from
	notes           func(json.RawMessage) []string
	invoke          func(context.Context, *hexapi.Client, json.RawMessage) (json.RawMessage, error)
}

// Effect is what an action does to the workspace: the four hints of MCP. The
// fourth, that an action reaches the open world, is true of all.
type Effect struct {
	ReadOnly    bool
	Destructive bool // removes or overwrites something, or can lower access
	Idempotent  bool // a repeat changes nothing further
}

// Call decodes the arguments, calls Hex and puts whatever comes of it into the
// envelope.
func (a Action) Call(ctx context.Context, c *hexapi.Client, arguments json.RawMessage) Envelope {
	body, err := a.invoke(ctx, c, arguments)
	if err != nil {
		return a.explain(err)
	}
	e := Envelope{Data: body}
	if a.notes != nil {
		e.Notes = a.notes(body)
	}
	return e
}

// method is a method expression of the client. It carries the types that both
// schemas are made from.
type method[In, Out any] func(*hexapi.Client, context.Context, In) (hexapi.Answer[Out], error)

// trait adds to a row what only some rows have.
type trait func(*Action)

// reads declares an action that changes nothing.
func reads[In, Out any](name, title, description string, do method[In, Out], traits ...trait) Action {
	return action(name, title, description, Effect{ReadOnly: true, Idempotent: true}, do, traits)
}

// writes declares an action that adds something.
func writes[In, Out any](name, title, description string, do method[In, Out], traits ...trait) Action {
	return action(name, title, description, Effect{}, do, traits)
}

// destroys declares an action that removes or overwrites something, or can
// lower somebody's access.
func destroys[In, Out any](name, title, description string, do method[In, Out], traits ...trait) Action {
	return action(name, title, description, Effect{Destructive: true}, do, traits)
}

// idempotent marks an action whose repeat changes nothing further.
func idempotent(a *Action) { a.Effect.Idempotent = true }

// verified names the tool that shows whether a write has happened, for when
// its answer got lost.
func verified(by string) trait { return func(a *Action) { a.verify = by } }

// listedBy names the tool that ids come from where that is not a list tool.
func listedBy(tool string) trait { return func(a *Action) { a.lister = tool } }

// kernelLimited marks an action that Hex refuses with 503 when all kernels are
// in use.
func kernelLimited(a *Action) { a.kernelLimited = true }

// whenUnprocessable says what to do when Hex refuses with 422.
func whenUnprocessable(advice string) trait {
	return func(a *Action) { a.ifUnprocessable = advice }
}

// noting adds what the model must not miss in a successful answer.
func noting[Out any](say func(Out) []string) trait {
	return func(a *Action) {
		a.notes = func(body json.RawMessage) []string {
			out, err := hexapi.Answer[Out]{Body: body}.Decode()
			if err != nil {
				return nil // an unknown shape has no notes that we could read
			}
			return say(out)
		}
	}
}

// checked adds a rule that a portable schema cannot say.
func checked[In, Out any](rule func(In) []schema.Issue, do method[In, Out]) method[In, Out] {
	return func(c *hexapi.Client, ctx context.Context, in In) (hexapi.Answer[Out], error) {
		if issues := rule(in); len(issues) > 0 {
			return hexapi.Answer[Out]{}, &schema.InvalidError{Issues: issues}
		}
		return do(c, ctx, in)
	}
}

func action[In, Out any](name, title, description string, effect Effect, do method[In, Out], traits []trait) Action {
	a := Action{Name: name, Title: title, Description: description, Effect: effect}
	for _, t := range traits {
		t(&a)
	}
	decoder := schema.NewDecoder[In](a.describe)
	a.Input, a.Output = decoder.Schema(), envelopeSchema(schema.Output[Out]())
	a.invoke = func(ctx context.Context, c *hexapi.Client, arguments json.RawMessage) (json.RawMessage, error) {
		in, err := decoder.Decode(arguments)
		if err != nil {
			return nil, err
		}
		answer, err := do(c, ctx, in)
		return answer.Body, err
	}
	return a
}

// String says the effect in the words of the documentation.
func (e Effect) String() string {
	switch {
	case e.ReadOnly:
		return "reads"
	case e.Destructive && e.Idempotent:
		return "destroys, idempotent"
	case e.Destructive:
		return "destroys"
	default:
		return "writes"
	}
}
