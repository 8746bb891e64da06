package hexsim

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"hexmcp/hexapi"
)

func runsOf(p hexapi.UUID) string { return "/v1/projects/" + string(p) + "/runs" }

func (c caller) start(p hexapi.UUID) hexapi.UUID {
	c.t.Helper()
	return as[started](c.send("POST", runsOf(p), nil).want(201)).RunID
}

func (c caller) look(p, run hexapi.UUID) hexapi.ProjectRun {
	c.t.Helper()
	return as[hexapi.ProjectRun](c.get(runsOf(p) + "/" + string(run)).want(200))
}

func TestARunLivesByTheClock(t *testing.T) {
	for _, test := range []struct {
		name    string
		project hexapi.UUID
		runFor  time.Duration
		end     hexapi.RunStatus
	}{
		{"one that succeeds", ProjectRevenue, RunFor, hexapi.RunCompleted},
		{"one that fails", ProjectFails, RunFor, hexapi.RunErrored},
		{"one that takes long", ProjectSlow, SlowRunFor, hexapi.RunCompleted},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := open(t)
			asked := c.clock.Now()
			id := c.start(test.project)

			run := c.look(test.project, id)
			assert.Equal(t, hexapi.RunPending, run.Status)
			assert.Equal(t, hexapi.TriggerAPI, run.RunTrigger)
			assert.Nil(t, run.StartTime)
			assert.Nil(t, run.EndTime)
			assert.Nil(t, run.ElapsedTime)

			c.clock.advance(PendingFor)
			c.clock.advance(test.runFor / 2)
			run = c.look(test.project, id)
			assert.Equal(t, hexapi.RunRunning, run.Status)
			assert.Equal(t, stamp(asked.Add(PendingFor)), *run.StartTime)
			assert.Nil(t, run.EndTime)
			assert.InDelta(t, test.runFor.Milliseconds()/2, *run.ElapsedTime, 0)

			c.clock.advance(test.runFor)
			run = c.look(test.project, id)
			assert.Equal(t, test.end, run.Status)
			assert.Equal(t, stamp(asked.Add(PendingFor+test.runFor)), *run.EndTime)
			assert.InDelta(t, test.runFor.Milliseconds(), *run.ElapsedTime, 0)
		})
	}
}

func TestStartingARunTellsWhereToFollowIt(t *testing.T) {
	c := open(t, WithBaseURL("https://hex.example/api/"))
	a := c.send("POST", runsOf(ProjectRevenue), `{}`).want(201)
	got := as[started](a)
	assert.Equal(t, ProjectRevenue, got.ProjectID)
	assert.Equal(t, 17, got.ProjectVersion)
	assert.Equal(t, a.header.Get("X-Trace-Id"), got.TraceID)
	assert.Equal(t, "https://hex.example/api"+runsOf(ProjectRevenue)+"/"+string(got.RunID), got.RunStatusURL)
	assert.True(t, strings.HasSuffix(got.RunURL, "/"+string(got.RunID)))
	assert.NotContains(t, a.body, "notifications")

	run := c.look(ProjectRevenue, got.RunID)
	assert.Equal(t, got.RunURL, run.RunURL)
	assert.Equal(t, hexapi.Version("17"), run.ProjectVersion)
	assert.Contains(t, c.get(runsOf(ProjectRevenue)+"/"+string(got.RunID)).body, `"projectVersion":"17"`, "a string here, a number there")
	assert.Contains(t, a.body, `"projectVersion":17`)

	here := as[started](open(t).send("POST", runsOf(ProjectRevenue), nil))
	assert.True(t, strings.HasPrefix(here.RunStatusURL, "http://hex.test/api/v1/projects/"), here.RunStatusURL)
}

func TestExpandedStatsTellTheHistory(t *testing.T) {
	c := open(t)
	asked := c.clock.Now()
	id := as[started](c.send("POST", runsOf(ProjectFails), nil, "flag-config-override", "beta=on")).RunID
	path := runsOf(ProjectFails) + "/" + string(id)
	c.clock.advance(time.Minute)

	plain := c.get(path).want(200)
	assert.NotContains(t, plain.body, "stateEvents")
	assert.NotContains(t, plain.body, "flagConfigOverride")
	assert.NotContains(t, c.get(path, "enable-expanded-stats", "false").body, "stateEvents")

	run := as[hexapi.ProjectRun](c.get(path, "enable-expanded-stats", "true").want(200))
	assert.Equal(t, "beta=on", run.FlagConfigOverride)
	assert.Equal(t, []hexapi.RunStateEvent{
		{Type: "STATUS", Value: "PENDING", Timestamp: stamp(asked)},
		{Type: "STATUS", Value: "RUNNING", Timestamp: stamp(asked.Add(PendingFor))},
		{Type: "STATUS", Value: "ERRORED", Timestamp: stamp(asked.Add(PendingFor + RunFor))},
	}, run.StateEvents)
}

