package hexapi

import (
	"fmt"
	"net/http"
)

// Page is one page of a list that is read by cursors.
type Page[T any] struct {
	Values     []T        `json:"values"`
	Pagination Pagination `json:"pagination"`
}

func (p Page[T]) list() (name string, there bool) { return "values", p.Values != nil }

// Pagination holds the cursors of the next and the previous page; nil means that there
// is none.
type Pagination struct {
	After  *string `json:"after" jsonschema_description:"Cursor of the next page; null on the last."`
	Before *string `json:"before" jsonschema_description:"Cursor of the previous page."`
}

// Cursor is a place in a list, as Pagination gave it. Only one of the two may be set.
type Cursor struct {
	After  string `json:"after,omitempty" jsonschema_description:"pagination.after of the last page."`
	Before string `json:"before,omitempty" jsonschema_description:"pagination.before; not with after."`
}

// Trail leads forward through the pages of a list, and notices when its cursors go in a
// circle. The zero value stands before the first page.
//
// It compares each cursor with that of an earlier page, the mark, which moves to the
// latest page after 1, 2, 4, 8, … further pages. So it finds a circle of any length
// without keeping all cursors (Brent's algorithm).
type Trail struct {
	last, mark  string // the cursors of the latest page and of the mark
	since, most int    // pages since the mark, and how many there may be before it moves
}

// Next is the cursor of the page that follows one that was read; "" after the last page.
// It fails with an [Error] when the list leads back to a page that was read before:
// reading on would never end, and nobody can tell whether all entries were seen.
func (t *Trail) Next(from Pagination) (after string, err error) {
	after, failed := t.next(from)
	return after, failed.asError()
}

func (t *Trail) next(from Pagination) (after string, failed *Error) {
	if from.After == nil || *from.After == "" {
		return "", nil
	}
	after = *from.After
	if after == t.last || after == t.mark {
		return "", &Error{Status: http.StatusOK, Outcome: Done, Err: fmt.Errorf("%w: its pages lead back to one that was read before", ErrShape)}
	}
	t.last = after
	t.since++
	if t.since > t.most {
		t.mark, t.since, t.most = after, 0, 2*t.most+1
	}
	return after, nil
}

// ReadsBothWays reports whether both are set, which Hex does not allow.
func (c *Cursor) ReadsBothWays() bool { return c.After != "" && c.Before != "" }

// PageOffset returns false, because the list is read by cursors.
func (c *Cursor) PageOffset() (offset int, ok bool) { return 0, false }

// SortDirection orders a list.
type SortDirection string

// The sort directions.
const (
	Ascending  SortDirection = "ASC"
	Descending SortDirection = "DESC"
)

// JSONSchema lists the directions.
func (SortDirection) JSONSchema() *Schema { return oneOf(Ascending, Descending) }
