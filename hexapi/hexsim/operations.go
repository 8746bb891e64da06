package hexsim

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// operation is one row of the API.
type operation struct {
	route      string // as in net/http.ServeMux
	status     int    // of success
	generation generation
	group      rateGroup
	serve      func(*Hex, *request) (any, error) // called with h.mu held
}

// reads reports whether the operation changes nothing.
func (op *operation) reads() bool {
	return strings.HasPrefix(op.route, http.MethodGet+" ") || op.route == exportRoute
}

// operations lists what is simulated.
func operations() []operation {
	return slices.Concat(
		core(),
		threadOperations(),
		suggestionOperations(),
		administration(),
		projectOperations(),
		contextOperations(),
	)
}

// core is the operations behind the tools that are on by default.
func core() []operation {
	return []operation{
		{"GET /v1/projects", 200, older, ungrouped, (*Hex).listProjects},
		{"GET /v1/projects/{projectId}", 200, newer, hexAPI, (*Hex).getProject},
		{"PATCH /v1/projects/{projectId}", 200, newer, hexAPI, (*Hex).updateProject},
		{"PATCH /v1/projects/{projectId}/sharing/users", 200, newer, hexAPI30, (*Hex).shareWithUsers},
		{"PATCH /v1/projects/{projectId}/sharing/groups", 200, newer, hexAPI, (*Hex).shareWithGroups},
		{"PATCH /v1/projects/{projectId}/sharing/collections", 200, older, ungrouped, (*Hex).shareWithCollections},
		{"PATCH /v1/projects/{projectId}/sharing/workspaceAndPublic", 200, newer, hexAPI, (*Hex).shareWithAll},
		{"POST /v1/projects/{projectId}/runs", 201, newer, runKernel, (*Hex).runProject},
		{"GET /v1/projects/{projectId}/runs", 200, newer, hexAPI, (*Hex).getProjectRuns},
		{"GET /v1/projects/{projectId}/runs/{runId}", 200, newer, hexAPI, (*Hex).getRunStatus},
		{"DELETE /v1/projects/{projectId}/runs/{runId}", 204, older, ungrouped, (*Hex).cancelRun},
		{"GET /v1/cells", 200, newer, hexAPI30, (*Hex).listCells},
		{"POST /v1/cells", 200, newer, hexAPI30, (*Hex).createCell},
		{"GET /v1/cells/{cellId}", 200, newer, hexAPI30, (*Hex).getCell},
		{"PATCH /v1/cells/{cellId}", 200, newer, hexAPI30, (*Hex).updateCell},
		{"DELETE /v1/cells/{cellId}", 200, newer, hexAPI30, (*Hex).deleteCell},
		{"GET /v1/data-connections", 200, newer, hexAPI, (*Hex).listConnections},
		{"GET /v1/users/me", 200, newer, hexAPI30, (*Hex).me},
		{"GET /v1/users", 200, newer, hexAPI30, (*Hex).listUsers},
		{"POST /v1/users/{userId}/deactivate", 200, newer, hexAPI30, (*Hex).deactivateUser},
		{"GET /v1/groups", 200, older, ungrouped, (*Hex).listGroups},
		{"POST /v1/groups", 201, older, ungrouped, (*Hex).createGroup},
		{"GET /v1/groups/{groupId}", 200, older, ungrouped, (*Hex).getGroup},
		{"PATCH /v1/groups/{groupId}", 200, older, ungrouped, (*Hex).editGroup},
		{"DELETE /v1/groups/{groupId}", 204, older, ungrouped, (*Hex).deleteGroup},
		{"GET /v1/collections", 200, older, ungrouped, (*Hex).listCollections},
		{"POST /v1/collections", 201, older, ungrouped, (*Hex).createCollection},
		{"GET /v1/collections/{collectionId}", 200, older, ungrouped, (*Hex).getCollection},
		{"PATCH /v1/collections/{collectionId}", 200, older, ungrouped, (*Hex).editCollection},
		{"PUT /v1/guides/draft", 200, older, ungrouped, (*Hex).upsertGuideDrafts},
		{"POST /v1/guides/publish", 200, older, ungrouped, (*Hex).publishGuideDrafts},
		{"DELETE /v1/guides/draft/{orgGuideFileId}", 204, older, ungrouped, (*Hex).deleteGuideDraft},
	}
}

