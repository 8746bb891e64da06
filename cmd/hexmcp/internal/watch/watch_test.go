package watch

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi"
	"hexmcp/hexapi/hexsim"
)

func TestWhatHappensIsTold(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := open(t)
		g := start(t, w.options(t))
		w.life(t)
		time.Sleep(11 * time.Minute)
		require.NoError(t, g.stop())
		told := map[string]string{}
		for _, e := range g.events() {
			told[e.Summary] = e.Type
		}
		assert.Equal(t, map[string]string{
			`A run of "Weekly revenue review" has started, by the API.`:                              "run.started",
			`A run of "Weekly revenue review" completed after 4s; it was started by the API.`:        "run.completed",
			`A run of "Supplier invoice reconciliation" has started, by the API.`:                    "run.started",
			`A run of "Supplier invoice reconciliation" failed after 4s; it was started by the API.`: "run.errored",
			`ada.okafor@tidewater.example created the project "A new one".`:                          "project.created",
			`The project "Checkout funnel exploration" was published.`:                               "project.published",
			`A run of "Churn model training" has started, by the API.`:                               "run.started",
			`A run of "Churn model training" was canceled after 29s; it was started by the API.`:     "run.killed",
			`A run of "Checkout funnel exploration" has started, by the API.`:                        "run.started",
			`A run of "Checkout funnel exploration" completed after 4s; it was started by the API.`:  "run.completed",
		}, told)
	})
}

func TestOnlyWhatIsWantedIsTold(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := open(t)
		o := w.options(t)
		o.On = []Kind{Errored, Created}
		g := start(t, o)
		w.life(t)
		time.Sleep(11 * time.Minute)
		assert.ElementsMatch(t, []string{"run.errored", "project.created"}, types(g.events()))
	})
}

func TestWhereNoRunsAreWantedNoneAreAskedFor(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := open(t)
		o := w.options(t)
		o.On = []Kind{Published, Created}
		g := start(t, o)
		w.life(t)
		time.Sleep(11 * time.Minute)
		assert.ElementsMatch(t, []string{"project.published", "project.created"}, types(g.events()))
		assert.NotContains(t, strings.Join(w.paths(), " "), "/runs")
	})
}

func TestTheRequestsKeepToTheirShare(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := open(t, hexsim.WithRateLimits())
		o := w.options(t)
		o.CallsPerMinute, o.Since = 12, time.Now().Add(-48*time.Hour)
		start(t, o)
		time.Sleep(30 * time.Minute)
		seen := w.requests()
		for i, r := range seen {
			if i >= 12 {
				require.Greater(t, r.at.Sub(seen[i-12].at), time.Minute-time.Second, "request %d", i)
			}
		}
		assert.Greater(t, len(seen), 150)
		assert.False(t, asksFor(w.paths(), hexsim.ProjectSupport), "which was never published")
		assert.True(t, asksFor(w.paths(), hexsim.ProjectRetention))
	})
}

func TestQuietProjectsAreAskedForLessOften(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := open(t)
		start(t, w.options(t))
		w.run(t, hexsim.ProjectSlow)
		time.Sleep(2 * time.Hour)
		asked := map[bool]int{}
		for _, path := range w.paths() {
			for busy, id := range map[bool]hexapi.UUID{true: hexsim.ProjectSlow, false: hexsim.ProjectRetention} {
				if strings.Contains(path, string(id)+"/runs") {
					asked[busy]++
				}
			}
		}
		assert.Greater(t, asked[true], 600, "every ten seconds")
		assert.Less(t, asked[false], 20)
	})
}

// A receiver that is away is tried again, and Hex is asked for nothing
// meanwhile: so memory does not grow.
func TestAReceiverThatIsAwayHoldsTheWatchAndLosesNothing(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := open(t)
		o := w.options(t)
		g := new(watching)
		var isBack atomic.Bool
		o.Deliver = func(ctx context.Context, e Event) error {
			if !isBack.Load() {
				return errors.New("away")
			}
			return g.keep(ctx, e)
		}
		start(t, o)
		go w.life(t)
		time.Sleep(5 * time.Minute)
		before := len(w.paths())
		time.Sleep(25 * time.Minute)
		assert.Len(t, w.paths(), before)
		isBack.Store(true)
		time.Sleep(10 * time.Minute)
		assert.Len(t, g.events(), 10)
		assert.Len(t, ids(g.events()), 10)
	})
}

