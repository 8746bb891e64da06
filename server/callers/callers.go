// Package callers knows who calls over HTTP: it asks each request for a bearer
// token, checks it, and says what its caller may do and with whose Hex token.
//
// The tokens of callers open this server and nothing else. They are never sent to
// Hex, and nothing behind [Guard] sees them.
package callers

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net/http"

	"hexmcp/server/forwarded"
)

// Caller is somebody who may call.
type Caller struct {
	// Name tells callers apart, in logs and limits. It holds no secret: the
	// subject of a JWT with its client, or the place of a token in its file.
	Name string
	// Grants is what the caller may do.
	Grants Grants
}

// Grants is what a caller may do: a set of [Read], [Write] and [Destroy].
type Grants uint8

// The grants. Each of the later ones is of use only together with those before.
const (
	Read    Grants = 1 << iota // tools that change nothing
	Write                      // tools that add or change something
	Destroy                    // tools that remove or overwrite something, or can lower access
	All     = Read | Write | Destroy
)

// scopes are the OAuth scopes of this server, and what each grants.
var scopes = []struct {
	name   string
	grants Grants
}{{"hex:read", Read}, {"hex:write", Read | Write}, {"hex:destroy", All}}

// Scopes are the names of all scopes, from the least to the most.
func Scopes() []string {
	names := make([]string, len(scopes))
	for i, s := range scopes {
		names[i] = s.name
	}
	return names
}

// ScopeFor is the least scope that grants all that is needed.
func ScopeFor(needed Grants) string {
	for _, s := range scopes {
		if s.grants.Has(needed) {
			return s.name
		}
	}
	return scopes[len(scopes)-1].name
}

// grantsOf is what scopes grant together. Those of others grant nothing.
func grantsOf(names []string) Grants {
	var all Grants
	for _, name := range names {
		for _, s := range scopes {
			if s.name == name {
				all |= s.grants
			}
		}
	}
	return all
}

// Has reports whether all that is needed is granted.
func (g Grants) Has(needed Grants) bool { return g&needed == needed }

// Checker finds out whose a bearer token is. What is nobody's is a [*RefusalError];
// any other error means that it could not be found out now.
type Checker interface {
	Check(ctx context.Context, bearer string) (Caller, error)
}

// RefusalError says why a token lets nobody in, in a sentence that neither holds the
// token nor helps to forge one.
type RefusalError struct{ Why string }

func (r *RefusalError) Error() string { return r.Why }

type callerKey struct{}

// With returns a context in which [Of] finds the caller.
func With(ctx context.Context, c Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, c)
}

// Of is the caller of a request or a call. Where nobody is asked for a token, it
// is somebody without a name, who may do everything.
func Of(ctx context.Context) Caller {
	if c, ok := ctx.Value(callerKey{}).(Caller); ok {
		return c
	}
	return Caller{Grants: All}
}

// Carry adds to the context of calls who makes them, and with whose Hex token.
func Carry(calls context.Context, r *http.Request) context.Context {
	if c, ok := r.Context().Value(callerKey{}).(Caller); ok {
		calls = With(calls, c)
	}
	if token := HexTokenOf(r.Context()); token != "" {
		calls = context.WithValue(calls, hexTokenKey{}, token)
	}
	return forwarded.Carry(calls, r)
}

// NameOf is the name of a request's caller, "" where nobody is asked for a token.
func NameOf(r *http.Request) string { return Of(r.Context()).Name }

// KnownAs tells callers apart in logs and limits: by name or, where nobody is
// asked for a token, by a digest of the Hex token that they sent, which tells
// nothing of it; or by the address that a trusted proxy tells; "" without any.
func KnownAs(ctx context.Context) string {
	if name := Of(ctx).Name; name != "" {
		return name
	}
	token := HexTokenOf(ctx).Reveal()
	if token == "" {
		return forwarded.Client(ctx)
	}
	return fmt.Sprintf("hex-token-%.6x", sha256.Sum256([]byte(token)))
}
