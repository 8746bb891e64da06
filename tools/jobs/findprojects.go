package jobs

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"hexmcp/hexapi"
)

// FindProjectsInput says which projects are looked for. What is not given does
// not matter.
type FindProjectsInput struct {
	Text              string `json:"text,omitempty" jsonschema_description:"Words of the title, or any Hex URL or id of the project."`
	Owner             string `json:"owner,omitempty" jsonschema_description:"Email of the owner, or a part of it."`
	Status            string `json:"status,omitempty" jsonschema_description:"Exact name; \"none\" for those without one."`
	Collection        string `json:"collection,omitempty" jsonschema_description:"Exact name or id."`
	Public            bool   `json:"public,omitempty" jsonschema:"default=false" jsonschema_description:"Only those that anybody on the web can open."`
	Scheduled         bool   `json:"scheduled,omitempty" jsonschema:"default=false" jsonschema_description:"Only those with an enabled schedule."`
	Archived          bool   `json:"archived,omitempty" jsonschema:"default=false" jsonschema_description:"Only archived ones, which are left out otherwise."`
	NotViewedSince    When   `json:"notViewedSince,omitempty" jsonschema_description:"Time, date, or such as \"-90d\"."`
	NotRunSince       When   `json:"notRunSince,omitempty" jsonschema_description:"Likewise; costs a request for each project that fits."`
	NotPublishedSince When   `json:"notPublishedSince,omitempty" jsonschema_description:"Likewise; includes never published ones."`
	Limit             int    `json:"limit,omitempty" jsonschema:"minimum=1,maximum=100,default=20" jsonschema_description:"Most projects to return."`
	Cursor            string `json:"cursor,omitempty" jsonschema_description:"next of the last answer, to go on."`
	Patience
}

// FoundProjects are the projects that fit, the best first.
type FoundProjects struct {
	Projects []FoundProject `json:"projects"`
	Found    int            `json:"found" jsonschema_description:"that fit, among those looked at in this call"`
	Coverage
}

// FoundProject is what a next call needs to know of a project.
type FoundProject struct {
	ID            hexapi.UUID `json:"id"`
	Title         string      `json:"title"`
	Match         Match       `json:"match,omitempty" jsonschema_description:"how text fits: id, title, start, words, parts, some words"`
	Owner         string      `json:"owner"`
	Status        *string     `json:"status"`
	LastViewedAt  *string     `json:"lastViewedAt"`
	LastPublished *string     `json:"lastPublishedAt"`
	LastRunAt     *string     `json:"lastRunAt,omitempty" jsonschema_description:"only with notRunSince; null: never"`
	Schedules     []string    `json:"schedules,omitempty" jsonschema_description:"enabled ones in words"`
	ArchivedAt    *string     `json:"archivedAt,omitempty"`
}

const defaultFound = 20

// FindProjects finds projects by what people know of them.
func FindProjects(ctx context.Context, c *hexapi.Client, in FindProjectsInput) (hexapi.Answer[FoundProjects], error) {
	var none hexapi.Answer[FoundProjects]
	f, err := newProjectFinder(ctx, c, in)
	if err != nil {
		return none, err
	}
	if f.id != "" {
		return f.byID(ctx)
	}
	covered, err := f.walk.run(ctx)
	if err != nil {
		return none, err
	}
	return answer(f.result(covered))
}

// projectFinder is a search under way.
type projectFinder struct {
	client                 *hexapi.Client
	in                     FindProjectsInput
	id                     hexapi.UUID // of the project that is meant; "" where it is looked for
	title                  title
	walk                   *walk[hexapi.Project]
	viewed, ran, published time.Time      // zero: does not matter
	found                  []FoundProject // the best; many more may fit
	letGo                  func()         // of what was found
	fitting                map[bool]int   // how many fit, by whether only some words do
}

func newProjectFinder(ctx context.Context, c *hexapi.Client, in FindProjectsInput) (*projectFinder, error) {
	f := &projectFinder{client: c, in: in}
	var words string
	f.id, words = wanted(in.Text)
	f.title = titleOf(words)
	if in.Text != "" && f.id == "" && len(f.title.words) == 0 {
		return nil, refuse("text", "text holds no word: give words of the title, an address of the project or its id, or leave it out to find by the rest")
	}
	at, err := placeOf(in.Cursor)
	if err != nil {
		return nil, err
	}
	now := at.now()
	for _, since := range []struct {
		name string
		when When
		at   *time.Time
	}{
		{"notViewedSince", in.NotViewedSince, &f.viewed}, {"notRunSince", in.NotRunSince, &f.ran}, {"notPublishedSince", in.NotPublishedSince, &f.published},
	} {
		if since.when == "" {
			continue
		}
		if *since.at, err = since.when.at(since.name, now, time.UTC); err != nil {
			return nil, err
		}
	}
	filter, err := f.filter(ctx)
	f.walk = ofProjects(listed(c, filter), at, in.end(ctx), f.look)
	return f, err
}

// filter is what Hex itself can filter by.
func (f *projectFinder) filter(ctx context.Context) (hexapi.ListProjectsInput, error) {
	filter := hexapi.ListProjectsInput{IncludeArchived: f.in.Archived, IncludeSharing: f.in.Public, OwnerEmail: f.in.HexOwner()}
	if status := f.in.HexStatus(); status != "" {
		filter.Statuses = []string{status}
	}
	if f.in.Collection == "" {
		return filter, nil
	}
	id, err := collectionNamed(ctx, f.client, f.in.Collection)
	filter.CollectionID = id
	return filter, err
}

// HexStatus is the status that Hex is to filter by; "" where it is not to.
func (in FindProjectsInput) HexStatus() string {
	if isNone(in.Status) {
		return ""
	}
	return in.Status
}

