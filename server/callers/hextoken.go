package callers

import (
	"context"
	"net/http"

	"hexmcp/hexapi"
)

// HexTokenHeader is the header in which a caller sends its own token of Hex,
// where the server has none.
const HexTokenHeader = "X-Hex-Api-Token"

type hexTokenKey struct{}

// HexTokens says whose Hex token calls are made with.
type HexTokens struct {
	// FromHeader takes the token that each caller sends. Without it, requests that
	// send one are refused: their sender believes to act as somebody else.
	FromHeader bool
}

// Wrap returns next with the token of the request in its context and no longer
// in its headers.
func (h HexTokens) Wrap(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		values := r.Header.Values(HexTokenHeader)
		r.Header.Del(HexTokenHeader)
		switch {
		case len(values) > 0 && !h.FromHeader:
			writeError(w, http.StatusBadRequest, "", "this server acts with a Hex token of its own: leave out the header "+HexTokenHeader)
		case len(values) > 1:
			writeError(w, http.StatusBadRequest, "", "there is more than one header "+HexTokenHeader)
		case len(values) == 1:
			next(w, r.WithContext(context.WithValue(r.Context(), hexTokenKey{}, hexapi.Secret(values[0]))))
		default:
			next(w, r)
		}
	}
}

// HexTokenOf is the token of Hex that the caller of a call has sent, "" for none.
func HexTokenOf(ctx context.Context) hexapi.Secret {
	token, _ := ctx.Value(hexTokenKey{}).(hexapi.Secret)
	return token
}
