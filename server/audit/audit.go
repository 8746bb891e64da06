// Package audit writes down who changes what in Hex: a line before a write is
// sent, and one with what came of it. A write that cannot be written down is not
// made.
package audit

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"log/slog"
	"os"
	"sync"
	"time"

	"hexmcp/server"
	"hexmcp/server/record"
	"hexmcp/tools"
)

// Log is an audit log: lines of JSON in a file that only grows.
type Log struct {
	file *file
	who  func(context.Context) string
	log  *slog.Logger
}

// Open opens the file of that name, and makes it where there is none. Who names
// the caller of a call, without a secret. The logger hears of lines that could
// not be written.
func Open(name string, who func(context.Context) string, log *slog.Logger) (*Log, error) {
	f := &file{name: name}
	if err := f.open(); err != nil {
		return nil, err
	}
	return &Log{file: f, who: who, log: log}, nil
}

// entry is a line of the log. It holds names of arguments and ids, and no other
// value of a call: those may be secrets.
type entry struct {
	Time      time.Time           `json:"time"`
	Event     event               `json:"event"`
	Call      string              `json:"call"` // joins the two lines of a call
	PID       int                 `json:"pid"`
	Caller    string              `json:"caller,omitempty"`
	Tool      string              `json:"tool"`
	Arguments []string            `json:"arguments,omitempty"` // by name
	IDs       map[string][]string `json:"ids,omitempty"`       // by argument or, at the end, by field of the answer
	*outcome
}

type event string

const (
	begin event = "begin"
	end   event = "end"
)

// outcome is what came of a call.
type outcome struct {
	Outcome         string `json:"outcome"`         // ok, or the kind of failure
	MayHaveHappened bool   `json:"mayHaveHappened"` // something may have changed in Hex
	Milliseconds    int64  `json:"ms"`
	TraceID         string `json:"traceId,omitempty"`
}

// notWritten is for calls that cannot be written down.
const notWritten = "The server must write each change into its audit log before it makes it, and cannot do so now. Nothing was sent to Hex: " +
	"ask whoever runs hexmcp to look at its log. Calling again is safe when the audit log can be written."

// Wrap returns the tools with those that change something written down.
func (l *Log) Wrap(all []server.Tool) []server.Tool {
	wrapped := make([]server.Tool, len(all))
	for i, t := range all {
		wrapped[i] = t
		if t.Annotations.ReadOnlyHint == nil || !*t.Annotations.ReadOnlyHint {
			wrapped[i].Call = l.audited(t)
		}
	}
	return wrapped
}

func (l *Log) audited(t server.Tool) func(context.Context, json.RawMessage) tools.Envelope {
	known := sync.OnceValues(func() (names, answered record.Names) { return record.NamesIn(t.Input()), record.NamesIn(t.Output()) })
	return func(ctx context.Context, arguments json.RawMessage) tools.Envelope {
		names, answered := known()
		e := entry{
			Time: time.Now().UTC(), Event: begin, Call: rand.Text(), PID: os.Getpid(), Caller: l.who(ctx), Tool: t.Name,
			Arguments: names.Given(arguments), IDs: names.IDs(arguments),
		}
		if err := l.file.append(e); err != nil {
			l.log.ErrorContext(ctx, "a write was refused, because the audit log cannot be written", "tool", t.Name, "error", err)
			return tools.Envelope{Error: notWritten, Detail: &tools.ErrorDetail{Kind: tools.Internal, Retryable: true}}
		}
		answer := tools.Envelope{Detail: &tools.ErrorDetail{Kind: tools.Internal}} // of one that panics
		defer func() { l.finish(ctx, e, answer, answered) }()
		answer = t.Call(ctx, arguments)
		return answer
	}
}

// finish writes the second line of a call. The answer is not held back when it
// cannot be written: what was received is never lost.
func (l *Log) finish(ctx context.Context, e entry, answer tools.Envelope, names record.Names) {
	now, done := time.Now().UTC(), record.Of(ctx)
	e.outcome = &outcome{answer.Outcome(), done.MayHaveHappened(), now.Sub(e.Time).Milliseconds(), done.TraceID()}
	e.Time, e.Event, e.Arguments, e.IDs = now, end, nil, names.IDs(answer.Data)
	if err := l.file.append(e); err != nil {
		l.log.ErrorContext(ctx, "the outcome of a write is missing in the audit log", "tool", e.Tool, "call", e.Call, "outcome", e.Outcome, "error", err)
	}
}
