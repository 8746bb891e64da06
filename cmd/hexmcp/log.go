package main

import (
	"io"
	"log/slog"
	"strings"
)

// logger writes the log that the configuration asks for.
func (c *config) logger(w io.Writer) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(c.logLevel)) // checked when it was read
	options := &slog.HandlerOptions{Level: level}
	if strings.EqualFold(c.logFormat, "json") {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}
