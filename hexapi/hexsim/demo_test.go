package hexsim

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi"
)

// hours are times at which somebody may start the demo: Mondays and other days,
// just before, while and after schedules are due.
func hours() []time.Time {
	var all []time.Time
	for _, date := range []string{"2026-03-02", "2026-03-03", "2026-03-29", "2026-11-01", "2027-01-01", "2028-02-29"} {
		for _, hour := range []string{"00:00:00", "00:05:00", "01:00:00", "01:00:03", "01:00:20", "03:29:59", "03:30:00", "03:31:00", "05:00:10", "05:01:00", "09:00:00", "14:15:40", "23:59:59"} {
			at, err := time.Parse(time.DateTime, date+" "+hour)
			if err != nil {
				panic(err)
			}
			all = append(all, at)
		}
	}
	return all
}

// eachHour tells the demo's story at each of the hours.
func eachHour(t *testing.T, story func(*testing.T, caller)) {
	for _, at := range hours() {
		t.Run(at.Format("Mon 2006-01-02 15:04:05"), func(t *testing.T) {
			c := &clock{now: at}
			story(t, caller{t: t, hex: New(WithClock(c.Now)), clock: c, token: DemoToken})
		})
	}
}

// isDue tells when a schedule starts a run, in whole minutes.
func isDue(t *testing.T, s hexapi.Schedule) func(time.Time) bool {
	in := func(offset string) *time.Location {
		zone, err := time.Parse("Z07:00", offset)
		require.NoError(t, err)
		_, seconds := zone.Zone()
		return time.FixedZone(offset, seconds)
	}
	switch {
	case !s.Enabled:
		return func(time.Time) bool { return false }
	case s.Hourly != nil:
		zone := in(s.Hourly.Timezone)
		return func(at time.Time) bool { return at.In(zone).Minute() == s.Hourly.Minute }
	case s.Daily != nil:
		zone := in(s.Daily.Timezone)
		return func(at time.Time) bool {
			return at.In(zone).Hour() == s.Daily.Hour && at.In(zone).Minute() == s.Daily.Minute
		}
	case s.Weekly != nil:
		zone := in(s.Weekly.Timezone)
		return func(at time.Time) bool {
			return at.In(zone).Hour() == s.Weekly.Hour && at.In(zone).Minute() == s.Weekly.Minute &&
				strings.EqualFold(at.In(zone).Weekday().String(), s.Weekly.DayOfWeek)
		}
	}
	t.Fatalf("a schedule that the demo does not keep: %+v", s)
	return nil
}

// due lists the times of a project's schedules in the eight days, or of an hourly
// one in the two days, up to now.
func (c caller) due(p hexapi.Project) []string {
	now := c.clock.Now()
	times := []string{}
	for _, s := range p.Schedules {
		due, since := isDue(c.t, s), 8*day
		if s.Hourly != nil {
			since = 2 * day
		}
		for at := now.Add(-since).Truncate(time.Minute).Add(time.Minute); !at.After(now); at = at.Add(time.Minute) {
			if due(at) {
				times = append(times, stamp(at))
			}
		}
	}
	return times
}

// visible lists the projects that are listed unless asked otherwise.
func (c caller) visible() []hexapi.Project {
	c.t.Helper()
	return as[hexapi.Page[hexapi.Project]](c.get("/v1/projects?limit=100&includeSharing=true").want(200)).Values
}

// runs lists all runs of a project, newest first.
func (c caller) runs(p hexapi.UUID, filter string) []hexapi.ProjectRun {
	c.t.Helper()
	return as[hexapi.ProjectRuns](c.get(runsOf(p) + "?limit=100&" + filter).want(200)).Runs
}

// asked tells when each run that has a kernel, or had one, was asked for.
func asked(t *testing.T, runs []hexapi.ProjectRun) []string {
	var all []string
	for _, r := range runs {
		if r.StartTime != nil {
			at, err := time.Parse(time.RFC3339, *r.StartTime)
			require.NoError(t, err)
			all = append(all, stamp(at.Add(-PendingFor)))
		}
	}
	return all
}

