package hexsim

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"hexmcp/hexapi"
)

// query reads query parameters and gathers what is wrong with them.
type query struct {
	values url.Values
	issues []string
}

// int reads a whole number between low and high.
func (q *query) int(name string, fallback, low, high int) int {
	if !q.values.Has(name) {
		return fallback
	}
	n, err := strconv.Atoi(q.values.Get(name))
	if err != nil || n < low || n > high {
		q.issues = append(q.issues, fmt.Sprintf("%s must be a whole number from %d to %d", name, low, high))
	}
	return n
}

// bool reads true or false; absent is false.
func (q *query) bool(name string) bool {
	switch v := q.values.Get(name); {
	case v == "true":
		return true
	case v == "false", !q.values.Has(name):
		return false
	default:
		q.issues = append(q.issues, name+" must be true or false")
		return false
	}
}

// choice reads one of the given words; absent is the fallback, which need not
// be one of them.
func choice[T ~string](q *query, name string, fallback T, choices ...T) T {
	if !q.values.Has(name) {
		return fallback
	}
	v := T(q.values.Get(name))
	if !slices.Contains(choices, v) {
		q.issues = append(q.issues, fmt.Sprintf("%s must be one of %s", name, join(choices)))
	}
	return v
}

// list reads words that are joined by commas; absent is none.
func (q *query) list(name string) []string {
	if q.values.Get(name) == "" {
		return nil
	}
	return strings.Split(q.values.Get(name), ",")
}

func (q *query) direction(fallback hexapi.SortDirection) hexapi.SortDirection {
	return choice(q, "sortDirection", fallback, hexapi.Ascending, hexapi.Descending)
}

func (q *query) err() error {
	if q.issues != nil {
		return badRequest(q.issues...)
	}
	return nil
}

func join[T ~string](words []T) string {
	list := make([]string, len(words))
	for i, w := range words {
		list[i] = string(w)
	}
	return strings.Join(list, ", ")
}