func TestAFailureOfHexIsWaitedFor(t *testing.T) {
	for name, answer := range map[string]func() *http.Response{
		"limited": func() *http.Response {
			return answered(http.StatusTooManyRequests, `{"code":"RATE_LIMITED","message":"slower"}`, "Retry-After", "300")
		},
		"outage": func() *http.Response { return answered(http.StatusBadGateway, "<html>") },
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				w := open(t)
				w.answer(func(*http.Request) *http.Response { return answer() })
				g := start(t, w.options(t))
				go w.life(t)
				time.Sleep(20 * time.Minute)
				assert.Less(t, len(w.paths()), 100)
				w.answer(nil)
				time.Sleep(10 * time.Minute)
				assert.Len(t, ids(g.events()), 10, "%v", types(g.events()))
			})
		})
	}
}

func TestATokenThatIsRefusedEndsTheWatch(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := open(t)
		w.answer(func(*http.Request) *http.Response { return answered(http.StatusUnauthorized, "Unauthorized") })
		err := Run(t.Context(), w.options(t))
		var end *EndError
		require.ErrorAs(t, err, &end)
		assert.Contains(t, end.Sentence, "Hex does not take the token")
	})
}

func TestAProjectWhoseRunsCannotBeReadHoldsNothingUp(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := open(t)
		w.answer(func(r *http.Request) *http.Response {
			if asksFor([]string{r.URL.Path}, hexsim.ProjectFails) {
				return answered(http.StatusForbidden, `{"code":"FORBIDDEN","message":"no"}`)
			}
			return nil
		})
		o := w.options(t)
		var said strings.Builder
		o.Log = slog.New(slog.NewTextHandler(&said, nil))
		g := start(t, o)
		w.life(t)
		time.Sleep(11 * time.Minute)
		assert.Len(t, g.events(), 8)
		synctest.Wait()
		assert.Equal(t, 1, strings.Count(said.String(), "level=WARN"), said.String())
		assert.Contains(t, said.String(), `project="Supplier invoice reconciliation"`)
		w.answer(nil)
		time.Sleep(11 * time.Minute)
		assert.Len(t, g.events(), 10)
	})
}

// More runs than a page has, while nobody watched.
func TestManyRunsAreAllToldOldestFirst(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := open(t)
		o := w.options(t)
		o.IDs, o.On = []hexapi.UUID{hexsim.ProjectRevenue}, []Kind{Completed}
		m := new(mortal)
		m.live(t, o, time.Minute)
		long := w.run(t, hexsim.ProjectSlow)
		var runs []hexapi.UUID
		for range 250 {
			runs = append(runs, w.run(t, hexsim.ProjectRevenue))
			time.Sleep(6 * time.Second)
		}
		m.live(t, o, time.Minute)
		require.Len(t, m.told, len(runs))
		for i, e := range m.told {
			require.Equal(t, runs[i], e.Data.RunID)
		}
		saved, err := readState(m.state, time.Time{})
		require.NoError(t, err)
		assert.Less(t, len(saved.Projects[hexsim.ProjectRevenue].Done), 150, "what is old is forgotten")
		assert.NotContains(t, ids(m.told), string(long))
	})
}

// A run that is further down the list than anything new is asked for by itself.
func TestALongRunBelowManyShortOnesIsTold(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := open(t)
		o := w.options(t)
		o.IDs, o.Every = []hexapi.UUID{hexsim.ProjectSlow}, 40*time.Second
		g := start(t, o)
		time.Sleep(time.Minute)
		long := w.run(t, hexsim.ProjectSlow)
		time.Sleep(time.Minute)
		for range 120 {
			short := w.run(t, hexsim.ProjectSlow)
			time.Sleep(2 * time.Second)
			_, err := w.client.CancelRun(t.Context(), hexapi.CancelRunInput{ProjectID: hexsim.ProjectSlow, RunID: short})
			require.NoError(t, err)
		}
		time.Sleep(3 * time.Hour)
		require.NoError(t, g.stop())
		all := ids(g.events())
		assert.Contains(t, all, "run_"+string(long)+"_started")
		assert.Contains(t, all, "run_"+string(long)+"_completed")
		assert.Len(t, all, len(g.events()), "each once")
	})
}

