package server_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mark3labs/mcp-go/client"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"hexmcp/hexapi"
	"hexmcp/hexapi/hexfault"
	"hexmcp/server"
	"hexmcp/tools"
)

// advice is what a caller is told to do about a failed call.
type advice string

const (
	again advice = "retryable: the same call may succeed later"
	check advice = "not retryable: it may have happened, check with the tool that is named"
	leave advice = "not retryable: something else must change first"
)

// seen is what a fault looks like from outside.
type seen struct {
	kind     tools.Kind // when the fault lasts; empty for a success
	advice   advice
	requests int // that Hex sees of a fault that happens once; 2 when a repeat heals it
}

// faultRow says what comes of a fault for each class of tools.
type faultRow struct {
	fault hexfault.Fault
	read  seen // GET
	safe  seen // PUT, DELETE
	edit  seen // PATCH: must not be made twice
	run   seen // POST: must not be made twice

	bodiless bool // where Hex declares no body, it is a success
}

func all(f hexfault.Fault, s seen) faultRow {
	return faultRow{fault: f, read: s, safe: s, edit: s, run: s}
}

func bodiless(r faultRow) faultRow { r.bodiless = true; return r }

// doubtful is a fault after which a write may have happened. What may be
// repeated is sent the given number of times, POST and PATCH once.
func doubtful(f hexfault.Fault, kind tools.Kind, read advice, requests int) faultRow {
	unsafe := seen{kind, check, 1}
	return faultRow{fault: f, read: seen{kind, read, requests}, safe: seen{kind, check, requests}, edit: unsafe, run: unsafe}
}

// edited is r where a call that is made once ends in another kind.
func (r faultRow) edited(kind tools.Kind) faultRow { r.edit.kind, r.run.kind = kind, kind; return r }

// faultTable says what a caller sees, and how often Hex is asked, when Hex or
// what stands before it goes wrong. It holds for every transport.
func faultTable() []faultRow {
	return []faultRow{
		doubtful(hexfault.ResetBeforeRead, tools.Network, again, 2),
		doubtful(hexfault.ResetAfterRead, tools.Network, again, 2),
		doubtful(hexfault.CloseAfterRead, tools.Network, again, 2),
		doubtful(hexfault.CloseThen404, tools.NotFound, leave, 2).edited(tools.Network),
		doubtful(hexfault.Garbage, tools.Network, again, 2),
		doubtful(hexfault.StallHeaders, tools.Timeout, again, 1),
		doubtful(hexfault.StallBody, tools.Timeout, again, 1),
		doubtful(hexfault.Drip, tools.Timeout, again, 1),
		doubtful(hexfault.LengthTooLong, tools.Upstream, again, 2),
		doubtful(hexfault.LengthTooShort, tools.Upstream, leave, 1),
		doubtful(hexfault.TruncatedJSON, tools.Upstream, leave, 1),
		doubtful(hexfault.HTMLPage, tools.Upstream, leave, 1),
		doubtful(hexfault.Oversize, tools.TooLarge, leave, 1),
		doubtful(hexfault.GzipBomb, tools.TooLarge, leave, 1),
		doubtful(hexfault.BrokenGzip, tools.Upstream, again, 2),
		doubtful(hexfault.InternalError, tools.Upstream, again, 1),
		doubtful(hexfault.GarbageError, tools.Upstream, again, 1),
		doubtful(hexfault.BadGateway, tools.Upstream, again, 2),
		doubtful(hexfault.Unavailable, tools.Upstream, again, 2),
		doubtful(hexfault.GatewayTimeout, tools.Upstream, again, 2),
		doubtful(hexfault.UnavailableForHours, tools.Upstream, again, 1),
		all(hexfault.WrongContentType, seen{requests: 1}),
		bodiless(doubtful(hexfault.EmptySuccess, tools.Upstream, again, 1)),
		bodiless(doubtful(hexfault.NullSuccess, tools.Upstream, again, 1)),
		bodiless(doubtful(hexfault.NoContentBody, tools.Upstream, again, 1)),
		all(hexfault.TwoAnswers, seen{requests: 1}),
		doubtful(hexfault.Switch, tools.Upstream, leave, 1),
		doubtful(hexfault.LongHeader, tools.Network, again, 2),
		doubtful(hexfault.ManyHints, tools.Network, again, 2),
		doubtful(hexfault.NoStatus, tools.Network, again, 2),
		doubtful(hexfault.RequestTimeout, tools.Upstream, again, 2),
		doubtful(hexfault.TooEarly, tools.Upstream, again, 2),
		doubtful(hexfault.ClientClosed, tools.Upstream, again, 1),
		all(hexfault.ForbiddenPage, seen{tools.Upstream, leave, 1}),
		all(hexfault.NotFoundPage, seen{tools.Upstream, leave, 1}),
		all(hexfault.Redirect, seen{tools.Upstream, leave, 1}),
		all(hexfault.RedirectNowhere, seen{tools.Upstream, leave, 1}),
		all(hexfault.EdgeUnauthorized, seen{tools.Unauthorized, leave, 1}),
		all(hexfault.NewShape, seen{tools.InvalidInput, leave, 1}),
		all(hexfault.OldShape, seen{tools.Forbidden, leave, 1}),
		all(hexfault.DetailsList, seen{tools.NotFound, leave, 1}),
		all(hexfault.RunInputs, seen{tools.Unprocessable, leave, 1}),
		all(hexfault.TooMany, seen{tools.RateLimited, again, 2}),
		all(hexfault.TooManySeconds, seen{tools.RateLimited, again, 2}),
		all(hexfault.TooManySkewed, seen{tools.RateLimited, again, 2}),
		all(hexfault.TooManyForAnHour, seen{tools.RateLimited, again, 1}),
		all(hexfault.TooManyMilliseconds, seen{tools.RateLimited, again, 2}),
		all(hexfault.TooManyInfinite, seen{tools.RateLimited, again, 2}),
		all(hexfault.TooManyReset, seen{tools.RateLimited, again, 2}),
		{
			fault: hexfault.KernelLimit,
			read:  seen{tools.Upstream, again, 2},
			safe:  seen{tools.Upstream, check, 2},
			edit:  seen{tools.Upstream, check, 1},
			run:   seen{tools.KernelLimit, again, 1}, // Hex promises that no run was created
		},
		{
			fault: hexfault.ResetReused, // a new connection is well
			read:  seen{requests: 2},
			safe:  seen{requests: 2},
			edit:  seen{tools.Network, check, 1},
			run:   seen{tools.Network, check, 1},
		},
	}
}

