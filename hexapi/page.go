package hexapi

// Page is one page of a list that is read by cursors.
type Page[T any] struct {
	Values     []T        `json:"values"`
	Pagination Pagination `json:"pagination"`
}

// Pagination holds the cursors of the neighbouring pages; null means there is none.
type Pagination struct {
	After  *string `json:"after" jsonschema_description:"Cursor of the next page; null on the last."`
	Before *string `json:"before" jsonschema_description:"Cursor of the previous page."`
}

// Cursor is a place in a list, as Pagination gave it. Only one of the two may be set.
type Cursor struct {
	After  string `json:"after,omitempty" jsonschema_description:"pagination.after of the last page."`
	Before string `json:"before,omitempty" jsonschema_description:"pagination.before; not with after."`
}

// PageOffset says that the list is not read by offset.
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