func TestCancellingARun(t *testing.T) {
	for name, wait := range map[string]time.Duration{"while pending": 0, "while running": PendingFor + time.Second} {
		t.Run(name, func(t *testing.T) {
			c := open(t)
			id := c.start(ProjectSlow)
			path := runsOf(ProjectSlow) + "/" + string(id)
			c.clock.advance(wait)
			a := c.send("DELETE", path, nil).want(204)
			assert.Empty(t, a.body)
			assert.NotEmpty(t, a.header.Get("X-Trace-Id"))
			killedAt := c.clock.Now()

			c.clock.advance(2 * SlowRunFor)
			run := c.look(ProjectSlow, id)
			assert.Equal(t, hexapi.RunKilled, run.Status)
			assert.Equal(t, stamp(killedAt), *run.EndTime)
			assert.Equal(t, wait == 0, run.StartTime == nil)
			as[olderError](c.send("DELETE", path, nil).want(422))
		})
	}
}

func TestAFinishedRunIsNotCancelled(t *testing.T) {
	c := open(t)
	e := as[olderError](c.send("DELETE", runsOf(ProjectRevenue)+"/"+string(RunFinished), nil).want(422))
	assert.Equal(t, "The run has already finished", e.Reason)
	assert.Equal(t, hexapi.RunCompleted, c.look(ProjectRevenue, RunFinished).Status)
	c.send("DELETE", runsOf(ProjectSlow)+"/"+string(RunRunning), nil).want(204)
}

func TestUnknownRunsAreNotFound(t *testing.T) {
	c := open(t)
	for _, path := range []string{
		runsOf(ProjectRevenue) + "/" + string(nobody),
		runsOf(nobody) + "/" + string(RunFinished),
		runsOf(ProjectForecast) + "/" + string(RunFinished), // of another project
	} {
		c.get(path).want(404)
		c.send("DELETE", path, nil).want(404)
	}
	c.get(runsOf(nobody)).want(404)
	c.send("POST", runsOf(nobody), nil).want(404)
}

func TestRunsThatCannotStart(t *testing.T) {
	for _, test := range []struct {
		name    string
		project hexapi.UUID
		body    string
		status  int
	}{
		{"never published", ProjectDraft, `{}`, 422},
		{"never published, dry", ProjectDraft, `{"dryRun":true}`, 422},
		{"archived", ProjectArchived, `{}`, 422},
		{"in the trash", ProjectTrashed, `{}`, 422},
		{"a component", ProjectComponent, `{}`, 422},
		{"view and inputs", ProjectForecast, `{"viewId":"` + string(ViewForecastNorth) + `","inputParams":{"region":"North"}}`, 422},
		{"published results with inputs", ProjectForecast, `{"updatePublishedResults":true,"inputParams":{"region":"North"}}`, 422},
		{"unknown view", ProjectForecast, `{"viewId":"` + string(nobody) + `"}`, 422},
		{"inputs that are no object", ProjectForecast, `{"inputParams":[1]}`, 400},
		{"a flag that is neither true nor false", ProjectForecast, `{"dryRun":"yes"}`, 400},
		{"malformed", ProjectForecast, `{`, 400},
		{"unknown notification type", ProjectForecast, `{"notifications":[{"type":"SOMETIMES","includeSuccessScreenshot":false}]}`, 400},
		{"unknown screenshot format", ProjectForecast, `{"notifications":[{"type":"ALL","includeSuccessScreenshot":true,"screenshotFormat":"gif"}]}`, 400},
		{"unknown recipient", ProjectForecast, `{"notifications":[{"type":"ALL","includeSuccessScreenshot":false,"userIds":["` + string(nobody) + `"]}]}`, 400},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := open(t)
			before := c.get(runsOf(test.project) + "?limit=100").body
			e := as[newerError](c.send("POST", runsOf(test.project), test.body).want(test.status))
			assert.NotEmpty(t, e.Message)
			after := c.get(runsOf(test.project) + "?limit=100").body
			assert.Equal(t, strings.Count(before, `"runId"`), strings.Count(after, `"runId"`))
		})
	}
}

