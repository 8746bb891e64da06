package main

import (
	"context"
	"fmt"
	"log/slog"
	osuser "os/user"

	"hexmcp/server"
	"hexmcp/server/audit"
	"hexmcp/server/callers"
)

// audited wraps the tools so that each write goes into the audit log, if the operator
// wants one.
func (c *config) audited(all []server.Tool, log *slog.Logger) ([]server.Tool, error) {
	if c.auditFile == "" {
		return all, nil
	}
	l, err := audit.Open(c.auditFile, whoCalls(), log)
	if err != nil {
		return nil, fmt.Errorf("--audit-file or HEXMCP_AUDIT_FILE: the file cannot be written: %w", err)
	}
	return l.Wrap(all), nil
}

// whoCalls returns a function that names the caller over HTTP or, without one, the user
// who runs this process.
func whoCalls() func(context.Context) string {
	local := ""
	if u, err := osuser.Current(); err == nil {
		local = "local:" + u.Username
	}
	return func(ctx context.Context) string {
		if known := callers.KnownAs(ctx); known != "" {
			return known
		}
		return local
	}
}
