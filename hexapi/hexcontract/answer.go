package hexcontract

import (
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// Answer judges an answer: status, trace id and body.
func (c *Contract) Answer(e Exchange) []Finding {
	o, ok := c.Find(e.Request.Method, e.path())
	switch {
	case !ok && (e.Status < 400 || c.api.Statuses[strconv.Itoa(e.Status)] == nil):
		return []Finding{unknown(e)}
	case !ok: // Hex refuses what it does not know as it refuses all else
		o = &Operation{ID: e.Request.Method + " " + e.path(), File: "api.json", Generation: New}
	}
	var found []Finding
	if e.Header.Get(c.api.TraceHeader) == "" {
		found = append(found, Finding{o.ID, "header", c.api.TraceHeader, "is missing", folder + "/api.json: traceHeader"})
	}
	return append(found, c.content(o, e)...)
}

func (c *Contract) content(o *Operation, e Exchange) []Finding {
	switch {
	case slices.Contains(o.Success, e.Status):
		return c.success(o, e)
	case e.Status < 400:
		return []Finding{o.finding("status", "success", "", fmt.Sprintf("%d is no success of it, %v is", e.Status, o.Success))}
	case c.api.Statuses[strconv.Itoa(e.Status)] == nil && !slices.Contains(o.Errors, e.Status):
		return []Finding{o.finding("status", "errors", "", fmt.Sprintf("%d is not known as an error", e.Status))}
	case e.Status == c.api.Edge.Status && media(e.Header) == "text/plain":
		return c.edge(o, e)
	}
	return c.failure(o, e)
}

func (c *Contract) success(o *Operation, e Exchange) []Finding {
	const part, key = "answer", "answer"
	switch {
	case o.Answer == nil || e.Status == http.StatusNoContent:
		if len(e.Received) > 0 {
			return []Finding{o.finding(part, key, "", "has a body, and should have none")}
		}
		return nil
	case media(e.Header) != "application/json":
		return []Finding{o.finding("header", key, "content-type", "is not application/json")}
	}
	return c.validateJSON(o, part, key, e.Received)
}

// edge judges the answer to a token that is missing or unknown.
func (c *Contract) edge(o *Operation, e Exchange) []Finding {
	var found []Finding
	at := folder + "/api.json: edge"
	if string(e.Received) != c.api.Edge.Text {
		found = append(found, Finding{o.ID, "error", "", fmt.Sprintf("is %q, not %q", e.Received, c.api.Edge.Text), at})
	}
	scheme, _, _ := strings.Cut(e.Header.Get(c.api.Edge.Header), " ")
	if scheme != c.api.Edge.Scheme {
		found = append(found, Finding{o.ID, "header", c.api.Edge.Header, fmt.Sprintf("is for %q, not %q", scheme, c.api.Edge.Scheme), at})
	}
	return found
}

// failure judges the body of an error, which depends on the generation.
func (c *Contract) failure(o *Operation, e Exchange) []Finding {
	status := strconv.Itoa(e.Status)
	if _, special := o.ErrorBodies[status]; special {
		return c.validateJSON(o, "error", "errorBodies/"+status, e.Received)
	}
	body, err := parseObject(e.Received)
	if err != nil {
		return []Finding{o.finding("error", "generation", "", err.Error())}
	}
	s, err := c.compile("types.json#/" + string(o.Generation) + "Error")
	if err != nil {
		return o.findings("error", "generation", err)
	}
	found := o.validate("error", "generation", s, body)
	if o.Generation == New {
		return append(found, c.code(o, status, body["code"])...)
	}
	return append(found, c.trace(o, e, body["traceId"])...)
}

// code compares a new error's code with that of its status.
func (c *Contract) code(o *Operation, status string, code any) []Finding {
	want := c.api.Statuses[status]
	if want == nil || want.Code == "" || want.Code == code {
		return nil
	}
	return []Finding{{o.ID, "error", "code", fmt.Sprintf("is %v, not %s", code, want.Code), folder + "/api.json: statuses." + status}}
}

// trace compares an old error's trace id with the header's.
func (c *Contract) trace(o *Operation, e Exchange, id any) []Finding {
	if id == nil || id == e.Header.Get(c.api.TraceHeader) {
		return nil
	}
	return []Finding{{o.ID, "error", "traceId", "differs from the header's", folder + "/api.json: traceHeader"}}
}

func media(h http.Header) string {
	m, _, _ := mime.ParseMediaType(h.Get("Content-Type"))
	return m
}
