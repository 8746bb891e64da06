// Package rpc is JSON-RPC as MCP uses it: messages and batches, the request
// that is being answered, errors, and the encoding of responses. It knows
// neither how messages travel nor what they ask for: a transport hands each
// request to a [Dispatcher].
package rpc
