package hexsim

import (
	"context"
	"io"
	"net/http"
	"strings"

	"hexmcp/hexapi"
)

// principal is who calls.
type principal struct {
	token    string
	readOnly bool
}

// user is whose limits a call counts against: those of a personal token are its
// user's, whatever other tokens the user has.
func (p principal) user() string {
	if p.personal() {
		return string(UserAda)
	}
	return p.token
}

// personal reports whether the token acts as UserAda.
func (p principal) personal() bool { return strings.HasPrefix(p.token, "hxtp_") }

// call is what is known of a request before its operation is.
type call struct {
	who   principal
	trace string
}

type callKey struct{}

func withCall(ctx context.Context, c call) context.Context {
	return context.WithValue(ctx, callKey{}, c)
}

func callOf(r *http.Request) call { return r.Context().Value(callKey{}).(call) }

// authenticate finds out who calls, or answers 401 as Hex's edge does: in plain
// text, whatever the operation.
func (h *Hex) authenticate(w http.ResponseWriter, r *http.Request) (principal, bool) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	token = strings.TrimSpace(token)
	if !strings.EqualFold(scheme, "Bearer") {
		token = ""
	}
	who, ok := h.tokens[token]
	if ok && !h.revoked(who) {
		return who, true
	}
	challenge := "Bearer"
	if token != "" {
		challenge = `Bearer error="invalid_token"`
	}
	w.Header().Set("WWW-Authenticate", challenge)
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(http.StatusUnauthorized)
	_, _ = io.WriteString(w, "Unauthorized")
	return principal{}, false
}

// revoked reports whether the token is the personal one of a user who was
// deactivated.
func (h *Hex) revoked(p principal) bool {
	if !p.personal() {
		return false
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.users.get(UserAda).deactivated
}

type orgRef struct {
	ID hexapi.UUID `json:"id"`
}

type tokenInfo struct {
	Exp *int64 `json:"exp"` // epoch seconds; null never expires
}

type workspaceMe struct {
	Org   orgRef    `json:"org"`
	Token tokenInfo `json:"token"`
}

type personalMe struct {
	hexapi.User
	workspaceMe
}

// me tells who the token acts as; a workspace token is nobody in particular.
func (h *Hex) me(r *request) (any, error) {
	w := workspaceMe{Org: orgRef{Workspace}}
	if !r.who.personal() {
		return w, nil
	}
	w.Token.Exp = new(h.start.AddDate(0, 0, 90).Unix())
	return personalMe{h.users.get(UserAda).User, w}, nil
}
