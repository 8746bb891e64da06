package callers

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
)

// Guard asks every request for a bearer token before the routes that it stands
// before, as RFC 6750 and MCP's authorization describe it.
type Guard struct {
	// Checker knows whose a token is.
	Checker Checker
	// Resource is this server's identifier, the address of its MCP endpoint such
	// as https://hex.example.com/mcp, where clients find their own way to a token
	// by OAuth. Empty where tokens are handed out.
	Resource string
	// Issuer is the authorization server that gives out tokens for Resource.
	Issuer string
	// Needs is what a caller must be granted to call a tool.
	Needs func(tool string) Grants
	// Refused hears the status with which somebody is refused; nil for nobody.
	Refused func(status int)
	// Log hears of who was refused and why, at warn, and of what could not be
	// checked, at error.
	Log *slog.Logger
}

// metadataPath is where RFC 9728 has the metadata of a resource. Its own path
// follows.
const metadataPath = "/.well-known/oauth-protected-resource"

// Wrap returns next behind the guard. The token is taken out of the request, so
// that nothing behind it can log it or pass it on.
func (g *Guard) Wrap(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		bearer, why := bearerOf(r)
		r.Header.Del("Authorization")
		if why != "" {
			g.refuse(w, r, "", why)
			return
		}
		c, err := g.Checker.Check(r.Context(), bearer)
		if refused, ok := errors.AsType[*RefusalError](err); ok {
			g.refuse(w, r, "invalid_token", refused.Why)
			return
		}
		if err != nil {
			g.fail(w, r, err)
			return
		}
		if !c.Grants.Has(Read) {
			g.forbid(w, r, c, Read)
			return
		}
		next(w, r.WithContext(With(r.Context(), c)))
	}
}

// Allow reports whether the caller of a request may call a tool. If not, it has
// answered which scope is missing, so that a client can ask its user for it.
func (g *Guard) Allow(w http.ResponseWriter, r *http.Request, tool string) bool {
	c := Of(r.Context())
	needed := g.Needs(tool)
	if c.Grants.Has(needed) {
		return true
	}
	g.forbid(w, r, c, needed)
	return false
}

// bearerOf takes the token from the header, the one place where it may be: in an
// address it would end up in logs.
func bearerOf(r *http.Request) (bearer, why string) {
	values := r.Header.Values("Authorization")
	switch {
	case len(values) == 0 && r.URL.Query().Has("access_token"):
		return "", "a token in the address is not taken, because logs hold addresses: send it as Authorization: Bearer"
	case len(values) == 0:
		return "", "a token is needed: send it as Authorization: Bearer"
	case len(values) > 1:
		return "", "there is more than one Authorization header"
	}
	scheme, token, _ := strings.Cut(values[0], " ")
	token = strings.TrimSpace(token)
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		return "", "the Authorization header must be Bearer and a token"
	}
	return token, ""
}

// refuse answers 401. Code is the error of RFC 6750, empty where no token came.
func (g *Guard) refuse(w http.ResponseWriter, r *http.Request, code, why string) {
	g.count(http.StatusUnauthorized)
	g.Log.LogAttrs(r.Context(), slog.LevelWarn, "caller refused", slog.Int("status", http.StatusUnauthorized), slog.String("why", why), slog.String("path", r.URL.Path), slog.String("from", r.RemoteAddr))
	g.challenge(w, r, code, why, Scopes()[0])
	writeError(w, http.StatusUnauthorized, code, why)
}

// forbid answers 403: the caller is known, and lacks a scope.
func (g *Guard) forbid(w http.ResponseWriter, r *http.Request, c Caller, needed Grants) {
	g.count(http.StatusForbidden)
	scope := ScopeFor(needed)
	why := "the token lacks the scope " + scope
	g.Log.LogAttrs(r.Context(), slog.LevelWarn, "caller refused", slog.Int("status", http.StatusForbidden), slog.String("why", why), slog.String("caller", c.Name), slog.String("path", r.URL.Path))
	g.challenge(w, r, insufficientScope, why, scope)
	writeError(w, http.StatusForbidden, insufficientScope, why)
}

func (g *Guard) count(status int) {
	if g.Refused != nil {
		g.Refused(status)
	}
}

const insufficientScope = "insufficient_scope"

// fail answers that the issuer could not be asked. The token may well be good.
func (g *Guard) fail(w http.ResponseWriter, r *http.Request, err error) {
	g.Log.LogAttrs(r.Context(), slog.LevelError, "tokens of callers cannot be checked", slog.Any("error", err))
	w.Header().Set("Retry-After", "5")
	writeError(w, http.StatusServiceUnavailable, "temporarily_unavailable", "the server cannot check tokens now; try again")
}

// challenge says how to get a token that is let in.
func (g *Guard) challenge(w http.ResponseWriter, _ *http.Request, code, why, scope string) {
	var params []string
	add := func(name, value string) {
		if value != "" {
			params = append(params, fmt.Sprintf("%s=%q", name, value))
		}
	}
	add("resource_metadata", g.metadataURL())
	if g.Resource != "" {
		add("scope", scope)
	}
	add("error", code)
	if code != "" {
		add("error_description", why)
	}
	w.Header().Set("WWW-Authenticate", strings.TrimSpace("Bearer "+strings.Join(params, ", ")))
}

// metadataURL is where the metadata is served, "" where there is none.
func (g *Guard) metadataURL() string {
	u, err := url.Parse(g.Resource)
	if err != nil || g.Resource == "" {
		return ""
	}
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: metadataPath + strings.TrimSuffix(u.Path, "/")}).String()
}

// Pages are the addresses of the metadata that clients look for before they have
// a token: with and without the path of the resource. None where tokens are
// handed out.
func (g *Guard) Pages() map[string]http.HandlerFunc {
	u, err := url.Parse(g.Resource)
	if err != nil || g.Resource == "" {
		return nil
	}
	return map[string]http.HandlerFunc{
		metadataPath:          g.metadata,
		metadataPath + "/mcp": g.metadata, // a proxy may have taken a prefix off
		metadataPath + strings.TrimSuffix(u.Path, "/"):    g.metadata,
		strings.TrimSuffix(u.Path, "/mcp") + metadataPath: g.metadata,
	}
}

// metadata says which authorization server has tokens for this one (RFC 9728).
func (g *Guard) metadata(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]any{
		"resource":                 g.Resource,
		"authorization_servers":    []string{g.Issuer},
		"scopes_supported":         Scopes(),
		"bearer_methods_supported": []string{"header"},
		"resource_name":            "hexmcp",
	})
}

// writeError answers in the form in which OAuth tells errors.
func writeError(w http.ResponseWriter, status int, code, why string) {
	if code == "" {
		code = "invalid_request"
	}
	writeJSON(w, status, map[string]string{"error": code, "error_description": why})
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // a client that left needs no answer
}
