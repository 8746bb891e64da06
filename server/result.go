package server

import (
	"encoding/json"
	"slices"

	"github.com/mark3labs/mcp-go/mcp"

	"hexmcp/server/rpc"
	"hexmcp/tools"
)

// resultOf is the form in which a result of mcp-go is encoded: those that are
// large or frequent in ways of their own.
func (s *Server) resultOf(result any) rpc.Result {
	switch r := result.(type) {
	case *mcp.CallToolResult:
		if e, ok := r.StructuredContent.(*tools.Envelope); ok {
			return s.toolResult(e, r.ResultType != "")
		}
	case mcp.InitializeResult:
		r.Capabilities.Extensions = nil // which come with stateless protocol versions
		return &otherResult{s, r}
	case mcp.DiscoverResult:
		r.Capabilities = s.withSubscriptions(r.Capabilities)
		return &otherResult{s, r}
	case mcp.ListToolsResult:
		return &toolList{s, r}
	}
	return &otherResult{s, result}
}

// toolResult is the result of a call.
type toolResult struct {
	*tools.Envelope
	textOnly bool
	meta     []byte // the _meta of stateless protocol versions; nil for none
}

func (s *Server) toolResult(e *tools.Envelope, stateless bool) *toolResult {
	if stateless {
		return &toolResult{e, s.textOnly, s.meta}
	}
	return &toolResult{e, s.textOnly, nil}
}

// AppendResult appends a tool's result in one pass. encoding/json would copy a
// body of 20 KB five times, and take longer than the call to Hex.
func (r *toolResult) AppendResult(dst []byte) ([]byte, error) {
	dst = slices.Grow(dst, 2*len(r.Data)+len(r.Data)/4+512)
	dst = append(dst, `{"content":[{"type":"text","text":`...)
	dst = r.AppendText(dst)
	dst = append(dst, '}')
	for _, block := range r.Content {
		dst = block.AppendContent(append(dst, ','))
	}
	dst = append(dst, ']')
	if !r.textOnly {
		dst = r.AppendJSON(append(dst, `,"structuredContent":`...))
	}
	if !r.Successful() {
		dst = append(dst, `,"isError":true`...)
	}
	if r.meta != nil {
		dst = append(dst, `,"resultType":"`+mcp.ResultTypeComplete+`","_meta":`...)
		dst = append(dst, r.meta...)
	}
	return append(dst, '}'), nil
}

// toolList is the list of all tools, or of some.
type toolList struct {
	server *Server
	list   mcp.ListToolsResult
}

// AppendResult appends the definitions, each of which was encoded once, and the other
// members of the result as mcp-go has them.
func (r *toolList) AppendResult(dst []byte) ([]byte, error) {
	about, err := r.server.marshal(r.list.PaginatedResult)
	if err != nil {
		return dst, err
	}
	definitions := r.server.definitions()
	dst = append(dst, `{"tools":[`...)
	for i, t := range r.list.Tools {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, definitions[t.Name]...)
	}
	dst = append(dst, ']')
	if len(about) > len("{}") {
		dst = append(dst, ',')
	}
	return append(dst, about[len("{"):]...), nil
}

// otherResult is any other result.
type otherResult struct {
	server *Server
	value  any
}

// AppendResult appends the result as encoding/json writes it.
func (r *otherResult) AppendResult(dst []byte) ([]byte, error) {
	b, err := r.server.marshal(r.value)
	return append(dst, b...), err
}

func (s *Server) marshal(v any) ([]byte, error) {
	b, err := json.Marshal(v)
	if err != nil {
		s.log.Error("answer cannot be encoded", "error", err)
	}
	return b, err
}