// subject is a tool that stands for its class.
type subject struct {
	tool   string
	look   string // what its sentence says when it may have happened
	expect func(faultRow) seen
}

func subjects() []subject {
	return []subject{
		{"HEX_LIST_PROJECTS", "", func(r faultRow) seen { return r.read }},
		{"HEX_UPSERT_GUIDE_DRAFT", "look in Hex before calling again.", func(r faultRow) seen { return r.safe }},
		{"HEX_DELETE_GROUP", "check with HEX_GET_GROUP (404: it is gone) before calling again.", func(r faultRow) seen {
			if r.bodiless {
				return seen{requests: 1}
			}
			return r.safe
		}},
		{"HEX_UPDATE_CELL", "check with HEX_LIST_CELLS (look for its staticId, as its id may be new) before calling again.", func(r faultRow) seen { return r.edit }},
		{"HEX_RUN_PROJECT", "check with HEX_GET_PROJECT_RUNS before calling again.", func(r faultRow) seen { return r.run }},
	}
}

// says is what the sentence must tell the model to do.
func (s subject) says(want seen) string {
	switch {
	case want.advice == check && want.kind == tools.NotFound:
		return "there never was one by this id"
	case want.advice == check:
		return s.look
	}
	return map[advice]map[tools.Kind]string{
		again: {
			tools.Network:     "Calling again is safe.",
			tools.Timeout:     "Calling again is safe.",
			tools.Upstream:    "again",
			tools.RateLimited: "call again in",
			tools.KernelLimit: "no run was created: wait for a run to end, or ask the user which one to cancel (HEX_CANCEL_RUN), then call again.",
		},
		leave: {
			tools.Upstream:      "HEX_API_BASE_URL",
			tools.TooLarge:      "Ask for less",
			tools.Unauthorized:  "put a valid one into HEX_API_TOKEN",
			tools.InvalidInput:  "Correct the arguments",
			tools.Forbidden:     "another token or ask an admin",
			tools.NotFound:      "id",
			tools.Unprocessable: "Hex",
		},
	}[want.advice][want.kind]
}

func TestFaultsThroughEachTransport(t *testing.T) {
	table, arguments := faultTable(), calls(t)
	require.Len(t, table, len(hexfault.All()), "each fault has a row")
	actions := tools.All()
	var waiting errgroup.Group
	waiting.SetLimit(64)
	for _, transport := range slices.Sorted(maps.Keys(transports)) {
		for _, s := range subjects() {
			for _, row := range table {
				c := faultCase{row.fault, s, s.expect(row), transports[transport], actions, arguments[s.tool]["minimal"]}
				name := transport + "/" + s.tool + "/" + string(row.fault)
				switch {
				case !heavy(row.fault):
					waiting.Go(func() error { t.Run(name, c.test); return nil })
				case !racing() || s.tool == "HEX_RUN_PROJECT":
					defer t.Run(name, c.test) // by itself, or it would take the others' time
				}
			}
		}
	}
	_ = waiting.Wait()
}

