package rpc

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/mark3labs/mcp-go/mcp"
)

// Error is a JSON-RPC error: the request was wrong, not the call it asks for.
type Error struct {
	Code    int    // one of those that JSON-RPC and MCP define
	Message string // for the client, so without anything about the server's inside
	Data    any    // further detail as JSON; nil for none
}

const internalMessage = "the server could not answer; this is a fault of the server"

// Internal is the error for a fault of ours. It says nothing about it.
func Internal() *Error { return &Error{Code: mcp.INTERNAL_ERROR, Message: internalMessage} }

// Invalid is the error for a message that is not a proper request.
func Invalid(message string) *Error { return &Error{Code: mcp.INVALID_REQUEST, Message: message} }

// InvalidParams is the error for a request with wrong params.
func InvalidParams(message string) *Error { return &Error{Code: mcp.INVALID_PARAMS, Message: message} }

// TooLong is the error for a message beyond the limit of so many bytes.
func TooLong(limit int) *Error {
	return Invalid(fmt.Sprintf("the message is longer than %d bytes", limit))
}

// Stopping is the error for a request that came too late to be looked at.
func Stopping() *Error {
	return &Error{Code: mcp.INTERNAL_ERROR, Message: "the server is stopping; the request was not looked at"}
}

// Busy is the error for a request for which there is no memory.
func Busy() *Error {
	return &Error{Code: mcp.INTERNAL_ERROR, Message: "the server has no memory for so long a message now; send a shorter one, or try again in a few seconds"}
}

// UnsupportedVersion is the error for a protocol version that nobody knows.
func UnsupportedVersion(requested string) *Error {
	return &Error{
		Code:    mcp.UNSUPPORTED_PROTOCOL_VERSION,
		Message: "unsupported protocol version; supported are " + strings.Join(mcp.ValidProtocolVersions, ", "),
		Data:    mcp.UnsupportedProtocolVersionData{Supported: mcp.ValidProtocolVersions, Requested: requested},
	}
}

// Encode appends the error as the response to the request with the given id.
// The id is nil where it is unknown.
func (e *Error) Encode(dst []byte, id json.RawMessage) []byte {
	dst = appendHead(dst, id)
	detail, err := json.Marshal(mcp.JSONRPCErrorDetails{Code: e.Code, Message: e.Message, Data: e.Data})
	if err != nil { // Data is ours and cannot fail
		detail = []byte(`{"code":-32603,"message":"` + internalMessage + `"}`)
	}
	dst = append(dst, `,"error":`...)
	dst = append(dst, detail...)
	return append(dst, '}')
}
