package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi"
	"hexmcp/hexapi/hexsim"
	"hexmcp/tools/memory"
)

// counted is a context of a call with as little memory as there may be, whose part is
// a quarter of 64 MiB, and a client that asks for it.
func counted(t *testing.T, turn func(*http.Request) *http.Response) (context.Context, *hexapi.Client) {
	w := &workspace{hex: hexsim.New(), turn: turn}
	c, err := hexapi.New(hexapi.Config{
		Token: hexsim.DemoToken, Transport: w,
		Reserve:        func(ctx context.Context, n int64) error { return memory.Of(ctx).Answer(ctx, n) },
		ReserveDecoded: func(ctx context.Context, n int64) error { return memory.Of(ctx).Work(ctx, n) },
	})
	require.NoError(t, err)
	r := memory.NewBudget(memory.Least).Reserve()
	t.Cleanup(r.End)
	return memory.With(t.Context(), r), c
}

// endless answers lists with an entry many times, and always names another page.
func endless(path, entry string, times int) func(*http.Request) *http.Response {
	n := 0
	return func(r *http.Request) *http.Response {
		if !strings.HasSuffix(r.URL.Path, path) {
			return nil
		}
		n++
		return answered(200, fmt.Sprintf(`{"values":[%s],"runs":[%[1]s],"pagination":{"after":"%d"},"nextPage":"x"}`,
			strings.TrimSuffix(strings.Repeat(entry+",", times), ","), n))
	}
}

func TestAListWithoutEndEndsWithTheMemoryOfACall(t *testing.T) {
	for path, job := range map[string]func(context.Context, *hexapi.Client) error{
		"/users": func(ctx context.Context, c *hexapi.Client) error {
			_, err := FindPeople(ctx, c, FindPeopleInput{Text: "Ada"})
			return err
		},
		"/groups": func(ctx context.Context, c *hexapi.Client) error {
			_, err := GetAccess(ctx, c, GetAccessInput{Group: "Finance"})
			return err
		},
		"/collections": func(ctx context.Context, c *hexapi.Client) error {
			_, err := FindProjects(ctx, c, FindProjectsInput{Collection: "Finance"})
			return err
		},
	} {
		ctx, c := counted(t, endless(path, `{"id":"x","name":"n","email":"e@x.example"}`, 2000))
		require.ErrorIs(t, job(ctx, c), memory.ErrTooLarge, path)
	}
}

// requireCounted reads pages of entries, and holds what is kept of them to what it
// counts for. It returns both.
func requireCounted[T any](t *testing.T, entry func(n int) string) (takes, counted int) {
	t.Helper()
	const pages, each = 10, 200
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	found, err := all(t.Context(), func(body []byte, values []T) int {
		counted += asTheyAre(body, values)
		return 0
	}, func(after string) (hexapi.Answer[hexapi.Page[T]], error) {
		page, _ := strconv.Atoi(after)
		var body strings.Builder
		body.WriteString(`{"values":[`)
		for i := range each {
			body.WriteString(entry(each*page+i) + ",")
		}
		fmt.Fprintf(&body, `null],"pagination":{"after":%q}}`, nextOf(page+1, pages))
		return hexapi.Answer[hexapi.Page[T]]{Body: json.RawMessage(body.String())}, nil
	})
	require.NoError(t, err)
	runtime.GC()
	runtime.ReadMemStats(&after)
	takes = int(after.HeapAlloc) - int(before.HeapAlloc)
	place := int(reflect.TypeFor[T]().Size())
	growing := len(found)*(perListed+3*place) - block(cap(found)*place) // which is over now
	assert.LessOrEqual(t, takes, counted-growing, "%.100s", entry(0))
	runtime.KeepAlive(found)
	return takes, counted
}

// nextOf is the cursor of the page from a place on, of which a list has so many.
func nextOf(from, all int) string {
	if from >= all {
		return ""
	}
	return strconv.Itoa(from)
}

