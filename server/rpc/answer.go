package rpc

import "encoding/json"

// Answer is what comes of a request: a result or, where Error is not nil, an
// error.
type Answer struct {
	Result Result
	Error  *Error
}

// Result is what a response carries as its result.
type Result interface {
	// AppendResult appends the result as one line of JSON. Where it cannot, the
	// request is answered with an internal error, so the result tells the log why.
	AppendResult(dst []byte) ([]byte, error)
}

// Encode appends the answer as the response to the request with the given id.
func (a Answer) Encode(dst []byte, id json.RawMessage) []byte {
	if a.Error != nil {
		return a.Error.Encode(dst, id)
	}
	start := len(dst)
	dst = append(appendHead(dst, id), `,"result":`...)
	dst, err := a.Result.AppendResult(dst)
	if err != nil {
		return Internal().Encode(dst[:start], id)
	}
	return append(dst, '}')
}

// appendHead appends a response up to its result or error. One to a message
// whose id is unknown has no id: the protocol's schemas do not know null.
func appendHead(dst []byte, id json.RawMessage) []byte {
	dst = append(dst, `{"jsonrpc":"2.0"`...)
	if id == nil {
		return dst
	}
	dst = append(dst, `,"id":`...)
	return append(dst, id...)
}
