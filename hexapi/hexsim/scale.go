package hexsim

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"hexmcp/hexapi"
)

// Scale is how many projects and runs a workspace has beside those of the demo.
// Users, groups and collections follow from the projects.
//
// Projects are kept, as anybody may edit them. Their cells and runs are computed
// anew by each request, and kept from the first write to them on, so that a
// workspace does not grow while it is read.
type Scale struct{ Projects, Runs int }

// LargeScale is a workspace as large companies have it.
func LargeScale() Scale { return Scale{Projects: 2000, Runs: 50_000} }

// The largest workspace that is simulated.
const (
	maxProjects       = 100_000
	maxRunsPerProject = 200
)

var errNoScale = errors.New("a scale is two numbers, projects and runs, such as 2000,50000")

// ParseScale reads a scale such as 2000,50000.
func ParseScale(text string) (Scale, error) {
	projects, runs, _ := strings.Cut(text, ",")
	p, err := strconv.Atoi(strings.TrimSpace(projects))
	r, err2 := strconv.Atoi(strings.TrimSpace(runs))
	if errors.Join(err, err2) != nil {
		return Scale{}, errNoScale
	}
	s := Scale{p, r}
	return s, s.check()
}

func (s Scale) check() error {
	switch {
	case s.Projects < 1 || s.Projects > maxProjects:
		return fmt.Errorf("a workspace has between 1 and %d projects, not %d", maxProjects, s.Projects)
	case s.Runs < 0 || s.Runs > s.Projects*maxRunsPerProject:
		return fmt.Errorf("%d projects have between 0 and %d runs, not %d", s.Projects, s.Projects*maxRunsPerProject, s.Runs)
	}
	return nil
}

// String is the scale as [ParseScale] reads it.
func (s Scale) String() string { return fmt.Sprintf("%d,%d", s.Projects, s.Runs) }

// WithScale adds projects, runs and people to the demo's.
func WithScale(s Scale) Option { return func(h *Hex) { h.scale = s } }

// crowd is what is kept of a project beyond itself where the rest is computed.
type crowd struct {
	number int  // among the projects of the scale
	runs   int  // in its history at any time
	edited bool // its cells are kept
}

// How often projects run, against those that nobody has scheduled.
const (
	weightHourly = 8
	weightDaily  = 4
	weightWeekly = 2
)

// weight is the part that a project has in the runs of the workspace.
func (p *project) weight() int {
	switch {
	case p.LastPublished == nil || p.Type == hexapi.TypeComponent:
		return 0
	case p.schedule() == nil:
		return 1
	case p.schedule().Hourly != nil:
		return weightHourly
	case p.schedule().Daily != nil:
		return weightDaily
	}
	return weightWeekly
}

// schedule is the one that starts runs; nil for none.
func (p *project) schedule() *hexapi.Schedule {
	if len(p.Schedules) == 0 || !p.Schedules[0].Enabled {
		return nil
	}
	return &p.Schedules[0]
}

// seedCrowd makes what the scale asks for.
func (h *Hex) seedCrowd() {
	if h.scale == (Scale{}) {
		return
	}
	h.seedCrowdPeople()
	made := make([]*project, h.scale.Projects)
	all := 0
	for n := range made {
		p := h.newProject(h.crowdProject(n))
		p.crowd = &crowd{number: n}
		made[n] = h.projects.add(p.ID, p)
		all += p.weight()
	}
	sum := 0
	for _, p := range made {
		before := h.scale.Runs * sum / max(all, 1)
		sum += p.weight()
		p.crowd.runs = h.scale.Runs*sum/max(all, 1) - before
	}
}

// history is all runs of a project in the order in which they were asked for.
func (h *Hex) history(p *project, now time.Time) []*run {
	kept := p.runs.all()
	if p.crowd == nil {
		return kept
	}
	return byTime(append(kept, h.computedRuns(p, now)...))
}

// keepRun keeps a run that may have been computed, because it is to be changed.
func (p *project) keepRun(one *run) {
	if p.runs.get(one.id) == nil {
		p.addRun(one)
	}
}

// cellsOf are the cells of a project, to be read.
func (h *Hex) cellsOf(p *project) []*cell {
	if p.crowd == nil || p.crowd.edited {
		return p.cells
	}
	return h.computedCells(p)
}

// keepCells keeps the cells of a project, because they are to be changed.
func (h *Hex) keepCells(p *project) {
	if p.crowd == nil || p.crowd.edited {
		return
	}
	p.cells = h.computedCells(p)
	p.crowd.edited = true
	for _, c := range p.cells {
		h.cells.add(c.ID, c)
	}
}

// cellOf finds a cell by its id, to be read or to be changed; nil where there is none.
func (h *Hex) cellOf(id hexapi.UUID, toChange bool) *cell {
	if c := h.cells.get(id); c != nil {
		return c
	}
	n, ok := cellIDs.number(id)
	if !ok || n/maxCells >= h.scale.Projects {
		return nil
	}
	p := h.projects.get(projectIDs.id(n / maxCells))
	if toChange {
		h.keepCells(p)
		return h.cells.get(id)
	}
	for _, c := range h.cellsOf(p) {
		if c.ID == lower(id) {
			return c
		}
	}
	return nil
}

// runOf finds a run by its id; nil where there is none.
func (h *Hex) runOf(p *project, id hexapi.UUID, now time.Time) *run {
	if one := p.runs.get(id); one != nil || p.crowd == nil {
		return one
	}
	for _, one := range h.computedRuns(p, now) {
		if one.id == lower(id) {
			return one
		}
	}
	return nil
}
