package hexapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// request is one call before it is sent.
type request struct {
	operation

	route
	query  any               // a struct, nil for none
	body   any               // a struct or a form, nil for none
	header map[string]string // headers that carry arguments

	secrets []string // credentials in the body, to be hidden in the answer

	// These are encoded from query and body by prepare, once for all attempts.
	parameters  url.Values
	content     []byte
	contentType string
}

// prepare encodes the request, or refuses what cannot be sent.
func (c *Client) prepare(r *request) *Error {
	switch {
	case r.invalid != nil:
		return r.fail(NotSent, r.invalid)
	case *c.token == "":
		return r.fail(NotSent, ErrNoToken)
	case c.readOnly && !r.reads():
		return r.fail(NotSent, ErrReadOnly)
	}
	for name, value := range r.header {
		if !httpguts.ValidHeaderFieldValue(value) {
			return r.badHeader(argumentOf(name))
		}
	}
	if err := r.encode(); err != nil {
		return r.fail(NotSent, fmt.Errorf("%w: %w", ErrEncode, err))
	}
	return nil
}

func (r *request) encode() (err error) {
	if r.query != nil {
		r.parameters, err = encodeQuery(r.query)
	}
	if err != nil || r.body == nil {
		return err
	}
	if f, ok := r.body.(form); ok {
		r.content, r.contentType, err = f.encode()
		return err
	}
	r.contentType = "application/json"
	r.content, err = encodeBody(r.body)
	return err
}

// badHeader is the error for an argument whose value is no valid HTTP header value.
func (r *request) badHeader(argument string) *Error {
	e := r.fail(NotSent, argumentError(argument+" is not one line without control characters"))
	e.Argument = argument
	return e
}

// argumentOf is the name of the argument that a header carries, such as
// flagConfigOverride for flag-config-override.
func argumentOf(header string) string {
	words := strings.Split(header, "-")
	for i, w := range words[1:] {
		words[i+1] = strings.ToUpper(w[:1]) + w[1:]
	}
	return strings.Join(words, "")
}

// encodeBody encodes v as JSON. It does not escape <, > and &, which are common in SQL.
func encodeBody(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("encode body: %w", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// exchange sends a request once, with the headers of the observer, and reads the
// answer to its end.
//
// Resty must set a Content-Length unless the method is GET: without it a POST
// without a body would be chunked, which some proxies refuse. For a GET it must not,
// because resty would then add an empty body of unknown length, for which net/http
// starts a goroutine and a timer to see whether anything comes.
func (c *Client) exchange(ctx context.Context, r *request, along map[string]string) *received {
	req := c.rest.R().SetContext(ctx).SetHeaders(along).SetHeaders(r.header).SetQueryParamsFromValues(r.parameters).
		SetAuthToken(c.token.Reveal()).
		SetContentLength(r.method != http.MethodGet)
	if r.content != nil {
		req.SetHeader("Content-Type", r.contentType).SetBody(r.content)
	}
	res, err := req.Execute(r.method, r.path)
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err // the error of the call names the address already
	}
	if err != nil {
		return &received{err: classified(err)}
	}
	return c.receive(ctx, res.RawResponse)
}
