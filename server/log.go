package server

import (
	"errors"
	"io"
	"log/slog"
	"strings"
)

// logStopping tells the operator that the server heard the signal.
func (s *Server) logStopping() {
	s.log.Info("stopping: answering what was accepted", "grace", s.options.Grace)
}

// NewLogger writes the log that the configuration asks for.
func (c *Config) NewLogger(w io.Writer) (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.LogLevel)); err != nil {
		return nil, errors.New("the log level must be debug, info, warn or error")
	}
	options := &slog.HandlerOptions{Level: level}
	switch strings.ToLower(c.LogFormat) {
	case "text":
		return slog.New(slog.NewTextHandler(w, options)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(w, options)), nil
	}
	return nil, errors.New("the log format must be text or json")
}
