package main

import (
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/url"

	"hexmcp/server/callers"
	"hexmcp/server/limits"
	"hexmcp/server/rpc"
	"hexmcp/tools"
)

// Where the Hex token of calls over HTTP comes from.
const (
	fromServer = "server"
	fromHeader = "header"
)

func isTokenOrigin(name string) error {
	if name != fromServer && name != fromHeader {
		return errors.New("the Hex token comes from server or from header")
	}
	return nil
}

func isPublicURL(address string) error {
	u, err := url.Parse(address)
	if address != "" && (err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.RawQuery != "" || u.Fragment != "") {
		return errors.New("the public address must be that of /mcp as clients see it, such as https://hex.example.com/mcp")
	}
	return nil
}

// door decides who may call over HTTP, how much, and with whose Hex token.
type door struct {
	guard     *callers.Guard // nil if callers need no token
	hexTokens callers.HexTokens
	limits    *limits.Door
	open      bool // other machines may call without a token
}

// door makes a door from the settings. It fails if they contradict each other.
func (c *config) door(log *slog.Logger) (*door, error) {
	d := &door{hexTokens: callers.HexTokens{FromHeader: c.hexTokenFrom == fromHeader}, open: c.insecureNoAuth, limits: c.limits(log)}
	checker, err := c.checker(log)
	if err != nil {
		return nil, err
	}
	if checker != nil {
		d.guard = &callers.Guard{Checker: checker, Needs: needs, Refused: c.metrics.Refuse, Log: log}
		if c.issuer != "" {
			d.guard.Resource, d.guard.Issuer = c.publicURL, c.issuer
		}
	}
	return d, c.checkHexTokens()
}

// limits are the limits of each caller.
func (c *config) limits(log *slog.Logger) *limits.Door {
	return &limits.Door{
		Calls:    c.limiter("calls", c.callerCallsPerMinute, c.callerCalls),
		Streams:  c.limiter("event streams", 0, c.callerStreams),
		CallerOf: callers.KnownAs,
		Refused:  c.metrics.Refuse,
		Log:      log,
	}
}

// checker checks the tokens of callers; it is nil if callers need none.
func (c *config) checker(log *slog.Logger) (callers.Checker, error) {
	switch {
	case c.callerTokens != "" && c.issuer != "":
		return nil, errors.New("--caller-token-file and --oauth-issuer both say who may call: keep one")
	case c.callerTokens+c.issuer != "" && c.insecureNoAuth:
		return nil, errors.New("--insecure-no-auth asks nobody for a token, and --caller-token-file or --oauth-issuer asks everybody: keep one")
	case c.issuer == "" && len(c.audiences) > 0:
		return nil, errors.New("--oauth-audience is of use only with --oauth-issuer")
	case c.callerTokens != "":
		return callers.OpenTokens(c.callerTokens, func(err error) {
			log.Error("the tokens of callers stay as they were: the file cannot be read", "error", err)
		})
	case c.issuer != "":
		return c.jwt()
	}
	return nil, nil
}

func (c *config) jwt() (callers.Checker, error) {
	if c.publicURL == "" {
		return nil, errors.New("--oauth-issuer needs --public-url, the address of /mcp as clients see it: tokens must be for it")
	}
	transport, err := c.transport()
	if err != nil {
		return nil, err
	}
	keys, err := callers.NewKeys(c.issuer, &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse // follows no redirect: the keys must be at the address that the issuer names
	}})
	if err != nil {
		return nil, fmt.Errorf("--oauth-issuer: %w", err)
	}
	return &callers.JWT{Issuer: c.issuer, Audiences: append([]string{c.publicURL}, c.audiences...), Keys: keys}, nil
}

// checkHexTokens keeps callers from acting with the server's token by accident.
func (c *config) checkHexTokens() error {
	if c.hexTokenFrom == fromHeader && !c.source.isNone() {
		return errors.New("--hex-token-from header makes calls with the token of each caller, and the server has one as well: take that away, or leave the flag out")
	}
	return nil
}

// needs is what a caller must be granted to call a tool. For an unknown tool reading is
// enough, because the server then answers that there is no such tool.
func needs(tool string) callers.Grants {
	a, ok := tools.Find(tool)
	switch {
	case !ok || a.Effect.ReadOnly:
		return callers.Read
	case a.Effect.Destructive:
		return callers.All
	}
	return callers.Read | callers.Write
}

// withheld says which kinds of tools the caller of a request may not call.
func withheld(r *http.Request) rpc.Withheld {
	grants := callers.Of(r.Context()).Grants
	return rpc.Withheld{Writing: !grants.Has(callers.Write), Destroying: !grants.Has(callers.Destroy)}
}

// allow reports whether the caller of a request may call a tool.
func (d *door) allow(w http.ResponseWriter, r *http.Request, tool string) bool {
	return (d.guard == nil || d.guard.Allow(w, r, tool)) && d.limits.Allow(w, r)
}

// exposed reports whether the server may be reached from other machines.
func (d *door) exposed() bool { return d.open || d.guard != nil }

// admit wraps a handler that calls Hex, so that only callers who may do so reach it.
func (d *door) admit(next http.HandlerFunc) http.HandlerFunc {
	next = d.hexTokens.Wrap(d.limits.Wrap(next))
	if d.guard != nil {
		next = d.guard.Wrap(next)
	}
	return next
}

// pages are the pages that anybody may read without a token, by path.
func (a *app) pages(d *door) map[string]http.HandlerFunc {
	all := map[string]http.HandlerFunc{"": a.page(d, toClients(a.config).actions())}
	if d.guard != nil {
		maps.Copy(all, d.guard.Pages())
	}
	return all
}
