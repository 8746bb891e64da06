package hexapi

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// kind says what an id is of. It has those that bounds are checked for.
type kind int

const (
	ofProject kind = iota
	ofCell
	ofCollection
	ofRun
)

// thing is something in Hex that a request names by its id.
type thing struct {
	kind    kind
	id      UUID
	project UUID // the project of a run
}

// kindsOfPaths says of which kind the id is that follows an element of a path.
// kindsOfFields says it for the fields of bodies and queries, whose value is an id, a
// list of ids, or an object with a field id.
var (
	kindsOfPaths  = map[string]kind{"projects": ofProject, "cells": ofCell, "collections": ofCollection, "runs": ofRun, "createPresignedUrl": ofProject}
	kindsOfFields = map[string]kind{
		"projectId": ofProject, "projectIds": ofProject, "project": ofProject,
		"cellId": ofCell, "cellIds": ofCell, "insertAfterCellId": ofCell, "parentCellId": ofCell,
		"collectionId": ofCollection, "collectionIds": ofCollection, "collection": ofCollection,
	}
)

// things are all that the request names, in path, query and body.
func (r *request) things() []thing {
	var all []thing
	var project UUID
	elements, templates := strings.Split(r.path, "/"), strings.Split(r.template, "/")
	for i := 1; i < min(len(elements), len(templates)); i++ {
		kind, known := kindsOfPaths[templates[i-1]]
		if templates[i] != "{id}" || !known || kind == ofCell && project != "" { // a static id follows the cells of a run
			continue
		}
		id, _ := url.PathUnescape(elements[i]) // cannot fail: the function path escaped it
		if kind == ofProject {
			project = UUID(id)
		}
		all = append(all, thing{kind, UUID(id), project})
	}
	for _, fields := range []any{r.query, r.body} {
		all = append(all, thingsIn(fields)...)
	}
	return all
}

// thingsIn are what the fields of a body or a query name.
func thingsIn(fields any) []thing {
	if fields == nil {
		return nil
	}
	text, err := json.Marshal(fields)
	var value any
	if err != nil || json.Unmarshal(text, &value) != nil {
		return nil // prepare refuses what cannot be encoded
	}
	return thingsOf("", value)
}

func thingsOf(field string, value any) []thing {
	switch value := value.(type) {
	case string:
		return thingsInText(field, value)
	case []any:
		var all []thing
		for _, v := range value {
			all = append(all, thingsOf(field, v)...)
		}
		return all
	case map[string]any:
		var all []thing
		for _, name := range slices.Sorted(maps.Keys(value)) {
			inner := name
			if name == "id" {
				inner = field
			}
			all = append(all, thingsOf(inner, value[name])...)
		}
		return all
	}
	return nil
}

// thingsInText are the things whose ids a text field holds: one id, or several that are
// joined by commas, as in some queries.
func thingsInText(field, text string) []thing {
	kind, known := kindsOfFields[field]
	if !known {
		return nil
	}
	var all []thing
	for id := range strings.SplitSeq(text, ",") {
		if id = strings.TrimSpace(id); IsUUID(id) { // the projectId of BigQuery is no UUID and names no project of Hex
			all = append(all, thing{kind: kind, id: UUID(id)})
		}
	}
	return all
}

// notFound answers a request for a thing that lies outside of the bounds as Hex does
// for a thing that does not exist. To get Hex's own words, it sends a read with a
// random id that names nothing: the same one for a read, and one of the thing for a write.
func (c *Client) notFound(ctx context.Context, r *request, t thing, send func(*request) (*response, *Error)) (*response, *Error) {
	nobody := newID()
	if r.method == http.MethodGet {
		other, err := r.with(t.id, nobody)
		if err != nil {
			return nil, r.fail(NotSent, fmt.Errorf("%w: %w", ErrEncode, err))
		}
		res, e := send(other)
		return res, e.naming(nobody, t.id).insteadOf(r)
	}
	ctx = lookup(ctx)
	var e *Error
	switch t.kind {
	case ofCell:
		_, e = decoded(c.GetCell(ctx, GetCellInput{CellID: nobody}))
	case ofCollection:
		_, e = decoded(c.GetCollection(ctx, GetCollectionInput{CollectionID: nobody}))
	case ofRun:
		_, e = decoded(c.GetRunStatus(ctx, GetRunStatusInput{ProjectID: t.project, RunID: nobody}))
	default:
		_, e = decoded(c.GetProject(ctx, GetProjectInput{ProjectID: nobody}))
	}
	if e == nil { // Hex found something under the random id after all
		e = &Error{Status: http.StatusNotFound, FromHex: true}
	}
	return nil, e.naming(nobody, t.id).insteadOf(r)
}

