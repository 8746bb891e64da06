package callers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/lestrrat-go/jwx/v3/jwa"
	"github.com/lestrrat-go/jwx/v3/jws"
	"github.com/lestrrat-go/jwx/v3/jwt"
)

// What is taken of a JWT.
const (
	maxJWT = 16 << 10         // bytes
	skew   = 30 * time.Second // that clocks may differ by
)

// JWT lets in whoever has an access token that an authorization server has
// signed for this server (OAuth 2.1, RFC 9068).
type JWT struct {
	// Issuer is the authorization server, as its metadata and the tokens name it.
	Issuer string
	// Audiences are the names of this server, of which a token must be for one.
	Audiences []string
	// Keys are those of the issuer.
	Keys *Keys
}

// algorithms are the signatures that are taken. None of them is made with a
// secret that both sides know, so that a public key can never pass for one.
func algorithms() []jwa.SignatureAlgorithm {
	return []jwa.SignatureAlgorithm{
		jwa.RS256(), jwa.RS384(), jwa.RS512(), jwa.PS256(), jwa.PS384(), jwa.PS512(),
		jwa.ES256(), jwa.ES384(), jwa.ES512(), jwa.EdDSA(), jwa.EdDSAEd25519(),
	}
}

// Check verifies signature, issuer, audience and times of a token.
func (j *JWT) Check(ctx context.Context, bearer string) (Caller, error) {
	alg, kid, err := headerOf(bearer)
	if err != nil {
		return Caller{}, err
	}
	key, err := j.Keys.Find(ctx, kid)
	if err != nil {
		return Caller{}, err
	}
	if its, ok := key.Algorithm(); ok && its.String() != alg.String() {
		return Caller{}, &Refusal{"the token is not signed as its key must be used"}
	}
	token, err := jwt.ParseString(bearer, jwt.WithKey(alg, key), jwt.WithValidate(false))
	if err != nil {
		return Caller{}, &Refusal{"the signature of the token does not hold"}
	}
	if err := j.validate(token); err != nil {
		return Caller{}, err
	}
	return callerOf(token), nil
}

// headerOf reads what a token says about its signature, before it is believed.
func headerOf(bearer string) (alg jwa.SignatureAlgorithm, kid string, err error) {
	none := jwa.NoSignature()
	if len(bearer) > maxJWT || strings.Count(bearer, ".") != 2 {
		return none, "", &Refusal{"the token is no JWT"}
	}
	message, err := jws.ParseString(bearer)
	if err != nil || len(message.Signatures()) != 1 {
		return none, "", &Refusal{"the token is no JWT"}
	}
	header := message.Signatures()[0].ProtectedHeaders()
	alg, ok := header.Algorithm()
	if !ok || !slices.Contains(algorithms(), alg) {
		return none, "", &Refusal{"the token is signed in a way that is not taken: RSA, ECDSA or Ed25519 is needed"}
	}
	if critical, ok := header.Critical(); ok && len(critical) > 0 {
		return none, "", &Refusal{"the token has a critical header that is not known"}
	}
	kid, _ = header.KeyID()
	return alg, kid, nil
}

func (j *JWT) validate(token jwt.Token) error {
	if issuer, _ := token.Issuer(); issuer != j.Issuer {
		return &Refusal{"the token is of another issuer than " + j.Issuer}
	}
	if audiences, _ := token.Audience(); !slices.ContainsFunc(audiences, func(a string) bool { return slices.Contains(j.Audiences, a) }) {
		return &Refusal{"the token is for another audience than " + strings.Join(j.Audiences, " or ")}
	}
	err := jwt.Validate(token, jwt.WithAcceptableSkew(skew), jwt.WithRequiredClaim(jwt.ExpirationKey), jwt.WithRequiredClaim(jwt.SubjectKey))
	switch {
	case err == nil:
		return nil
	case errors.Is(err, jwt.TokenExpiredError()):
		return &Refusal{"the token has expired"}
	case errors.Is(err, jwt.TokenNotYetValidError()), errors.Is(err, jwt.InvalidIssuedAtError()):
		return &Refusal{"the token is not valid yet"}
	}
	return &Refusal{"the token lacks exp or sub"}
}

// callerOf names the caller by subject and client, and grants what the scopes of
// the token do.
func callerOf(token jwt.Token) Caller {
	subject, _ := token.Subject()
	name := subject
	for _, claim := range []string{"client_id", "azp"} {
		var client string
		if token.Get(claim, &client) == nil && client != "" && client != subject {
			name = fmt.Sprintf("%s by %s", subject, client)
			break
		}
	}
	return Caller{Name: name, Grants: grantsOf(scopesOf(token))}
}

// scopesOf are the scopes of a token: words of scope, or of scp, which some
// issuers write as a list.
func scopesOf(token jwt.Token) []string {
	var all []string
	for _, claim := range []string{"scope", "scp"} {
		var words string
		var list []any
		if token.Get(claim, &words) == nil {
			all = append(all, strings.Fields(words)...)
		} else if token.Get(claim, &list) == nil {
			for _, each := range list {
				if word, ok := each.(string); ok {
					all = append(all, word)
				}
			}
		}
	}
	return all
}
