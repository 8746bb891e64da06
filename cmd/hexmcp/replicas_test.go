package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi/hexsim"
)

// twoReplicas starts two servers that share limits, and returns where they are.
func twoReplicas(t *testing.T, env []string, args ...string) (all [2]*process, urls [2]string) {
	t.Helper()
	for i := range all {
		all[i] = start(t, env, append([]string{"http", "--listen", "127.0.0.1:0", "--replicas", "2"}, args...)...)
		urls[i] = all[i].address(t)
	}
	return all, urls
}

func end(t *testing.T, all [2]*process) {
	t.Helper()
	for _, p := range all {
		p.terminate(t)
		require.NoError(t, p.Wait())
	}
}

func TestReplicasShareTheirLimits(t *testing.T) {
	redis := miniredis.RunT(t)
	redis.RequireAuth("canary-of-redis")
	file := filepath.Join(t.TempDir(), "redis")
	require.NoError(t, os.WriteFile(file, []byte("redis://:canary-of-redis@"+redis.Addr()+"\n"), 0o600))
	all, urls := twoReplicas(t, nil, "--demo", "--redis-url-file", file, "--redis-timeout", "5s", "--runs-per-hour", "3",
		"--caller-calls-per-minute", "5", "--caller-token-file", callersFile(t))
	run := toolCall(1, "HEX_RUN_PROJECT", fmt.Sprintf(`{"projectId":%q}`, publishedProject(t)))
	var codes []int
	var answers []string
	for i := range 6 {
		code, body := request(t, http.MethodPost, urls[i%2]+"/mcp", run, "Authorization", "Bearer "+callerOne)
		codes, answers = append(codes, code), append(answers, body)
	}
	assert.Equal(t, []int{200, 200, 200, 200, 200, 429}, codes)
	assert.Equal(t, 3, strings.Count(strings.Join(answers, ""), `"successful":true`), answers)
	assert.Contains(t, answers[3], "the limit of 3 runs an hour")
	for _, url := range urls {
		_, counts := request(t, http.MethodGet, url+"/metrics", "", "Authorization", "Bearer "+callerTwo)
		assert.Contains(t, counts, "hexmcp_redis_up 1")
		assert.Contains(t, counts, `hexmcp_run_budget_left{window="hour"} 0`)
	}
	end(t, all)
	for _, p := range all {
		assert.NotContains(t, p.err.all.String(), "canary")
		assert.NotContains(t, p.err.all.String(), "Redis")
	}
}

// publishedProject is the id of a project of the demo that can be run.
func publishedProject(t *testing.T) string {
	t.Helper()
	var list struct {
		Data struct {
			Values []struct{ ID, LastPublishedAt string }
		}
	}
	require.NoError(t, json.Unmarshal([]byte(output(t, nil, "call", "HEX_LIST_PROJECTS", "--demo")), &list))
	for _, p := range list.Data.Values {
		if p.LastPublishedAt != "" {
			return p.ID
		}
	}
	t.Fatal("no project was published")
	return ""
}

