package hexsim

import (
	"math"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi"
)

func TestTheTokenIsCheckedFirst(t *testing.T) {
	for _, test := range []struct{ name, header, path, challenge string }{
		{"none", "", "/v1/projects", `Bearer`},
		{"unknown", "Bearer nobody", "/v1/projects", `Bearer error="invalid_token"`},
		{"another scheme", "Basic " + DemoToken, "/v1/projects", `Bearer`},
		{"unknown, for a path that does not exist", "Bearer nobody", "/v1/nothing", `Bearer error="invalid_token"`},
		{"unknown, with a bad query", "Bearer nobody", "/v1/projects?limit=0", `Bearer error="invalid_token"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := open(t).get(test.path, "Authorization", test.header).want(http.StatusUnauthorized)
			assert.Equal(t, "Unauthorized", a.body)
			assert.Equal(t, test.challenge, a.header.Get("WWW-Authenticate"))
			assert.Contains(t, a.header.Get("Content-Type"), "text/plain")
			assert.NotEmpty(t, a.header.Get("X-Trace-Id"))
		})
	}
}

func TestMeTellsWhoATokenActsAs(t *testing.T) {
	c := open(t, WithToken("hxtp_ada"))
	assert.JSONEq(t, `{"org":{"id":"`+string(Workspace)+`"},"token":{"exp":null}}`, c.get("/v1/users/me").want(200).body)

	c.token = "hxtp_ada"
	me := as[struct {
		hexapi.User
		Org   struct{ ID hexapi.UUID }
		Token struct{ Exp int64 }
	}](c.get("/v1/users/me").want(200))
	assert.Equal(t, UserAda, me.ID)
	assert.Equal(t, Workspace, me.Org.ID)
	assert.Equal(t, me.Token.Exp, c.clock.Now().AddDate(0, 0, 90).Unix())
}

func TestAPersonalTokenEndsWithItsUser(t *testing.T) {
	c := open(t, WithToken("hxtp_ada"))
	c.send("POST", "/v1/users/"+string(UserAda)+"/deactivate", nil).want(200)
	c.get("/v1/projects").want(200)
	c.token = "hxtp_ada"
	c.get("/v1/projects").want(http.StatusUnauthorized)
}

func TestAReadOnlyTokenMayNotWrite(t *testing.T) {
	c := open(t, WithReadOnlyToken("hxtw_reader"))
	c.token = "hxtw_reader"
	c.get("/v1/projects").want(200)
	old := as[olderError](c.send("POST", "/v1/groups", `{"name":"Night shift"}`).want(http.StatusForbidden))
	assert.NotEmpty(t, old.Reason)
	young := as[newerError](c.send("POST", "/v1/projects/"+string(ProjectRevenue)+"/runs", nil).want(http.StatusForbidden))
	assert.Equal(t, "FORBIDDEN", young.Code)
}

func TestEachGenerationHasItsErrorBody(t *testing.T) {
	c := open(t)
	unknown := "/" + strings.Repeat("0", 8) + "-0000-0000-0000-000000000000"

	a := c.get("/v1/groups" + unknown).want(404)
	old := as[olderError](a)
	assert.Equal(t, "Group not found", old.Reason)
	assert.Equal(t, a.header.Get("X-Trace-Id"), old.TraceID)

	young := as[newerError](c.get("/v1/projects" + unknown).want(404))
	assert.Equal(t, newerError{Code: "NOT_FOUND", Message: "Project not found"}, young)

	young = as[newerError](c.get("/v1/users?limit=501&sortBy=AGE").want(400))
	assert.Equal(t, "BAD_REQUEST", young.Code)
	assert.Equal(t, "Invalid input data", young.Message)
	assert.Len(t, young.Issues, 2, "each problem is told")
}

func TestWhatIsNoOperationIsRefused(t *testing.T) {
	c := open(t)
	assert.Equal(t, "NOT_FOUND", as[newerError](c.get("/v1/dashboards").want(404)).Code)
	assert.Equal(t, "NOT_FOUND", as[newerError](c.get("/v2/projects").want(404)).Code)
	a := c.send("PUT", "/v1/projects/"+string(ProjectRevenue), `{}`).want(405)
	assert.Equal(t, "GET, PATCH", a.header.Get("Allow"))
	assert.Contains(t, a.header.Get("Content-Type"), "application/json")
}

func TestThePathMayLackAPI(t *testing.T) {
	c := open(t)
	r := httptest.NewRequest(http.MethodGet, "http://hex.test/v1/groups", nil)
	r.Header.Set("Authorization", "bearer "+DemoToken)
	w := httptest.NewRecorder()
	c.hex.ServeHTTP(w, r)
	assert.Equal(t, 200, w.Code)
	assert.JSONEq(t, c.get("/v1/groups").body, w.Body.String())
}

func TestEachAnswerHasATraceOfItsOwn(t *testing.T) {
	c := open(t)
	seen := map[string]bool{}
	for _, p := range []string{"/v1/projects", "/v1/projects", "/v1/nothing", "/v1/groups/x"} {
		seen[c.get(p).header.Get("X-Trace-Id")] = true
	}
	assert.Len(t, seen, 4)
}

func TestOlderOperationsRefuseWhatIsNoUUID(t *testing.T) {
	c := open(t)
	for _, call := range []struct{ method, path, body string }{
		{"GET", "/v1/groups/finance", ""},
		{"PATCH", "/v1/groups/finance", `{}`},
		{"DELETE", "/v1/groups/finance", ""},
		{"GET", "/v1/collections/" + string(CollectionGrowth) + "0", ""},
		{"DELETE", "/v1/guides/draft/glossary.md", ""},
		{"DELETE", "/v1/projects/" + string(ProjectRevenue) + "/runs/last", ""},
		{"POST", "/v1/groups", `{"name":"x","members":{"users":[{"id":"ada"}]}}`},
		{"POST", "/v1/guides/publish", `{"orgGuideFileIds":["glossary"]}`},
		{"PATCH", "/v1/projects/" + string(ProjectRevenue) + "/sharing/collections", `{"sharing":{"upsert":{"collections":[{"collection":{"id":"growth"},"access":"NONE"}]}}}`},
	} {
		var body any
		if call.body != "" {
			body = call.body
		}
		as[olderError](c.send(call.method, call.path, body).want(400))
	}
	assert.Equal(t, "NOT_FOUND", as[newerError](c.get("/v1/projects/revenue").want(404)).Code, "newer ones just do not find it")
}

func TestIDsAreFoundInEitherCase(t *testing.T) {
	c := open(t)
	c.get("/v1/projects/" + strings.ToUpper(string(ProjectRevenue))).want(200)
	c.get("/v1/groups/" + strings.ToUpper(string(GroupFinance))).want(200)
}

func TestBodiesAreReadStrictly(t *testing.T) {
	c := open(t)
	c.careless = true
	for _, test := range []struct {
		name, method, path, body string
		status                   int
	}{
		{"malformed", "POST", "/v1/groups", `{"name":`, 400},
		{"not an object", "POST", "/v1/groups", `["name"]`, 400},
		{"null", "POST", "/v1/groups", `null`, 400},
		{"two values", "POST", "/v1/groups", `{"name":"a"} {"name":"b"}`, 400},
		{"empty", "POST", "/v1/groups", ``, 400},
		{"wrong type", "POST", "/v1/groups", `{"name":7}`, 400},
		{"null where there is nothing to remove", "POST", "/v1/groups", `{"name":"a","members":null}`, 400},
		{"unknown key, older", "POST", "/v1/groups", `{"name":"a","colour":"red"}`, 400},
		{"unknown key, newer", "PATCH", "/v1/projects/" + string(ProjectRevenue), `{"colour":"red"}`, 200},
		{"too large", "POST", "/v1/groups", `{"name":"` + strings.Repeat("a", maxBody) + `"}`, 413},
	} {
		t.Run(test.name, func(t *testing.T) {
			c.send(test.method, test.path, test.body).want(test.status)
		})
	}
	c.send("POST", "/v1/groups", `{"name":"a"}`, "Content-Type", "text/plain").want(415)
	assert.Len(t, as[hexapi.Page[hexapi.Group]](c.get("/v1/groups")).Values, 4, "none of them made a group")
}

func TestLimitsAreOffUnlessAskedFor(t *testing.T) {
	c := open(t)
	for range 100 {
		c.get("/v1/projects/" + string(ProjectRevenue)).want(200)
	}
}

func TestRateGroupsRunOut(t *testing.T) {
	project := "/v1/projects/" + string(ProjectRevenue)
	for _, test := range []struct {
		name, method, path string
		allowed            int
		other              string // a path of another group
	}{
		{"hex-api", "GET", project, 30, "/v1/users"},
		{"hex-api-30rpm", "GET", "/v1/users", 30, project},
		{"hex-run-kernel", "POST", "/v1/projects/" + string(ProjectForecast) + "/runs", 20, project},
		{"everything", "GET", "/v1/groups", 60, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := open(t, WithRateLimits(), WithToken("hxtw_other"))
			for range test.allowed {
				require.Less(t, c.send(test.method, test.path, nil).status, 300)
				c.clock.advance(250 * time.Millisecond)
			}
			a := c.send(test.method, test.path, nil).want(429)
			assert.Equal(t, wait(60-float64(test.allowed)/4), a.header.Get("Retry-After"), "the window began with the first request")
			if test.other != "" {
				c.get(test.other).want(200)
			}
			other := c
			other.token = "hxtw_other"
			assert.Less(t, other.send(test.method, test.path, nil).status, 300, "each token counts for itself")

			c.clock.advance(time.Minute)
			assert.Less(t, c.send(test.method, test.path, nil).status, 300, "the next window has begun")
		})
	}
}

// wait is a Retry-After of whole seconds, rounded up.
func wait(seconds float64) string { return strconv.Itoa(int(math.Ceil(seconds))) }

func TestRunsAreAlsoLimitedByTheHour(t *testing.T) {
	c := open(t, WithRateLimits())
	runs := "/v1/projects/" + string(ProjectForecast) + "/runs"
	for range 60 {
		c.send("POST", runs, nil).want(201)
		c.clock.advance(10 * time.Second)
	}
	assert.Equal(t, wait(3600-600), c.send("POST", runs, nil).want(429).header.Get("Retry-After"))
}

func TestAWorkspaceIsATransport(t *testing.T) {
	client := &http.Client{Transport: New()}
	for _, method := range []string{"GET", "POST"} {
		r, err := http.NewRequest(method, "https://app.hex.tech/api/v1/projects/"+string(ProjectForecast)+"/runs", nil)
		require.NoError(t, err)
		r.Header.Set("Authorization", "Bearer "+DemoToken)
		res, err := client.Do(r)
		require.NoError(t, err)
		defer res.Body.Close()
		assert.Less(t, res.StatusCode, 300)
		assert.NotZero(t, res.ContentLength)
	}
}

func TestAnAnswerIsTheSameInEveryWorkspace(t *testing.T) {
	for _, p := range []string{
		"/v1/projects?includeSharing=true&includeArchived=true&includeTrashed=true&includeComponents=true",
		"/v1/cells?projectId=" + string(ProjectRevenue), "/v1/data-connections", "/v1/users", "/v1/groups", "/v1/collections",
		"/v1/projects/" + string(ProjectRevenue) + "/runs",
	} {
		one, two := open(t).get(p).want(200), open(t).get(p).want(200)
		assert.Equal(t, one.body, two.body, p)
	}
	first := open(t).send("POST", "/v1/groups", `{"name":"x"}`).want(201)
	c := open(t)
	c.get("/v1/groups")
	assert.Equal(t, first.body, c.send("POST", "/v1/groups", `{"name":"x"}`).want(201).body, "reads do not use ids up")
}
