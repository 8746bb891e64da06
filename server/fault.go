package server

import (
	"encoding/json"
	"net/http"

	"github.com/mark3labs/mcp-go/mcp"
)

// fault is a JSON-RPC error: the request was wrong, not the call it asks for.
type fault struct {
	code    int
	message string
	data    any
}

const broken = "the server could not answer; this is a fault of the server"

func internalFault() *fault { return &fault{code: mcp.INTERNAL_ERROR, message: broken} }

// unsupportedVersion is the answer to a protocol revision nobody knows.
func unsupportedVersion(requested string) *fault {
	return &fault{
		code:    mcp.UNSUPPORTED_PROTOCOL_VERSION,
		message: "unsupported protocol version; data.supported lists the supported ones",
		data:    mcp.UnsupportedProtocolVersionData{Supported: mcp.ValidProtocolVersions, Requested: requested},
	}
}

// status is the HTTP status that goes with the fault in revision 2026-07-28.
func (f *fault) status() int {
	switch f.code {
	case mcp.METHOD_NOT_FOUND:
		return http.StatusNotFound
	case mcp.INTERNAL_ERROR:
		return http.StatusInternalServerError
	default:
		return http.StatusBadRequest
	}
}

// appendFault appends the error response to the request with the given id.
func appendFault(dst []byte, id json.RawMessage, f *fault) []byte {
	dst = appendHead(dst, id)
	detail, err := json.Marshal(mcp.JSONRPCErrorDetails{Code: f.code, Message: f.message, Data: f.data})
	if err != nil { // data is ours and cannot fail
		detail = []byte(`{"code":-32603,"message":"` + broken + `"}`)
	}
	dst = append(dst, `,"error":`...)
	dst = append(dst, detail...)
	return append(dst, '}')
}
