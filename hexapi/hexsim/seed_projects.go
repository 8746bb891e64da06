package hexsim

import (
	"cmp"
	"slices"
	"time"

	"hexmcp/hexapi"
)

// seedProject is a demo project in few words. Durations are before the start,
// zero is never.
type seedProject struct {
	id                         hexapi.UUID
	title, description         string
	component, review          bool
	unlisted                   bool
	creator, owner             hexapi.UUID
	status                     string
	categories                 []string
	created, edited, published time.Duration
	archived, trashed, viewed  time.Duration
	views                      hexapi.AppViews
	schedules                  []hexapi.Schedule
	sharing                    sharing
	inputs                     []input
	savedViews                 []hexapi.UUID
	version                    int
	runFor                     time.Duration
	fails                      bool
	scheduledFor               time.Duration // how long a scheduled run takes
}

func (h *Hex) seedProjects() {
	for _, s := range demoProjects() {
		p := h.projects.add(s.id, h.newProject(s))
		if len(p.Schedules) > 0 && p.Schedules[0].Enabled {
			p.timetable = newTimetable(p.Schedules[0], s.scheduledFor, h.start)
			h.scheduled = append(h.scheduled, p)
		}
	}
}

func (h *Hex) newProject(s seedProject) *project {
	p := &project{
		Project: hexapi.Project{
			ID: s.id, Title: s.title, Type: hexapi.TypeProject,
			Creator:    hexapi.Person{Email: h.users.get(s.creator).Email},
			Owner:      hexapi.Person{Email: h.users.get(cmp.Or(s.owner, s.creator)).Email},
			Categories: h.categoriesNamed(s.categories),
			Reviews:    hexapi.Reviews{Required: s.review},
			Analytics:  hexapi.ProjectAnalytics{AppViews: s.views, LastViewedAt: h.agoOrNull(s.viewed), PublishedResultsUpdatedAt: h.agoOrNull(s.published)},
			CreatedAt:  h.ago(s.created), LastEditedAt: h.ago(s.edited), LastPublished: h.agoOrNull(s.published),
			ArchivedAt: h.agoOrNull(s.archived), TrashedAt: h.agoOrNull(s.trashed),
			Schedules: append([]hexapi.Schedule{}, s.schedules...),
		},
		sharing: s.sharing, unlisted: s.unlisted, inputs: s.inputs, views: s.savedViews, version: s.version,
		runFor: cmp.Or(s.runFor, RunFor), outcome: hexapi.RunCompleted,
	}
	p.describe(s)
	return p
}

// describe sets what is null unless it is given.
func (p *project) describe(s seedProject) {
	if s.description != "" {
		p.Description = new(s.description)
	}
	if s.status != "" {
		p.Status = &hexapi.ProjectStatus{Name: s.status}
	}
	if s.component {
		p.Type = hexapi.TypeComponent
	}
	if s.fails {
		p.outcome = hexapi.RunErrored
	}
}

func (h *Hex) categoriesNamed(names []string) []hexapi.Category {
	found := []hexapi.Category{}
	for _, c := range h.categories {
		if slices.Contains(names, c.Name) {
			found = append(found, c)
		}
	}
	return found
}

// shared is the sharing of a project with what the whole workspace may do.
func shared(workspace hexapi.Access, s sharing) sharing {
	s.workspace = workspace
	s.publicWeb = cmp.Or(s.publicWeb, hexapi.NoAccess)
	s.support = hexapi.NoAccess
	return s
}
