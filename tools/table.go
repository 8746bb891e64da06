package tools

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"

	"github.com/go-json-experiment/json/jsontext"
)

// This file writes lists as tables. The name of a field stands once above all entries
// and not in each, which is what most of a list of like things consists of.

// ListFormat is how an answer holds a list of like things.
type ListFormat string

// The formats.
const (
	ListAsJSON ListFormat = "json"
	ListAsCSV  ListFormat = "csv" // a string of CSV with a header
)

// CheckListFormat refuses what is none of the formats, in a sentence.
func CheckListFormat(f string) error {
	switch ListFormat(f) {
	case ListAsJSON, ListAsCSV:
		return nil
	}
	return errors.New("the format of lists must be json or csv")
}

// tableField holds the table in place of the list.
const tableField = "csv"

// Listing returns the action with lists in the given format, if it answers with a
// page of one.
func (a *Action) Listing(f ListFormat) *Action {
	listing := *a
	listing.tabled = f == ListAsCSV && a.paged
	if listing.tabled {
		output := a.Output
		listing.Output = sync.OnceValue(func() json.RawMessage { return withTable(output()) })
	}
	return &listing
}

// Listing returns actions with lists in the given format.
func Listing(actions []Action, f ListFormat) []Action {
	all := make([]Action, len(actions))
	for i, a := range actions {
		all[i] = *a.Listing(f)
	}
	return all
}

// withTable is the output schema with the table beside the list, which stays where
// a table would be longer.
func withTable(output json.RawMessage) json.RawMessage {
	root, err := readTree(newDecoder(output), output)
	if err != nil {
		return output // which our own schema is not
	}
	for _, data := range root.all([]string{"properties", "data", "properties"}) {
		output = slices.Insert(slices.Clone(output), data.start+1, []byte(`"`+tableField+`":{"type":"string","description":"CSV, header first"},`)...)
	}
	return output
}

// tabulate writes the first list of a page as a table, unless it would be longer so.
// Of a page that will be read again in a smaller form it writes none.
func (a *Action) tabulate(body json.RawMessage) json.RawMessage {
	if !a.tabulates(body) {
		return body
	}
	root, err := readTree(newDecoder(body), body)
	if err != nil || root.kind != jsontext.KindBeginObject {
		return body
	}
	for i := range root.children {
		list := &root.children[i]
		switch {
		case list.kind != jsontext.KindBeginArray:
		case len(list.children) == 1 && a.room > 0 && len(body) > a.room:
			return body // of which some fields are left out
		default:
			return replaceList(body, list)
		}
	}
	return body
}

// tabulates reports whether it is tried to write a list of the body as a table.
func (a *Action) tabulates(body json.RawMessage) bool {
	most := 1 << 20
	if a.room > 0 {
		most = 4 * a.room
	}
	return a.tabled && len(body) <= most
}

// maxColumns is how many columns a table may have: each is looked at beside each.
const maxColumns = 500

func replaceList(body json.RawMessage, list *node) json.RawMessage {
	t := table{body: body, at: make(map[string]int)}
	// Each place of a table takes a comma, but for columns that may be left out: with
	// more of them than this it would be longer than the list.
	t.most = min(maxColumns, 2*list.size()/max(len(list.children), 1))
	for i := range list.children {
		entry := &list.children[i]
		if entry.kind != jsontext.KindBeginObject {
			return body
		}
		t.rows = append(t.rows, nil)
		t.flatten("", entry)
		if len(t.columns) > t.most {
			return body
		}
	}
	written := appendMarshalled([]byte(`"`+tableField+`":`), t.String())
	if len(t.rows) == 0 || t.hasEmptyLines() || len(written) > list.end-list.nameStart {
		return body
	}
	return slices.Replace(slices.Clone(body), list.nameStart, list.end, written...)
}

// table is entries as rows of texts, by columns in the order in which they are met.
type table struct {
	body    json.RawMessage
	columns []string
	at      map[string]int // of columns
	rows    [][]string
	most    int // columns
}

// flatten puts what an object holds into the last row. What is within another object
// has a column of its own, with a dot in its name.
func (t *table) flatten(path string, object *node) {
	for i := range object.children {
		if len(t.columns) > t.most {
			return
		}
		n := &object.children[i]
		at := join(path, n.name)
		if n.kind == jsontext.KindBeginObject && len(n.children) > 0 {
			t.flatten(at, n)
			continue
		}
		t.set(at, t.text(n))
	}
}

// text is a value as it stands in a table: a string without quotes, nothing for null,
// lists and what else there is as JSON.
func (t *table) text(n *node) string {
	value := t.body[n.start:n.end]
	var text string
	switch n.kind {
	case jsontext.KindNull:
		return ""
	case jsontext.KindString:
		if json.Unmarshal(value, &text) == nil {
			return text
		}
	}
	return string(value)
}

func (t *table) set(column, value string) {
	at, ok := t.at[column]
	if !ok {
		at = len(t.columns)
		t.at[column] = at
		t.columns = append(t.columns, column)
	}
	row := &t.rows[len(t.rows)-1]
	for len(*row) <= at {
		*row = append(*row, "")
	}
	(*row)[at] = value
}

// isNullOf reports whether a column only says of an object that has columns of its
// own that some entries lack it.
func (t *table) isNullOf(column int) bool {
	within := t.columns[column] + "."
	return slices.ContainsFunc(t.columns, func(other string) bool { return strings.HasPrefix(other, within) }) &&
		!slices.ContainsFunc(t.rows, func(row []string) bool { return column < len(row) && row[column] != "" })
}

// hasEmptyLines reports whether a row would be a line of nothing, which many readers
// of CSV skip.
func (t *table) hasEmptyLines() bool {
	return len(t.columns) < 2 && slices.ContainsFunc(t.rows, func(row []string) bool { return len(row) == 0 || row[0] == "" })
}

// String is the table as CSV, its header first.
func (t *table) String() string {
	var kept []int
	for i := range t.columns {
		if !t.isNullOf(i) {
			kept = append(kept, i)
		}
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.Write(pick(t.columns, kept)) // a buffer takes all
	for _, row := range t.rows {
		_ = w.Write(pick(row, kept))
	}
	w.Flush()
	return b.String()
}

// pick are the values at the given places, nothing where a row is too short.
func pick(row []string, places []int) []string {
	picked := make([]string, len(places))
	for i, at := range places {
		if at < len(row) {
			picked[i] = row[at]
		}
	}
	return picked
}

// rowsThatFit returns how many rows the table of a body has, and how many of them
// leave the body within room.
func rowsThatFit(body []byte, room int) (had, fits int) {
	var page map[string]json.RawMessage
	var text string
	if json.Unmarshal(body, &page) != nil || json.Unmarshal(page[tableField], &text) != nil {
		return 0, 0
	}
	r := csv.NewReader(strings.NewReader(text))
	used, begins := len(body), int64(0)
	var sizes []int
	for {
		if _, err := r.Read(); err != nil {
			break
		}
		sizes = append(sizes, len(appendMarshalled(nil, text[begins:r.InputOffset()]))-len(`""`))
		begins = r.InputOffset()
	}
	for _, size := range sizes[min(1, len(sizes)):] { // after the header
		had++
		used -= size
	}
	for _, size := range sizes[min(1, len(sizes)):] {
		if used += size; used <= room {
			fits++
		}
	}
	return had, fits
}
