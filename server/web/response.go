package web

import (
	"net/http"
	"slices"
	"strconv"
	"time"

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
	_ = writeParts(w, parts) // a client that left needs no answer
}

// stallBytes is how much of an answer a client must read within [stallLimit]: one
// that is slow gets a long answer all the same, and one that stalls does not.
const stallBytes = 1 << 20

// writeParts writes a body as fast as the client reads it.
func writeParts(w http.ResponseWriter, parts [][]byte) error {
	control := http.NewResponseController(w)
	for _, part := range parts {
		for some := range slices.Chunk(part, stallBytes) {
			_ = control.SetWriteDeadline(time.Now().Add(stallLimit)) // test recorders have none
			if _, err := w.Write(some); err != nil {
				return err
			}
		}
	}
	return nil
}

func writeError(w http.ResponseWriter, status int, id []byte, err *rpc.Error) {
	writeJSON(w, status, err.Encode(nil, id))
}

// writeBusy tells the client to come back.
func writeBusy(w http.ResponseWriter, why string) {
	w.Header().Set("Retry-After", "1")
	writeError(w, http.StatusServiceUnavailable, nil,
		&rpc.Error{Code: mcp.INTERNAL_ERROR, Message: why + "; try again in a second", Data: busy{"busy", 1}})
}

// busy says the same as errorDetail does of a call that found no room.
type busy struct {
	Kind              string `json:"kind"`
	RetryAfterSeconds int    `json:"retryAfterSeconds"`
}