// keepsItsSchedules holds the scheduled runs of each project against its schedules.
func keepsItsSchedules(t *testing.T, c caller) {
	scheduled := 0
	for _, p := range c.visible() {
		runs := c.runs(p.ID, "runTriggerFilter=SCHEDULED")
		got := asked(t, runs)
		slices.Reverse(got)
		want := c.due(p)
		if len(runs) > 0 && runs[0].Status == hexapi.RunPending { // it has no start time yet
			want = want[:len(want)-1]
		}
		require.GreaterOrEqual(t, len(got), len(want), p.Title)
		assert.Equal(t, want, append([]string{}, got[len(got)-len(want):]...), p.Title)
		for _, s := range p.Schedules {
			if s.Enabled {
				scheduled++
				assert.NotEmpty(t, want, "the window of %s is too short to tell", p.Title)
			} else {
				assert.Empty(t, runs, p.Title)
			}
		}
	}
	assert.Equal(t, 4, scheduled)
}

func TestScheduledRunsHappenedUntilNow(t *testing.T) { eachHour(t, keepsItsSchedules) }

func TestSchedulesGoOnWhileAWorkspaceIsServed(t *testing.T) {
	for _, after := range []time.Duration{time.Minute, time.Hour, 30 * time.Hour, 8 * day, 20 * day} {
		c := open(t)
		before := c.send("POST", "/v1/groups", `{"name":"x"}`).want(201).body
		c.clock.advance(after)
		keepsItsSchedules(t, c)
		keepsItsSchedules(t, c)
		for _, p := range c.visible() {
			ids := idsOf(c.runs(p.ID, ""))
			assert.Len(t, slices.Compact(slices.Sorted(slices.Values(ids))), len(ids))
		}

		late := open(t)
		late.clock.advance(after)
		assert.Equal(t, as[groupCreated](late.send("POST", "/v1/groups", `{"name":"x"}`)).ID, as[groupCreated](answered{t, 201, nil, before}).ID, "they use up no ids of other things")
	}
}

func TestOneScheduleFailedLastNight(t *testing.T) {
	eachHour(t, func(t *testing.T, c caller) {
		lastNight := stamp(c.clock.Now().Add(-day - 10*time.Second)) // tonight's run may be under way for as long
		failed := map[hexapi.UUID][]hexapi.UUID{}
		for _, p := range c.visible() {
			for _, r := range c.runs(p.ID, "runTriggerFilter=SCHEDULED&statusFilter=ERRORED") {
				if *r.StartTime > lastNight {
					failed[p.ID] = append(failed[p.ID], r.RunID)
				}
			}
		}
		assert.Equal(t, map[hexapi.UUID][]hexapi.UUID{ProjectFails: {RunErrored}}, failed)

		ended := slices.DeleteFunc(c.runs(ProjectFails, ""), func(r hexapi.ProjectRun) bool { return r.EndTime == nil })
		assert.Equal(t, RunErrored, ended[0].RunID, "it is the first to be met")
		statuses := map[hexapi.RunStatus]int{}
		for _, r := range ended[:6] {
			statuses[r.Status]++
		}
		assert.Equal(t, map[hexapi.RunStatus]int{hexapi.RunErrored: 5, hexapi.RunCompleted: 1}, statuses, "four nights and a refresh")
		assert.Equal(t, hexapi.RunCompleted, ended[5].Status, "before, it worked")
		assert.Less(t, *as[hexapi.Project](c.get("/v1/projects/" + string(ProjectFails))).Analytics.PublishedResultsUpdatedAt, *ended[4].EndTime,
			"the app shows what is old")
	})
}

func TestRunsOfTheDemoAreAsTheirNamesSay(t *testing.T) {
	eachHour(t, func(t *testing.T, c caller) {
		now := stamp(c.clock.Now())
		for _, test := range []struct {
			project, run hexapi.UUID
			status       hexapi.RunStatus
			trigger      hexapi.RunTrigger
		}{
			{ProjectRevenue, RunFinished, hexapi.RunCompleted, hexapi.TriggerAPI},
			{ProjectRevenue, RunScheduled, hexapi.RunCompleted, hexapi.TriggerSchedule},
			{ProjectFails, RunErrored, hexapi.RunErrored, hexapi.TriggerSchedule},
			{ProjectSlow, RunRunning, hexapi.RunRunning, hexapi.TriggerAPI},
		} {
			run := c.look(test.project, test.run)
			assert.Equal(t, test.status, run.Status)
			assert.Equal(t, test.trigger, run.RunTrigger)
		}
		for _, p := range c.visible() {
			last := ""
			for _, r := range slices.Backward(c.runs(p.ID, "")) {
				if r.StartTime != nil {
					assert.LessOrEqual(t, last, *r.StartTime, "%s: newest first", p.Title)
					assert.LessOrEqual(t, *r.StartTime, now, p.Title)
					last = *r.StartTime
				}
				if r.EndTime != nil {
					assert.LessOrEqual(t, *r.EndTime, now, p.Title)
				}
			}
		}
		revenue := as[hexapi.Project](c.get("/v1/projects/" + string(ProjectRevenue))).Analytics
		assert.GreaterOrEqual(t, *revenue.PublishedResultsUpdatedAt, *c.look(ProjectRevenue, RunScheduled).EndTime, "a schedule keeps the app fresh")
	})
}

