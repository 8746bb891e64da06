package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
)

// greedyHex answers whatever it is asked for with about so many bytes of what takes
// many times as much memory to read, each time with something else.
func greedyHex(t *testing.T, size int) *httptest.Server {
	fill := func(entry string) string {
		return strings.TrimSuffix(strings.Repeat(entry+",", size/(len(entry)+1)), ",")
	}
	id := `"id":"019b2284-db34-76cd-8a28-02bb0564c5a6"`
	long := func(text string) string { return strings.Repeat(text, size/len(text)) }
	rest := []string{"{}", "1", "[]", `{"id":"x","name":"n","title":"t","email":"a@b.example"}`, `{"a":{"b":{}}}`, `{"userIds":["x"],"reason":"r"}`}
	var values []string
	for _, entry := range rest {
		values = append(values, fill(entry))
	}
	source := func(text string) string {
		return `{` + id + `,"cellType":"CODE","contents":{"codeCell":{"source":"` + long(text) + `"}}}`
	}
	for _, text := range []string{"a", `\n`, `\u200b`, "\u200b", `\\`, "ﷺ"} {
		values = append(values, source(text), `{`+id+`,"title":"`+long(text)+`","name":"`+long(text)+`"}`)
	}
	asked := new(atomic.Int64)
	hex := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := int(asked.Add(1))
		v := values[n%len(values)]
		if r.Method == http.MethodGet && n%3 > 0 && strings.Count(r.URL.Path, "/") == 4 {
			_, _ = io.WriteString(w, `{`+id+`,"projectId":"019b2284-db34-76cd-8a28-02bb0564c5a6","status":"COMPLETED","title":"t","name":"n"}`)
			return // so that jobs get further than this
		}
		next := fmt.Sprintf(`"pagination":{"after":"%d"},"nextPage":"x","moreAt":%d`, n, n)
		switch n % 5 {
		case 0:
			_, _ = fmt.Fprintf(w, `{%s,"content":"%s","filename":"f","imageBase64":"%s","mimeType":"image/png"}`, id, long([]string{`- \n`, "[", "- a: {}\\n", "a: [b,b]\\n"}[n/5%4]), long("AAAA"))
		case 1:
			_, _ = fmt.Fprintf(w, `{%s,"errors":[%s],"warnings":[%s],"rows":[],"response":[%s]}`, id, fill("1"), fill("{}"), fill(`{"type":"text"}`))
		default:
			_, _ = fmt.Fprintf(w, `{"values":[%s],%s,%s,"runs":[%s],"result":{"rows":[%s]}}`, v, next, id, fill("{}"), v)
		}
	}))
	t.Cleanup(hex.Close)
	return hex
}

// exampleCalls are calls of all tools, as messages.
func exampleCalls(t *testing.T) (messages []string) {
	files, err := filepath.Glob("../../testdata/calls/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		var calls map[string]struct{ Arguments json.RawMessage }
		require.NoError(t, json.Unmarshal(text, &calls))
		for _, c := range calls {
			messages = append(messages, toolCall(len(messages), strings.TrimSuffix(filepath.Base(file), ".json"), string(c.Arguments)))
		}
	}
	return messages
}

// greedy calls every tool, many at once, while Hex answers with what takes memory.
// Each call is answered, and so is each ping meanwhile.
func greedy(t *testing.T, maxMemory, size, atOnce, rounds int, args ...string) (peak int) {
	hex := greedyHex(t, size)
	env := []string{
		"HEX_API_TOKEN=hxtp_test", "HEX_API_BASE_URL=" + hex.URL, "HEXMCP_TIMEOUT=20s", fmt.Sprintf("HEXMCP_MAX_MEMORY=%d", maxMemory),
		"HEXMCP_REQUESTS_PER_MINUTE=0", "HEXMCP_RUNS_PER_MINUTE=0", "HEXMCP_RUNS_PER_HOUR=0", "HEXMCP_TOOLSETS=all", "HEXMCP_CONFIRM=never",
	}
	p := start(t, env, append([]string{"http", "--listen", "127.0.0.1:0"}, args...)...)
	url := p.address(t)
	var g errgroup.Group
	g.SetLimit(atOnce)
	kinds := make(chan string, 10_000)
	for range rounds {
		for _, message := range exampleCalls(t) {
			g.Go(func() error {
				answer := post(url, message)
				switch {
				case strings.Contains(answer, `"successful":true`):
					kinds <- "ok"
				case strings.Contains(answer, `\"kind\":\"`):
					_, rest, _ := strings.Cut(answer, `\"kind\":\"`)
					kind, _, _ := strings.Cut(rest, `\`)
					kinds <- kind
					if kind == "internal" {
						return fmt.Errorf("%.200s was answered with %.500s", message, answer)
					}
				default:
					return fmt.Errorf("%.200s was answered with %.300s", message, answer)
				}
				return nil
			})
		}
	}
	begin := time.Now()
	assert.Contains(t, post(url, `{"jsonrpc":"2.0","id":1,"method":"ping"}`), `"result":{}`)
	assert.Less(t, time.Since(begin), 10*time.Second)
	require.NoError(t, g.Wait())
	close(kinds)
	counted := make(map[string]int)
	for kind := range kinds {
		counted[kind]++
	}
	peak = p.peak(t)
	t.Logf("%v: %d MiB at the most, answers: %v", args, peak, counted)
	require.NoError(t, p.Process.Kill())
	_ = p.Wait()
	return peak
}