// earlierPath is where clients called an operation before its present path. Hex's
// own packages for Airflow and Dagster still do. "" stands for none.
func earlierPath(route string) string {
	switch route {
	case "POST /v1/projects/{projectId}/runs":
		return "POST /v1/project/{projectId}/run"
	case "GET /v1/projects/{projectId}/runs/{runId}":
		return "GET /v1/project/{projectId}/run/{runId}"
	case "DELETE /v1/projects/{projectId}/runs/{runId}":
		return "DELETE /v1/project/{projectId}/run/{runId}"
	default:
		return ""
	}
}

// routes makes a handler of each operation. What has no operation is 404, and
// 405 where another method has one.
func (h *Hex) routes() *http.ServeMux {
	mux := http.NewServeMux()
	for _, op := range operations() {
		for _, route := range []string{op.route, earlierPath(op.route)} {
			if route != "" {
				mux.Handle(route, h.handler(&op))
			}
		}
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { refuse(w, r, allowed(mux, r)) })
	return mux
}

// allowed lists the methods of the operations at the path of r. Paths such as
// guides/draft/list and guides/draft/{id} overlap, so no pattern can tell.
func allowed(mux *http.ServeMux, r *http.Request) []string {
	var methods []string
	for _, method := range []string{http.MethodDelete, http.MethodGet, http.MethodPatch, http.MethodPost, http.MethodPut} {
		other := r.Clone(r.Context())
		other.Method = method
		if _, pattern := mux.Handler(other); pattern != "/" {
			methods = append(methods, method)
		}
	}
	return methods
}

// refuse answers what is no operation.
func refuse(w http.ResponseWriter, r *http.Request, allowed []string) {
	status := http.StatusNotFound
	if len(allowed) > 0 {
		status = http.StatusMethodNotAllowed
		w.Header().Set("Allow", strings.Join(allowed, ", "))
	}
	writeJSON(w, status, encode(newer.errorBody(&failure{status: status}, callOf(r).trace)))
}

// handler runs an operation: who may, how often, what, and then the answer.
func (h *Hex) handler(op *operation) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		req := &request{Request: r, call: callOf(r), op: op}
		body, err := h.run(w, req)
		if err == nil {
			writeJSON(w, op.status, body)
			return
		}
		var f *failure
		if !errors.As(err, &f) {
			f = &failure{status: http.StatusInternalServerError}
		}
		if f.body == nil {
			f.body = op.generation.errorBody(f, req.trace)
		}
		writeJSON(w, f.status, encode(f.body))
	}
}

// run does all of an operation but write its answer. The answer is encoded
// while the workspace is locked, as it may point into it.
func (h *Hex) run(w http.ResponseWriter, r *request) ([]byte, error) {
	if r.who.readOnly && !r.op.reads() {
		return nil, &failure{status: http.StatusForbidden, message: "The token lacks the scope for this operation"}
	}
	if wait := h.limits.take(r.who.user(), r.op.group, h.now()); wait > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
		return nil, &failure{status: http.StatusTooManyRequests}
	}
	body, f := readBody(w, r)
	if f != nil {
		return nil, f
	}
	r.body = body
	h.mu.Lock()
	defer h.mu.Unlock()
	r.now = h.now()
	h.keepSchedules(r.now)
	answer, err := r.op.serve(h, r)
	if err != nil || answer == nil {
		return nil, err
	}
	return encode(answer), nil
}

// encode writes JSON as Node does, with <, > and & as they are. All that is
// encoded here is plain data, so there is no error.
func encode(v any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

func writeJSON(w http.ResponseWriter, status int, body []byte) {
	if body != nil {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	}
	w.WriteHeader(status)
	_, _ = w.Write(body) // the caller may have gone
}
