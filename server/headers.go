package server

import (
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"strings"

	"github.com/mark3labs/mcp-go/mcp"
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

// checkHeaders compares the protocol's headers with the message. They came
// with 2026-07-28, so that a proxy can route without reading bodies; earlier
// clients send at most the version they negotiated.
func (s *Server) checkHeaders(h http.Header, m *message) *fault {
	version := h.Get(mcp.HeaderProtocolVersion)
	switch modern := mcp.IsModernProtocol(version); {
	case m.Method == "" && modern:
		return &fault{code: mcp.INVALID_REQUEST, message: "a client does not send responses in this protocol version"}
	case modern && m.isRequest(), m.isModern():
		return s.checkModern(h, version, m)
	case !modern && version != "" && !mcp.IsValidProtocolVersion(version) && m.Method != string(mcp.MethodInitialize):
		return unsupportedVersion(version)
	}
	return m.checkVersion()
}

func (s *Server) checkModern(h http.Header, version string, m *message) *fault {
	switch stated := m.Params.Meta.Version; {
	case version == "":
		return mismatch("the " + mcp.HeaderProtocolVersion + " header is missing")
	case stated == "":
		return &fault{code: mcp.INVALID_PARAMS, message: "params._meta." + mcp.MetaKeyProtocolVersion + " is missing"}
	case stated != version:
		return mismatch("the " + mcp.HeaderProtocolVersion + " header and params._meta." + mcp.MetaKeyProtocolVersion + " differ")
	case !mcp.IsValidProtocolVersion(version):
		return unsupportedVersion(version)
	}
	return s.checkNames(h, version, m)
}

// checkNames checks Mcp-Method, Mcp-Name and the headers of arguments.
func (s *Server) checkNames(h http.Header, version string, m *message) *fault {
	var body struct {
		Params json.RawMessage `json:"params"`
	}
	if err := json.Unmarshal(m.raw, &body); err != nil {
		return decodeFault(err)
	}
	err := mcp.ValidateStandardHeaders(h.Get, version, mcp.MCPMethod(m.Method), body.Params)
	if t, ok := s.tools[m.Params.Name]; err == nil && ok && m.isCall() && t.usesHeaders() {
		err = mcp.ValidateParamHeadersLookup(lookup(h), &t.Tool, body.Params)
	}
	if err != nil {
		return headerFault(err)
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

func headerFault(err error) *fault {
	if wrong, ok := errors.AsType[mcp.HeaderMismatchError](err); ok {
		return mismatch(wrong.Error())
	}
	return &fault{code: mcp.INVALID_PARAMS, message: "the headers of this request cannot be checked against its params"}
}

func mismatch(message string) *fault { return &fault{code: mcp.HEADER_MISMATCH, message: message} }
