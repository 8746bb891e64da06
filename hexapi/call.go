package hexapi

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-resty/resty/v2"
	"golang.org/x/net/http/httpguts"
)

// request is one call before it is sent.
type request struct {
	method string
	route  route
	query  any               // a struct, nil for none
	body   any               // a struct, nil for none
	header map[string]string // headers that carry arguments
	spends *budgets          // nil when the call costs no budget
}

// option adds what few operations need.
type option func(*request)

// header sends a non-empty value as a header.
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

// spends takes the call out of a budget before it is sent.
func spends(b *budgets) option { return func(r *request) { r.spends = b } }

func get[T any](ctx context.Context, c *Client, at route, query any, opts ...option) (Answer[T], error) {
	return call[T](ctx, c, request{method: http.MethodGet, route: at, query: query}, opts)
}

func post[T any](ctx context.Context, c *Client, at route, body any, opts ...option) (Answer[T], error) {
	return call[T](ctx, c, request{method: http.MethodPost, route: at, body: body}, opts)
}

func put[T any](ctx context.Context, c *Client, at route, body any) (Answer[T], error) {
	return call[T](ctx, c, request{method: http.MethodPut, route: at, body: body}, nil)
}

func patch[T any](ctx context.Context, c *Client, at route, body any) (Answer[T], error) {
	return call[T](ctx, c, request{method: http.MethodPatch, route: at, body: body}, nil)
}

func remove[T any](ctx context.Context, c *Client, at route) (Answer[T], error) {
	return call[T](ctx, c, request{method: http.MethodDelete, route: at}, nil)
}

// call is the one way to Hex. Every error is wrapped with method and path.
func call[T any](ctx context.Context, c *Client, r request, opts []option) (Answer[T], error) {
	for _, o := range opts {
		o(&r)
	}
	ctx, cancel := c.deadline(ctx)
	defer cancel()
	res, err := c.do(ctx, r)
	if err != nil {
		return Answer[T]{}, fmt.Errorf("%s %s: %w", r.method, r.route.path, err)
	}
	return Answer[T]{Body: res.body, Status: res.status}, nil
}

// do prepares a request once and sends it until it is answered or must not be
// sent again.
func (c *Client) do(ctx context.Context, r request) (*response, error) {
	if r.route.err != nil {
		return nil, r.route.err
	}
	if *c.token == "" {
		return nil, ErrNoToken
	}
	send, err := c.prepare(r)
	if err != nil {
		return nil, err
	}
	return c.persist(ctx, operation{r.method, r.route.template}, r.spends.spending(*c.token, send))
}

// prepare encodes the request and returns what sends it; each call of that is
// one attempt.
func (c *Client) prepare(r request) (attempt, error) {
	for name, value := range r.header {
		if !httpguts.ValidHeaderFieldValue(value) {
			return nil, &HeaderError{Argument: argumentOf(name)}
		}
	}
	var query url.Values
	var body []byte
	var err error
	if r.query != nil {
		query, err = encodeQuery(r.query)
	}
	if r.body != nil {
		body, err = encodeBody(r.body)
	}
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) (*response, error) {
		req := c.rest.R().SetContext(ctx).SetHeaders(r.header).SetQueryParamsFromValues(query).
			SetAuthToken(c.token.Reveal())
		if body != nil {
			req.SetHeader("Content-Type", "application/json").SetBody(body)
		}
		return c.once(req, r.method, r.route.path)
	}, nil
}

// HeaderError refuses an argument that cannot travel in its header.
type HeaderError struct{ Argument string }

func (e *HeaderError) Error() string {
	return e.Argument + " is not one line without control characters"
}

// argumentOf is the argument that a header carries: flagConfigOverride for
// flag-config-override.
func argumentOf(header string) string {
	words := strings.Split(header, "-")
	for i, w := range words[1:] {
		words[i+1] = strings.ToUpper(w[:1]) + w[1:]
	}
	return strings.Join(words, "")
}

// encodeBody keeps <, > and & as they are: they are common in SQL.
func encodeBody(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("encode body: %w", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// once sends a request once.
func (c *Client) once(req *resty.Request, method, path string) (*response, error) {
	if ctx := req.Context(); ctx.Err() != nil {
		return nil, &TransportError{Err: context.Cause(ctx)}
	}
	var sent sentTrace
	req.SetContext(sent.watch(req.Context()))
	res, err := req.Execute(method, path)
	if err != nil {
		return nil, newTransportError(req.Context(), err, sent.reached(), *c.token)
	}
	return readResponse(req.Context(), res.RawResponse, *c.token)
}
