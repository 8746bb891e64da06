package server_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi"
	"hexmcp/hexapi/hexcontract"
	"hexmcp/hexapi/hexsim"
	"hexmcp/server"
	"hexmcp/server/internal/servertest"
	"hexmcp/tools"
)

const withTasks = `{"extensions":{"io.modelcontextprotocol/tasks":{}}}`

// requests counts what Hex is asked, by method and the end of the path.
type requests struct {
	hex http.RoundTripper

	mu   sync.Mutex
	seen []string
}

func (r *requests) RoundTrip(req *http.Request) (*http.Response, error) {
	r.mu.Lock()
	r.seen = append(r.seen, req.Method+" "+req.URL.Path[strings.LastIndex(req.URL.Path, "/"):])
	r.mu.Unlock()
	return r.hex.RoundTrip(req)
}

// all are the requests so far.
func (r *requests) all() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.seen)
}

func (r *requests) count(what string) (n int) {
	for _, s := range r.all() {
		if s == what {
			n++
		}
	}
	return n
}

func longServer(t *testing.T) (*server.Server, *requests) {
	r := &requests{hex: hexcontract.Workspace(t, hexsim.New())}
	hex, err := hexapi.New(hexapi.Config{Token: hexsim.DemoToken, Transport: r, Timeout: 55 * time.Second})
	require.NoError(t, err)
	s := server.New(server.HexInfo("test"), server.Tools(tools.OnByDefault(), server.OneClient(hex)), server.Options{})
	t.Cleanup(s.Close)
	return s, r
}

// runIt runs a project of the simulator that takes some seconds.
func runIt(more string) string {
	return callAsking(withTasks, "HEX_RUN_AND_WAIT", `{"projectId":"01990762-af2f-7d34-9cb0-00fc4a11ffd3"`+more+`}`, "")
}

// task is a task as a client sees it.
type task struct {
	ResultType, TaskID, Status, StatusMessage string
	Result                                    *struct {
		StructuredContent struct {
			Data struct {
				Ended, Started bool
				Status         string
			}
		}
		IsError bool
	}
}

func taskIn(t *testing.T, answer string) (k task) {
	t.Helper()
	var a struct{ Result task }
	require.NoError(t, json.Unmarshal([]byte(answer), &a), answer)
	return a.Result
}

func about(method, id string) string {
	return fmt.Sprintf(`{"jsonrpc":"2.0","id":1,"method":%q,"params":{"taskId":%q,"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":%s}}}`, method, id, withTasks)
}

func TestARunIsATaskForClientsThatTakeTasks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, hex := longServer(t)
		made := taskIn(t, ask(t, s, runIt("")))
		require.Equal(t, "task", made.ResultType)
		for range 3 {
			assert.Equal(t, "working", taskIn(t, ask(t, s, about("tasks/get", made.TaskID))).Status)
		}
		time.Sleep(time.Hour)
		done := taskIn(t, ask(t, s, about("tasks/get", made.TaskID)))
		require.Equal(t, "completed", done.Status)
		assert.True(t, done.Result.StructuredContent.Data.Ended, "it is followed to its end, though nobody said for how long")
		assert.Equal(t, "COMPLETED", done.Result.StructuredContent.Data.Status)
		assert.Equal(t, 1, hex.count("POST /runs"), "it is started once")
	})
}

func TestOthersAreAnsweredWhenTheRunHasEnded(t *testing.T) {
	plain := strings.Replace(runIt(""), withTasks, "{}", 1)
	earlier := servertest.Request(1, "tools/call", `{"name":"HEX_RUN_AND_WAIT","arguments":{"projectId":"01990762-af2f-7d34-9cb0-00fc4a11ffd3"}}`)
	for _, call := range []string{plain, earlier} {
		synctest.Test(t, func(t *testing.T) {
			s, _ := longServer(t)
			answer := ask(t, s, call)
			assert.Contains(t, answer, `\"ended\":true`)
			assert.NotContains(t, answer, "taskId")
		})
	}
	synctest.Test(t, func(t *testing.T) {
		s, _ := longServer(t)
		assert.Contains(t, ask(t, s, callAsking(withTasks, "HEX_RUN_AND_WAIT", `{"projectId":"nothing"}`, "")), `"kind":"invalid_input"`, "what is wrong is told at once")
		assert.Contains(t, ask(t, s, callAsking(withTasks, "HEX_LIST_GROUPS", `{}`, "")), `\"successful\":true`, "nor is what is quick a task")
	})
}

func TestACanceledTaskCancelsTheRunWhereThatWasWanted(t *testing.T) {
	for more, want := range map[string]int{"": 0, `,"cancelRun":true`: 1} {
		synctest.Test(t, func(t *testing.T) {
			s, hex := longServer(t)
			made := taskIn(t, ask(t, s, runIt(more)))
			assert.Equal(t, "complete", taskIn(t, ask(t, s, about("tasks/cancel", made.TaskID))).ResultType)
			synctest.Wait()
			time.Sleep(time.Second)
			k := taskIn(t, ask(t, s, about("tasks/get", made.TaskID)))
			assert.Equal(t, "cancelled", k.Status)
			assert.NotEmpty(t, k.StatusMessage)
			canceled := 0
			for _, r := range hex.all() {
				if strings.HasPrefix(r, "DELETE ") {
					canceled++
				}
			}
			assert.Equal(t, want, canceled, hex.all())
		})
	}
}

func TestTasksAreToldOfWhereThereAreSome(t *testing.T) {
	s, _ := longServer(t)
	assert.Contains(t, ask(t, s, servertest.Stateless(1, "server/discover", "")), `"extensions":{"io.modelcontextprotocol/tasks":{}}`)
	assert.NotContains(t, ask(t, s, servertest.Request(1, "initialize", initialize)), "extensions", "earlier versions know none")
	quick := servertest.New().Server()
	assert.NotContains(t, ask(t, quick, servertest.Stateless(1, "server/discover", "")), "extensions")
	assert.Contains(t, ask(t, quick, about("tasks/get", "any")), `"code":-32601`)
}

func TestTheHeaderOfATaskIsItsID(t *testing.T) {
	s, _ := longServer(t)
	d := openHTTP(t, s)
	for name, tt := range map[string]struct {
		method, id string
		status     int
		says       string
	}{
		"right":          {"tasks/get", "any", http.StatusBadRequest, "there is no such task"},
		"another id":     {"tasks/get", "other", http.StatusBadRequest, "-32020"},
		"no id":          {"tasks/get", "", http.StatusBadRequest, "-32020"},
		"another method": {"tasks/cancel", "any", http.StatusBadRequest, "-32020"},
	} {
		resp, body := d.Post(about("tasks/get", "any"), "Mcp-Protocol-Version", "2026-07-28", "Mcp-Method", tt.method, "Mcp-Name", tt.id)
		assert.Equal(t, tt.status, resp.StatusCode, name)
		assert.Contains(t, body, tt.says, name)
	}
}