func TestWhatIsKeptCountsForWhatItTakes(t *testing.T) {
	for _, length := range []int{1, 7, 9, 17, 33, 100, 200, 257, 1025, 2000} {
		text := func(field string, n int) string { return fmt.Sprintf("%q:\"%[1]s%0*d\"", field, length, n) } // no two are alike, and kept once
		user := func(n int) string {
			return "{" + text("id", n) + "," + text("name", n) + "," + text("email", n) + "," + text("role", n) + "," + text("lastLoginDate", n) + "}"
		}
		group := func(n int) string {
			return "{" + text("id", n) + "," + text("name", n) + "," + text("createdAt", n) + "}"
		}
		member := func(n int) string { return "{" + text("id", n) + "," + text("access", n) + "}" }
		collection := func(n int) string {
			all := []string{member(n)}
			for i := range n % 6 {
				all = append(all, member(1_000_000*(i+1)+n))
			}
			members := strings.Join(all, ",")
			return "{" + text("id", n) + "," + text("description", n) + `,"creator":` + user(n) + `,"sharing":{"users":[` + members + `],"groups":[` + members + `],"workspace":{"members":"x"}}}`
		}
		requireCounted[hexapi.User](t, user)
		requireCounted[hexapi.Group](t, group)
		requireCounted[hexapi.Collection](t, collection)
	}
}

// leadsTo knows no others.
func TestWhatIsKeptIsOfKindsThatAreCounted(t *testing.T) {
	var look func(reflect.Type)
	look = func(of reflect.Type) {
		switch of.Kind() {
		case reflect.String:
		case reflect.Pointer, reflect.Slice:
			look(of.Elem())
		case reflect.Struct:
			for field := range of.Fields() {
				look(field.Type)
			}
		default:
			assert.Fail(t, "it counts for nothing", "%s", of)
		}
	}
	look(reflect.TypeFor[hexapi.User]())
	look(reflect.TypeFor[hexapi.Group]())
	look(reflect.TypeFor[hexapi.Collection]())
}

func aUser(n int) string {
	return fmt.Sprintf(`{"id":"0192f0c4-0000-7000-8000-%012d","name":"Amara Eriksen %[1]d","email":"amara.eriksen%[1]d@tidewater.example","role":"EDITOR","lastLoginDate":"2026-01-02T03:04:05.000Z"}`, n)
}

// Those that fit may be all of them, or nobody, where names are compared by letters.
func TestALargeDirectoryFitsIntoTheMemoryOfACall(t *testing.T) {
	const users = 20_000
	for _, text := range []string{"Amara", "Amora", "amara.eriksen@tidewater.example", "zebra crossing"} {
		ctx, c := counted(t, func(r *http.Request) *http.Response {
			if !strings.HasSuffix(r.URL.Path, "/users") {
				return nil
			}
			from, _ := strconv.Atoi(r.URL.Query().Get("after"))
			var page []string
			for n := range listPage {
				page = append(page, aUser(from+n))
			}
			return answered(200, fmt.Sprintf(`{"values":[%s],"pagination":{"after":%q}}`, strings.Join(page, ","), nextOf(from+listPage, users)))
		})
		out, err := hexapi.Decoded(FindPeople(ctx, c, FindPeopleInput{Text: text, WithoutGroups: true}))
		require.NoError(t, err, text)
		assert.Greater(t, out.Among, users, text)
	}
}

// The people of a collection are kept with their ways to a project, which takes more
// than the collection.
func TestThePeopleOfCollectionsCount(t *testing.T) {
	const collections, members = 10, 3000
	var shared []string
	for n := range collections {
		shared = append(shared, fmt.Sprintf(`{"collection":{"name":"c%d"},"access":"CAN_VIEW"}`, n))
	}
	ctx, c := counted(t, func(r *http.Request) *http.Response {
		switch {
		case strings.Contains(r.URL.Path, "/projects/"):
			return answered(200, fmt.Sprintf(`{"id":"p","title":"P","sharing":{"collections":[%s]}}`, strings.Join(shared, ",")))
		case !strings.HasSuffix(r.URL.Path, "/collections"):
			return nil
		}
		page, _ := strconv.Atoi(r.URL.Query().Get("after"))
		var in []string
		for n := range members {
			in = append(in, fmt.Sprintf(`{"id":"0192f0c4-0000-7000-8000-%012d","access":"MEMBER"}`, page*members+n))
		}
		return answered(200, fmt.Sprintf(`{"values":[{"id":"%d","name":"c%[1]d","sharing":{"users":[%s]}}],"pagination":{"after":%q}}`,
			page, strings.Join(in, ","), nextOf(page+1, collections)))
	})
	_, err := GetAccess(ctx, c, GetAccessInput{ProjectID: hexsim.ProjectRevenue})
	failed, ok := errors.AsType[*FailedError](err)
	require.True(t, ok, err)
	assert.Equal(t, TooLarge, failed.Reason)
}

