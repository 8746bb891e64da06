package web

import (
	"net/http"
	"strconv"

	"github.com/mark3labs/mcp-go/mcp"

	"hexmcp/server/rpc"
)

// statusOf is the HTTP status of an answer. Before the stateless protocol
// versions, errors travelled with 200.
func statusOf(m *rpc.Message, err *rpc.Error) int {
	if err == nil || !m.IsStateless() {
		return http.StatusOK
	}
	return errorStatus(err)
}

// errorStatus is the HTTP status that goes with an error.
func errorStatus(err *rpc.Error) int {
	switch err.Code {
	case mcp.METHOD_NOT_FOUND:
		return http.StatusNotFound
	case mcp.INTERNAL_ERROR:
		return http.StatusInternalServerError
	default:
		return http.StatusBadRequest
	}
}

// writeJSON answers with a body in one or several parts.
func writeJSON(w http.ResponseWriter, status int, parts ...[]byte) {
	size := 0
	for _, part := range parts {
		size += len(part)
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(size))
	w.WriteHeader(status)
	for _, part := range parts {
		if _, err := w.Write(part); err != nil {
			return // a client that left needs no answer
		}
	}
}

func writeError(w http.ResponseWriter, status int, id []byte, err *rpc.Error) {
	writeJSON(w, status, err.Encode(nil, id))
}

// writeBusy tells the client to come back.
func writeBusy(w http.ResponseWriter, why string) {
	w.Header().Set("Retry-After", "1")
	writeError(w, http.StatusServiceUnavailable, nil,
		&rpc.Error{Code: mcp.INTERNAL_ERROR, Message: why + "; try again in a second"})
}