// HexOwner is the email of the owner that Hex is to filter by; "" where only a part of
// one is given, or none.
func (in FindProjectsInput) HexOwner() string {
	if isEmail(in.Owner) {
		return in.Owner
	}
	return ""
}

func isEmail(text string) bool {
	name, host, _ := strings.Cut(text, "@")
	return name != "" && strings.Contains(host, ".")
}

func isNone(status string) bool { return strings.EqualFold(status, "none") }

// look keeps a project that fits. Titles are compared to the end of the list, as
// the best may be the last.
func (f *projectFinder) look(ctx context.Context, p hexapi.Project) (enough bool, err error) {
	match := f.title.match(p.Title)
	switch {
	case match == matchesNone && len(f.title.words) > 0:
		return false, nil
	case f.in.Public && p.ProjectSharing == nil:
		return false, errUntold
	case !f.fits(p):
		return false, nil
	}
	found := foundProject(p, match)
	if !f.ran.IsZero() {
		last, err := lastRun(ctx, f.client, p)
		if err != nil || !isBefore(last, f.ran) {
			return false, err
		}
		found.LastRunAt = last
	}
	if err := f.keep(ctx, found); err != nil {
		return false, err
	}
	return len(f.title.words) == 0 && len(f.found) >= f.most(), nil
}

func (f *projectFinder) most() int { return cmp.Or(f.in.Limit, defaultFound) }

func (f *projectFinder) fits(p hexapi.Project) bool {
	switch {
	case !strings.Contains(strings.ToLower(p.Owner.Email), strings.ToLower(f.in.Owner)),
		f.in.Archived != (p.ArchivedAt != nil),
		isNone(f.in.Status) && p.Status != nil,
		f.in.Public && !isPublic(p),
		f.in.Scheduled && len(schedulesOf(p)) == 0,
		!f.viewed.IsZero() && !isBefore(p.Analytics.LastViewedAt, f.viewed),
		!f.published.IsZero() && !isBefore(p.LastPublished, f.published):
		return false
	}
	return true
}

// isPublic reports whether anybody on the web can open the project.
func isPublic(p hexapi.Project) bool {
	return !slices.Contains([]string{"", "NONE"}, strings.ToUpper(string(p.ProjectSharing.PublicWeb.Access)))
}

func foundProject(p hexapi.Project, match Match) FoundProject {
	f := FoundProject{
		ID: p.ID, Title: p.Title, Match: match, Owner: p.Owner.Email, Schedules: schedulesOf(p),
		LastViewedAt: p.Analytics.LastViewedAt, LastPublished: p.LastPublished, ArchivedAt: p.ArchivedAt,
	}
	if p.Status != nil {
		f.Status = &p.Status.Name
	}
	return f
}

// lastRun is when a project was run last; nil where it never was.
func lastRun(ctx context.Context, c *hexapi.Client, p hexapi.Project) (*string, error) {
	if p.LastPublished == nil {
		return nil, nil //nolint:nilnil // what was never published cannot have run
	}
	runs, err := hexapi.Decoded(c.GetProjectRuns(ctx, hexapi.GetProjectRunsInput{ProjectID: p.ID, RunFilter: hexapi.RunFilter{Limit: 1}}))
	if err != nil || len(runs.Runs) == 0 {
		return nil, err
	}
	return runs.Runs[0].StartTime, nil
}

// keep adds a project, and lets go of those that the answer will not hold: a word
// may be in thousands of titles.
func (f *projectFinder) keep(ctx context.Context, found FoundProject) error {
	if f.fitting == nil {
		f.fitting = make(map[bool]int)
	}
	f.fitting[found.Match == MatchSome]++
	if f.found = append(f.found, found); len(f.found) > 2*f.most() {
		f.rank()
	}
	if f.letGo == nil {
		f.letGo = letGo(ctx)
	}
	f.letGo()
	return keep(ctx, sizeOf(f.found))
}

// sizeOf is what projects that were found count for.
func sizeOf(found []FoundProject) (size int) {
	for _, p := range found {
		size += kept(p.Title, p.Owner, orNone(p.Status), orNone(p.LastViewedAt), orNone(p.LastPublished), orNone(p.LastRunAt), orNone(p.ArchivedAt)) + kept(p.Schedules...)
	}
	return size
}

// rank puts the best first, and cuts off what is too much.
func (f *projectFinder) rank() {
	slices.SortStableFunc(f.found, func(a, b FoundProject) int { return a.Match.Compare(b.Match) })
	f.found = slices.Delete(f.found, min(len(f.found), f.most()), len(f.found))
}

// result has the best first. Titles that hold only some of the words count where
// there is no better one.
func (f *projectFinder) result(done Coverage) FoundProjects {
	f.rank()
	onlySome := len(f.found) > 0 && f.found[0].Match == MatchSome
	f.found = slices.DeleteFunc(f.found, func(p FoundProject) bool { return p.Match == MatchSome && !onlySome })
	out := FoundProjects{Found: f.fitting[onlySome], Coverage: done, Projects: f.found}
	if out.Projects == nil {
		out.Projects = []FoundProject{}
	}
	return out
}

// byID reads the one project whose id was given.
func (f *projectFinder) byID(ctx context.Context) (hexapi.Answer[FoundProjects], error) {
	p, err := hexapi.Decoded(f.client.GetProject(ctx, hexapi.GetProjectInput{ProjectID: f.id, ProjectView: hexapi.ProjectView{IncludeUnlisted: true}}))
	if err != nil {
		return hexapi.Answer[FoundProjects]{}, err
	}
	return answer(FoundProjects{Projects: []FoundProject{foundProject(p, MatchID)}, Found: 1, Coverage: Coverage{LookedAt: 1}})
}
