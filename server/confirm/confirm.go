// Package confirm is what a person is asked before a call that cannot be undone,
// and what the answer means. In protocol versions in which a server asks by its
// answer the client makes the same call again with what the person said; in those
// before, it is sent a request and the call waits.
package confirm

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/mark3labs/mcp-go/mcp"

	"hexmcp/tools"
)

// When are the calls that a person is asked about.
type When string

// The choices of the operator.
const (
	Destructive When = "destructive" // what cannot be undone
	All         When = "all"         // everything but reads
	Never       When = "never"
)

// Check refuses what is none of the choices, in a sentence.
func Check(w string) error {
	switch When(w) {
	case Destructive, All, Never:
		return nil
	}
	return errors.New("what is to be confirmed must be destructive, all or never")
}

// id is that of the question in an answer. There is one.
const id = "confirm"

// answerTime is how long a person may take. Later the client is asked anew.
const answerTime = 15 * time.Minute

// Asker asks, and knows by a signature which calls it has asked about.
type Asker struct{ key func() []byte }

// New makes an asker that signs with a key, which may change: what was asked before is
// then asked anew. With nil no other process knows its signatures.
func New(key func() []byte) *Asker {
	if key == nil {
		own := []byte(rand.Text() + rand.Text())
		key = func() []byte { return own }
	}
	return &Asker{key}
}

// Call is a call that a person is asked about.
type Call struct {
	Caller    string // who makes it
	Tool      string
	Arguments json.RawMessage
	Question  tools.Question
}

// Asking is the result that asks.
type Asking struct {
	ResultType    mcp.ResultType    `json:"resultType"`
	Meta          json.RawMessage   `json:"_meta,omitempty"`
	InputRequests mcp.InputRequests `json:"inputRequests"`
	RequestState  string            `json:"requestState"`
}

// Ask makes the result that asks about a call.
func (a *Asker) Ask(c Call, meta json.RawMessage) Asking {
	return Asking{
		ResultType: mcp.ResultTypeInputRequired, Meta: meta,
		InputRequests: mcp.InputRequests{id: mcp.NewElicitationInputRequest(stated(c.Question))},
		RequestState:  a.sign(c, time.Now().Add(answerTime)),
	}
}

// stated is the form with its mode, which protocol versions before 2025-11-25 do
// not know.
func stated(q tools.Question) mcp.ElicitationParams {
	form := Form(q)
	form.Mode = "form"
	return form
}

// Form asks for the name, so that nobody agrees without reading.
func Form(q tools.Question) mcp.ElicitationParams {
	properties := map[string]any{}
	schema := map[string]any{"type": "object", "properties": properties}
	if q.Name != "" {
		properties["name"] = map[string]any{"type": "string", "title": "Name", "description": "To confirm, type: " + q.Name}
		schema["required"] = []string{"name"}
	}
	return mcp.ElicitationParams{Message: q.Text, RequestedSchema: schema}
}

// Verdict is what a person said.
type Verdict int

// The verdicts.
const (
	Unasked   Verdict = iota // the person has said nothing to this call
	Agreed                   // to this very call
	Declined                 // or closed the question
	Different                // the name that was typed is another one
)

// reply is what a person said to a question.
type reply struct {
	Action  string `json:"action"`
	Content struct {
		Name string `json:"name"`
	} `json:"content"`
}

func (r reply) to(q tools.Question) Verdict {
	switch {
	case r.Action != string(mcp.ElicitationResponseActionAccept):
		return Declined
	case strings.TrimSpace(r.Content.Name) != strings.TrimSpace(q.Name):
		return Different
	}
	return Agreed
}

// Said reads the answer of a client that was sent the [Form] of a question. One that
// cannot be read is no yes.
func Said(q tools.Question, answer json.RawMessage) Verdict {
	var r reply
	if json.Unmarshal(answer, &r) != nil {
		return Declined
	}
	return r.to(q)
}

// Heard reads what a person said to the question of a call.
func (a *Asker) Heard(c Call, responses json.RawMessage, state string) Verdict {
	var all map[string]reply
	if json.Unmarshal(responses, &all) != nil || !a.signed(c, state, time.Now()) {
		return Unasked
	}
	r, ok := all[id]
	if !ok {
		return Unasked
	}
	return r.to(c.Question)
}

// sign makes the state that comes back with what the person said: until when it
// holds, and a signature of the call, so that a yes is to nothing else.
func (a *Asker) sign(c Call, until time.Time) string {
	state := binary.BigEndian.AppendUint64(nil, uint64(until.Unix())) //nolint:gosec // now is after 1970
	return base64.RawURLEncoding.EncodeToString(append(state, a.mac(c, state)...))
}

func (a *Asker) signed(c Call, state string, now time.Time) bool {
	b, err := base64.RawURLEncoding.DecodeString(state)
	if err != nil || len(b) != 8+sha256.Size {
		return false
	}
	until := time.Unix(int64(binary.BigEndian.Uint64(b)), 0) //nolint:gosec // what we did not write has another signature
	return hmac.Equal(b[8:], a.mac(c, b[:8])) && now.Before(until)
}

func (a *Asker) mac(c Call, until []byte) []byte {
	mac := hmac.New(sha256.New, a.key())
	signed, _ := json.Marshal([]string{c.Caller, c.Tool, canonical(c.Arguments), c.Question.Text, c.Question.Name, base64.RawURLEncoding.EncodeToString(until)})
	mac.Write(signed)
	return mac.Sum(nil)
}

// canonical is the same for arguments that mean the same, as a client may write
// them anew.
func canonical(arguments json.RawMessage) string {
	d := json.NewDecoder(strings.NewReader(string(arguments)))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil {
		return string(arguments)
	}
	b, _ := json.Marshal(v) // what was decoded can be encoded
	return string(b)
}
