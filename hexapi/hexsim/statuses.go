package hexsim

import (
	"fmt"
	"net/http"
	"slices"

	"hexmcp/hexapi"
)

// statused is something within a connection or a semantic project that may have
// a status: a database, a schema, a table, a dataset, a view.
type statused struct {
	kind, name string
	status     *string
}

type semanticProject struct {
	id      hexapi.UUID
	objects []*statused
}

// statusProblem is why an update is refused.
type statusProblem struct {
	Name   string `json:"name"`
	Type   string `json:"type"`
	Reason string `json:"reason"`
	Value  string `json:"value,omitempty"`
}

// statusRefusal is the body of older errors with a list in place of a text.
type statusRefusal struct {
	Reason  string          `json:"reason"`
	TraceID string          `json:"traceId"`
	Details []statusProblem `json:"details"`
}

func (h *Hex) updateConnectionSchema(r *request) (any, error) {
	c, err := h.connection(r)
	if err != nil {
		return nil, err
	}
	done, err := updateStatuses[hexapi.SchemaObject](h, r, c.objects, "DATABASE", "SCHEMA", "TABLE")
	if err != nil {
		return nil, err
	}
	return hexapi.DataConnectionSchemaUpdated{Updated: hexapi.SchemaStatuses{
		Databases: done["DATABASE"], Schemas: done["SCHEMA"], Tables: done["TABLE"],
	}}, nil
}

func (h *Hex) updateSemanticProject(r *request) (any, error) {
	id, err := r.id("semanticProjectId")
	if err != nil {
		return nil, err
	}
	p := h.semantics.get(id)
	if p == nil {
		return nil, notFound("Semantic project")
	}
	done, err := updateStatuses[hexapi.SemanticObject](h, r, p.objects, "DATASET", "VIEW")
	if err != nil {
		return nil, err
	}
	return hexapi.SemanticProjectUpdated{Updated: hexapi.SemanticStatuses{Views: done["VIEW"], Datasets: done["DATASET"]}}, nil
}

// updateStatuses makes all updates or none, and returns what was made by kind.
func updateStatuses[T ~string](h *Hex, r *request, objects []*statused, kinds ...string) (map[string][]hexapi.NamedStatus, error) {
	in, err := readStatuses[T](r, kinds)
	if err != nil {
		return nil, err
	}
	done := make(map[string][]hexapi.NamedStatus)
	for _, kind := range kinds {
		done[kind] = []hexapi.NamedStatus{}
	}
	if err := h.refuseStatuses(r, statusProblems(h, in, objects)); err != nil {
		return nil, err
	}
	for _, u := range in {
		findStatused(objects, string(u.Type), u.Name).status = u.Status
		done[string(u.Type)] = append(done[string(u.Type)], hexapi.NamedStatus{Name: u.Name, Status: u.Status})
	}
	return done, nil
}

func readStatuses[T ~string](r *request, kinds []string) ([]hexapi.StatusUpdate[T], error) {
	var nullable []string
	for i := range 1000 { // more are too many for a test
		nullable = append(nullable, fmt.Sprintf("updates[%d].status", i))
	}
	in, err := decode[hexapi.StatusUpdates[T]](r, nullable...)
	if err != nil {
		return nil, err
	}
	if in.Updates == nil {
		return nil, badRequest("updates is required")
	}
	for i, u := range in.Updates {
		if !slices.Contains(kinds, string(u.Type)) {
			return nil, badRequestf("updates[%d].type must be one of %s", i, join(kinds))
		}
	}
	return in.Updates, nil
}

func statusProblems[T ~string](h *Hex, updates []hexapi.StatusUpdate[T], objects []*statused) []statusProblem {
	var problems []statusProblem
	for _, u := range updates {
		switch {
		case findStatused(objects, string(u.Type), u.Name) == nil:
			problems = append(problems, statusProblem{u.Name, string(u.Type), "not_found", u.Name})
		case u.Status != nil && !slices.Contains(h.statuses, *u.Status):
			problems = append(problems, statusProblem{u.Name, string(u.Type), "invalid_status", *u.Status})
		}
	}
	return problems
}

// refuseStatuses answers 404 where only names are unknown, and else 400.
func (h *Hex) refuseStatuses(r *request, problems []statusProblem) error {
	if len(problems) == 0 {
		return nil
	}
	status := http.StatusNotFound
	if slices.ContainsFunc(problems, func(p statusProblem) bool { return p.Reason != "not_found" }) {
		status = http.StatusBadRequest
	}
	return &failure{status: status, body: statusRefusal{"Some updates are not valid", r.trace, problems}}
}

func findStatused(objects []*statused, kind, name string) *statused {
	for _, o := range objects {
		if o.kind == kind && o.name == name {
			return o
		}
	}
	return nil
}
