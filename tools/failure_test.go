package tools

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi"
	"hexmcp/schema"
)

// What a model reads when a call failed: what went wrong, why, what to do next.
func TestFailuresTeach(t *testing.T) {
	const read, run, remove = "HEX_GET_GROUP", "HEX_RUN_PROJECT", "HEX_DELETE_GUIDE_DRAFT"
	sent := func(why error) error { return &hexapi.Error{Outcome: hexapi.Unknown, Err: why} }
	for name, tc := range map[string]struct {
		tool      string
		err       error
		kind      Kind
		retryable bool
		says      string
	}{
		"bad arguments": {
			read, &schema.InvalidError{Issues: []schema.Issue{{Path: "groupId", Message: "groupId is missing"}}},
			InvalidInput, false, "groupId is missing. Nothing was sent to Hex: correct the arguments and call again.",
		},
		"id that would change the path": {
			read, failure(t, func(c *hexapi.Client) error {
				_, err := c.GetGroup(t.Context(), hexapi.GetGroupInput{GroupID: ".."})
				return err
			}),
			InvalidInput, false, `".." is not an id; give the id as a list or get tool returned it.`,
		},
		"argument that no header can carry": {
			run, failure(t, func(c *hexapi.Client) error {
				_, err := c.RunProject(t.Context(), hexapi.RunProjectInput{ProjectID: "p", FlagConfigOverride: "\n"})
				return err
			}),
			InvalidInput, false, "flagConfigOverride travels as a header: it must be one line without control characters. Nothing was sent to Hex: correct the arguments and call again.",
		},
		"no token": {
			read, &hexapi.Error{Err: hexapi.ErrNoToken}, Unauthorized, false, noToken,
		},
		"bad request": {
			read, &hexapi.Error{Outcome: hexapi.Refused, Status: 400, Code: "BAD_REQUEST", Message: "Invalid input data.", Issues: []string{"limit: too big"}, FromHex: true, TraceID: "t1"},
			InvalidInput, false, `Hex answered 400 "Invalid input data"; "limit: too big". Correct the arguments and call again. Trace id: "t1".`,
		},
		"unauthorized": {
			read, &hexapi.Error{Outcome: hexapi.Refused, Status: 401, Message: "Unauthorized", FromHex: true},
			Unauthorized, false, `Hex answered 401 "Unauthorized". The token is missing, expired or revoked, or belongs to another Hex address: put a valid one into HEX_API_TOKEN, and set HEX_API_BASE_URL for a workspace that is not on app.hex.tech.`,
		},
		"forbidden": {
			read, &hexapi.Error{Outcome: hexapi.Refused, Status: 403, FromHex: true},
			Forbidden, false, "Hex answered 403. The token lacks the scope, role or plan for this: use another token or ask an admin; repeating will not help.",
		},
		"not found": {
			read, &hexapi.Error{Outcome: hexapi.Refused, Status: 404, Message: "Group not found", FromHex: true},
			NotFound, false, `Hex answered 404 "Group not found". The id is wrong, or the token may not see it: take ids from HEX_LIST_GROUPS.`,
		},
		"draft not found": {
			remove, &hexapi.Error{Outcome: hexapi.Refused, Status: 404, FromHex: true},
			NotFound, false, "Hex answered 404. The id is wrong, or the token may not see it: take ids from HEX_UPSERT_GUIDE_DRAFT.",
		},
		"never published": {
			run, &hexapi.Error{Outcome: hexapi.Refused, Status: 422, Message: "The project has never been published", FromHex: true},
			Unprocessable, false, `Hex answered 422 "The project has never been published". A project that was never published (lastPublishedAt is null in HEX_GET_PROJECT) must be published by somebody in Hex: the API cannot.`,
		},
		"refused run inputs": {
			run, &hexapi.Error{Outcome: hexapi.Refused, Status: 422, Invalid: []hexapi.InvalidParam{{ParamName: "days", ParamValue: `"x"`, DataType: "NUMBER"}}, FromHex: true},
			Unprocessable, false, `Hex answered 422; refused values of "days" ("x": wants NUMBER). ` + invalidInputs,
		},
		"unknown run inputs": {
			run, &hexapi.Error{Outcome: hexapi.Refused, Status: 422, NotFound: []string{"color"}, FromHex: true},
			Unprocessable, false, `Hex answered 422; unknown inputs "color". ` + unknownInputs,
		},
		"run already finished": {
			"HEX_CANCEL_RUN", &hexapi.Error{Outcome: hexapi.Refused, Status: 422, Message: "The run has already finished", FromHex: true},
			Unprocessable, false, `Hex answered 422 "The run has already finished". ` + notRunning,
		},
		"rate limited by Hex": {
			run, &hexapi.Error{Outcome: hexapi.Refused, Status: 429, RetryAfter: 1500 * time.Millisecond, HasRetryAfter: true},
			RateLimited, true, "Hex answered 429. Too many requests: call again in 2 seconds.",
		},
		"rate limited before it was sent": {
			run, &hexapi.Error{Limit: "the limit of 20 runs a minute", RetryAfter: time.Second, HasRetryAfter: true, Err: &hexapi.LimitError{}},
			RateLimited, true, "the limit of 20 runs a minute is used up and nothing was sent: call again in 1 second.",
		},
		"no kernel": {
			run, &hexapi.Error{Outcome: hexapi.Refused, Status: 503, Code: "SERVICE_UNAVAILABLE", FromHex: true},
			KernelLimit, true, "Hex answered 503 SERVICE_UNAVAILABLE." + noKernel,
		},
		"fault of Hex, read": {
			read, &hexapi.Error{Outcome: hexapi.Unknown, Status: 500, Message: "Internal server error", FromHex: true},
			Upstream, true, `Hex answered 500 "Internal server error". Hex has a problem: call again later.`,
		},
		"fault of Hex, write": {
			run, &hexapi.Error{Outcome: hexapi.Unknown, Status: 500, FromHex: true},
			Upstream, false, "Hex answered 500. The request may have reached Hex and been carried out: check with HEX_GET_PROJECT_RUNS before calling again.",
		},
		"write that nothing can check": {
			remove, &hexapi.Error{Outcome: hexapi.Unknown, Status: 502},
			Upstream, false, "the answer was 502. The request may have reached Hex and been carried out: look in Hex before calling again.",
		},
		"page of a proxy": {
			read, &hexapi.Error{Outcome: hexapi.Unknown, Status: 502, RetryAfter: time.Minute},
			Upstream, true, "the answer was 502. That is not how the Hex API answers: a proxy, a firewall or a page before it has probably answered. Check HEX_API_BASE_URL, or call again in 60 seconds.",
		},
		"redirect": {
			read, &hexapi.Error{Outcome: hexapi.Refused, Status: 302},
			Upstream, false, "the answer was 302. That is a redirect, which is not followed so that the token stays where it belongs: HEX_API_BASE_URL is probably wrong.",
		},
		"answer that is no JSON": {
			read, &hexapi.Error{Outcome: hexapi.Unknown, Status: 200, Err: hexapi.ErrNotJSON},
			Upstream, false, atHex(notJSON),
		},
		"page of a firewall": {
			read, &hexapi.Error{Outcome: hexapi.Refused, Status: 403},
			Upstream, false, "the answer was 403." + notHexs + atHex(allowThisNetwork),
		},
		"words of a gateway": {
			read, &hexapi.Error{Outcome: hexapi.Refused, Status: 403, Message: "Forbidden"},
			Upstream, false, `the answer was 403 "Forbidden".` + notHexs + atHex(allowThisNetwork),
		},
		"page of a web site": {
			read, &hexapi.Error{Outcome: hexapi.Refused, Status: 404},
			Upstream, false, "the answer was 404." + notHexs + atHex(checkTheAddress),
		},
		"page about money": {
			read, &hexapi.Error{Outcome: hexapi.Refused, Status: 402},
			Upstream, false, "the answer was 402." + notHexs + atHex(allowThisNetwork),
		},
		"method that a web site does not know": {
			run, &hexapi.Error{Outcome: hexapi.Refused, Status: 405},
			Upstream, false, "the answer was 405." + notHexs + atHex(checkTheAddress),
		},
		"sign-in page": {
			read, &hexapi.Error{Outcome: hexapi.Refused, Status: 401, Origin: hexapi.Origin{Token: "the header X", Address: "the address of Y"}},
			Unauthorized, false, "the answer was 401." + notHexs + "Check the address of Y, and whether the network lets the server through without signing in; if both are right, put a valid token into the header X.",
		},
		"size that a proxy refuses": {
			run, &hexapi.Error{Outcome: hexapi.Refused, Status: 413},
			TooLarge, false, "the answer was 413." + sendLess,
		},
		"proxy that wants a login, over plain http": {
			read, &hexapi.Error{Outcome: hexapi.Refused, Status: 407},
			Upstream, false, "the answer was 407." + proxyWantsLogin,
		},
		"proxy that wants a login": {
			read, &hexapi.Error{Err: &hexapi.ProxyError{Status: 407}},
			Network, false, `Hex could not be reached: "the proxy did not connect to Hex: it answered 407 Proxy Authentication Required".` + proxyLogin,
		},
		"proxy that lets nobody through": {
			run, &hexapi.Error{Err: &hexapi.ProxyError{Status: 403}},
			Network, false, `Hex could not be reached: "the proxy did not connect to Hex: it answered 403 Forbidden".` + atHex(proxyShuts),
		},
		"proxy that does not reach Hex": {
			run, &hexapi.Error{Err: &hexapi.ProxyError{Status: 502}},
			Network, true, `Hex could not be reached: "the proxy did not connect to Hex: it answered 502 Bad Gateway".` + proxyFails,
		},
		"certificate of nobody": {
			run, &hexapi.Error{Err: fmt.Errorf("%w: x509: unknown authority", hexapi.ErrCertificate)},
			Network, false, `Hex could not be reached: "the certificate is not trusted: x509: unknown authority".` + atHex(distrusted),
		},
		"switch of protocols": {
			read, &hexapi.Error{Outcome: hexapi.Unknown, Status: 101},
			Upstream, false, "the answer was 101." + atHex(switched),
		},
		"switch of protocols, write": {
			run, &hexapi.Error{Outcome: hexapi.Unknown, Status: 101},
			Upstream, false, "the answer was 101. The request may have reached Hex and been carried out: check with HEX_GET_PROJECT_RUNS before calling again.",
		},
		"408, read": {
			read, &hexapi.Error{Outcome: hexapi.Unknown, Status: 408},
			Upstream, true, "the answer was 408." + notThrough,
		},
		"499, write": {
			run, &hexapi.Error{Outcome: hexapi.Unknown, Status: 499},
			Upstream, false, "the answer was 499. The request may have reached Hex and been carried out: check with HEX_GET_PROJECT_RUNS before calling again.",
		},
		"status that only Hex knows": {
			run, &hexapi.Error{Outcome: hexapi.Refused, Status: 418, Message: "Teapot", FromHex: true},
			Upstream, false, `Hex answered 418 "Teapot".` + notAsItIs,
		},
		"conflict": {
			run, &hexapi.Error{Outcome: hexapi.Refused, Status: 409, Message: "Locked", FromHex: true},
			Conflict, false, `Hex answered 409 "Locked".` + inTheWay,
		},
		"deletion of a cell that was refused after a lost answer: ids that are gone were seen to be forbidden": {
			"HEX_DELETE_CELL", &hexapi.Error{Outcome: hexapi.Unknown, Status: 403, Message: "Insufficient access", FromHex: true},
			Forbidden, false, `Hex answered 403 "Insufficient access". An attempt before it got no answer and may have been carried out. ` + outdatedCell,
		},
		"new cell that may not be put there: ids of cells were seen to be forbidden once they are outdated": {
			"HEX_CREATE_CELL", &hexapi.Error{Outcome: hexapi.Refused, Status: 403, FromHex: true},
			Forbidden, false, "Hex answered 403. " + mayNotAddCell,
		},
		"cancellation that was refused after a lost answer": {
			"HEX_CANCEL_RUN", &hexapi.Error{Outcome: hexapi.Unknown, Status: 422, Message: "The run has already finished", FromHex: true},
			Unprocessable, false, `Hex answered 422 "The run has already finished". An attempt before it got no answer and may have been carried out. ` + notRunning,
		},
		"success without a body, read": {
			read, &hexapi.Error{Outcome: hexapi.Unknown, Status: 200, Err: hexapi.ErrNoBody},
			Upstream, true, "the answer was 200 without the body that belongs to it. Calling again is safe.",
		},
		"success with other JSON than an object, read": {
			read, &hexapi.Error{Outcome: hexapi.Unknown, Status: 200, Err: hexapi.ErrNoObject},
			Upstream, false, "the answer was 200 with JSON that is no object, which is not how the Hex API answers: check HEX_API_BASE_URL.",
		},
		"success with other JSON than an object, write": {
			run, &hexapi.Error{Outcome: hexapi.Unknown, Status: 201, Err: hexapi.ErrNoObject},
			Upstream, false, "the answer was 201 with JSON that is no object, which is not how the Hex API answers: check HEX_API_BASE_URL. The request may have reached Hex and been carried out: check with HEX_GET_PROJECT_RUNS before calling again.",
		},
		"success without a body, write": {
			run, &hexapi.Error{Outcome: hexapi.Unknown, Status: 201, Err: hexapi.ErrNoBody},
			Upstream, false, "the answer was 201 without the body that belongs to it. The request may have reached Hex and been carried out: check with HEX_GET_PROJECT_RUNS before calling again.",
		},
		"answer cut off": {
			read, &hexapi.Error{Outcome: hexapi.Done, Status: 200, Err: io.ErrUnexpectedEOF},
			Upstream, true, "Hex answered 200 but the answer was cut off. Calling again is safe.",
		},
		"answer too large": {
			read, &hexapi.Error{Outcome: hexapi.Done, Status: 200, Err: hexapi.ErrTooLarge},
			TooLarge, false, "the answer is larger than 16 MiB. Ask for less, with a smaller limit.",
		},
		"no connection": {
			run, &hexapi.Error{Err: errors.New("connection refused")},
			Network, true, "Hex could not be reached: connection refused. Calling again is safe.",
		},
		"address that nobody has": {
			read, &hexapi.Error{Err: &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: "eu.hex.tec", IsNotFound: true}}},
			Network, true, "Hex could not be reached: dial tcp: lookup eu.hex.tec: no such host. Check HEX_API_BASE_URL, and that the machine is on the network. Calling again is safe.",
		},
		"connection broken, read": {
			read, sent(io.ErrUnexpectedEOF),
			Network, true, "the connection to Hex broke before the answer: unexpected EOF. Calling again is safe.",
		},
		"connection broken, write": {
			run, sent(io.ErrUnexpectedEOF),
			Network, false, "the connection to Hex broke before the answer: unexpected EOF. The request may have reached Hex and been carried out: check with HEX_GET_PROJECT_RUNS before calling again.",
		},
		"out of time": {
			read, sent(hexapi.ErrTimeout),
			Timeout, true, "Hex did not answer in time. Calling again is safe.",
		},
		"canceled": {
			run, sent(fmt.Errorf("the server is stopping: %w", context.Canceled)),
			Canceled, false, "the call was canceled. The request may have reached Hex and been carried out: check with HEX_GET_PROJECT_RUNS before calling again.",
		},
		"canceled before it was sent": {
			run, &hexapi.Error{Err: context.Canceled},
			Canceled, true, "the call was canceled. Calling again is safe.",
		},
		"answer cut off, write": {
			run, &hexapi.Error{Outcome: hexapi.Done, Status: 201, Err: io.ErrUnexpectedEOF},
			Upstream, false, "Hex answered 201 but the answer was cut off. The request may have reached Hex and been carried out: check with HEX_GET_PROJECT_RUNS before calling again.",
		},
		"answer that ended too late": {
			read, &hexapi.Error{Outcome: hexapi.Done, Status: 200, Err: fmt.Errorf("%w: unexpected EOF", hexapi.ErrTimeout)},
			Timeout, true, "Hex did not finish its answer in time. Calling again is safe.",
		},
		"503 of a proxy to a run": {
			run, &hexapi.Error{Outcome: hexapi.Unknown, Status: 503},
			Upstream, false, "the answer was 503. The request may have reached Hex and been carried out: check with HEX_GET_PROJECT_RUNS before calling again.",
		},
		"503 of Hex to another write": {
			"HEX_CREATE_GROUP", &hexapi.Error{Outcome: hexapi.Unknown, Status: 503, FromHex: true},
			Upstream, false, "Hex answered 503. The request may have reached Hex and been carried out: check with HEX_LIST_GROUPS before calling again.",
		},
		"lost answer to a cell's change, after which its id may be new": {
			"HEX_UPDATE_CELL", &hexapi.Error{Outcome: hexapi.Unknown, Status: 503},
			Upstream, false, "the answer was 503. The request may have reached Hex and been carried out: check with HEX_LIST_CELLS (look for its staticId, as its id may be new) before calling again.",
		},
		"lost answer to a sharing edit, which a project shows when asked": {
			"HEX_EDIT_PROJECT_SHARING_USERS", &hexapi.Error{Outcome: hexapi.Unknown, Status: 503},
			Upstream, false, "the answer was 503. The request may have reached Hex and been carried out: check with HEX_GET_PROJECT (includeSharing true) before calling again.",
		},
		"503 of Hex that did nothing, of another tool": {
			"HEX_CREATE_GROUP", &hexapi.Error{Outcome: hexapi.Refused, Status: 503, FromHex: true},
			Upstream, true, "Hex answered 503. Hex has a problem: call again later.",
		},
		"budget that cannot be asked": {
			run, &hexapi.Error{Err: fmt.Errorf("%w: dial tcp 10.0.0.7:6379: refused", hexapi.ErrBudget)},
			Internal, true, "the server could not ask how many runs or calls are left, and sent nothing to Hex. Calling again is safe.",
		},
		"request that cannot be encoded": {
			run, &hexapi.Error{Err: fmt.Errorf("%w: a secret of the server", hexapi.ErrEncode)},
			Internal, false, "the server could not build the request. This is a defect of the server; repeating the call will not help.",
		},
		"what nobody expects": {
			read, errors.New("a secret of the server"),
			Internal, false, "the server could not build the request. This is a defect of the server; repeating the call will not help.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			a, ok := Find(tc.tool)
			require.True(t, ok)
			e := a.explain(fmt.Errorf("GET /v1/x: %w", tc.err))
			assert.Equal(t, tc.tool+" failed: "+tc.says, e.Error)
			assert.Equal(t, tc.kind, e.Detail.Kind)
			assert.Equal(t, tc.retryable, e.Detail.Retryable)
		})
	}
}

