package main

import (
	"fmt"
	"io"
	"log/slog"
	"strings"

	"hexmcp/tools/visible"
)

// logger writes the log that the configuration asks for. Where that is a queue,
// the log also says what had to be dropped.
func (c *config) logger(w io.Writer) *slog.Logger {
	if q, ok := w.(*queue); ok {
		past := slog.New(c.handler(q.w))
		note := func(dropped int64) {
			past.Warn("lines of the log were dropped, because nobody read them in time", "lines", dropped)
		}
		q.note.Store(&note)
	}
	return slog.New(c.handler(w))
}

func (c *config) handler(w io.Writer) slog.Handler {
	var level slog.Level
	_ = level.UnmarshalText([]byte(c.logLevel)) // checked when it was read
	options := &slog.HandlerOptions{Level: level, ReplaceAttr: showHidden}
	if strings.EqualFold(c.logFormat, "json") {
		return slog.NewJSONHandler(w, options)
	}
	return slog.NewTextHandler(w, options)
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
