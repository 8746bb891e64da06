package hexapi

import (
	"fmt"
	"net/url"
	"strings"
)

// route is the path of a request, or the reason why there is none.
type route struct {
	path     string // with the ids; empty when invalid is set
	template string // with {id} for each id
	invalid  error  // why no request can be sent; nil when one can
}

// path joins the elements under /v1 and escapes each, so that no value can
// reach another operation. An id that would change the path is refused.
func path(elems ...any) route {
	var path, template strings.Builder
	var err error
	path.WriteString("/v1")
	template.WriteString("/v1")
	for _, e := range elems {
		s := fmt.Sprint(e)
		if s == "" || s == "." || s == ".." {
			err = argumentError(fmt.Sprintf("%q is not an id", s))
		}
		path.WriteString("/" + url.PathEscape(s))
		switch e.(type) {
		case UUID, ContextVersionID:
			s = "{id}"
		}
		template.WriteString("/" + s)
	}
	if err != nil {
		return route{template: template.String(), invalid: err}
	}
	return route{path: path.String(), template: template.String()}
}
