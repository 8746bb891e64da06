package hexsim

import (
	"slices"
	"strings"
	"time"

	"hexmcp/hexapi"
)

// project is a project with all that belongs to it. The embedded fields are
// those that do not depend on the caller's question.
type project struct {
	hexapi.Project
	sharing  sharing
	inputs   []input
	unlisted bool // listed only where unlisted projects are asked for
	views    []hexapi.UUID
	version  int           // of the latest published version
	runFor   time.Duration // from the kernel to the end
	outcome  hexapi.RunStatus
	compute  hexapi.ComputeProfile // nothing shows it
	cells    []*cell               // in the order of the notebook
	runs     table[run]

	published map[int]func() string // the notebooks of published versions, as YAML

	timetable *timetable // nil where no schedule is enabled
	crowd     *crowd     // nil where all is kept
}

func (p *project) key() hexapi.UUID { return p.ID }

// project finds the project that the path names.
func (h *Hex) project(r *request) (*project, error) {
	id, err := r.id("projectId")
	if err != nil {
		return nil, err
	}
	if p := h.projects.get(id); p != nil {
		return p, nil
	}
	return nil, notFound("Project")
}

// show is the project as it is answered.
func (h *Hex) show(p *project, withSharing bool, now time.Time) hexapi.Project {
	shown := p.Project
	shown.Analytics.PublishedResultsUpdatedAt = h.resultsUpdatedAt(p, now)
	if withSharing {
		shown.ProjectSharing = new(h.showSharing(p.sharing))
	}
	return shown
}

// resultsUpdatedAt is when a run last wrote the results of the published app.
func (h *Hex) resultsUpdatedAt(p *project, now time.Time) *string {
	var last time.Time
	for _, r := range h.outcomes(p, now) {
		if l := r.at(now); r.publishes && l.status == hexapi.RunCompleted && l.end.After(last) {
			last = l.end
		}
	}
	latest := p.Analytics.PublishedResultsUpdatedAt
	if !last.IsZero() && (latest == nil || stamp(last) > *latest) {
		return new(stamp(last))
	}
	return latest
}

func (h *Hex) listProjects(r *request) (any, error) {
	q := r.query()
	keep := projectFilter(q)
	key := choice(q, "sortBy", hexapi.ProjectsByCreation,
		hexapi.ProjectsByCreation, hexapi.ProjectsByEdit, hexapi.ProjectsByPublication)
	dir := q.direction(hexapi.Descending)
	withSharing := q.bool("includeSharing")
	found := slices.DeleteFunc(h.projects.all(), func(p *project) bool { return !keep(p) })
	page, err := list[*project]{"projects", found, (*project).key}.
		sorted(dir, func(p *project) string { return p.sortKey(key) }).page(q, 100)
	if err != nil {
		return nil, err
	}
	return mapPage(page, func(p *project) hexapi.Project { return h.show(p, withSharing, r.now) }), nil
}

// projectFilter reads which projects to list.
func projectFilter(q *query) func(*project) bool {
	shown := kindFilter(q)
	statuses, categories := q.values["statuses"], q.values["categories"]
	creator, owner := q.values.Get("creatorEmail"), q.values.Get("ownerEmail")
	collection := hexapi.UUID(q.values.Get("collectionId"))
	return func(p *project) bool {
		return shown(p) &&
			(len(statuses) == 0 || p.Status != nil && slices.Contains(statuses, p.Status.Name)) &&
			(len(categories) == 0 || slices.ContainsFunc(p.Categories, func(c hexapi.Category) bool {
				return slices.Contains(categories, c.Name)
			})) &&
			(creator == "" || strings.EqualFold(creator, p.Creator.Email)) &&
			(owner == "" || strings.EqualFold(owner, p.Owner.Email)) &&
			(collection == "" || p.sharing.collections.access(collection) != hexapi.NoAccess)
	}
}

// kindFilter reads which kinds of projects to list that are left out otherwise.
func kindFilter(q *query) func(*project) bool {
	archived, trashed := q.bool("includeArchived"), q.bool("includeTrashed")
	components, unlisted := q.bool("includeComponents"), q.bool("includeUnlisted")
	return func(p *project) bool {
		return (archived || p.ArchivedAt == nil) && (trashed || p.TrashedAt == nil) &&
			(components || p.Type != hexapi.TypeComponent) && (unlisted || !p.unlisted)
	}
}

// sortKey is what projects are sorted by; never published sorts as oldest.
func (p *project) sortKey(by hexapi.ProjectSort) string {
	switch by {
	case hexapi.ProjectsByEdit:
		return p.LastEditedAt
	case hexapi.ProjectsByPublication:
		if p.LastPublished == nil {
			return ""
		}
		return *p.LastPublished
	default:
		return p.CreatedAt
	}
}

func (h *Hex) getProject(r *request) (any, error) {
	q := r.query()
	withSharing := q.bool("includeSharing")
	q.bool("includeUnlisted") // what it changes here is not known
	if err := q.err(); err != nil {
		return nil, err
	}
	p, err := h.project(r)
	if err != nil {
		return nil, err
	}
	return h.show(p, withSharing, r.now), nil
}

func (h *Hex) updateProject(r *request) (any, error) {
	p, err := h.project(r)
	if err != nil {
		return nil, err
	}
	in, err := decode[hexapi.ProjectUpdate](r, "status")
	if err != nil {
		return nil, err
	}
	name, ok := in.Status.Get()
	switch {
	case ok && !slices.Contains(h.statuses, name):
		return nil, badRequestf("status %s does not exist in the workspace", quoted(name))
	case ok:
		p.Status = &hexapi.ProjectStatus{Name: name}
	case !in.Status.IsZero(): // null
		p.Status = nil
	}
	return h.show(p, false, r.now), nil
}
