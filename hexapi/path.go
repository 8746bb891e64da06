package hexapi

import (
	"fmt"
	"net/url"
	"strings"
)

// route is the path of an operation, or the reason why there is none.
type route struct {
	path     string
	template string // the path without its ids
	err      error
}

// path joins the elements under /v1 and escapes each, so that no value can
// reach another operation.
func path(elems ...any) route {
	var path, template strings.Builder
	path.WriteString("/v1")
	template.WriteString("/v1")
	for _, e := range elems {
		s := fmt.Sprint(e)
		if s == "" || s == "." || s == ".." {
			return route{err: &PathError{Element: s}}
		}
		path.WriteString("/" + url.PathEscape(s))
		if _, isID := e.(UUID); isID {
			s = "{id}"
		}
		template.WriteString("/" + s)
	}
	return route{path: path.String(), template: template.String()}
}

// operation is what rate limits and logs know a call by.
type operation struct{ method, template string }

func (o operation) String() string { return o.method + " " + o.template }

// PathError refuses an id that would change the path of a request.
type PathError struct{ Element string }

func (e *PathError) Error() string { return fmt.Sprintf("%q is not an id", e.Element) }
