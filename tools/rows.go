package tools

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

// This file bounds the rows of workspace data that reach a model: what is in the
// tables of a company is not for everybody to have, and costs tokens.

// DefaultMaxRows is how many rows of workspace data an answer may hold, unless the
// operator says otherwise.
const DefaultMaxRows = 100

// holdsRows marks an action whose answers hold rows of workspace data, in the
// list to which the names lead.
func holdsRows(path ...string) trait {
	return func(a *Action) {
		a.rowsAt, a.maxRows = path, DefaultMaxRows
		a.shorten = func(_ context.Context, body json.RawMessage, room int) (json.RawMessage, []string) {
			return fitRows(body, path, room)
		}
	}
}

// boundRows leaves out the rows that are beyond what the operator allows, and says
// so.
func (a *Action) boundRows(body json.RawMessage) (json.RawMessage, []string) {
	if a.rowsAt == nil {
		return body, nil
	}
	body, had := keepRows(body, a.rowsAt, a.maxRows)
	switch {
	case had <= a.maxRows:
		return body, nil
	case a.maxRows == 0:
		return body, []string{fmt.Sprintf(allRowsLeftOut, had)}
	}
	return body, []string{fmt.Sprintf(rowsLeftOut, had-a.maxRows, had, a.maxRows)}
}

// fitRows leaves out as many of the last rows as make a body fit.
func fitRows(body json.RawMessage, path []string, room int) (json.RawMessage, []string) {
	rows := listAt(body, path)
	if rows == nil {
		return body, nil
	}
	used, fits := len(body)-rows.size()+len("[]"), 0
	for _, row := range rows.children {
		if used += row.size() + 1; used <= room {
			fits++
		}
	}
	if fits == 0 {
		return body, nil // what is not rows takes all the room
	}
	body, had := keepRows(body, path, fits)
	return body, []string{fmt.Sprintf(rowsDoNotFit, had-fits, had, room)}
}

// keepRows leaves the first rows of the list at path, and returns how many there
// were. Of what is there in place of a list nothing is left but null.
func keepRows(body json.RawMessage, path []string, keep int) (kept json.RawMessage, had int) {
	root, err := readTree(newDecoder(body), body)
	if err != nil {
		return json.RawMessage("{}"), 0 // no JSON
	}
	kept = slices.Clone(body)
	for _, list := range slices.Backward(root.all(path)) { // from the end, so that what comes before stays where it is
		rows := len(list.children)
		switch {
		case list.kind == jsontext.KindNull:
		case list.kind != jsontext.KindBeginArray:
			kept, had = slices.Replace(kept, list.start, list.end, []byte("null")...), had+1
		case rows > keep:
			from := list.start + len("[")
			if keep > 0 {
				from = list.children[keep-1].end
			}
			kept = slices.Delete(kept, from, list.end-len("]"))
		}
		had += rows
	}
	return kept, had
}

// listAt is the list to which names lead, nil for none.
func listAt(body json.RawMessage, path []string) *node {
	root, err := readTree(newDecoder(body), body)
	if err != nil {
		return nil
	}
	for _, n := range root.all(path) {
		if n.kind == jsontext.KindBeginArray {
			return n
		}
	}
	return nil
}

// all are the values to which names lead. There is more than one where Hex has
// written a name twice.
func (n *node) all(path []string) []*node {
	if len(path) == 0 {
		return []*node{n}
	}
	first, rest := path[0], path[1:]
	var found []*node
	if n.kind != jsontext.KindBeginObject {
		return nil
	}
	for i := range n.children {
		if child := &n.children[i]; child.name == first {
			found = append(found, child.all(rest)...)
		}
	}
	return found
}

// Notes of rows that are left out.
const (
	rowsLeftOut    = "%d of %d rows were left out: the operator lets %d rows of data through (--max-rows). Let the query aggregate or filter, and run it again."
	allRowsLeftOut = "All %d rows were left out: the operator lets no rows of data through (--max-rows 0). Work with the columns and counts, and tell the user."
	rowsDoNotFit   = "The last %d of %d rows were left out, because the answer has room for %d bytes. Let the query return fewer rows or columns, and run it again."
)
