// Package stream serves one client that sends many messages over one
// connection, which standard input and output and HTTP with SSE have in common:
// it bounds what may wait and what may run, keeps the requests in flight by
// their ids, cancels them, and drains them when the server stops. It knows
// neither how messages arrive nor what they ask for.
package stream