// atHex is a sentence on an address that comes from where it does if nobody says.
func atHex(sentence string) string { return fmt.Sprintf(sentence, "HEX_API_BASE_URL") }

// failure is the error of a call that cannot be sent.
func failure(t *testing.T, call func(*hexapi.Client) error) error {
	t.Helper()
	c, err := hexapi.New(hexapi.Config{Token: "hxtp_test", Transport: http.NewFileTransport(http.Dir(t.TempDir()))})
	require.NoError(t, err)
	err = call(c)
	require.Error(t, err)
	return err
}

func TestFailuresCarryWhatAProgramNeeds(t *testing.T) {
	a, _ := Find("HEX_RUN_PROJECT")
	e := a.explain(&hexapi.Error{
		Outcome: hexapi.Refused, Status: 429, Code: "TOO_MANY_REQUESTS", Message: "Slow down", TraceID: "t1", Issues: []string{"one"},
		Details: json.RawMessage(`[{"a":1}]`), RetryAfter: 90 * time.Second, HasRetryAfter: true, FromHex: true,
		Invalid: []hexapi.InvalidParam{{ParamName: "days"}}, NotFound: []string{"color"},
	})
	assert.Equal(t, &ErrorDetail{
		Kind: RateLimited, Status: 429, Code: "TOO_MANY_REQUESTS", Message: "Slow down", TraceID: "t1",
		Retryable: true, RetryAfterSeconds: 90, Issues: []Issue{{Message: "one"}, {Message: `[{"a":1}]`}},
		InvalidParams: []hexapi.InvalidParam{{ParamName: "days"}}, NotFoundParams: []string{"color"},
	}, e.Detail)
}

// Nothing that a 4xx says is cured by time alone.
func TestNo4xxIsAnsweredByWaiting(t *testing.T) {
	for status := 400; status < 500; status++ {
		for _, fromHex := range []bool{true, false} {
			e := All()[0].explain(&hexapi.Error{Outcome: hexapi.Refused, Status: status, FromHex: fromHex})
			assert.NotContains(t, e.Error, "later", status)
			assert.Equal(t, status == 429, e.Detail.Retryable, status)
		}
	}
}
