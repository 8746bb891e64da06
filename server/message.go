package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/mark3labs/mcp-go/mcp"
)

// message is the part of a JSON-RPC message that the doors must know. The id
// stays as the client wrote it, so a number beyond 2^53 is echoed exactly and
// 1 is another id than "1".
type message struct {
	raw     []byte
	JSONRPC string          `json:"jsonrpc"`
	ID      json.RawMessage `json:"id"`
	Method  string          `json:"method"`
	Params  struct {
		Name      string          `json:"name"` // of tools/call, as are the next three
		Arguments json.RawMessage `json:"arguments"`
		Task      json.RawMessage `json:"task"`
		Responses json.RawMessage `json:"inputResponses"`
		RequestID json.RawMessage `json:"requestId"` // of notifications/cancelled
		Cursor    json.RawMessage `json:"cursor"`    // of tools/list
		Meta      struct {
			ProgressToken json.RawMessage `json:"progressToken"`
			Version       string          `json:"io.modelcontextprotocol/protocolVersion"`
			Capabilities  json.RawMessage `json:"io.modelcontextprotocol/clientCapabilities"`
		} `json:"_meta"`
	} `json:"params"`
	Result json.RawMessage `json:"result"`
	Error  json.RawMessage `json:"error"`
}

// parse reads one message. With a fault the message holds the id to answer,
// where one could be read.
func parse(raw []byte) (*message, *fault) {
	m := &message{raw: raw}
	if !utf8.Valid(raw) {
		return m, &fault{code: mcp.PARSE_ERROR, message: "the message is not UTF-8"}
	}
	if isBatch(raw) {
		return m, batchFault()
	}
	err := json.Unmarshal(raw, m)
	if f := m.checkID(); f != nil {
		return m, f
	}
	if err != nil && (!m.isOneWay() || !isTypeError(err)) {
		return m, decodeFault(err)
	}
	return m, m.check()
}

// isOneWay reports whether the message must never be answered: a notification,
// or the answer to a request. Fields of it that have the wrong type are ignored.
func (m *message) isOneWay() bool {
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
func (m *message) checkID() *fault {
	if m.ID == nil || isID(m.ID) {
		return nil
	}
	m.ID = nil
	return &fault{code: mcp.INVALID_REQUEST, message: "id must be a string or a number"}
}

func (m *message) check() *fault {
	switch {
	case m.JSONRPC != mcp.JSONRPC_VERSION:
		return &fault{code: mcp.INVALID_REQUEST, message: `jsonrpc must be "2.0"`}
	case m.Method == "" && m.Result == nil && m.Error == nil:
		return &fault{code: mcp.INVALID_REQUEST, message: "method is missing"}
	case m.Method != "" && (m.Result != nil || m.Error != nil):
		return &fault{code: mcp.INVALID_REQUEST, message: "a message with a method cannot carry a result or an error"}
	case m.isRequest() && !m.wellMarked():
		return &fault{code: mcp.INVALID_PARAMS, message: "params._meta.progressToken must be a string or a number"}
	}
	return nil
}

func (m *message) wellMarked() bool {
	token := m.Params.Meta.ProgressToken
	return token == nil || isID(token)
}

// checkVersion refuses a protocol revision that nobody knows. mcp-go would
// take one from before 2026 for an old client.
func (m *message) checkVersion() *fault {
	if v := m.Params.Meta.Version; v != "" && !mcp.IsValidProtocolVersion(v) {
		return unsupportedVersion(v)
	}
	return nil
}

func (m *message) isRequest() bool { return m.Method != "" && m.ID != nil }
func (m *message) isCall() bool    { return m.isRequest() && m.Method == string(mcp.MethodToolsCall) }
func (m *message) isModern() bool  { return mcp.IsModernProtocol(m.Params.Meta.Version) }
func (m *message) isCancel() bool {
	return m.ID == nil && m.Method == string(mcp.MethodNotificationCancelled)
}

// isPlain reports whether the message is a call with nothing about it but
// arguments, and, in the modern era, with the capabilities that it must state.
func (m *message) isPlain() bool {
	p := &m.Params
	stated := len(p.Meta.Capabilities) > 0 && p.Meta.Capabilities[0] == '{'
	return m.isCall() && p.Task == nil && p.Responses == nil && (stated || !m.isModern())
}

// isID reports whether a JSON value is a string or a number.
func isID(v json.RawMessage) bool {
	if len(v) == 0 {
		return false
	}
	c := v[0]
	return c == '"' || c == '-' || '0' <= c && c <= '9'
}

// decodeFault says what is wrong in the message's own terms.
func decodeFault(err error) *fault {
	wrong, ok := errors.AsType[*json.UnmarshalTypeError](err)
	if !ok {
		return &fault{code: mcp.PARSE_ERROR, message: "the message is not valid JSON"}
	}
	if wrong.Field == "" {
		return &fault{code: mcp.INVALID_REQUEST, message: "a message must be a JSON object"}
	}
	code := mcp.INVALID_REQUEST
	if strings.HasPrefix(wrong.Field, "params") {
		code = mcp.INVALID_PARAMS
	}
	return &fault{code: code, message: fmt.Sprintf("%s cannot be of type %s", wrong.Field, jsonType(wrong.Value))}
}

// jsonType is the JSON type in the words of encoding/json, which may add the
// value itself.
func jsonType(value string) string {
	kind, _, _ := strings.Cut(value, " ")
	return kind
}

// idOf looks for the id in what was kept of a message that was too long: its
// beginning and its end. Some clients write the id last.
func idOf(head, tail []byte) json.RawMessage {
	if id := headID(head); id != nil {
		return id
	}
	if m := lastID.FindSubmatch(tail); len(m) == 2 && utf8.Valid(m[1]) {
		return m[1]
	}
	return nil
}

// lastID is an id that only jsonrpc and the end of the message may follow. The
// last bracket closes the message, so the id is not that of anything in it.
var lastID = regexp.MustCompile(`"id"\s*:\s*("(?:[^"\\]|\\.)*"|-?[0-9][0-9.eE+-]*)\s*(?:,\s*"jsonrpc"\s*:\s*"[^"]*"\s*)?}\s*$`)

// headID looks for the id among the first members of a message.
func headID(head []byte) json.RawMessage {
	d := json.NewDecoder(bytes.NewReader(head))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil
	}
	for {
		key, err := d.Token()
		if err != nil {
			return nil
		}
		var value json.RawMessage
		if d.Decode(&value) != nil {
			return nil
		}
		if key == "id" && isID(value) && utf8.Valid(value) {
			return value
		}
	}
}
