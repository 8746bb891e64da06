package main

import (
	"fmt"
	"io"
	"log/slog"
	"strings"

	"hexmcp/tools/visible"
)

// logger writes the log that the configuration asks for.
func (c *config) logger(w io.Writer) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(c.logLevel)) // checked when it was read
	options := &slog.HandlerOptions{Level: level, ReplaceAttr: showHidden}
	if strings.EqualFold(c.logFormat, "json") {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}

// showHidden shows the characters that hide in what is logged, Hex's words among
// it: they could write to the terminal that shows the log.
func showHidden(_ []string, a slog.Attr) slog.Attr {
	switch v := a.Value; v.Kind() {
	case slog.KindString:
		a.Value = slog.StringValue(visible.Text(v.String()))
	case slog.KindAny:
		if _, ok := v.Any().(error); ok {
			a.Value = slog.StringValue(visible.Text(fmt.Sprint(v.Any())))
		}
	}
	return a
}
