package doctor

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"hexmcp/hexapi"
)

// Limits beyond which a check remarks on something.
const (
	mostSkew         = time.Minute        // difference between our clock and Hex's
	leastToken       = 7 * 24 * time.Hour // time until the token expires
	leastCertificate = 7 * 24 * time.Hour // time until the certificate expires
)

// Reach checks, by the result of a call, whether Hex's API can be reached.
func Reach(address string, seen Seen, err error) Check {
	const name = "API"
	took := seen.Took.Round(time.Millisecond)
	e, isAPI := errors.AsType[*hexapi.Error](err)
	switch {
	case err == nil, isAPI && e.Status != 0 && e.FromHex:
		return Good(name, "%s answers in %s", address, took)
	case errors.Is(err, hexapi.ErrCertificate):
		return Bad(name, err.Error(), "something between here and Hex may be reading along: give the certificate of your company's proxy with --ca-file, or ask whoever runs the network")
	case errors.Is(err, hexapi.ErrProxy):
		return Bad(name, err.Error(), "correct HTTPS_PROXY, or have Hex's host allowed at the proxy")
	case isAPI && e.Status == http.StatusUnauthorized:
		return Good(name, "%s answers in %s", address, took)
	case isAPI && e.Status != 0:
		return Bad(name, fmt.Sprintf("%s is answered with %d by something other than Hex's API", address, e.Status), "see that the address is right (--api-url, or hexmcp login), and that no proxy or sign-in page stands before it")
	}
	return Bad(name, fmt.Sprintf("%s cannot be reached: %v", address, err), "see that the address is right, and whether a firewall or a proxy stands between; HTTPS_PROXY names a proxy")
}

// Accepted checks, by the result of a call, whether Hex accepts the token. Renewal is the
// cure if it does not.
func Accepted(err error, renewal string) Check {
	const name = "token at Hex"
	e, isAPI := errors.AsType[*hexapi.Error](err)
	switch {
	case err == nil:
		return Good(name, "taken")
	case isAPI && e.Status == http.StatusUnauthorized:
		return Bad(name, "not taken: it is incomplete, has ended or was deleted, or belongs to another address", renewal)
	case IsAnonymous(err):
		return Good(name, "taken, but Hex does not say whose it is")
	}
	return Remark(name, "not known, because Hex was not reached", "")
}

// IsAnonymous reports whether Hex accepted a token but did not say whose it is: it
// answered 403 or 404. It would answer 401 to an unknown token.
func IsAnonymous(err error) bool {
	e, ok := errors.AsType[*hexapi.Error](err)
	return ok && e.FromHex && (e.Status == http.StatusForbidden || e.Status == http.StatusNotFound)
}

// Clock compares the clock of this machine with that of Hex.
func Clock(seen Seen) Check {
	const name = "clock"
	switch {
	case !seen.HasDate:
		return Remark(name, "Hex did not tell the time", "")
	case seen.Skew.Abs() > mostSkew:
		way := "behind"
		if seen.Skew < 0 {
			way = "ahead of"
		}
		return Remark(name, fmt.Sprintf("this machine is %s %s Hex", seen.Skew.Abs().Round(time.Second), way), "set the clock: certificates and the ends of tokens are judged by it")
	}
	return Good(name, "right to within %s", max(time.Second, seen.Skew.Abs().Round(time.Second)))
}

// Certificate says who issued Hex's certificate, and when it expires.
func Certificate(state *tls.ConnectionState, now time.Time) Check {
	const name = "certificate"
	if state == nil || len(state.PeerCertificates) == 0 {
		return Remark(name, "none: the connection is not encrypted", "")
	}
	leaf := state.PeerCertificates[0]
	says := fmt.Sprintf("%s, by %s, until %s", leaf.Subject.CommonName, issuer(leaf.Issuer.Organization, leaf.Issuer.CommonName), leaf.NotAfter.Format(time.DateOnly))
	if leaf.NotAfter.Sub(now) < leastCertificate {
		return Remark(name, says, "it ends soon: whoever runs that host must renew it")
	}
	return Good(name, "%s", says)
}

func issuer(organization []string, name string) string {
	return strings.TrimSpace(strings.Join(organization, ", ") + " " + name)
}

// Expiry says when the token expires. Renewal is the cure if that is soon.
func Expiry(ends *time.Time, says string, now time.Time, renewal string) Check {
	const name = "token ends"
	switch {
	case ends != nil && ends.Before(now):
		return Bad(name, says, renewal)
	case ends != nil && ends.Sub(now) < leastToken:
		return Remark(name, says, renewal)
	}
	return Good(name, "%s", says)
}

// Scopes checks what the token may read, by a list of one entry of each kind. What it may
// write cannot be found out without writing.
func Scopes(ctx context.Context, c *hexapi.Client) Check {
	const name = "may read"
	var may, mayNot []string
	for _, probe := range probes(c) {
		err := probe.ask(ctx)
		e, isAPI := errors.AsType[*hexapi.Error](err)
		switch {
		case err == nil:
			may = append(may, probe.what)
		case isAPI && e.FromHex && e.Status == http.StatusForbidden:
			mayNot = append(mayNot, probe.what)
		default:
			return Remark(name, fmt.Sprintf("not known: %s: %v", probe.what, err), "")
		}
	}
	if len(mayNot) == 0 {
		return Good(name, "%s", strings.Join(may, ", "))
	}
	return Remark(name, strings.Join(append(may, "not "+strings.Join(mayNot, ", not ")), ", "),
		"where you miss something, give the token that scope in Hex, or take one of a user with the role")
}

// probe is a request that reads one entry of a kind.
type probe struct {
	what string
	ask  func(context.Context) error
}

func probes(c *hexapi.Client) []probe {
	return []probe{
		{"projects", reading(c, (*hexapi.Client).ListProjects, hexapi.ListProjectsInput{Limit: 1})},
		{"users", reading(c, (*hexapi.Client).ListUsers, hexapi.ListUsersInput{Limit: 1})},
		{"groups", reading(c, (*hexapi.Client).ListGroups, hexapi.ListGroupsInput{Limit: 1})},
		{"collections", reading(c, (*hexapi.Client).ListCollections, hexapi.ListCollectionsInput{Limit: 1})},
		{"data connections", reading(c, (*hexapi.Client).ListDataConnections, hexapi.ListDataConnectionsInput{Limit: 1})},
	}
}

func reading[In, Out any](c *hexapi.Client, list func(*hexapi.Client, context.Context, In) (hexapi.Answer[Out], error), one In) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := list(c, ctx, one)
		return err
	}
}
