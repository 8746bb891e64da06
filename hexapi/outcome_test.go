package hexapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

// The outcome of one attempt, as the caller is told of it when there is no other.
func TestOutcomeOfAnAttempt(t *testing.T) {
	for name, tc := range map[string]struct {
		reply reply
		want  map[string]Outcome // by kind; "" for all others
	}{
		"connection never made": {refuses(), map[string]Outcome{"": NotSent}},
		"connection broken":     {cuts(), map[string]Outcome{"": Unknown}},
		"success cut off":       {cutsBody(), map[string]Outcome{"": Done}},
		"success too large":     {answers(200, "\""+string(make([]byte, MaxBody))), map[string]Outcome{"": Done}},
		"page with a success":   {answers(200, "<html>"), map[string]Outcome{"": Unknown}},
		"redirect":              {answers(302, ""), map[string]Outcome{"": Refused}},
		"400":                   {answers(400, ""), map[string]Outcome{"": Refused}},
		"404":                   {answers(404, ""), map[string]Outcome{"": Refused}},
		"429":                   {answers(429, ""), map[string]Outcome{"": Refused}},
		"500":                   {answers(500, ""), map[string]Outcome{"": Unknown}},
		"502":                   {answers(502, ""), map[string]Outcome{"": Unknown}},
		"503 of a proxy":        {answers(503, "<html>"), map[string]Outcome{"": Unknown}},
		"503 of Hex":            {answers(503, kernelLimit), map[string]Outcome{"run": Refused, "": Unknown}},
		"504":                   {answers(504, ""), map[string]Outcome{"": Unknown}},
	} {
		for kind, call := range kinds {
			bubble(t, name+", "+kind, func(t *testing.T) {
				want, special := tc.want[kind]
				if !special {
					want = tc.want[""]
				}
				var first Outcome
				_ = call(t.Context(), client(t, playing(tc.reply), func(cfg *Config) {
					cfg.Observer.Attempt = func(_ context.Context, a Attempt) {
						if a.Number == 1 {
							first = a.Outcome
						}
					}
				}))
				assert.Equal(t, want, first)
			})
		}
	}
}

func TestALaterAttemptCannotUndoAnEarlierOne(t *testing.T) {
	all := []Outcome{NotSent, Refused, Unknown, Done}
	for i, earlier := range all {
		for j, last := range all {
			assert.Equal(t, last, overall(http.MethodGet, earlier, last), "a read changes nothing")
			for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
				assert.Equal(t, all[max(i, j)], overall(method, earlier, last), "%s: %v, then %v", method, earlier, last)
			}
		}
	}
}

func TestOutcomesThatMayHaveHappened(t *testing.T) {
	for outcome, want := range map[Outcome]bool{NotSent: false, Refused: false, Unknown: true, Done: true} {
		assert.Equal(t, want, outcome.MayHaveHappened(), outcome)
	}
	assert.Equal(t, "not sent, refused, unknown, done", fmt.Sprintf("%v, %v, %v, %v", NotSent, Refused, Unknown, Done))
}

// The outcome of a call is that of all its attempts; the error tells of the last.
func TestTheErrorOfACallTellsOfAllItsAttempts(t *testing.T) {
	for name, tc := range map[string]struct {
		replies []reply
		want    Outcome
		status  int
	}{
		"success cut off, then 422":       {[]reply{cutsBody(), answers(422, "")}, Done, 422},
		"502, then no connection":         {[]reply{answers(502, ""), refuses()}, Unknown, 0},
		"429, then no connection":         {[]reply{answers(429, ""), refuses()}, Refused, 0},
		"no connection, then 403":         {[]reply{refuses(), answers(403, "")}, Refused, 403},
		"503 of Hex, then 404 of a proxy": {[]reply{answers(503, kernelLimit), answers(404, "")}, Unknown, 404},
	} {
		bubble(t, name, func(t *testing.T) {
			e := asError[*Error](t, drop(t.Context(), client(t, playing(tc.replies...))))
			assert.Equal(t, tc.want, e.Outcome)
			assert.Equal(t, tc.status, e.Status)
			assert.Equal(t, "DELETE /v1/cells/{id}", e.Operation)
			assert.Equal(t, "/v1/cells/"+string(projectID), e.Path)
		})
	}
}

// An attempt's error is not changed by what comes after it.
func TestErrorsOfAttemptsStayAsTheyWere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var attempts []error
		h := playing(cuts(), answers(429, "", "Retry-After: 1"), refuses(), answers(422, ""))
		err := drop(t.Context(), client(t, h, func(cfg *Config) {
			cfg.Observer.Attempt = func(_ context.Context, a Attempt) { attempts = append(attempts, a.Err) }
		}))
		assert.Equal(t, Unknown, asError[*Error](t, err).Outcome)
		var outcomes []Outcome
		for _, err := range attempts {
			outcomes = append(outcomes, asError[*Error](t, err).Outcome)
		}
		assert.Equal(t, []Outcome{Unknown, Refused, NotSent, Refused}, outcomes)
	})
}

func TestErrorsSayWhatHappened(t *testing.T) {
	for want, err := range map[string]error{
		"status 502": &Error{Status: 502},
		"GET /v1/cells/{id}: \"..\" is not an id":                                        &Error{Operation: "GET /v1/cells/{id}", Err: argumentError(`".." is not an id`)},
		`GET /v1/cells/c1: status 404 "NOT_FOUND": "No" (trace id "t1")`:                 &Error{Operation: "GET /v1/cells/{id}", Path: "/v1/cells/c1", Status: 404, Code: "NOT_FOUND", Message: "No", TraceID: "t1"},
		"GET /v1/users: status 200: the answer is not JSON":                              &Error{Operation: "GET /v1/users", Path: "/v1/users", Status: 200, Err: ErrNotJSON},
		"GET /v1/users: no answer: broken pipe":                                          &Error{Operation: "GET /v1/users", Outcome: Unknown, Err: errors.New("broken pipe")},
		"GET /v1/users: connection refused":                                              &Error{Operation: "GET /v1/users", Err: errors.New("connection refused")},
		"GET /v1/users: status 429: context canceled":                                    &Error{Operation: "GET /v1/users", Outcome: Refused, Status: 429, Err: context.Canceled},
		"POST /v1/projects/{id}/runs: not sent: the limit of 2 a minute allows it in 3s": &Error{Operation: startRun, Err: &LimitError{"the limit of 2 a minute", 3 * time.Second}},
	} {
		assert.EqualError(t, err, want)
	}
}
