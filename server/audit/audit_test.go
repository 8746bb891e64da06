package audit

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"hexmcp/hexapi"
	"hexmcp/server"
	"hexmcp/server/record"
	"hexmcp/tools"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	projectID = "0190c0de-0000-7000-8000-000000000001"
	userID    = "0190c0de-0000-7000-8000-000000000002"
	runID     = "0190c0de-0000-7000-8000-000000000003"
	secret    = "canary-3f1c"
	arguments = `{"projectId":"https://app.hex.tech/org/hex/` + projectID + `/draft","users":[{"id":"` + userID + `","name":"` + secret + `"}],` +
		`"text":"` + secret + `","accessKeyId":"0190c0de-0000-7000-8000-00000000000f","` + secret + `Id":"` + userID + `"}`
)

// tool is one that changes something, by what it does.
func tool(call func(context.Context, json.RawMessage) tools.Envelope) server.Tool {
	no := false
	return server.Tool{
		Call: call,
		Tool: mcp.Tool{Name: "change", Annotations: mcp.ToolAnnotation{ReadOnlyHint: &no}},
		Input: func() json.RawMessage {
			return json.RawMessage(`{"type":"object","properties":{"projectId":{},"text":{},"accessKeyId":{},` +
				`"users":{"type":"array","items":{"type":"object","properties":{"id":{},"name":{}}}}}}`)
		},
		Output: func() json.RawMessage { return json.RawMessage(`{"properties":{"data":{"properties":{"runId":{}}}}}`) },
	}
}

// audited calls a tool behind a log of that name.
func audited(t *testing.T, name string, call func(context.Context, json.RawMessage) tools.Envelope) server.Tool {
	t.Helper()
	l, err := Open(name, func(context.Context) string { return "ada" }, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.file.now.Close() })
	return l.Wrap([]server.Tool{tool(call)})[0]
}

func linesOf(t *testing.T, name string) (lines []map[string]any) {
	t.Helper()
	all, err := os.ReadFile(name)
	require.NoError(t, err)
	assert.NotContains(t, string(all), secret)
	for line := range bytes.Lines(all) {
		var decoded map[string]any
		require.NoError(t, json.Unmarshal(line, &decoded), string(line))
		lines = append(lines, decoded)
	}
	return lines
}

func ok(context.Context, json.RawMessage) tools.Envelope {
	return tools.Envelope{Data: json.RawMessage(`{}`)}
}

func TestAWriteIsWrittenDownBeforeItIsSentAndWhenItIsDone(t *testing.T) {
	name := filepath.Join(t.TempDir(), "audit.jsonl")
	var before []map[string]any
	call := audited(t, name, func(ctx context.Context, _ json.RawMessage) tools.Envelope {
		before = linesOf(t, name)
		record.Attempt(ctx, hexapi.Attempt{Outcome: hexapi.Done, TraceID: "trace"})
		return tools.Envelope{Data: json.RawMessage(`{"runId":"` + runID + `","note":"` + secret + `"}`)}
	})
	ctx, _ := record.With(t.Context())
	require.True(t, call.Call(ctx, json.RawMessage(arguments)).Successful())

	require.Len(t, before, 1)
	assert.Equal(t, "begin", before[0]["event"])
	assert.Equal(t, "ada", before[0]["caller"])
	assert.Equal(t, "change", before[0]["tool"])
	assert.Equal(t, []any{"accessKeyId", "projectId", "text", "users"}, before[0]["arguments"], "without names that no schema knows")
	assert.Equal(t, map[string]any{"projectId": []any{projectID}, "users.id": []any{userID}}, before[0]["ids"])
	after := linesOf(t, name)
	require.Len(t, after, 2)
	assert.Equal(t, before[0]["call"], after[1]["call"])
	assert.Equal(t, "end", after[1]["event"])
	assert.Equal(t, "ok", after[1]["outcome"])
	assert.Equal(t, true, after[1]["mayHaveHappened"])
	assert.Equal(t, "trace", after[1]["traceId"])
	assert.Contains(t, after[1], "ms")
	assert.Equal(t, map[string]any{"runId": []any{runID}}, after[1]["ids"])
	info, err := os.Stat(name)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
}

