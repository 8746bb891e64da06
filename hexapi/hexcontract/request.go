package hexcontract

import (
	"cmp"
	"encoding/json"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Request judges a request: path, query, headers that carry arguments, and body.
func (c *Contract) Request(e Exchange) []Finding {
	o, ok := c.Find(e.Request.Method, e.path())
	if !ok {
		return []Finding{unknown(e)}
	}
	params, _ := o.match(e.Request.Method, e.path())
	found := c.path(o, params)
	found = append(found, c.query(o, e.Request)...)
	found = append(found, c.header(o, e.Request.Header)...)
	return append(found, c.body(o, e)...)
}

func unknown(e Exchange) Finding {
	return Finding{
		e.Request.Method + " " + e.path(), "request", "", "there is no operation of this method and path",
		folder + "/*.json: the file of its family",
	}
}

func (c *Contract) path(o *Operation, params map[string]any) []Finding {
	if o.PathParameters == nil {
		return nil
	}
	return c.validate(o, "path", "pathParameters", params)
}

func (c *Contract) query(o *Operation, r *http.Request) []Finding {
	given := r.URL.Query()
	if o.Query == nil {
		var found []Finding
		for name := range given {
			found = append(found, o.finding("query", "query", name, "the operation takes no query"))
		}
		return found
	}
	s, err := c.compile(o.File + "#/" + o.ID + "/query")
	if err != nil {
		return o.findings("query", "query", err)
	}
	var found []Finding
	value := make(map[string]any)
	for name, values := range given {
		style := o.Query.Properties[name].Style
		if len(values) > 1 && style != "repeat" {
			found = append(found, o.finding("query", "query", name, "is given more than once"))
		}
		value[name] = parse(values, style, s.Properties[name])
	}
	return append(found, o.validate("query", "query", s, value)...)
}

// parse reads the values of a query parameter as its schema wants them. What does
// not fit stays as it is, for the schema to refuse.
func parse(values []string, style string, s *jsonschema.Schema) any {
	switch style {
	case "repeat":
		return list(values)
	case "commas":
		return list(strings.Split(values[0], ","))
	}
	for s != nil && s.Ref != nil {
		s = s.Ref
	}
	return parseOne(values[0], s)
}

func list(values []string) []any {
	all := make([]any, len(values))
	for i, v := range values {
		all[i] = v
	}
	return all
}

func parseOne(text string, s *jsonschema.Schema) any {
	if s == nil || s.Types == nil {
		return text
	}
	var v any
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	if dec.Decode(&v) != nil || dec.More() {
		return text
	}
	for _, want := range s.Types.ToStrings() {
		_, isNumber := v.(json.Number)
		_, isBool := v.(bool)
		if isNumber && (want == "integer" || want == "number") || isBool && want == "boolean" {
			return v
		}
	}
	return text
}

// header judges the headers that carry arguments, and refuses those that nobody
// knows.
func (c *Contract) header(o *Operation, h http.Header) []Finding {
	var found []Finding
	value := make(map[string]any)
	for name := range h {
		key := strings.ToLower(name)
		switch {
		case slices.Contains(c.api.RequestHeaders, key):
		case c.headers[key] && o.Header != nil:
			value[key] = h.Get(name)
		case c.headers[key]:
			found = append(found, o.finding("header", "header", key, "the operation takes no header"))
		default:
			found = append(found, Finding{o.ID, "header", key, "no operation takes it", folder + "/api.json: requestHeaders, or the operation's header"})
		}
	}
	if o.Header == nil {
		return found
	}
	return append(found, c.validate(o, "header", "header", value)...)
}

func (c *Contract) body(o *Operation, e Exchange) []Finding {
	const key = "body"
	media, _, _ := mime.ParseMediaType(e.Request.Header.Get("Content-Type"))
	want := cmp.Or(o.BodyType, "application/json")
	switch {
	case len(e.Sent) == 0 && o.BodyRequired:
		return []Finding{o.finding(key, "bodyRequired", "", "is missing")}
	case len(e.Sent) == 0:
		return nil
	case o.Body == nil:
		return []Finding{o.finding(key, key, "", "the operation takes no body")}
	case media != want:
		return []Finding{o.finding("header", "bodyType", "content-type", "is not "+want)}
	}
	body, err := e.bodyAsJSON()
	if err != nil {
		return []Finding{o.finding(key, key, "", err.Error())}
	}
	return c.validateJSON(o, key, key, body)
}