func TestInputsAreHeldAgainstThePublishedApp(t *testing.T) {
	for _, test := range []struct {
		params   string
		invalid  []string
		notFound []string
	}{
		{`{}`, nil, nil},
		{`{"region":"North","horizon_days":30,"start_date":"2026-04-01","include_promos":true,"note":""}`, nil, nil},
		{`{"region":"Mars"}`, []string{"region"}, nil},
		{`{"region":3}`, []string{"region"}, nil},
		{`{"horizon_days":0}`, []string{"horizon_days"}, nil},
		{`{"horizon_days":90.5}`, []string{"horizon_days"}, nil},
		{`{"horizon_days":"30"}`, []string{"horizon_days"}, nil},
		{`{"start_date":"1 April"}`, []string{"start_date"}, nil},
		{`{"include_promos":"yes"}`, []string{"include_promos"}, nil},
		{`{"note":null}`, []string{"note"}, nil},
		{`{"Region":"North"}`, nil, []string{"Region"}},
		{`{"b":1,"a":[2],"region":{},"note":"x"}`, []string{"region"}, []string{"a", "b"}},
	} {
		t.Run(test.params, func(t *testing.T) {
			a := open(t).send("POST", runsOf(ProjectForecast), `{"inputParams":`+test.params+`}`)
			if test.invalid == nil && test.notFound == nil {
				a.want(201)
				return
			}
			bad := as[badInputs](a.want(422))
			var invalid []string
			for _, p := range bad.Invalid {
				invalid = append(invalid, p.ParamName)
			}
			assert.Equal(t, test.invalid, invalid)
			assert.ElementsMatch(t, test.notFound, bad.NotFound)
			assert.Equal(t, a.header.Get("X-Trace-Id"), bad.TraceID)
			assert.NotContains(t, a.body, ":null", "both lists are there")
		})
	}
	bad := as[badInputs](open(t).send("POST", runsOf(ProjectForecast), `{"inputParams":{"region":"Mars"}}`))
	assert.Equal(t, hexapi.InvalidParam{ParamName: "region", ParamValue: `"Mars"`, DataType: "string", InputCellType: "DROPDOWN"}, bad.Invalid[0])
	open(t).send("POST", runsOf(ProjectForecast), `{"viewId":"`+string(ViewForecastNorth)+`"}`).want(201)
}

func TestInputsMayBeLists(t *testing.T) {
	for params, refused := range map[string]string{
		`{"channels":["Search","Social"],"period":["2026-01-01","2026-01-31"]}`: "",
		`{"channels":[],"period":["2026-01-01","2026-01-01"]}`:                  "",
		`{"channels":["Search","Skywriting"]}`:                                  "channels",
		`{"channels":"Search"}`:                                                 "channels",
		`{"channels":[1]}`:                                                      "channels",
		`{"period":["2026-02-01","2026-01-01"]}`:                                "period",
		`{"period":["2026-01-01"]}`:                                             "period",
		`{"period":["2026-01-01","soon"]}`:                                      "period",
		`{"period":"2026-01-01"}`:                                               "period",
	} {
		a := open(t).send("POST", runsOf(ProjectAttribution), `{"inputParams":`+params+`}`)
		if refused == "" {
			a.want(201)
			continue
		}
		bad := as[badInputs](a.want(422)).Invalid
		assert.Len(t, bad, 1, params)
		assert.Equal(t, refused, bad[0].ParamName, params)
	}
	bad := as[badInputs](open(t).send("POST", runsOf(ProjectAttribution), `{"inputParams":{"channels":["TV"],"period":[]}}`).want(422))
	assert.Equal(t, []hexapi.InvalidParam{
		{ParamName: "channels", ParamValue: `["TV"]`, DataType: "list", InputCellType: "MULTISELECT"},
		{ParamName: "period", ParamValue: `[]`, DataType: "date range", InputCellType: "DATE_RANGE"},
	}, bad.Invalid)
	open(t).send("POST", runsOf(ProjectForecast), `{"inputParams":{"region":["North"]}}`).want(422) // where one value is wanted
}

