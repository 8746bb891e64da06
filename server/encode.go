package server

import (
	"encoding/json"
	"slices"

	"github.com/mark3labs/mcp-go/mcp"

	"hexmcp/tools"
)

// appendHead appends a response up to its result or error. One to a message
// whose id is unknown has none: the protocol's schemas do not know null.
func appendHead(dst []byte, id json.RawMessage) []byte {
	dst = append(dst, `{"jsonrpc":"2.0"`...)
	if id == nil {
		return dst
	}
	dst = append(dst, `,"id":`...)
	return append(dst, id...)
}

// appendAnswer appends the response to the request with the given id.
func (s *Server) appendAnswer(dst []byte, id json.RawMessage, result any, f *fault) []byte {
	if f != nil {
		return appendFault(dst, id, f)
	}
	start := len(dst)
	dst = append(appendHead(dst, id), `,"result":`...)
	dst, err := s.appendResult(dst, result)
	if err != nil {
		s.log.Error("answer cannot be encoded", "error", err)
		return appendFault(dst[:start], id, internalFault())
	}
	return append(dst, '}')
}

func (s *Server) appendResult(dst []byte, result any) ([]byte, error) {
	switch r := result.(type) {
	case *mcp.CallToolResult:
		if e, ok := r.StructuredContent.(*tools.Envelope); ok {
			return s.appendEnvelope(dst, e, r.ResultType), nil
		}
	case mcp.ListToolsResult:
		return s.appendList(dst, r)
	}
	return appendJSON(dst, result)
}

// appendEnvelope appends a tool's result in one pass. encoding/json would copy
// a body of 20 KB five times, and take longer than the call to Hex.
func (s *Server) appendEnvelope(dst []byte, e *tools.Envelope, kind mcp.ResultType) []byte {
	dst = slices.Grow(dst, 2*len(e.Data)+len(e.Data)/4+512)
	dst = append(dst, `{"content":[{"type":"text","text":`...)
	dst = e.AppendText(dst)
	dst = append(dst, '}')
	for _, block := range e.Content {
		dst = block.AppendContent(append(dst, ','))
	}
	dst = append(dst, `],"structuredContent":`...)
	dst = e.AppendJSON(dst)
	if !e.Successful() {
		dst = append(dst, `,"isError":true`...)
	}
	if kind != "" {
		dst = append(dst, `,"resultType":"`...)
		dst = append(dst, kind...)
		dst = append(dst, `","_meta":`...)
		dst = append(dst, s.meta...)
	}
	return append(dst, '}')
}

// appendList appends a list of tools. The whole list never changes, so each
// era's is encoded once.
func (s *Server) appendList(dst []byte, r mcp.ListToolsResult) ([]byte, error) {
	if len(r.Tools) != len(s.tools) {
		return appendJSON(dst, r)
	}
	era := &s.lists[0]
	if r.ResultType != "" {
		era = &s.lists[1]
	}
	if b := era.Load(); b != nil {
		return append(dst, *b...), nil
	}
	b, err := json.Marshal(r)
	if err != nil {
		return dst, err
	}
	era.Store(&b)
	return append(dst, b...), nil
}

func appendJSON(dst []byte, v any) ([]byte, error) {
	b, err := json.Marshal(v)
	return append(dst, b...), err
}

func appendString(dst []byte, v string) []byte {
	dst, _ = appendJSON(dst, v) // a string cannot fail
	return dst
}
