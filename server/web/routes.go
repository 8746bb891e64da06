package web

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"

	"hexmcp/server/rpc"
)

// whereMCPIs ends what is said to those who look elsewhere.
const whereMCPIs = "MCP is at /mcp, or at /sse for older clients"

// routes are the paths that are served, by method. A slash at the end of a path
// is no other path: several clients add one. It takes no http.ServeMux, which
// redirects some paths and refuses others with pages that programs cannot read.
type routes map[string]map[string]http.HandlerFunc

func (t *transport) routes() http.Handler {
	table := routes{
		"/mcp":     {http.MethodPost: t.options.Admit(t.post)},
		"/sse":     {http.MethodGet: t.options.Admit(t.connect)},
		"/message": {http.MethodPost: t.options.Admit(t.message)},
		"/healthz": {http.MethodGet: health, http.MethodHead: health},
	}
	for path, page := range t.options.Pages {
		table[path] = map[string]http.HandlerFunc{http.MethodGet: page, http.MethodHead: page}
	}
	return t.options.Receive(newOriginCheck(t.options, func(w http.ResponseWriter, r *http.Request) { t.route(table, w, r) }))
}

func (t *transport) route(table routes, w http.ResponseWriter, r *http.Request) {
	methods, ok := table[strings.TrimSuffix(r.URL.Path, "/")]
	if !ok {
		t.refusePath(w, r)
		return
	}
	handle, ok := methods[r.Method]
	if !ok {
		allowed := strings.Join(slices.Sorted(maps.Keys(methods)), ", ")
		w.Header().Set("Allow", allowed)
		why := "the method here is " + allowed
		if strings.Trim(r.URL.Path, "/") == "" { // somebody has left the path out
			why += "; " + whereMCPIs
		}
		t.options.refuse(w, r, refusal{status: http.StatusMethodNotAllowed, err: rpc.Invalid(why)})
		return
	}
	handle(w, r)
}

// refusePath answers what looks for anything else, such as the metadata of an
// authorization server, in the form in which OAuth tells errors. Clients that
// get a page instead take the server for broken.
func (t *transport) refusePath(w http.ResponseWriter, r *http.Request) {
	const why = "nothing is served here, and no authorization is needed: " + whereMCPIs
	t.options.logRefusal(r, http.StatusNotFound, why, "")
	body, _ := json.Marshal(map[string]string{"error": "not_found", "error_description": why}) // strings cannot fail
	writeJSON(w, http.StatusNotFound, body)
}
