package hexsim

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"hexmcp/hexapi"
)

// list is a sorted list that can be cut into pages.
type list[T any] struct {
	name  string // so that a cursor fits its own list only
	items []T
	id    func(T) hexapi.UUID
}

// sorted orders the list by key; ties are broken by id, so that pages never
// overlap.
func (l list[T]) sorted(dir hexapi.SortDirection, key func(T) string) list[T] {
	slices.SortFunc(l.items, func(a, b T) int {
		c := cmp.Or(cmp.Compare(key(a), key(b)), cmp.Compare(l.id(a), l.id(b)))
		if dir == hexapi.Descending {
			return -c
		}
		return c
	})
	return l
}

// page cuts out the page that limit, after and before ask for.
func (l list[T]) page(q *query, maxLimit int) (hexapi.Page[T], error) {
	limit := q.int("limit", 25, 1, maxLimit)
	after, before := q.values.Get("after"), q.values.Get("before")
	if after != "" && before != "" {
		q.issues = append(q.issues, "after and before cannot be combined")
	}
	if err := q.err(); err != nil {
		return hexapi.Page[T]{}, err
	}
	if before != "" {
		to, _, err := l.find(before)
		return l.cut(max(to-limit, 0), to), err
	}
	from, err := l.start(after)
	return l.cut(from, min(from+limit, len(l.items))), err
}

// lastPage cuts out the page that is asked for, where no cursor says which: the last.
func (l list[T]) lastPage(q *query, maxLimit int) (hexapi.Page[T], error) {
	if q.values.Get("after") != "" || q.values.Get("before") != "" {
		return l.page(q, maxLimit)
	}
	limit := q.int("limit", 25, 1, maxLimit)
	return l.cut(max(len(l.items)-limit, 0), len(l.items)), q.err()
}

// start is the place behind a cursor's item. If that is gone, what came behind
// it has moved up.
func (l list[T]) start(after string) (int, error) {
	if after == "" {
		return 0, nil
	}
	i, found, err := l.find(after)
	if found {
		i++
	}
	return i, err
}

// cut takes items from up to to, and points to the neighbours.
func (l list[T]) cut(from, to int) hexapi.Page[T] {
	p := hexapi.Page[T]{Values: append([]T{}, l.items[from:to]...)}
	if from > 0 {
		p.Pagination.Before = new(l.cursor(from))
	}
	if to < len(l.items) {
		p.Pagination.After = new(l.cursor(to - 1))
	}
	return p
}

// cursor names the item at i, which is outside the list beside an empty page.
// Its place is kept too, in case the item is gone when the cursor comes back.
func (l list[T]) cursor(i int) string {
	var id hexapi.UUID
	if i >= 0 && i < len(l.items) {
		id = l.id(l.items[i])
	}
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%s|%d|%s", l.name, i, id))
}

// find returns the place of a cursor's item, or the place where it was.
func (l list[T]) find(cursor string) (i int, found bool, err error) {
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	parts := strings.Split(string(b), "|")
	if err != nil || len(parts) != 3 || parts[0] != l.name {
		return 0, false, badRequest("unknown cursor")
	}
	if i := slices.IndexFunc(l.items, func(v T) bool { return string(l.id(v)) == parts[2] }); i >= 0 {
		return i, true, nil
	}
	i, err = strconv.Atoi(parts[1])
	if err != nil {
		return 0, false, badRequest("unknown cursor")
	}
	return min(max(i, 0), len(l.items)), false, nil
}

// mapPage answers the items of a page in another form.
func mapPage[T, U any](p hexapi.Page[T], show func(T) U) hexapi.Page[U] {
	shown := hexapi.Page[U]{Values: make([]U, len(p.Values)), Pagination: p.Pagination}
	for i, v := range p.Values {
		shown.Values[i] = show(v)
	}
	return shown
}
