package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"

	"hexmcp/hexapi"
	"hexmcp/server"
	"hexmcp/server/ready"
)

// Why no calls can be made. Anybody may read it.
const (
	unreachable ready.Reason = "Hex cannot be reached"
	unwell      ready.Reason = "Hex answers with an error of its own"
	tokenless   ready.Reason = "there is no Hex token that can be used"
	notAccepted ready.Reason = "Hex does not accept the token"
)

// readiness asks Hex whether it can be reached and takes the token.
func (c *config) readiness(serving context.Context, clientOf server.ClientOf, log *slog.Logger) (*ready.Check, error) {
	if c.hexTokenFrom == fromHeader && !c.demo {
		return c.reachability(serving, log)
	}
	return ready.New(serving, func(ctx context.Context) (ready.Reason, error) {
		client, err := clientOf(ctx)
		if err != nil {
			return tokenless, err
		}
		_, err = client.Me(ctx, hexapi.MeInput{})
		return whyNot(err), err
	}, log), nil
}

// whyNot tells of an error of Hex whether calls can be made all the same.
func whyNot(err error) ready.Reason {
	e, ok := errors.AsType[*hexapi.Error](err)
	switch {
	case err == nil:
		return ""
	case errors.Is(err, hexapi.ErrNoToken):
		return tokenless
	case !ok || e.Status == 0 && e.Limit == "":
		return unreachable
	}
	return ofStatus(e.Status, notAccepted)
}

// ofStatus tells of a status of Hex whether calls can be made.
func ofStatus(status int, unauthorized ready.Reason) ready.Reason {
	switch {
	case status == http.StatusUnauthorized:
		return unauthorized
	case status >= http.StatusInternalServerError:
		return unwell
	}
	return ""
}

// reachability asks Hex without a token, where each caller has one of their own:
// that it wants one is answer enough.
func (c *config) reachability(serving context.Context, log *slog.Logger) (*ready.Check, error) {
	base, err := hexapi.BaseURL(c.apiURL)
	if err != nil {
		return nil, err
	}
	transport, err := c.transport()
	if err != nil {
		return nil, err
	}
	address := base.JoinPath("v1", "users", "me").String()
	return ready.New(serving, func(ctx context.Context) (ready.Reason, error) {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
		if err != nil {
			return unreachable, err
		}
		res, err := transport.RoundTrip(r)
		if err != nil {
			return unreachable, err
		}
		defer res.Body.Close()
		return ofStatus(res.StatusCode, ""), nil
	}, log), nil
}
