package hexsim

import (
	"fmt"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi"
)

func (c caller) thread(id hexapi.UUID) hexapi.ThreadAnswer {
	c.t.Helper()
	return as[hexapi.ThreadAnswer](c.get("/v1/threads/" + string(id)).want(200))
}

func (c caller) ask(body string) hexapi.ThreadCreated {
	c.t.Helper()
	return as[hexapi.ThreadCreated](c.send("POST", "/v1/threads", body).want(200))
}

func (c caller) said(id hexapi.UUID, query string) (texts []string, page hexapi.Pagination) {
	c.t.Helper()
	m := as[hexapi.ThreadMessages](c.get("/v1/threads/" + string(id) + "/messages?" + query).want(200))
	for _, one := range m.Content {
		texts = append(texts, one.Text)
	}
	return texts, m.Pagination
}

func TestTheAgentTakesItsTime(t *testing.T) {
	c := open(t)
	made := c.ask(`{"prompt":"How did the weekly revenue do?"}`)
	assert.Nil(t, made.ProjectID)
	before := c.thread(made.ThreadID)
	assert.Equal(t, hexapi.ThreadRunning, before.Status)
	assert.Nil(t, before.Response)
	assert.Zero(t, *before.CreditsUsed)
	texts, _ := c.said(made.ThreadID, "")
	assert.Equal(t, []string{"User: How did the weekly revenue do?"}, texts)
	c.send("POST", "/v1/threads/"+string(made.ThreadID)+"/followup", `{"prompt":"And?"}`).want(400)

	c.clock.advance(AnswerFor - time.Millisecond)
	assert.Equal(t, hexapi.ThreadRunning, c.thread(made.ThreadID).Status)
	c.clock.advance(time.Millisecond)
	after := c.thread(made.ThreadID)
	assert.Equal(t, hexapi.ThreadIdle, after.Status)
	assert.Equal(t, 1.5, *after.CreditsUsed)
	kinds := map[string]hexapi.AnswerBlock{}
	for _, block := range after.Response {
		kinds[block.Type] = block
	}
	assert.Contains(t, kinds["text"].Text, "Weekly revenue review")
	assert.Equal(t, string(ProjectRevenue), kinds["project"].ID)
	assert.Equal(t, string(CellRevenueChart), kinds["cell"].ID)

	c.send("POST", "/v1/threads/"+string(made.ThreadID)+"/followup", `{"prompt":"And the demand forecast?"}`).want(200)
	assert.Equal(t, hexapi.ThreadRunning, c.thread(made.ThreadID).Status)
	c.clock.advance(AnswerFor)
	again := c.thread(made.ThreadID)
	assert.Equal(t, "Demand forecast", again.Resources[0].Name)
	assert.Equal(t, 3.0, *again.CreditsUsed)
}

func TestAThreadMayWorkInAProject(t *testing.T) {
	c := open(t)
	made := c.ask(fmt.Sprintf(`{"prompt":"What is new?","projectId":%q}`, ProjectForecast))
	assert.Equal(t, ProjectForecast, *made.ProjectID)
	c.clock.advance(AnswerFor)
	assert.Equal(t, "Demand forecast", c.thread(made.ThreadID).Resources[0].Name)

	fresh := c.ask(`{"prompt":"Chart returns by product","newProject":true}`)
	project := as[hexapi.Project](c.get("/v1/projects/" + string(*fresh.ProjectID)).want(200))
	assert.Equal(t, "Chart returns by product", project.Title)
	assert.Equal(t, stamp(c.clock.Now()), project.CreatedAt)
	assert.Equal(t, "NOTEBOOK", c.thread(fresh.ThreadID).Type)
}

func TestPromptsThatAreRefused(t *testing.T) {
	c := open(t)
	c.careless = true
	for body, status := range map[string]int{
		`{}`:            400,
		`{"prompt":""}`: 400,
		fmt.Sprintf(`{"prompt":"x","projectId":%q,"newProject":true}`, ProjectRevenue): 400,
		fmt.Sprintf(`{"prompt":"x","projectId":%q}`, nobody):                           404,
	} {
		as[newerError](c.send("POST", "/v1/threads", body).want(status))
	}
	as[newerError](c.send("POST", "/v1/threads/"+string(ThreadRevenue)+"/followup", `{"prompt":""}`).want(400))
	as[newerError](c.send("POST", "/v1/threads/"+string(nobody)+"/followup", `{"prompt":"x"}`).want(404))
	as[newerError](c.send("POST", "/v1/threads/"+string(ThreadFailed)+"/followup", `{"prompt":"x"}`).want(400))
	as[newerError](c.get("/v1/threads/" + string(nobody)).want(404))
}

