package hexapi

import (
	"context"
	"net/http"
	"slices"
)

// operation is what is the same for all calls of an operation of the API. Each
// method of [Client] declares its operation by calling get, post, put, patch or
// remove, with options for what is special about it.
type operation struct {
	method string
	// name is method and path without ids, such as "GET /v1/cells/{id}". Limits,
	// logs, observers and errors know the operation by it.
	name string
	// doesNothing are the error statuses of 500 or more after which Hex documents
	// that it has done nothing.
	doesNothing []int
	// spendsRun is true when a call takes a run out of the client's [Budget].
	spendsRun bool
	// once is true when a repeat of a DELETE may do something else than the first.
	once bool
	// onlyReads is true when a call changes nothing although its method is not GET.
	onlyReads bool
	// group is the rate group whose limit Hex applies, besides that of all calls.
	group rateGroup
	// answers says what the body of a success must be.
	answers bodyRule
}

// reads reports whether the operation changes nothing.
func (o *operation) reads() bool { return o.method == http.MethodGet || o.onlyReads }

// rateGroup names a set of operations that share a rate limit of Hex. An operation
// without a group has only the limit of all calls.
type rateGroup string

// The rate groups of Hex. The name of the last one is ours.
const (
	standardRate rateGroup = "hex-api"
	fixedRate    rateGroup = "hex-api-30rpm"
	kernelRate   rateGroup = "hex-run-kernel"
	chartRate    rateGroup = "hex-chart-image"
	ingestRate   rateGroup = "semantic-ingest"
)

// option declares something that only few operations have.
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

// once keeps a DELETE from being sent again when it may have been carried out.
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
// the statuses. An answer of a proxy with the same status says nothing of the kind.
func refusedDoesNothing(statuses ...int) option {
	return func(r *request) { r.doesNothing = slices.Concat(r.doesNothing, statuses) }
}

// olderAnswersEmpty allows a success without a body, which older versions of Hex send.
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

// call makes a request of its operation and arguments, and sends it. All methods of
// [Client] go through it.
func call[T any](ctx context.Context, c *Client, at route, r request, opts []option) (Answer[T], error) {
	r.name, r.route, r.answers = r.method+" "+at.template, at, bodyRuleOf[T]()
	for _, o := range opts {
		o(&r)
	}
	res, err := c.within(ctx, &r, func(r *request) (*response, *Error) { // refuses what lies outside of Config.Bounds
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
