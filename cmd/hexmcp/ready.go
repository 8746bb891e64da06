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

// Reasons why no calls can be made. Anybody may read them at /readyz.
const (
	unreachable ready.Reason = "Hex cannot be reached"
	unwell      ready.Reason = "Hex answers with an error of its own"
	tokenless   ready.Reason = "there is no Hex token that can be used"
	notAccepted ready.Reason = "Hex does not accept the token"
)

// readiness checks whether Hex can be reached and accepts the token.
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

// whyNot is the reason why calls fail, from the error of a call; "" if they can be made.
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

// ofStatus is the reason why calls fail, from the status of an answer; "" if they can be
// made. For a 401 it is unauthorized.
func ofStatus(status int, unauthorized ready.Reason) ready.Reason {
	switch {
	case status == http.StatusUnauthorized:
		return unauthorized
	case status >= http.StatusInternalServerError:
		return unwell
	}
	return ""
}

// reachability checks whether Hex can be reached when each caller sends a token of its
// own. It asks Hex without a token; a 401 shows that Hex is there.
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