func TestThreadsAreFiltered(t *testing.T) {
	c := open(t)
	for query, want := range map[string][]hexapi.UUID{
		"":                                    {ThreadRevenue, ThreadInvoices, ThreadFailed, ThreadSensitive},
		"numDays=3":                           {ThreadRevenue, ThreadInvoices},
		"source=SLACK":                        {ThreadFailed},
		"type=NOTEBOOK":                       {ThreadInvoices},
		"userId=" + string(UserElif):          {ThreadRevenue},
		"hasFeedback=false":                   {ThreadFailed, ThreadSensitive},
		"hasFeedback=true":                    {ThreadRevenue, ThreadInvoices},
		"roles=MEMBER,EXPLORER":               {ThreadRevenue, ThreadFailed},
		"warnings=MISSING_CONTEXT":            {ThreadInvoices},
		"topicIds=" + string(TopicRevenue):    {ThreadRevenue, ThreadSensitive},
		"resourceIds=" + string(ProjectFails): {ThreadInvoices},
		"warnings=OTHER":                      {},
	} {
		ids := []hexapi.UUID{}
		for _, one := range as[hexapi.Threads](c.get("/v1/threads?" + query).want(200)).Threads {
			ids = append(ids, one.ID)
		}
		assert.Equal(t, want, ids, query)
	}
	c.careless = true
	as[newerError](c.get("/v1/threads?numDays=0").want(400))
}

func TestAPrivateThreadShowsNothingOfItself(t *testing.T) {
	c := open(t)
	seen := c.thread(ThreadSensitive)
	assert.Nil(t, seen.Title)
	assert.Nil(t, seen.Response)
	assert.Empty(t, seen.Topics)
	as[newerError](c.get("/v1/threads/" + string(ThreadSensitive) + "/messages").want(403))
	as[newerError](c.send("POST", "/v1/threads/"+string(ThreadSensitive)+"/followup", `{"prompt":"x"}`).want(403))
}

func TestAThreadThatFailedSaysWhy(t *testing.T) {
	c := open(t)
	failed := c.thread(ThreadFailed)
	assert.Equal(t, hexapi.ThreadError, failed.Status)
	assert.Equal(t, "DATA_CONNECTION_NOT_AUTHORIZED", failed.Error.Type)
	texts, _ := c.said(ThreadFailed, "")
	assert.Contains(t, texts[1], "[error]")
}

func TestMessagesAreReadFromTheNewestPageBackwards(t *testing.T) {
	c := open(t)
	all, whole := c.said(ThreadInvoices, "")
	require.Len(t, all, 4)
	assert.Equal(t, hexapi.Pagination{}, whole)
	newest, at := c.said(ThreadInvoices, "limit=3")
	assert.Equal(t, all[1:], newest)
	assert.Nil(t, at.After)
	older, end := c.said(ThreadInvoices, "limit=3&before="+url.QueryEscape(*at.Before))
	assert.Equal(t, all[:1], older)
	assert.Nil(t, end.Before)
	full, _ := c.said(ThreadInvoices, "full=true")
	assert.Len(t, full, 6)
	c.careless = true
	c.get("/v1/threads/" + string(ThreadInvoices) + "/messages?limit=51").want(400)
}

func TestAnAnswerTellsOfRunsThatThereWere(t *testing.T) {
	c := open(t)
	asked := c.thread(ThreadInvoices)
	assert.Contains(t, asked.Response[1].Text, "ERRORED")
	assert.NotContains(t, asked.Response[1].Text, stamp(c.clock.Now())[:13])
}

func TestAThreadKeepsItsBeginningAndItsEnd(t *testing.T) {
	c := open(t)
	begun := c.thread(ThreadRevenue).CreatedAt
	for range keptTurns + 5 {
		c.send("POST", "/v1/threads/"+string(ThreadRevenue)+"/followup", `{"prompt":"And now?"}`).want(200)
		c.clock.advance(AnswerFor)
	}
	assert.Equal(t, begun, c.thread(ThreadRevenue).CreatedAt)
	assert.Len(t, c.hex.threads.get(ThreadRevenue).turns, keptTurns)
}
