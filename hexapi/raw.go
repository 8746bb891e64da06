package hexapi

import (
	"context"
	"net/url"
	pathpkg "path"
	"strings"
)

// ReadInput names a path of the API to read.
type ReadInput struct {
	Path string `json:"path" jsonschema:"required,minLength=1" jsonschema_description:"From /v1/ on, query included, such as /v1/projects?limit=5."`
}

// Check returns an error whose sentence says why the path cannot be read; nil when it can.
func (in ReadInput) Check() error {
	at, _ := rawRoute(in.Path)
	return at.invalid
}

// rawTemplate stands for all paths that [Read] is called with. Logs and metrics do not
// tell these apart.
const rawTemplate = "/v1/{path}"

// Read sends a GET for any path of the API, for operations that [Client] has no method
// for. The path must begin with /v1/, and cannot lead out of it. A client with
// [Config.Bounds] refuses it with [ErrBounds], because it does not know what is in the
// answer.
func Read(ctx context.Context, c *Client, in ReadInput) (Answer[Anything], error) {
	at, query := rawRoute(in.Path)
	if at.invalid == nil && !c.bounds.IsZero() {
		at.invalid = boundsError("the server is confined to some projects, and what such a request reads cannot be confined")
	}
	return get[Anything](ctx, c, at, query)
}

// rawRoute splits a path from its query. The route is invalid when they cannot be read.
func rawRoute(target string) (route, any) {
	u, err := url.Parse(target)
	switch {
	case err != nil, u.IsAbs(), u.Host != "", u.User != nil, u.Fragment != "", !strings.HasPrefix(u.Path, "/v1/"), pathpkg.Clean(u.Path) != u.Path:
		return route{template: rawTemplate, invalid: argumentError("path must begin with /v1/ and be one of the API, such as /v1/projects?limit=5, without . and .. and without a slash at its end")}, nil
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return route{template: rawTemplate, invalid: argumentError("the query of path cannot be read: give it as name=value&name=value, percent-encoded")}, nil
	}
	return route{path: u.EscapedPath(), template: rawTemplate}, query
}
