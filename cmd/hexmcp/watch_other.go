//go:build !unix

package main

import "io"

// watchClient does nothing on this system: the end of the input, or a write that fails,
// shows that the client is gone.
func watchClient(io.Writer, func()) (stop func()) { return func() {} }
