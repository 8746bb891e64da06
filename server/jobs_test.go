package server_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi"
	"hexmcp/hexapi/hexcontract"
	"hexmcp/hexapi/hexsim"
	"hexmcp/server"
	"hexmcp/server/internal/servertest"
	"hexmcp/server/stream"
	"hexmcp/tools"
)

const jobsFolder = "../testdata/jobs"

// What the jobs may cost together, tokens being four bytes of what goes to and from
// the model.
const (
	mostJobCalls  = 40
	mostJobTokens = 15_000
)

// job is an ordinary job and what it cost an agent, before there were tools of many
// requests and with them.
type job struct {
	title                     string
	callsBefore, tokensBefore int
	calls, bytes              int
}

func (j job) tokens() int { return (j.bytes + 3) / 4 }

// A job is a txtar file: what was asked for and what it cost before, and then the
// calls that an agent makes, each with its arguments and the answer as a model gets
// it. They are made through the server with the tools that are on by default, in a
// new workspace on a Tuesday morning. With -update answers are written anew.
func TestOrdinaryJobsTakeFewCallsAndTokens(t *testing.T) {
	files, err := filepath.Glob(jobsFolder + "/*.txtar")
	require.NoError(t, err)
	require.Len(t, files, 20)
	var all []job
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			require.NoError(t, err)
			have := txtar.Format(archive)
			all = append(all, replay(t, archive))
			if *update {
				require.NoError(t, os.WriteFile(file, txtar.Format(archive), 0o644))
				return
			}
			assert.Equal(t, string(have), string(txtar.Format(archive)), "go test ./server -run Jobs -update writes it anew")
		})
	}
	sum := total(all)
	assert.LessOrEqual(t, sum.calls, mostJobCalls)
	assert.LessOrEqual(t, sum.tokens(), mostJobTokens)
	checkJobTable(t, jobTable(append(all, sum)))
}

// replay makes the calls of a job, and puts their answers behind them.
func replay(t *testing.T, archive *txtar.Archive) (did job) {
	t.Helper()
	did = describedIn(t, archive)
	var played []txtar.File
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(time.Date(2026, time.November, 24, 8, 30, 0, 0, time.UTC)))
		c := startStdio(t, defaultTools(t), stream.Options{})
		c.Send(servertest.Request(0, "initialize", `{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"agent","version":"1"}}`))
		c.Line()
		for _, f := range archive.Files {
			if f.Name == "answer" {
				continue
			}
			arguments := bytes.TrimSpace(f.Data)
			answer := asModel(t, c, f.Name, arguments)
			played = append(played, f, txtar.File{Name: "answer", Data: []byte(answer + "\n")})
			did.calls++
			did.bytes += len(f.Name) + len(arguments) + len(answer)
		}
		c.In.Close()
		assert.NoError(t, <-c.Done)
	})
	archive.Files = played
	return did
}

// defaultTools serves what is on by default, on a simulated workspace.
func defaultTools(t *testing.T) *server.Server {
	hex, err := hexapi.New(hexapi.Config{Token: hexsim.DemoToken, Transport: hexcontract.Workspace(t, hexsim.New())})
	require.NoError(t, err)
	return server.New(server.HexInfo("test"), server.Tools(tools.OnByDefault(), server.OneClient(hex)), server.Options{Logger: slog.New(slog.DiscardHandler)})
}

// asModel calls a tool, and returns the text that a model gets of the answer.
func asModel(t *testing.T, c *servertest.LineClient, tool string, arguments []byte) string {
	t.Helper()
	c.Send(servertest.Request(1, "tools/call", fmt.Sprintf(`{"name":%q,"arguments":%s}`, tool, oneLine(t, arguments))))
	var answer struct {
		Result struct {
			IsError bool                    `json:"isError"`
			Content []struct{ Text string } `json:"content"`
		} `json:"result"`
	}
	line := c.Line()
	require.NoError(t, json.Unmarshal([]byte(line), &answer))
	require.Len(t, answer.Result.Content, 1, line)
	assert.False(t, answer.Result.IsError, line)
	return answer.Result.Content[0].Text
}

func oneLine(t *testing.T, arguments []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, json.Compact(&b, arguments))
	return b.Bytes()
}

// describedIn reads what stands before the calls: what was asked for, and what it
// cost before, such as "Before: 15 calls, 4268 tokens".
func describedIn(t *testing.T, archive *txtar.Archive) (j job) {
	t.Helper()
	title, rest, _ := strings.Cut(string(archive.Comment), "\n")
	j.title = title
	_, before, ok := strings.Cut(rest, "Before: ")
	require.True(t, ok)
	_, err := fmt.Sscanf(before, "%d calls, %d tokens", &j.callsBefore, &j.tokensBefore)
	require.NoError(t, err)
	return j
}

func total(all []job) job {
	sum := job{title: "**All**"}
	for _, j := range all {
		sum.callsBefore += j.callsBefore
		sum.tokensBefore += j.tokensBefore
		sum.calls += j.calls
		sum.bytes += j.bytes
	}
	return sum
}

func jobTable(all []job) string {
	var b strings.Builder
	b.WriteString("| Job | Calls before | Calls | Tokens before | Tokens |\n|---|--:|--:|--:|--:|\n")
	for _, j := range all {
		fmt.Fprintf(&b, "| %s | %d | %d | %s | %s |\n", j.title, j.callsBefore, j.calls, thousands(j.tokensBefore), thousands(j.tokens()))
	}
	return b.String()
}

func thousands(n int) string {
	if n < 1000 {
		return strconv.Itoa(n)
	}
	return fmt.Sprintf("%d,%03d", n/1000, n%1000)
}

// checkJobTable compares the table of the page beside the jobs, or writes it anew.
func checkJobTable(t *testing.T, table string) {
	t.Helper()
	page := jobsFolder + "/README.md"
	have, err := os.ReadFile(page)
	require.NoError(t, err)
	before, rest, ok := strings.Cut(string(have), "<!-- jobs: generated by make generate -->\n")
	require.True(t, ok)
	_, after, ok := strings.Cut(rest, "<!-- end -->")
	require.True(t, ok)
	want := before + "<!-- jobs: generated by make generate -->\n" + table + "<!-- end -->" + after
	if *update {
		require.NoError(t, os.WriteFile(page, []byte(want), 0o644))
		return
	}
	assert.Equal(t, want, string(have), "make generate writes it anew")
}