// with copies a read, with another id in place of the given one.
func (r *request) with(id, other UUID) (*request, error) {
	copied := *r
	copied.path = strings.ReplaceAll(r.path, url.PathEscape(string(id)), string(other))
	if r.query == nil {
		return &copied, nil
	}
	text, err := json.Marshal(r.query)
	copied.query = json.RawMessage(bytes.ReplaceAll(text, []byte(id), []byte(other)))
	return &copied, err
}

// naming copies an error, with asked in place of id in Hex's words.
func (e *Error) naming(id, asked UUID) *Error {
	if e == nil {
		return nil
	}
	named := *e
	named.Message = strings.ReplaceAll(e.Message, string(id), string(asked))
	for i, issue := range e.Issues {
		named.Issues = slices.Clone(named.Issues)
		named.Issues[i] = strings.ReplaceAll(issue, string(id), string(asked))
	}
	return &named
}

// insteadOf turns the error of another request, which was sent before r or in its
// place, into an error of r. Since r itself was not sent, it certainly did not happen.
func (e *Error) insteadOf(r *request) *Error {
	if e == nil {
		return nil
	}
	own := *e
	own.Operation, own.Path, own.Outcome = r.name, r.path, min(e.Outcome, Refused)
	return &own
}

// newID is a random UUID, which is the id of nothing in Hex.
func newID() UUID {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return UUID(fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:]))
}

// listed returns the function that finds the ids which a list of projects or of
// collections may show; nil when the request asks for no such list.
func (c *Client) listed(r *request) func(context.Context) (ids, *Error) {
	switch r.name {
	case "GET /v1/projects":
		return c.projectsWithin
	case "GET /v1/collections":
		return c.collectionsWithin
	}
	return nil
}

// filtered reads a page and leaves out what lies outside of the bounds. When nothing is
// left it reads the next page instead, up to mayBeEmpty times.
func (c *Client) filtered(ctx context.Context, r *request, find func(context.Context) (ids, *Error), send func(*request) (*response, *Error)) (*response, *Error) {
	within, err := find(lookup(ctx))
	if err != nil {
		return nil, err.insteadOf(r)
	}
	for n := 0; ; n++ {
		res, err := send(r)
		if err != nil {
			return nil, err
		}
		if err := c.roomToDecode(ctx, res.body); err != nil {
			e := r.fail(Done, err)
			e.Status = res.status
			return nil, e
		}
		page, left := within.cut(res.body)
		next := r.after(nextOf(page))
		if left > 0 || next == nil || n >= mayBeEmpty {
			return &response{status: res.status, body: page}, nil
		}
		r = next
	}
}

// cut leaves out the entries of a page whose id is not in the set, and counts the others.
func (i ids) cut(body json.RawMessage) (page json.RawMessage, left int) {
	fields := map[string]json.RawMessage{}
	var entries []json.RawMessage
	if json.Unmarshal(body, &fields) != nil || json.Unmarshal(fields["values"], &entries) != nil {
		return json.RawMessage("{}"), 0 // of an unknown shape, so nobody knows what lies within
	}
	within := []json.RawMessage{}
	for _, entry := range entries {
		var named struct{ ID UUID }
		if json.Unmarshal(entry, &named) == nil && i.has(named.ID) {
			within = append(within, entry)
		}
	}
	fields["values"], _ = json.Marshal(within) // cannot fail: every entry is valid JSON
	page, _ = json.Marshal(fields)
	return page, len(within)
}

// nextOf is the cursor of the next page.
func nextOf(page json.RawMessage) string {
	var read struct{ Pagination Pagination }
	if json.Unmarshal(page, &read) != nil || read.Pagination.After == nil {
		return ""
	}
	return *read.Pagination.After
}

// after copies a list request, to begin after the cursor. It is nil when the cursor is
// empty, and when the list is read backwards.
func (r *request) after(cursor string) *request {
	query := map[string]any{}
	text, err := json.Marshal(r.query)
	if cursor == "" || err != nil || json.Unmarshal(text, &query) != nil || query["before"] != nil {
		return nil
	}
	query["after"] = cursor
	copied := *r
	copied.query = query
	return &copied
}
