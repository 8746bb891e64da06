package rpc

import "context"

// Dispatcher carries requests out. It is all that a transport knows of the
// server, and must be safe for concurrent use.
type Dispatcher interface {
	// Dispatch carries out a request and returns its answer. When ctx ends nobody
	// waits for the answer any more, or the server is stopping. Dispatch may
	// send notifications through the request before it returns, and it does not
	// panic.
	Dispatch(ctx context.Context, r *Request) Answer
}

// Sender takes whole messages to a client, in order, one at a time. It does
// not keep the message after it returns.
type Sender interface{ Send(message []byte) error }
