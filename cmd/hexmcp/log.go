package main

import (
	"fmt"
	"io"
	"log/slog"
	"strings"

	"hexmcp/tools/visible"
)

// logger returns a log to w in the configured level and format. If w is a queue, the log
// also says how many lines the queue dropped.
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
	_ = level.UnmarshalText([]byte(c.logLevel)) // cannot fail: isLogLevel has checked it
	options := &slog.HandlerOptions{Level: level, ReplaceAttr: showHidden}
	if strings.EqualFold(c.logFormat, "json") {
		return slog.NewJSONHandler(w, options)
	}
	return slog.NewTextHandler(w, options)
}

// showHidden makes control and invisible characters in the log visible. Texts of Hex may
// hold them, and they could control the terminal that shows the log.
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