// A question that one replica asks is answered at another.
func TestAYesIsKnownToAllReplicas(t *testing.T) {
	redis := miniredis.RunT(t)
	hex := httptest.NewServer(hexsim.New())
	defer hex.Close()
	env := []string{"HEX_API_TOKEN=" + hexsim.DemoToken, "HEX_API_BASE_URL=" + hex.URL, "HEXMCP_REDIS_URL=redis://" + redis.Addr(), "HEXMCP_REDIS_TIMEOUT=5s"}
	all, urls := twoReplicas(t, env)
	_, groups := request(t, http.MethodPost, urls[0]+"/mcp", toolCall(1, "HEX_LIST_GROUPS", `{}`))
	group := regexp.MustCompile(`"id":"([0-9a-f-]+)","name":"Finance"`).FindStringSubmatch(groups)
	require.NotNil(t, group, groups)
	ask := func(url, more string) string {
		_, said := request(t, http.MethodPost, url+"/mcp", fmt.Sprintf(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"HEX_DELETE_GROUP","arguments":{"groupId":%q},`+
			`"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"c","version":"1"},"io.modelcontextprotocol/clientCapabilities":{"elicitation":{"form":{}}}}%s}}`, group[1], more),
			"Mcp-Protocol-Version", "2026-07-28", "Mcp-Method", "tools/call", "Mcp-Name", "HEX_DELETE_GROUP", "Accept", "application/json, text/event-stream")
		return said
	}
	asked := ask(urls[0], "")
	state := regexp.MustCompile(`"requestState":"([^"]+)"`).FindStringSubmatch(asked)
	name := regexp.MustCompile(`To confirm, type: ([^"]+)"`).FindStringSubmatch(asked)
	require.NotNil(t, state, asked)
	require.NotNil(t, name, asked)
	yes := fmt.Sprintf(`,"inputResponses":{"confirm":{"action":"accept","content":{"name":%q}}},"requestState":%q`, name[1], state[1])
	assert.Contains(t, ask(urls[1], yes), `"successful":true`)
	end(t, all)
}

// A client of an earlier protocol version is asked while its call waits at one replica,
// and answers another.
func TestAnAnswerComesFromOneReplicaToTheOther(t *testing.T) {
	redis := miniredis.RunT(t)
	all, urls := twoReplicas(t, []string{"HEXMCP_REDIS_URL=redis://" + redis.Addr(), "HEXMCP_REDIS_TIMEOUT=5s"}, "--demo")
	session := opened(t, urls[0])
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	send := func(url, message string) *http.Response {
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/mcp", strings.NewReader(message))
		require.NoError(t, err)
		r.Close = true
		r.Header = http.Header{"Content-Type": {"application/json"}, "Accept": {"application/json, text/event-stream"}, "Mcp-Session-Id": {session}, "Mcp-Protocol-Version": {"2025-06-18"}}
		res, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		return res
	}
	call := send(urls[0], toolCall(2, "HEX_DELETE_GROUP", `{"groupId":"019a5bc8-2325-7c4f-95cc-122dcafd24c8"}`))
	defer call.Body.Close()
	events := bufio.NewScanner(call.Body)
	answer := send(urls[1], fmt.Sprintf(`{"jsonrpc":"2.0","id":%q,"result":{"action":"accept","content":{"name":"Finance"}}}`, eventWith(t, events, `"id":"([A-Z2-7]{26})","method":"elicitation/create"`)))
	answer.Body.Close()
	assert.Equal(t, http.StatusAccepted, answer.StatusCode)
	assert.NotEmpty(t, eventWith(t, events, `("successful":true)`))
	end(t, all)
}

// opened is a session of a client that shows forms.
func opened(t *testing.T, url string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/mcp", strings.NewReader(`{"jsonrpc":"2.0","id":1,"method":"initialize",`+
		`"params":{"protocolVersion":"2025-06-18","capabilities":{"elicitation":{}},"clientInfo":{"name":"c","version":"1"}}}`))
	require.NoError(t, err)
	r.Close = true
	r.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer res.Body.Close()
	return res.Header.Get("Mcp-Session-Id")
}

// eventWith is what a pattern finds in the next line that it fits.
func eventWith(t *testing.T, events *bufio.Scanner, pattern string) string {
	t.Helper()
	for events.Scan() {
		if m := regexp.MustCompile(pattern).FindStringSubmatch(events.Text()); m != nil {
			return m[1]
		}
	}
	require.Fail(t, "no event has it", pattern)
	return ""
}

func TestWithoutRedisEachReplicaKeepsToItsPart(t *testing.T) {
	redis := miniredis.RunT(t)
	env := []string{"HEXMCP_REDIS_URL=redis://" + redis.Addr()}
	redis.Close()
	all, urls := twoReplicas(t, env, "--demo", "--runs-per-hour", "5")
	run := toolCall(1, "HEX_RUN_PROJECT", fmt.Sprintf(`{"projectId":%q}`, publishedProject(t)))
	for _, url := range urls {
		var answers []string
		for range 3 {
			_, body := request(t, http.MethodPost, url+"/mcp", run)
			answers = append(answers, body)
		}
		assert.Equal(t, 2, strings.Count(strings.Join(answers, ""), `"successful":true`), answers)
		request(t, http.MethodGet, url+"/readyz", "")
		code, said := request(t, http.MethodGet, url+"/readyz", "")
		assert.Contains(t, said, `"degraded":"Redis is away: this replica keeps to its part of each limit"`, code)
		_, counts := request(t, http.MethodGet, url+"/metrics", "")
		assert.Contains(t, counts, "hexmcp_redis_up 0")
	}
	end(t, all)
	assert.Equal(t, 1, strings.Count(all[0].err.all.String(), "Redis is away"), "it is said once")
}

// Calls that drain count as before.
func TestAReplicaThatStopsKeepsInTouchWithRedis(t *testing.T) {
	redis := miniredis.RunT(t)
	env, arrived, gate := gatedHex(t)
	p := start(t, append(env, "HEXMCP_REDIS_URL=redis://"+redis.Addr()), "http", "--listen", "127.0.0.1:0", "--replicas", "2", "--caller-calls", "3", "--redis-timeout", "5s")
	answer, url := make(chan string), p.address(t)
	go func() { answer <- post(url, toolCall(1, "HEX_LIST_USERS", "{}")) }()
	<-arrived
	leases := func() (n int) {
		for _, key := range redis.Keys() {
			if all, err := redis.ZMembers(key); err == nil && strings.Contains(key, "at-once") {
				n += len(all)
			}
		}
		return n
	}
	assert.Equal(t, 1, leases())
	p.terminate(t)
	close(gate)
	assert.Contains(t, <-answer, `"successful":true`)
	require.NoError(t, p.Wait())
	assert.Zero(t, leases())
	assert.NotContains(t, p.err.all.String(), "Redis")
}

