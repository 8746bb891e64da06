package server

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
)

// logPanic logs where code panicked. The value is named by its type alone: its
// text may quote arguments or a token.
func (s *Server) logPanic(what, where string, value any) {
	s.log.Error(what, "at", where, "value", typeName(value), "stack", stack(debug.Stack()))
}

// typeName describes a panic's value without its contents, except for the
// runtime's own errors, which speak of code and not of data.
func typeName(v any) string {
	if err, ok := v.(runtime.Error); ok {
		return err.Error()
	}
	return fmt.Sprintf("%T", v)
}

// stack shortens a stack trace to functions and lines. The words that the
// runtime prints as a function's arguments are left out.
func stack(trace []byte) string {
	var b strings.Builder
	for line := range strings.Lines(string(trace)) {
		if name, _, ok := strings.Cut(line, "({"); ok {
			line = name + "\n"
		} else if i := strings.LastIndex(line, "(0x"); i > 0 {
			line = line[:i] + "\n"
		}
		b.WriteString(line)
	}
	return b.String()
}
