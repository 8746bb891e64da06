package rpc

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/mark3labs/mcp-go/mcp"
)

// Message is a JSON-RPC message, decoded as far as transports must know it.
// The id stays as the client wrote it, so a number beyond 2^53 is echoed
// exactly and 1 is another id than "1".
type Message struct {
	Raw     []byte          `json:"-"` // the whole message as it came
	Came    time.Time       `json:"-"` // when it came: the time of a call runs from then
	JSONRPC string          `json:"jsonrpc"`
	ID      json.RawMessage `json:"id"`
	Method  string          `json:"method"`
	Params  Params          `json:"params"`
	Result  json.RawMessage `json:"result"`
	Error   json.RawMessage `json:"error"`
}

// Params are the params of several methods in one, so that a message is decoded
// once.
type Params struct {
	Name      string          `json:"name"`           // of tools/call
	Arguments json.RawMessage `json:"arguments"`      // of tools/call
	Task      json.RawMessage `json:"task"`           // of tools/call
	Responses json.RawMessage `json:"inputResponses"` // of tools/call
	State     string          `json:"requestState"`   // that comes back with them
	RequestID json.RawMessage `json:"requestId"`      // of notifications/cancelled
	Cursor    json.RawMessage `json:"cursor"`         // of tools/list
	URI       string          `json:"uri"`            // of resources/read
	Client    json.RawMessage `json:"capabilities"`   // of initialize
	TaskID    string          `json:"taskId"`         // of tasks/get, tasks/update and tasks/cancel
	Listen    Listen          `json:"notifications"`  // of subscriptions/listen
	Meta      Meta            `json:"_meta"`
}

// Listen is what a client wants to hear of.
type Listen struct {
	TaskIDs   []json.RawMessage `json:"taskIds"`
	Resources []string          `json:"resourceSubscriptions"`
}

// Meta is what a request says about itself.
type Meta struct {
	ProgressToken json.RawMessage `json:"progressToken"`
	Version       string          `json:"io.modelcontextprotocol/protocolVersion"`
	Capabilities  json.RawMessage `json:"io.modelcontextprotocol/clientCapabilities"`
	Traceparent   json.RawMessage `json:"traceparent"` // of W3C Trace Context, whatever it holds
	Tracestate    json.RawMessage `json:"tracestate"`
}

// TrimBOM takes off the byte order mark that some programs begin a text with.
func TrimBOM(b []byte) []byte { return bytes.TrimPrefix(b, []byte("\ufeff")) }

// Parse reads one message. With an error the message holds the id to answer,
// where one could be found: without it a client waits in vain.
func Parse(raw []byte) (*Message, *Error) {
	m := &Message{Raw: raw, Came: time.Now()}
	if !utf8.Valid(raw) {
		m.ID = m.findID()
		return m, &Error{Code: mcp.PARSE_ERROR, Message: "the message is not UTF-8"}
	}
	if isBatch(raw) {
		return m, badBatch()
	}
	err := json.Unmarshal(raw, m)
	if err != nil && !isTypeError(err) {
		m.ID = m.findID() // nothing was decoded
		return m, DecodeError(err)
	}
	if e := m.checkID(); e != nil {
		return m, e
	}
	if err != nil && !m.isOneWay() {
		return m, DecodeError(err)
	}
	return m, m.check()
}

// findID looks for the id of a message that is no JSON.
func (m *Message) findID() json.RawMessage {
	return FindID(m.Raw, m.Raw[max(0, len(m.Raw)-keptOfMessage):])
}

// isOneWay reports whether the message must never be answered: a notification,
// or the answer to a request. Fields of it that have the wrong type are ignored.
func (m *Message) isOneWay() bool {
	if m.Method == "" {
		return m.Result != nil || m.Error != nil
	}
	return m.ID == nil
}

func isTypeError(err error) bool {
	_, ok := errors.AsType[*json.UnmarshalTypeError](err)
	return ok
}

// checkID drops an id that is no id, so that it is not echoed.
func (m *Message) checkID() *Error {
	if m.ID == nil || isID(m.ID) {
		return nil
	}
	m.ID = nil
	return Invalid("id must be a string or a number")
}

func (m *Message) check() *Error {
	switch {
	case m.JSONRPC != mcp.JSONRPC_VERSION:
		return Invalid(`jsonrpc must be "2.0"`)
	case m.Method == "" && m.Result == nil && m.Error == nil:
		return Invalid("method is missing")
	case m.Method != "" && (m.Result != nil || m.Error != nil):
		return Invalid("a message with a method cannot carry a result or an error")
	case m.IsRequest() && !m.hasValidToken():
		return InvalidParams("params._meta.progressToken must be a string or a number")
	}
	return nil
}

// hasValidToken reports whether the progress token, if there is one, has a
// form that progress can be reported with.
func (m *Message) hasValidToken() bool {
	token := m.Params.Meta.ProgressToken
	return token == nil || isID(token)
}

// IsRequest reports whether the message wants an answer.
func (m *Message) IsRequest() bool { return m.Method != "" && m.ID != nil }

// IsCall reports whether the message is a request to call a tool.
func (m *Message) IsCall() bool { return m.IsRequest() && m.Method == string(mcp.MethodToolsCall) }

// ReachesHex reports whether Hex may be asked before the message is answered, so
// that it takes the time of a call, and is limited like one.
func (m *Message) ReachesHex() bool {
	switch mcp.MCPMethod(m.Method) {
	case mcp.MethodToolsCall, mcp.MethodCompletionComplete, mcp.MethodResourcesRead:
		return m.IsRequest()
	}
	return false
}

// Listens reports whether the message asks to be told of changes of resources: its
// answer comes when the client or the server has enough.
func (m *Message) Listens() bool {
	return m.IsRequest() && m.IsStateless() && m.Method == string(mcp.MethodSubscriptionsListen) && len(m.Params.Listen.Resources) > 0
}

// NamesTask reports whether the message is a request about a task.
func (m *Message) NamesTask() bool {
	switch m.Method {
	case "tasks/get", "tasks/update", "tasks/cancel":
		return m.IsRequest()
	}
	return false
}

// IsCancel reports whether the message takes a request back.
func (m *Message) IsCancel() bool {
	return m.ID == nil && m.Method == string(mcp.MethodNotificationCancelled)
}

// DecodeError says in the message's own terms why it could not be decoded, with
// neither values of the client nor words of encoding/json.
func DecodeError(err error) *Error {
	wrong, ok := errors.AsType[*json.UnmarshalTypeError](err)
	if !ok {
		return &Error{Code: mcp.PARSE_ERROR, Message: "the message is not valid JSON"}
	}
	if wrong.Field == "" {
		return Invalid("a message must be a JSON object")
	}
	code := mcp.INVALID_REQUEST
	if strings.HasPrefix(wrong.Field, "params") {
		code = mcp.INVALID_PARAMS
	}
	return &Error{Code: code, Message: fmt.Sprintf("%s cannot be of type %s", wrong.Field, jsonType(wrong.Value))}
}

// jsonType is the JSON type in the words of encoding/json, which may add the
// value itself after a space.
func jsonType(value string) string {
	kind, _, _ := strings.Cut(value, " ")
	return kind
}