// A client may ask any replica for its task, and cancel it there.
func TestATaskIsKnownToAllReplicas(t *testing.T) {
	redis := miniredis.RunT(t)
	hex := httptest.NewServer(hexsim.New())
	defer hex.Close()
	all, urls := twoReplicas(t, []string{"HEX_API_TOKEN=" + hexsim.DemoToken, "HEX_API_BASE_URL=" + hex.URL, "HEXMCP_REDIS_URL=redis://" + redis.Addr(), "HEXMCP_REDIS_TIMEOUT=5s"})
	send := func(url, method, name, params string) string {
		_, said := request(t, http.MethodPost, url+"/mcp", fmt.Sprintf(`{"jsonrpc":"2.0","id":1,"method":%q,"params":{%s,"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",`+
			`"io.modelcontextprotocol/clientInfo":{"name":"c","version":"1"},"io.modelcontextprotocol/clientCapabilities":{"extensions":{"io.modelcontextprotocol/tasks":{}}}}}}`, method, params),
			"Mcp-Protocol-Version", "2026-07-28", "Mcp-Method", method, "Mcp-Name", name, "Accept", "application/json, text/event-stream")
		return said
	}
	made := send(urls[0], "tools/call", "HEX_RUN_AND_WAIT", fmt.Sprintf(`"name":"HEX_RUN_AND_WAIT","arguments":{"projectId":%q}`, hexsim.ProjectForecast))
	id := regexp.MustCompile(`"taskId":"([^"]+)"`).FindStringSubmatch(made)
	require.NotNil(t, id, made)
	about := func(url, method string) string { return send(url, method, id[1], fmt.Sprintf(`"taskId":%q`, id[1])) }
	assert.Contains(t, about(urls[1], "tasks/get"), `"status":"working"`)
	assert.Contains(t, about(urls[1], "tasks/cancel"), `"resultType":"complete"`)
	assert.Eventually(t, func() bool { return strings.Contains(about(urls[1], "tasks/get"), `"status":"cancelled"`) }, 20*time.Second, 100*time.Millisecond)
	assert.Contains(t, about(urls[0], "tasks/get"), `"status":"cancelled"`)
	end(t, all)
}

func TestEventStreamsNeedABalancerThatIsSticky(t *testing.T) {
	redis := miniredis.RunT(t)
	env := []string{"HEXMCP_REDIS_URL=redis://" + redis.Addr()}
	all, urls := twoReplicas(t, env, "--demo")
	code, said := request(t, http.MethodGet, urls[0]+"/sse", "")
	assert.Equal(t, http.StatusNotImplemented, code)
	assert.Contains(t, said, "use Streamable HTTP at /mcp")
	end(t, all)
	sticky, urls := twoReplicas(t, env, "--demo", "--sse-sticky")
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, urls[0]+"/sse", http.NoBody)
	require.NoError(t, err)
	r.Close = true
	res, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	assert.Equal(t, http.StatusOK, res.StatusCode)
	res.Body.Close()
	end(t, sticky)
}

func TestWhatDoesNotFitForReplicasStartsNoServer(t *testing.T) {
	file := filepath.Join(t.TempDir(), "redis")
	require.NoError(t, os.WriteFile(file, []byte("redis://:canary@localhost:port\n"), 0o600))
	for want, args := range map[string][]string{
		"--redis-url needs --replicas":                            {"--redis-url", "redis://localhost"},
		"--replicas needs --redis-url":                            {"--replicas", "2"},
		"keep one":                                                {"--replicas", "2", "--redis-url", "redis://localhost", "--redis-url-file", file},
		"--redis-url holds a password":                            {"--replicas", "2", "--redis-url", "redis://user:canary@localhost"},
		"it must be an address such as redis://":                  {"--replicas", "2", "--redis-url-file", file},
		"--redis-url-file or HEXMCP_REDIS_URL_FILE: no such file": {"--replicas", "2", "--redis-url-file", "/nowhere/canary"},
		"the replicas must be 0 or more":                          {"--replicas", "-1"},
		"the timeout of Redis must be at least 1ms":               {"--redis-timeout", "0s"},
	} {
		said := output(t, nil, append([]string{"http", "--demo", "--listen", "127.0.0.1:0"}, args...)...)
		assert.Contains(t, said, want)
		assert.NotContains(t, said, "serving")
		assert.NotContains(t, said, "canary")
	}
	said := output(t, []string{"HEXMCP_REDIS_URL=http://:canary@localhost", "HEXMCP_REPLICAS=2"}, "http", "--demo", "--listen", "127.0.0.1:0")
	assert.Contains(t, said, "it must be an address such as redis://")
	assert.NotContains(t, said, "canary")
}
