package hexapi_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"hexmcp/hexapi"
	"hexmcp/hexapi/hexsim"
)

// The examples reach a simulated workspace in this process. A real one is
// reached by leaving Transport out, and with a token of its own.
func demo(transport http.RoundTripper) *hexapi.Client {
	hex, err := hexapi.New(hexapi.Config{Token: hexsim.DemoToken, Transport: transport})
	if err != nil {
		panic(err)
	}
	return hex
}

func Example() {
	hex, err := hexapi.New(hexapi.Config{
		BaseURL:   "eu.hex.tech", // empty for app.hex.tech
		Token:     hexsim.DemoToken,
		Transport: hexsim.New(), // leave it out to reach Hex
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	answer, err := hex.ListGroups(context.Background(), hexapi.ListGroupsInput{SortBy: hexapi.GroupsByName})
	if err != nil {
		fmt.Println(err)
		return
	}
	groups, err := answer.Decode()
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, g := range groups.Values {
		fmt.Println(g.Name)
	}
	// Output:
	// Analytics
	// Finance
	// Leadership
	// Marketing
}

// A run goes on after it was started: ask for its status until that is final.
func ExampleClient_RunProject() {
	now := time.Date(2026, 10, 6, 9, 0, 0, 0, time.UTC)
	hex := demo(hexsim.New(hexsim.WithClock(func() time.Time { return now })))
	ctx := context.Background()

	answer, err := hex.RunProject(ctx, hexapi.RunProjectInput{ProjectID: hexsim.ProjectRevenue})
	if err != nil {
		fmt.Println(err)
		return
	}
	started, err := answer.Decode()
	if err != nil {
		fmt.Println(err)
		return
	}
	for status := hexapi.RunPending; status == hexapi.RunPending || status == hexapi.RunRunning; {
		now = now.Add(3 * time.Second) // in earnest, sleep for 5 seconds or more
		answer, err := hex.GetRunStatus(ctx, hexapi.GetRunStatusInput{ProjectID: started.ProjectID, RunID: started.RunID})
		if err != nil {
			fmt.Println(err)
			return
		}
		run, err := answer.Decode()
		if err != nil {
			fmt.Println(err)
			return
		}
		status = run.Status
		fmt.Println(status)
	}
	// Output:
	// RUNNING
	// COMPLETED
}

// Lists come in pages; the cursor of the next one is null on the last.
func ExampleClient_ListUsers() {
	hex := demo(hexsim.New())
	in := hexapi.ListUsersInput{Limit: 3}
	for page := 1; ; page++ {
		answer, err := hex.ListUsers(context.Background(), in)
		if err != nil {
			fmt.Println(err)
			return
		}
		users, err := answer.Decode()
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("page %d: %d users\n", page, len(users.Values))
		if users.Pagination.After == nil {
			return
		}
		in.After = *users.Pagination.After
	}
	// Output:
	// page 1: 3 users
	// page 2: 3 users
	// page 3: 2 users
}

// Absent, null and a value mean three things where a field is Nullable.
func ExampleSetToNull() {
	hex := demo(hexsim.New())
	for _, status := range []hexapi.Nullable[string]{hexapi.SetTo("Approved"), hexapi.SetToNull[string]()} {
		answer, err := hex.UpdateProject(context.Background(), hexapi.UpdateProjectInput{
			ProjectID:     hexsim.ProjectRevenue,
			ProjectUpdate: hexapi.ProjectUpdate{Status: status},
		})
		if err != nil {
			fmt.Println(err)
			return
		}
		project, err := answer.Decode()
		fmt.Println(project.Status, err)
	}
	// Output:
	// &{Approved} <nil>
	// <nil> <nil>
}

// The outcome of a failure says whether a write must be looked for in Hex before
// it is made again.
func ExampleError() {
	hex := demo(brokenConnection{})
	_, err := hex.RunProject(context.Background(), hexapi.RunProjectInput{ProjectID: hexsim.ProjectRevenue})

	failed, ok := errors.AsType[*hexapi.Error](err)
	if !ok {
		return
	}
	fmt.Println("operation:", failed.Operation)
	fmt.Println("status:", failed.Status)
	fmt.Println("outcome:", failed.Outcome)
	if failed.Outcome.MayHaveHappened() {
		fmt.Println("look for the run before starting another")
	}
	// Output:
	// operation: POST /v1/projects/{id}/runs
	// status: 0
	// outcome: unknown
	// look for the run before starting another
}

// brokenConnection takes a request and brings no answer.
type brokenConnection struct{}

func (brokenConnection) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("connection reset by peer")
}

// An observer counts for metrics what a client does.
func ExampleObserver() {
	hex, err := hexapi.New(hexapi.Config{
		Token:     hexsim.DemoToken,
		Transport: hexsim.New(),
		RunBudget: &hexapi.LocalBudget{PerMinute: 1},
		Observer: hexapi.Observer{
			Attempt: func(_ context.Context, a hexapi.Attempt) {
				fmt.Println(a.Operation, a.Number, a.Status, a.Outcome)
			},
			Limit: func(_ context.Context, l hexapi.LimitHit) {
				fmt.Println(l.Operation, "is held back by", l.Limit)
			},
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for range 2 {
		_, err = hex.RunProject(context.Background(), hexapi.RunProjectInput{ProjectID: hexsim.ProjectRevenue})
	}
	limit, ok := errors.AsType[*hexapi.LimitError](err)
	fmt.Println(ok && limit.Wait > 0)
	// Output:
	// POST /v1/projects/{id}/runs 1 201 done
	// POST /v1/projects/{id}/runs is held back by the limit of 1 runs a minute
	// true
}
