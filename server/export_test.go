package server

import (
	"hexmcp/server/rpc"
	"hexmcp/tools"
)

// What the tests, which share fixtures with those of the transports and so
// stand outside the package, see of its inside.

var (
	Stack    = stack
	TypeName = typeName
)

// ResultOf is the result of a call that was answered with the envelope.
func (s *Server) ResultOf(e *tools.Envelope, stateless bool) rpc.Result {
	return s.toolResult(e, stateless)
}

// OtherResultOf is a result that mcp-go gave.
func (s *Server) OtherResultOf(v any) rpc.Result { return s.resultOf(v) }
