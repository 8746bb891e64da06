package web

import (
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"strings"

	"github.com/mark3labs/mcp-go/mcp"

	"hexmcp/server/rpc"
)

// accepts reports which of the two forms of an answer the client takes. A
// client that says nothing gets JSON.
func accepts(h http.Header) (plain, events bool) {
	accept := strings.ToLower(strings.Join(h.Values("Accept"), ","))
	events = strings.Contains(accept, "text/event-stream")
	plain = accept == "" || strings.Contains(accept, "application/json") ||
		strings.Contains(accept, "application/*") || strings.Contains(accept, "*/*")
	return plain, events
}

func isJSON(h http.Header) bool {
	value := h.Get("Content-Type")
	if value == "application/json" {
		return true
	}
	kind, _, err := mime.ParseMediaType(value)
	return err == nil && kind == "application/json"
}

// checkHeaders compares the protocol's headers with the message. Requests of a
// stateless protocol version have them, so that a proxy can route without
// reading bodies; others have at most the version that was negotiated.
func (t *transport) checkHeaders(h http.Header, m *rpc.Message) *rpc.Error {
	version := h.Get(mcp.HeaderProtocolVersion)
	known := version == "" || mcp.IsValidProtocolVersion(version)
	switch stateless := known && rpc.IsStateless(version); {
	case !known && m.Method != string(mcp.MethodInitialize): // which negotiates it
		return rpc.UnsupportedVersion(version)
	case m.Method == "" && stateless:
		return rpc.Invalid("a client does not send responses in this protocol version")
	case stateless && m.IsRequest(), m.IsStateless():
		return t.checkStateless(h, version, m)
	}
	return m.CheckVersion()
}

func (t *transport) checkStateless(h http.Header, version string, m *rpc.Message) *rpc.Error {
	switch stated := m.Params.Meta.Version; {
	case version == "":
		return mismatch("the " + mcp.HeaderProtocolVersion + " header is missing")
	case stated == "":
		return rpc.InvalidParams("params._meta." + mcp.MetaKeyProtocolVersion + " is missing")
	case stated != version:
		return mismatch("the " + mcp.HeaderProtocolVersion + " header and params._meta." + mcp.MetaKeyProtocolVersion + " differ")
	case !mcp.IsValidProtocolVersion(version):
		return rpc.UnsupportedVersion(version)
	}
	return t.checkNames(h, version, m)
}

// checkNames checks Mcp-Method, Mcp-Name and the headers of arguments.
func (t *transport) checkNames(h http.Header, version string, m *rpc.Message) *rpc.Error {
	var body struct {
		Params json.RawMessage `json:"params"`
	}
	if err := json.Unmarshal(m.Raw, &body); err != nil {
		return rpc.DecodeError(err)
	}
	if m.NamesTask() {
		return checkTask(h, m)
	}
	err := mcp.ValidateStandardHeaders(h.Get, version, mcp.MCPMethod(m.Method), body.Params)
	if tool := t.options.HeaderTool(m.Params.Name); err == nil && tool != nil && m.IsCall() {
		err = mcp.ValidateParamHeadersLookup(lookup(h), tool, body.Params)
	}
	if err != nil {
		return headerError(err)
	}
	return nil
}

// checkTask checks Mcp-Method and Mcp-Name, which is the id of the task. mcp-go does
// not know these methods.
func checkTask(h http.Header, m *rpc.Message) *rpc.Error {
	id, ok := mcp.DecodeHeaderValue(h.Get(mcp.HeaderName))
	switch {
	case h.Get(mcp.HeaderMethod) != m.Method:
		return mismatch("the " + mcp.HeaderMethod + " header is not the method of the message")
	case !ok || id != m.Params.TaskID:
		return mismatch("the " + mcp.HeaderName + " header is not params.taskId")
	}
	return nil
}

// lookup tells an empty header from a missing one.
func lookup(h http.Header) func(string) (string, bool) {
	return func(name string) (string, bool) {
		values := h.Values(name)
		if len(values) == 0 {
			return "", false
		}
		return values[0], true
	}
}

func headerError(err error) *rpc.Error {
	if wrong, ok := errors.AsType[mcp.HeaderMismatchError](err); ok {
		return mismatch(wrong.Error())
	}
	return rpc.InvalidParams("the headers of this request cannot be checked against its params")
}

func mismatch(message string) *rpc.Error {
	return &rpc.Error{Code: mcp.HEADER_MISMATCH, Message: message}
}