// One page may hold what takes more than a call may have.
func TestAPageThatTakesTooMuchIsNotRead(t *testing.T) {
	ctx, c := counted(t, endless("/projects", "1", 100_000))
	_, err := FindProjects(ctx, c, FindProjectsInput{Text: "churn"})
	require.ErrorIs(t, err, memory.ErrTooLarge)
}

// A search that has found as much as it may keep says so, and where to go on.
func TestASearchStopsWithTheMemoryOfACall(t *testing.T) {
	run := `{"projectId":"p","runId":"r","status":"COMPLETED","runUrl":"` + strings.Repeat("x", 100_000) + `","startTime":"` + time.Now().UTC().Format(time.RFC3339) + `"}`
	asked := 0
	ctx, c := counted(t, func(r *http.Request) *http.Response {
		if !strings.HasSuffix(r.URL.Path, "/runs") {
			return nil
		}
		asked++
		return answered(200, `{"runs":[`+strings.TrimSuffix(strings.Repeat(run+",", 10), ",")+`]}`)
	})
	out, err := hexapi.Decoded(FindRuns(ctx, c, FindRunsInput{Limit: 500}))
	require.NoError(t, err)
	require.NotNil(t, out.Next)
	assert.Contains(t, out.Stopped, "a quarter of --max-memory")
	assert.Greater(t, asked, 1)
	assert.Len(t, out.Runs, 10*(asked-1))
}

func TestANotebookThatTakesTooMuchIsNotCompared(t *testing.T) {
	ctx, c := counted(t, nil)
	_, err := readNotebook(ctx, draft, "cells: ["+strings.Repeat("a,", 50_000)+"a]")
	require.ErrorIs(t, err, memory.ErrTooLarge)
	_, err = CompareProject(ctx, c, CompareProjectInput{ProjectID: hexsim.ProjectRevenue})
	require.NoError(t, err, "what is usual fits beside it")
}

// oneCell is a workspace whose only cell has this source.
func oneCell(source string) func(*http.Request) *http.Response {
	return func(r *http.Request) *http.Response {
		if !strings.HasSuffix(r.URL.Path, "/cells") {
			return nil
		}
		return answered(200, fmt.Sprintf(`{"values":[{"id":"c","staticId":"s","cellType":"CODE","contents":{"codeCell":{"source":%q}}}],"pagination":{"after":null}}`, source))
	}
}

var oneProject = []hexapi.UUID{hexsim.ProjectRevenue}

func TestHitsAreCountedUpToALimit(t *testing.T) {
	ctx, c := counted(t, oneCell(strings.Repeat("a\n", 200_000)))
	begin := time.Now()
	out, err := hexapi.Decoded(SearchCells(ctx, c, SearchCellsInput{CellSearch: CellSearch{Text: "a", ProjectIDs: oneProject}}))
	require.NoError(t, err)
	require.Len(t, out.Cells, 1)
	assert.Equal(t, mostHits, out.Cells[0].Hits)
	assert.Equal(t, shownLines, strings.Count(out.Cells[0].Lines, ">"))
	assert.Less(t, time.Since(begin), 5*time.Second, "lines are counted once, not once a hit")
}

func TestAnEditThatMakesTooMuchIsNotMade(t *testing.T) {
	for name, in := range map[string]ReplaceInCellsInput{
		"text":    {CellSearch: CellSearch{Text: "a"}, Replacement: strings.Repeat("x", 100_000)},
		"groups":  {CellSearch: CellSearch{Pattern: "a+"}, Replacement: strings.Repeat("$0", 100_000)},
		"nothing": {CellSearch: CellSearch{Text: "a"}},
	} {
		source := strings.Repeat("a", 2000)
		if name == "nothing" {
			source = strings.Repeat("a", 100_000)
		}
		ctx, c := counted(t, oneCell(source))
		in.ProjectIDs, in.Apply = oneProject, true
		out, err := hexapi.Decoded(ReplaceInCells(ctx, c, in))
		require.NoError(t, err, name)
		require.Len(t, out.Cells, 1, name)
		assert.Equal(t, EditSkipped, out.Cells[0].State, name)
		assert.Contains(t, out.Cells[0].Why, "replace less of it", name)
		assert.Empty(t, out.Cells[0].Diff, name)
	}
}