// heavy faults move many megabytes, which takes the race detector half a second
// each.
func heavy(f hexfault.Fault) bool { return f == hexfault.Oversize || f == hexfault.GzipBomb }

func racing() bool {
	info, _ := debug.ReadBuildInfo()
	return slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}

// faultCase is one fault that one tool meets through one transport.
type faultCase struct {
	fault     hexfault.Fault
	subject   subject
	want      seen
	dial      func(*testing.T, *server.Server) *client.Client
	actions   []tools.Action
	arguments json.RawMessage
}

func (c faultCase) test(t *testing.T) {
	c.lasts(t)
	if c.want.requests > 1 && c.want.kind != "" {
		c.heals(t)
	}
}

// lasts meets a fault that does not end. Time is short where only its end ends
// the call, and longer where the machine is too busy to meet the fault in it.
func (c faultCase) lasts(t *testing.T) {
	timeout := time.Minute
	if c.want.kind == tools.Timeout || c.want.kind != "" && c.want.requests > 1 {
		timeout = 2 * time.Second
	}
	e, requests := c.call(t, hexfault.New(c.fault), timeout)
	for range 4 {
		if !c.missed(e, requests) {
			break
		}
		timeout = min(4*timeout, time.Minute)
		e, requests = c.call(t, hexfault.New(c.fault), timeout)
	}
	if c.want.requests == 1 || c.want.kind == "" {
		assert.Equal(t, c.want.requests, requests, "requests that Hex saw")
	}
	if c.want.kind == "" {
		assert.True(t, e.Successful, "%v", e.Error)
		return
	}
	require.False(t, e.Successful)
	want := c.want
	if requests > 1 && e.ErrorDetail.Kind == tools.Timeout {
		want.kind = tools.Timeout // in the middle of a repeat, which may have been made or not
		if c.subject.look != "" && !e.ErrorDetail.Retryable {
			want.advice = check
		}
	}
	assert.Equal(t, want.kind, e.ErrorDetail.Kind)
	assert.Equal(t, want.advice == again, e.ErrorDetail.Retryable)
	assert.Contains(t, *e.Error, c.subject.tool+" failed: ")
	assert.Contains(t, *e.Error, c.subject.says(want))
}

// missed reports whether time ran out before the fault was met, or before there was
// a repeat, without which the first failure is told.
func (c faultCase) missed(e envelope, requests int) bool {
	switch {
	case e.Successful:
		return c.want.kind != "" && c.fault == hexfault.ResetReused // the connection was idle for too long
	case e.ErrorDetail.Kind == tools.Timeout:
		return requests == 0 || requests == 1 && c.want.kind != tools.Timeout
	}
	return requests == 1 && c.want.requests > 1 && e.ErrorDetail.Kind != c.want.kind
}

// heals meets a fault that happens once, and gets what it asked for.
func (c faultCase) heals(t *testing.T) {
	e, requests := c.call(t, hexfault.Once(c.fault), time.Minute)
	assert.True(t, e.Successful, "%v", e.Error)
	assert.Equal(t, c.want.requests, requests, "requests that Hex saw")
}

// unread answers the look at a cell before it is changed, which fails: the fault is
// for the change.
type unread struct{ http.RoundTripper }

func (u unread) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodGet && strings.Contains(r.URL.Path, "/cells/") {
		return &http.Response{StatusCode: http.StatusForbidden, Header: http.Header{}, Body: http.NoBody, Request: r}, nil
	}
	return u.RoundTripper.RoundTrip(r)
}

// call makes the call through the transport, and says how many requests Hex saw.
func (c faultCase) call(t *testing.T, u *hexfault.Upstream, timeout time.Duration) (envelope, int) {
	t.Cleanup(u.Close)
	toHex := hexapi.NewTransport(nil)
	t.Cleanup(toHex.CloseIdleConnections)
	hex, err := hexapi.New(hexapi.Config{BaseURL: u.URL(), Token: "hxtp_test", Timeout: timeout, Transport: unread{toHex}})
	require.NoError(t, err)
	client := c.dial(t, server.New(server.HexInfo("test"), server.Tools(c.actions, server.OneClient(hex)), server.Options{}))
	if c.fault == hexfault.ResetReused {
		require.True(t, callTool(t, client, "HEX_LIST_GROUPS", nil).Successful)
	}
	before := u.Requests()
	e := callTool(t, client, c.subject.tool, c.arguments)
	assert.Zero(t, u.Stolen(), "requests that another host saw")
	return e, u.Requests() - before
}
