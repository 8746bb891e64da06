package server

import (
	"context"
	"encoding/json"
	"fmt"

	"hexmcp/tools"
)

// Call makes one call as a client would, without a client. It fails only when
// there is no tool of that name: what goes wrong in a call is in the envelope.
func (s *Server) Call(ctx context.Context, name string, arguments json.RawMessage) (tools.Envelope, error) {
	t, ok := s.tools[name]
	if !ok {
		return tools.Envelope{}, fmt.Errorf("there is no tool %q", name)
	}
	return s.call(ctx, t, arguments), nil
}