func TestARunIsOfTheVersionThatWasPublished(t *testing.T) {
	c := open(t)
	runs := c.runs(ProjectRevenue, "runTriggerFilter=SCHEDULED") // published two days ago
	assert.Equal(t, hexapi.Version("17"), runs[0].ProjectVersion)
	assert.Equal(t, hexapi.Version("16"), runs[len(runs)-1].ProjectVersion)
}

// The demo has one of each thing that somebody may ask for.
func TestTheDemoHasSomethingToFind(t *testing.T) {
	eachHour(t, func(t *testing.T, c caller) {
		now := c.clock.Now()
		found := map[string][]hexapi.UUID{}
		for _, p := range c.visible() {
			note := func(what string, is bool) {
				if is {
					found[what] = append(found[what], p.ID)
				}
			}
			viewed := p.Analytics.LastViewedAt
			note("public", p.ProjectSharing.PublicWeb.Access == hexapi.AppOnly)
			note("otherwise public", p.ProjectSharing.PublicWeb.Access != hexapi.AppOnly && p.ProjectSharing.PublicWeb.Access != hexapi.NoAccess)
			note("not viewed for 90 days", viewed != nil && *viewed < stamp(now.Add(-90*day)))
			note("published and never viewed", viewed == nil && p.LastPublished != nil)
			note("without status", p.Status == nil)
		}
		assert.Equal(t, map[string][]hexapi.UUID{
			"public":                 {ProjectRetention},
			"not viewed for 90 days": {ProjectRetention},
			"without status":         {ProjectSupport},
		}, found)
	})
}

func TestOneCollectionIsEmpty(t *testing.T) {
	c := open(t)
	ids, _ := listed(c.get("/v1/collections"))
	for _, id := range ids {
		in := titles(c.get("/v1/projects?includeArchived=true&includeTrashed=true&includeComponents=true&includeUnlisted=true&collectionId=" + string(id)))
		assert.Equal(t, id == CollectionSupport, len(in) == 0, "%s: %s", id, in)
	}
}

func TestMostProjectsHaveCells(t *testing.T) {
	c := open(t)
	query := url.Values{"limit": {"100"}, "includeArchived": {"true"}, "includeTrashed": {"true"}, "includeComponents": {"true"}, "includeUnlisted": {"true"}}
	var without, orders []hexapi.UUID
	for _, p := range as[hexapi.Page[hexapi.Project]](c.get("/v1/projects?" + query.Encode())).Values {
		cells := as[hexapi.Page[hexapi.Cell]](c.get("/v1/cells?limit=100&projectId=" + string(p.ID))).Values
		if len(cells) == 0 {
			without = append(without, p.ID)
		}
		if slices.ContainsFunc(cells, func(c hexapi.Cell) bool {
			return c.Contents.SQLCell != nil && strings.Contains(c.Contents.SQLCell.Source, "marts.fct_orders")
		}) {
			orders = append(orders, p.ID)
		}
	}
	assert.ElementsMatch(t, []hexapi.UUID{ProjectSupport, ProjectTrashed}, without)
	assert.ElementsMatch(t, []hexapi.UUID{ProjectRevenue, ProjectInventory, ProjectSlow, ProjectAttribution, ProjectRetention, ProjectUnlisted}, orders)
}

func TestInputsOfTheDemoHaveCells(t *testing.T) {
	c := open(t)
	for _, p := range c.hex.projects.all() {
		if len(p.inputs) == 0 {
			continue
		}
		cells := 0
		for _, one := range p.cells {
			if one.CellType == inputCell {
				cells++
			}
		}
		assert.Equal(t, len(p.inputs), cells, p.Title)
	}
}

func TestAnUnlistedProjectIsReadByItsID(t *testing.T) {
	c := open(t)
	path := "/v1/projects/" + string(ProjectUnlisted)
	want := c.get(path).want(200).body
	assert.Equal(t, want, c.get(path+"?includeUnlisted=true").want(200).body)
	as[newerError](c.get(path + "?includeUnlisted=maybe").want(400))
}