func TestADryRunStartsNothing(t *testing.T) {
	c := open(t)
	before := c.get(runsOf(ProjectForecast))
	got := as[started](c.send("POST", runsOf(ProjectForecast), `{"dryRun":true,"inputParams":{"region":"North"}}`).want(201))
	assert.Equal(t, ProjectForecast, got.ProjectID)
	c.get(runsOf(ProjectForecast) + "/" + string(got.RunID)).want(404)
	assert.Equal(t, as[hexapi.ProjectRuns](before).Runs, as[hexapi.ProjectRuns](c.get(runsOf(ProjectForecast))).Runs)
	c.send("POST", runsOf(ProjectForecast), `{"dryRun":true,"inputParams":{"region":"Mars"}}`).want(422)
}

func TestNotificationsNameTheirRecipients(t *testing.T) {
	c := open(t)
	body := fmt.Sprintf(`{"notifications":[{"type":"FAILURE","includeSuccessScreenshot":true,"screenshotFormat":"pdf",
		"userIds":[%q],"groupIds":[%q],"slackChannelIds":["C042"],"subject":"Forecast","body":"Look"}]}`, UserDev, GroupFinance)
	got := as[started](c.send("POST", runsOf(ProjectForecast), body).want(201))
	told := func(kind, id, name string) hexapi.RunNotified {
		return hexapi.RunNotified{
			Type: "FAILURE", RecipientType: kind, IncludeSuccessScreenshot: true, ScreenshotFormat: []string{"pdf"},
			Subject: "Forecast", Body: "Look", Recipient: hexapi.RunRecipient{ID: id, Name: name},
		}
	}
	assert.Equal(t, []hexapi.RunNotified{
		told("USER", string(UserDev), "Dev Ramanathan"), told("GROUP", string(GroupFinance), "Finance"), told("SLACK_CHANNEL", "C042", "C042"),
	}, got.Notifications)
	assert.Equal(t, got.Notifications, c.look(ProjectForecast, got.RunID).Notifications)
	c.send("POST", runsOf(ProjectForecast), `{"notifications":[{"type":"ALL"}]}`).want(400) // with or without a screenshot?
}

func TestPublishedResultsAreUpdatedWhenTheRunCompletes(t *testing.T) {
	c := open(t)
	updated := func() string {
		return *as[hexapi.Project](c.get("/v1/projects/" + string(ProjectForecast))).Analytics.PublishedResultsUpdatedAt
	}
	before := updated()
	c.start(ProjectForecast)
	c.send("POST", runsOf(ProjectForecast), `{"updatePublishedResults":true}`).want(201)
	assert.Equal(t, before, updated())
	c.clock.advance(PendingFor + RunFor)
	assert.Equal(t, stamp(c.clock.Now()), updated())

	c.send("POST", runsOf(ProjectForecast), `{"updateCache":true}`).want(201)
	c.clock.advance(PendingFor + RunFor)
	assert.Equal(t, stamp(c.clock.Now()), updated(), "by the name before")
}

func TestARunTakesWhatOlderClientsSend(t *testing.T) {
	c := open(t)
	c.careless = true
	path := runsOf(ProjectForecast)
	dry := as[started](c.send("POST", path, `{"dryRun":"true","useCachedSqlResults":"false"}`).want(201))
	assert.Equal(t, dryRunID, dry.RunID)
	wet := as[started](c.send("POST", path, `{"dryRun":"false","notifications":[{"type":"ALL","includeSuccessScreenshot":"true","slackChannelIds":["C042"]}]}`).want(201))
	assert.NotEqual(t, dryRunID, wet.RunID)
	assert.True(t, wet.Notifications[0].IncludeSuccessScreenshot)
	c.send("POST", path, `{"inputParams":null,"updateCache":false}`).want(201) // Hex's package for Airflow
	for _, flag := range []string{"dryRun", "useCachedSqlResults", "updatePublishedResults", "updateCache"} {
		for _, value := range []string{`"True"`, `"1"`, `""`, `1`, `[]`} {
			e := as[newerError](c.send("POST", path, fmt.Sprintf(`{%q:%s}`, flag, value)).want(400))
			assert.Equal(t, []issue{{flag + " must be a boolean"}}, e.Issues)
		}
	}
	c.send("PUT", "/v1/guides/draft", `{"files":[],"forceWrite":"true"}`).want(400) // no other operation was seen to
}

