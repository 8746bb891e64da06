//go:build !unix

package main

import "io"

// watchClient sees nothing here: the end of the input, or a write that fails,
// says that the client is gone.
func watchClient(io.Writer, func()) (stop func()) { return func() {} }