func TestProjectsAreChosenByIDAndTitle(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := open(t)
		o := w.options(t)
		o.IDs, o.Titles = []hexapi.UUID{hexsim.ProjectRevenue}, []string{"Checkout funnel exploration"}
		g := start(t, o)
		w.life(t)
		time.Sleep(11 * time.Minute)
		assert.ElementsMatch(t, []string{"run.started", "run.completed", "project.published", "run.started", "run.completed"}, types(g.events()))
		assert.False(t, asksFor(w.paths(), hexsim.ProjectFails))
	})
}

func TestAProjectThatIsNotThereEndsTheWatch(t *testing.T) {
	for says, choose := range map[string]func(*Options){
		`no project has the title "Nothing": give the whole title`: func(o *Options) { o.Titles = []string{"Nothing"} },
		"there is no project 019990d4-0000":                        func(o *Options) { o.IDs = []hexapi.UUID{"019990d4-0000-7000-8000-000000000000"} },
		`2 projects have the title "Twice": give the id of one`:    func(o *Options) { o.Titles = []string{"Twice"} },
	} {
		bubble(t, func(t *testing.T) {
			w := open(t)
			for range 2 {
				_, err := w.client.CreateProject(t.Context(), hexapi.CreateProjectInput{Title: "Twice"})
				require.NoError(t, err)
			}
			o := w.options(t)
			choose(&o)
			assert.ErrorContains(t, Run(t.Context(), o), says)
		})
	}
}

func TestWhatWasBeforeIsToldWhereItIsAskedFor(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := open(t)
		o := w.options(t)
		o.Since, o.On = o.Since.Add(-26*time.Hour), []Kind{Errored, Completed}
		g := start(t, o)
		time.Sleep(11 * time.Minute)
		counts := map[string]int{}
		for _, kind := range types(g.events()) {
			counts[kind]++
		}
		assert.Equal(t, map[string]int{"run.errored": 1, "run.completed": 28}, counts)
	})
}

// At the end a delivery that is under way has some seconds.
func TestADeliveryUnderWayMayEnd(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := open(t)
		o := w.options(t)
		var saved []byte
		o.Save = func(state []byte) error { saved = state; return nil }
		o.On = []Kind{Completed}
		begun := make(chan struct{})
		o.Deliver = func(ctx context.Context, _ Event) error {
			close(begun)
			select {
			case <-time.After(2 * time.Second):
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		g := start(t, o)
		id := w.run(t, hexsim.ProjectRevenue)
		<-begun
		require.NoError(t, g.stop())
		assert.Contains(t, string(saved), `"done":{"`+string(id))
	})
}

// What else has happened is told by the next watch.
func TestNoDeliveryIsBegunAtTheEnd(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := open(t)
		o := w.options(t)
		o.Since = o.Since.Add(-26 * time.Hour)
		delivered := 0
		begun, end := make(chan struct{}, 1), make(chan struct{})
		o.Deliver = func(context.Context, Event) error {
			delivered++
			begun <- struct{}{}
			<-end
			return nil
		}
		g := start(t, o)
		<-begun
		stopped := make(chan error)
		go func() { stopped <- g.stop() }()
		synctest.Wait()
		close(end)
		require.NoError(t, <-stopped)
		assert.Equal(t, 1, delivered)
	})
}

func TestADeliveryThatDoesNotEndIsBrokenOff(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := open(t)
		o := w.options(t)
		begun := make(chan struct{})
		o.Deliver = func(ctx context.Context, _ Event) error {
			close(begun)
			<-ctx.Done()
			return ctx.Err()
		}
		g := start(t, o)
		w.run(t, hexsim.ProjectRevenue)
		<-begun
		before := time.Now()
		require.NoError(t, g.stop())
		assert.Equal(t, lastDelivery, time.Since(before))
	})
}

func TestAStateThatCannotBeWrittenEndsTheWatch(t *testing.T) {
	bubble(t, func(t *testing.T) {
		o := open(t).options(t)
		o.Save = func([]byte) error { return errors.New("disk full") }
		assert.ErrorContains(t, Run(t.Context(), o), "the state cannot be saved")
	})
}

func TestAStateOfSomethingElseIsRefused(t *testing.T) {
	for _, saved := range []string{"x", "{}", `{"version":2,"projects":{}}`, `{"version":1,"projects":{"a":null}}`} {
		_, err := readState([]byte(saved), time.Time{})
		assert.ErrorIs(t, err, ErrState, saved)
	}
}