func TestTheEarlierPathsOfRunsAnswerLikeThePresentOnes(t *testing.T) {
	for _, test := range []struct {
		method, path string
		body         any
	}{
		{"POST", "", `{"inputParams":{"region":"North"},"updateCache":false}`},
		{"POST", "", `{"inputParams":{"region":"Mars"}}`},
		{"GET", "/" + string(RunRunning), nil},
		{"GET", "/" + string(nobody), nil},
		{"DELETE", "/" + string(RunRunning), nil},
		{"DELETE", "/" + string(RunFinished), nil},
		{"DELETE", "/last", nil},
		{"PUT", "/" + string(RunRunning), `{}`},
	} {
		t.Run(test.method+" "+test.path, func(t *testing.T) {
			project := ProjectSlow
			if test.path == "" {
				project = ProjectForecast
			}
			want := open(t).send(test.method, runsOf(project)+test.path, test.body)
			got := open(t).send(test.method, "/v1/project/"+string(project)+"/run"+test.path, test.body)
			assert.Equal(t, want.status, got.status)
			assert.Equal(t, want.body, got.body)
			assert.Equal(t, want.header, got.header)
		})
	}
}

func TestTheTwentySixthKernelIsRefused(t *testing.T) {
	c := open(t, WithToken("hxtw_other"), WithToken("hxtp_one"), WithToken("hxtp_two"))
	var ids []hexapi.UUID
	for range MaxKernels {
		ids = append(ids, c.start(ProjectSlow))
	}
	before := strings.Count(c.get(runsOf(ProjectSlow)+"?limit=100").body, `"runId"`)
	e := as[newerError](c.send("POST", runsOf(ProjectRevenue), nil).want(503))
	assert.Equal(t, "SERVICE_UNAVAILABLE", e.Code)
	assert.Equal(t, before, strings.Count(c.get(runsOf(ProjectSlow)+"?limit=100").body, `"runId"`))
	c.send("POST", runsOf(ProjectRevenue), `{"dryRun":true}`).want(201)

	other := c
	other.token = "hxtw_other"
	other.start(ProjectRevenue)

	other.token = "hxtp_one"
	for range MaxKernels {
		other.start(ProjectSlow)
	}
	other.token = "hxtp_two"
	other.send("POST", runsOf(ProjectRevenue), nil).want(503) // another token of the same user

	c.send("DELETE", runsOf(ProjectSlow)+"/"+string(ids[7]), nil).want(204)
	c.start(ProjectSlow)
	c.send("POST", runsOf(ProjectSlow), nil).want(503)
	c.clock.advance(PendingFor + SlowRunFor)
	c.start(ProjectSlow)
}

func TestAProjectForgetsItsOldestRuns(t *testing.T) {
	c := open(t)
	for range keptRuns {
		c.start(ProjectForecast)
		c.clock.advance(time.Second)
	}
	p := c.hex.projects.get(ProjectForecast)
	assert.Len(t, p.runs.order, keptRuns)
	assert.Len(t, p.runs.byID, keptRuns)
	assert.LessOrEqual(t, len(c.hex.underway), MaxKernels)
}

func TestRunsStartAndEndInParallel(t *testing.T) {
	c := open(t)
	var started, refused, cancelled atomic.Int64
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 20 {
				a := c.send("POST", runsOf(ProjectSlow), nil)
				if a.status == 503 {
					refused.Add(1)
					continue
				}
				started.Add(1)
				var run hexapi.RunStarted
				assert.NoError(t, json.Unmarshal([]byte(a.body), &run)) // require is for the test's own goroutine
				path := runsOf(ProjectSlow) + "/" + string(run.RunID)
				c.clock.advance(time.Millisecond)
				c.get(runsOf(ProjectSlow) + "?limit=100")
				c.get("/v1/projects?includeSharing=true")
				if started.Load()%3 != 0 && c.send("DELETE", path, nil).status == 204 {
					cancelled.Add(1)
				}
			}
		})
	}
	all.Wait()
	assert.EqualValues(t, 160, started.Load()+refused.Load())
	assert.LessOrEqual(t, started.Load()-cancelled.Load(), int64(MaxKernels))

	killed := as[hexapi.ProjectRuns](c.get(runsOf(ProjectSlow) + "?limit=100&statusFilter=KILLED"))
	assert.EqualValues(t, min(100, cancelled.Load()), len(killed.Runs))
	next := c.send("POST", runsOf(ProjectSlow), nil)
	assert.Equal(t, started.Load()-cancelled.Load() < MaxKernels, next.status == 201)
}