func TestAFailureSaysWhetherTheWriteMayHaveHappened(t *testing.T) {
	for _, tt := range []struct {
		attempts []hexapi.Attempt
		want     bool
	}{
		{nil, false},
		{[]hexapi.Attempt{{ReadOnly: true, Outcome: hexapi.Done}}, false},
		{[]hexapi.Attempt{{Outcome: hexapi.Refused}}, false},
		{[]hexapi.Attempt{{Outcome: hexapi.Unknown}, {ReadOnly: true, Outcome: hexapi.Refused}}, true},
	} {
		name := filepath.Join(t.TempDir(), "audit.jsonl")
		ctx, _ := record.With(t.Context())
		audited(t, name, func(ctx context.Context, _ json.RawMessage) tools.Envelope {
			for _, a := range tt.attempts {
				record.Attempt(ctx, a)
			}
			return tools.Envelope{Error: secret, Detail: &tools.ErrorDetail{Kind: tools.Timeout, Message: secret}}
		}).Call(ctx, nil)
		end := linesOf(t, name)[1]
		assert.Equal(t, "timeout", end["outcome"])
		assert.Equal(t, tt.want, end["mayHaveHappened"], tt.attempts)
	}
}

func TestAWriteThatCannotBeWrittenDownIsNotMade(t *testing.T) {
	gone := filepath.Join(t.TempDir(), "gone")
	require.NoError(t, os.Mkdir(gone, 0o700))
	for name, vanish := range map[string]func(){
		"/dev/full":                        func() {},
		filepath.Join(gone, "audit.jsonl"): func() { require.NoError(t, os.RemoveAll(gone)) },
	} {
		made := false
		call := audited(t, name, func(context.Context, json.RawMessage) tools.Envelope { made = true; return tools.Envelope{} })
		vanish()
		e := call.Call(t.Context(), json.RawMessage(`{}`))
		assert.False(t, made, name)
		require.False(t, e.Successful())
		assert.Equal(t, tools.Internal, e.Detail.Kind)
		assert.Contains(t, e.Error, "Nothing was sent to Hex")
	}
}

// Once there is room again, writes are made, and no line is lost in the rest of
// one that broke off.
func TestAfterABrokenLineANewOneBegins(t *testing.T) {
	name := filepath.Join(t.TempDir(), "audit.jsonl")
	call := audited(t, name, ok)
	half, err := os.OpenFile(name, os.O_WRONLY|os.O_APPEND, 0)
	require.NoError(t, err)
	_, err = half.WriteString(`{"half":`)
	require.NoError(t, err)
	require.NoError(t, half.Close())
	f := &file{name: name, torn: true}
	require.NoError(t, f.open())
	defer f.now.Close()
	require.NoError(t, f.append(map[string]int{"whole": 1}))
	require.True(t, call.Call(t.Context(), nil).Successful())
	all, err := os.ReadFile(name)
	require.NoError(t, err)
	assert.True(t, strings.HasPrefix(string(all), "{\"half\":\n{\"whole\":1}\n{"), string(all))
}

func TestARotatedLogGoesOnUnderItsName(t *testing.T) {
	name := filepath.Join(t.TempDir(), "audit.jsonl")
	call := audited(t, name, ok)
	call.Call(t.Context(), nil)
	require.NoError(t, os.Rename(name, name+".1"))
	call.Call(t.Context(), nil)
	require.NoError(t, os.Remove(name))
	call.Call(t.Context(), nil)
	assert.Len(t, linesOf(t, name+".1"), 2)
	assert.Len(t, linesOf(t, name), 2)
	info, err := os.Stat(name)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
}

func TestACallThatPanicsHasAnOutcome(t *testing.T) {
	name := filepath.Join(t.TempDir(), "audit.jsonl")
	call := audited(t, name, func(context.Context, json.RawMessage) tools.Envelope { panic(secret) })
	assert.Panics(t, func() { call.Call(t.Context(), nil) })
	assert.Equal(t, "internal", linesOf(t, name)[1]["outcome"])
}

func TestReadsAreNotWrittenDown(t *testing.T) {
	name := filepath.Join(t.TempDir(), "audit.jsonl")
	l, err := Open(name, func(context.Context) string { return "" }, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	defer l.file.now.Close()
	read, yes := tool(ok), true
	read.Annotations.ReadOnlyHint = &yes
	l.Wrap([]server.Tool{read})[0].Call(t.Context(), nil)
	assert.Empty(t, linesOf(t, name))
}

func TestCallsAtOnceWriteWholeLines(t *testing.T) {
	name := filepath.Join(t.TempDir(), "audit.jsonl")
	call := audited(t, name, ok)
	var g sync.WaitGroup
	for range 100 {
		g.Go(func() { call.Call(t.Context(), json.RawMessage(arguments)) })
	}
	g.Wait()
	assert.Len(t, linesOf(t, name), 200)
}

func TestADirectoryIsNoLog(t *testing.T) {
	_, err := Open(t.TempDir(), nil, nil)
	assert.ErrorIs(t, err, errNoFile)
}
