package hexapi

import (
	"context"
	"net/http"
	"slices"
)

// operation is what holds for an operation of the API whatever the arguments.
// Each method of [Client] declares its own, with one of the functions below and
// options for what is special about it.
type operation struct {
	method string
	// name is method and path without ids, such as "GET /v1/cells/{id}". Limits,
	// logs, observers and errors know the operation by it.
	name string
	// doesNothing are the error statuses from 500 on with which Hex promises
	// that it has done nothing.
	doesNothing []int
	// spendsRun is true where a call costs a run of the client's [Budget].
	spendsRun bool
	// once is true where a repeat may do something else although the method is DELETE.
	once bool
	// onlyReads is true where a call changes nothing although its method is not GET.
	onlyReads bool
	// group is what Hex counts a call in, beside the account.
	group rateGroup
	// answers says what the body of a success must be.
	answers bodyRule
}

// reads reports whether the operation changes nothing.
func (o *operation) reads() bool { return o.method == http.MethodGet || o.onlyReads }

// rateGroup names operations of whose calls Hex allows so many together. What
// names no group counts for the account alone.
type rateGroup string

// The rate groups of Hex. It gives the last one no name.
const (
	standardRate rateGroup = "hex-api"
	fixedRate    rateGroup = "hex-api-30rpm"
	kernelRate   rateGroup = "hex-run-kernel"
	chartRate    rateGroup = "hex-chart-image"
	ingestRate   rateGroup = "semantic-ingest"
)

// option declares what few operations have.
type option func(*request)

// header sends an argument as a header, unless it is empty.
func header(name, value string) option {
	return func(r *request) {
		if value != "" {
			r.header = map[string]string{name: value}
		}
	}
}

// flag sends "true" as a header, or no header.
func flag(name string, on bool) option {
	if !on {
		return header(name, "")
	}
	return header(name, "true")
}

// countedIn names the rate group of the operation.
func countedIn(group rateGroup) option {
	return func(r *request) { r.group = group }
}

// onlyReads marks a POST that changes nothing, such as an export.
func onlyReads(r *request) { r.onlyReads = true }

// once keeps a DELETE from being sent again where it may have been carried out.
func once(r *request) { r.once = true }

// spendsRun takes each call out of the client's [Budget].
func spendsRun(r *request) { r.spendsRun = true }

// startsRun takes a call out of the client's [Budget], unless it only checks
// whether the run could start.
func startsRun(dryRun bool) option {
	if dryRun {
		return func(*request) {}
	}
	return spendsRun
}

// refusedDoesNothing says that Hex has done nothing when it answers with one of
// the statuses itself.
func refusedDoesNothing(statuses ...int) option {
	return func(r *request) { r.doesNothing = slices.Concat(r.doesNothing, statuses) }
}

// olderAnswersEmpty admits a success without a body, as older servers sent it.
func olderAnswersEmpty(r *request) { r.answers = mayLackBody }

func get[T any](ctx context.Context, c *Client, at route, query any, opts ...option) (Answer[T], error) {
	return call[T](ctx, c, at, request{operation: operation{method: http.MethodGet}, query: query}, opts)
}

func post[T any](ctx context.Context, c *Client, at route, body any, opts ...option) (Answer[T], error) {
	return call[T](ctx, c, at, request{operation: operation{method: http.MethodPost}, body: body}, opts)
}

func put[T any](ctx context.Context, c *Client, at route, body any, opts ...option) (Answer[T], error) {
	return call[T](ctx, c, at, request{operation: operation{method: http.MethodPut}, body: body}, opts)
}

func patch[T any](ctx context.Context, c *Client, at route, body any, opts ...option) (Answer[T], error) {
	return call[T](ctx, c, at, request{operation: operation{method: http.MethodPatch}, body: body}, opts)
}

func remove[T any](ctx context.Context, c *Client, at route, opts ...option) (Answer[T], error) {
	return call[T](ctx, c, at, request{operation: operation{method: http.MethodDelete}}, opts)
}

// call is the one way to Hex.
func call[T any](ctx context.Context, c *Client, at route, r request, opts []option) (Answer[T], error) {
	r.name, r.route, r.answers = r.method+" "+at.template, at, bodyRuleOf[T]()
	for _, o := range opts {
		o(&r)
	}
	res, err := c.within(ctx, &r, func(r *request) (*response, *Error) { // refuses what lies outside of the bounds
		return c.recent.call(ctx, r, func() (*response, *Error) { return c.do(ctx, r) })
	})
	if err != nil {
		err.Origin = c.origin
		return Answer[T]{}, err
	}
	return Answer[T]{
		Body: res.body, Status: res.status,
		room: func() error { return c.roomToDecode(ctx, res.body) },
		fail: func(cause error) *Error { return r.fail(Done, cause) },
	}, nil
}
