// Package tools holds the Hex actions as rows of a catalogue. A row is a
// method of the API client with its words; schemas, hints, envelope and
// explanations of failures are derived from it.
package tools

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"hexmcp/hexapi"
	"hexmcp/schema"
	"hexmcp/tools/memory"
	"hexmcp/tools/visible"
)

// Action is one tool.
type Action struct {
	Name        string // such as HEX_RUN_PROJECT
	Title       string // for people, such as Run project
	Description string // for the model
	Effect      Effect
	Toolset     string       // name of the toolset that it stands in
	Offer       Offer        // who is offered it
	Completions []Completion // what it finds for who types a name
	Resource    *Resource    // where its answer can be read; nil for nowhere
	Task        bool         // it takes long, and may be answered with a task

	// Input and Output are the JSON Schemas of the arguments and of the envelope.
	// They are made at the first use, once a process: those of all actions would take
	// a quarter of the program's start, and most are never asked for.
	Input, Output func() json.RawMessage

	verify        string            // tool that shows whether a write happened
	verifyHow     string            // what to give it, or to look for; empty where that is plain
	lister        string            // tool that ids come from
	standIn       string            // tool that does the same, where this one is off
	whenRefused   map[Kind]refusal  // what to do about a refusal of Hex, in place of what is said of its kind
	kernelLimited bool              // Hex's own 503 means that no kernel is free
	idSources     map[string]string // where the ids of an argument come from
	named         map[string]naming // ids that may be given by name or email
	instead       map[string]string // what to do in place of an argument that there is not
	numeric       []string          // text arguments that may come as a bare number
	reviews       []review
	question      question // asked first; nil for none
	watch         watch
	paged         bool     // a list that is read in pages
	byCursor      bool     // likewise, by cursors
	tabled        bool     // a page of it is written as a table
	unlisted      bool     // in no document of Hex: a workspace may lack it
	room          int      // bytes that the body of an answer may have; 0: any number
	rowsAt        []string // names that lead to rows of workspace data; nil where there are none
	maxRows       int      // of workspace data that an answer may hold
	shorten       shorten  // what does not fit, in a way of its own; nil for none
	take          take     // a file out of the answer; nil where there is none
	mostUsed      bool     // in the set small
	reach         reach
	holds         map[string]string // the kind of thing whose id an argument holds
	prepare       func(context.Context, *hexapi.Client, json.RawMessage) (request, error)
}

// request is a call whose arguments were decoded.
type request struct {
	send   func(context.Context) (json.RawMessage, error)                     // returns the body of the answer
	review func(context.Context, json.RawMessage) (notes []string, err error) // of that body
	page   pager                                                              // nil where the answer is no page of a list
	look   func(context.Context) (afterwards, error)                          // at Hex, before
	ask    func(context.Context) (Question, bool)                             // of a person, before
}

// refusal is the advice on a request that Hex refused; "" where the advice for all
// refusals of its [Kind] is enough.
type refusal func(*hexapi.Error) string

// DefinitionSize is how many bytes of the action a model is told: the JSON of
// {name, description, inputSchema}, compact.
func (a *Action) DefinitionSize() int {
	definition := struct {
		Name        string          `json:"name"`
		Description string          `json:"description"`
		Input       json.RawMessage `json:"inputSchema"`
	}{a.Name, a.Description, a.Input()}
	return len(appendMarshalled(nil, definition))
}

