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

// kind is what an id belongs to, as far as bounds know it.
type kind int

const (
	ofProject kind = iota
	ofCell
	ofCollection
	ofRun
)

// thing is what a request names.
type thing struct {
	kind    kind
	id      UUID
	project UUID // of a run
}

// kindsOfPaths are the kinds of ids behind the elements of paths, and kindsOfFields
// those of the fields of bodies and queries: one id, a list of them, or an object
// that has one.
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
		if templates[i] != "{id}" || !known || kind == ofCell && project != "" { // which is named by its static id there
			continue
		}
		id, _ := url.PathUnescape(elements[i]) // we have escaped it
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
		return nil // what cannot be encoded is not sent
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

// thingsInText are those whose ids a field of text holds: one, or several as queries join
// some lists.
func thingsInText(field, text string) []thing {
	kind, known := kindsOfFields[field]
	if !known {
		return nil
	}
	var all []thing
	for id := range strings.SplitSeq(text, ",") {
		if id = strings.TrimSpace(id); IsUUID(id) { // a project of a database has no such id
			all = append(all, thing{kind: kind, id: UUID(id)})
		}
	}
	return all
}

// notFound answers for what lies outside as Hex does for what is not there: a read
// is made with an id that nobody has; in place of a write there is such a read.
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
	if e == nil { // an id that somebody has after all
		e = &Error{Status: http.StatusNotFound, FromHex: true}
	}
	return nil, e.naming(nobody, t.id).insteadOf(r)
}

// with is a read that names another id.
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

// naming puts an id into the words of an error in place of another.
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

// insteadOf makes the error of a request of that of another one, which was made
// before it or in its place: it was not sent itself.
func (e *Error) insteadOf(r *request) *Error {
	if e == nil {
		return nil
	}
	own := *e
	own.Operation, own.Path, own.Outcome = r.name, r.path, min(e.Outcome, Refused)
	return &own
}

// newID is an id that nobody has.
func newID() UUID {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return UUID(fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:]))
}

// listed finds what lies within of that which a list of projects or collections may
// hold; nil where the request asks for no such list.
func (c *Client) listed(r *request) func(context.Context) (ids, *Error) {
	switch r.name {
	case "GET /v1/projects":
		return c.projectsWithin
	case "GET /v1/collections":
		return c.collectionsWithin
	}
	return nil
}

// filtered reads a page and leaves out what lies outside. Pages of which nothing is
// left are passed over, some of them.
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

// cut leaves out the entries of a page that have none of the ids.
func (i ids) cut(body json.RawMessage) (page json.RawMessage, left int) {
	fields := map[string]json.RawMessage{}
	var entries []json.RawMessage
	if json.Unmarshal(body, &fields) != nil || json.Unmarshal(fields["values"], &entries) != nil {
		return json.RawMessage("{}"), 0 // of another shape: nothing that could be told to lie within
	}
	within := []json.RawMessage{}
	for _, entry := range entries {
		var named struct{ ID UUID }
		if json.Unmarshal(entry, &named) == nil && i.has(named.ID) {
			within = append(within, entry)
		}
	}
	fields["values"], _ = json.Marshal(within) // each was JSON before
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

// after is a list from another place on; nil where there is none, and for a list that
// is read backwards.
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