// Call decodes the arguments, calls Hex and puts whatever comes of it into the
// envelope.
func (a *Action) Call(ctx context.Context, c *hexapi.Client, arguments json.RawMessage) Envelope {
	if err := memory.Of(ctx).Arguments(ctx, schema.Weight(arguments)+a.weightOfFields(arguments)); err != nil {
		return a.explainMemory(err)
	}
	want, arguments, err := a.takeFields(arguments)
	if err != nil {
		return a.explain(err)
	}
	r, err := a.prepare(ctx, c, arguments)
	if err != nil {
		return a.explain(err)
	}
	after, err := r.look(ctx)
	if err != nil {
		return a.explain(err)
	}
	var answered json.RawMessage // as Hex sent it
	var got taken
	var hidden []string
	data, left, err := a.fit(ctx, r.page, func(ctx context.Context) (json.RawMessage, error) {
		var err error
		if answered, err = r.send(ctx); err == nil {
			got, hidden, err = a.show(ctx, answered, want, r.page != nil)
		}
		return got.body, err
	})
	if err != nil {
		return a.explain(err)
	}
	notes, err := r.review(ctx, answered)
	if err == nil {
		err = roomToEncode(ctx, data)
	}
	if err != nil {
		return a.explain(err)
	}
	return Envelope{Data: data, Notes: slices.Concat(notes, after.notes(ctx, a.roomBeside(data)), hidden, left), Content: got.content, File: got.file}
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

// optional keeps an action out of core and of what is offered by default.
func optional(a *Action) { a.Offer = OfferedOnRequest }

// byDefault keeps an action out of core, and offers it by default.
func byDefault(a *Action) { a.Offer = OfferedByDefault }

// onlyByName keeps an action off unless it is named.
func onlyByName(a *Action) { a.Offer = OfferedByName }

// mostUsed puts an action into the small set.
func mostUsed(a *Action) { a.mostUsed = true }

// undocumented ends the description of a tool whose operation a workspace may lack.
const undocumented = " Undocumented: the workspace may not have it."

// unlisted marks an action whose operation is in no document of Hex, or only in
// those of a plan or a trial: a workspace may lack it.
func unlisted(a *Action) {
	a.unlisted = true
	a.Description += undocumented
}

// reachesPeople marks an action of which other people learn, or by which they
// get or lose access.
func reachesPeople(a *Action) { a.Effect.OpenWorld = true }

// asTask marks an action that takes as long as something at Hex does.
func asTask(a *Action) { a.Task = true }

// idempotent marks an action whose repeat changes nothing further.
func idempotent(a *Action) { a.Effect.Idempotent = true }

// verified names the tool that shows whether a write has happened, for when its
// answer got lost, and how it shows it where that is not plain.
func verified(by string, how ...string) trait {
	return func(a *Action) { a.verify, a.verifyHow = by, strings.Join(how, "") }
}

// listedBy names the tool whose answers hold the ids that this one takes.
func listedBy(tool string) trait { return func(a *Action) { a.lister = tool } }

// kernelLimited marks an action that Hex refuses with 503 when all kernels are
// in use.
func kernelLimited(a *Action) { a.kernelLimited = true }

// refused says what to do when Hex refuses in a way that the row knows more of.
func refused(kind Kind, advice refusal) trait {
	return func(a *Action) {
		if a.whenRefused == nil {
			a.whenRefused = make(map[Kind]refusal)
		}
		a.whenRefused[kind] = advice
	}
}

// always is a refusal whose advice does not depend on what Hex has answered.
func always(advice string) refusal { return func(*hexapi.Error) string { return advice } }

// insteadOf is the advice for arguments that models send and the action does not have.
func insteadOf(clause string, names ...string) trait {
	return func(a *Action) {
		if a.instead == nil {
			a.instead = make(map[string]string)
		}
		for _, name := range names {
			a.instead[name] = clause
		}
	}
}

// numbersToo lets text arguments, such as the number of a version, come as a number of
// JSON.
func numbersToo(arguments ...string) trait {
	return func(a *Action) { a.numeric = arguments }
}

func (a *Action) isNumeric(argument string) bool { return slices.Contains(a.numeric, argument) }

// prepared turns the arguments, once checked, into the input of the method.
func prepared[In, Meant, Out any](change func(In) Meant, do method[Meant, Out]) method[In, Out] {
	return func(c *hexapi.Client, ctx context.Context, in In) (hexapi.Answer[Out], error) {
		return do(c, ctx, change(in))
	}
}

// checked adds a rule that no JSON Schema which all hosts understand can express.
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
	if list, ok := any(new(In)).(pager); ok {
		_, byOffset := list.PageOffset()
		a.paged, a.byCursor = true, !byOffset
	}
	decoder := sync.OnceValue(func() *schema.Decoder[In] { return schema.NewDecoder[In](a.describe) })
	a.Input = func() json.RawMessage { return decoder().Schema() }
	a.Output = sync.OnceValue(func() json.RawMessage { return envelopeSchema(schema.Output[Out]()) })
	a.prepare = func(ctx context.Context, c *hexapi.Client, arguments json.RawMessage) (request, error) {
		names := finder{ctx: ctx, client: c, named: a.named}
		in, err := decoder().Hint(schema.Hints{ID: names.id, OrByName: names.orByName, Instead: a.meant, Numeric: a.isNumeric}).Decode(ctx, arguments)
		err = cmp.Or(names.err, err, oneWay(&in))
		if err == nil && !effect.ReadOnly {
			err = refuseMarks(in)
		}
		page, _ := any(&in).(pager)
		return request{
			send: func(ctx context.Context) (json.RawMessage, error) {
				answer, err := do(c, ctx, in)
				return answer.Body, err
			},
			review: func(ctx context.Context, body json.RawMessage) ([]string, error) { return a.review(ctx, c, in, body) },
			page:   page,
			look:   func(ctx context.Context) (afterwards, error) { return a.look(ctx, c, in) },
			ask:    func(ctx context.Context) (Question, bool) { return a.question(ctx, c, in) },
		}, err
	}
	return a
}

// refuseMarks refuses arguments with a mark that answers show in place of a hidden
// character: Hex would keep the mark as text.
func refuseMarks(in any) error {
	written, err := json.Marshal(in)
	if err != nil {
		return fmt.Errorf("look for marks: %w", err)
	}
	if mark := visible.Mark(string(written)); mark != "" {
		return &schema.InvalidError{Issues: []schema.Issue{{Message: fmt.Sprintf(holdsMark, mark)}}}
	}
	return nil
}
