package tasks

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/server/internal/shelftest"
	"hexmcp/server/rpc"
	"hexmcp/tools/progress"
)

const declaring = `{"extensions":{"io.modelcontextprotocol/tasks":{}}}`

// status is what a client reads of an answer.
type status struct {
	ResultType, TaskID, Status, StatusMessage, CreatedAt, LastUpdatedAt string
	TTLMs, PollIntervalMs                                               int
	Result                                                              json.RawMessage
	Error                                                               *struct {
		Code    int
		Message string
	}
}

func read(t *testing.T, a rpc.Answer) (s status) {
	t.Helper()
	require.Nil(t, a.Error)
	b, err := a.Result.AppendResult(nil)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(b, &s))
	return s
}

// ask makes a request about a task.
func ask(t *testing.T, all *Tasks, caller, method, id, capabilities string) rpc.Answer {
	t.Helper()
	m, wrong := rpc.Parse(fmt.Appendf(nil, `{"jsonrpc":"2.0","id":1,"method":%q,"params":{"taskId":%q,"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":%s}}}`, method, id, capabilities))
	require.Nil(t, wrong)
	r, _ := rpc.NewRequest(t.Context(), m, nil, 0)
	defer r.Stop(nil)
	require.True(t, Handles(r))
	return all.Dispatch(t.Context(), r, caller)
}

func get(t *testing.T, all *Tasks, id string) status {
	t.Helper()
	synctest.Wait()
	return read(t, ask(t, all, "ada", "tasks/get", id, declaring))
}

// taking works for so long, or until it is canceled.
func taking(d time.Duration) func(context.Context) Outcome {
	return func(ctx context.Context) Outcome {
		progress.Of(ctx)(1, 2, "half of it")
		select {
		case <-time.After(d):
			return Outcome{Result: []byte(`{"content":[]}`)}
		case <-ctx.Done():
			return Outcome{Result: []byte(`{"isError":true}`), Sentence: context.Cause(ctx).Error(), Canceled: errors.Is(context.Cause(ctx), context.Canceled)}
		}
	}
}

// begin runs work as a task.
func begin(t *testing.T, all *Tasks, work func(context.Context) Outcome) status {
	t.Helper()
	a, ok := all.Run(t.Context(), "ada", work)
	require.True(t, ok)
	return read(t, a)
}

func TestWhatEndsAtOnceIsNoTask(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := New(nil, nil)
		s := begin(t, all, taking(atOnce-1))
		assert.Empty(t, s.TaskID)
		assert.Empty(t, all.all)
	})
}

func TestATaskGoesOnAfterItsRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := New(json.RawMessage(`{"a":1}`), nil)
		ctx, over := context.WithCancel(t.Context())
		start := time.Now()
		a, ok := all.Run(ctx, "ada", taking(time.Minute))
		require.True(t, ok)
		over()
		made := read(t, a)
		assert.Equal(t, atOnce, time.Since(start))
		assert.Equal(t, status{
			ResultType: "task", TaskID: made.TaskID, Status: "working", StatusMessage: "half of it", CreatedAt: "2000-01-01T00:00:00.000Z",
			LastUpdatedAt: "2000-01-01T00:00:00.000Z", TTLMs: 7_200_000, PollIntervalMs: 5_000,
		}, made)
		assert.Regexp(t, `^[A-Z2-7]{26}$`, made.TaskID, "nobody can guess it")
		assert.Equal(t, "working", get(t, all, made.TaskID).Status)

		time.Sleep(time.Minute)
		done := get(t, all, made.TaskID)
		assert.Equal(t, "completed", done.Status)
		assert.Equal(t, "complete", done.ResultType)
		assert.JSONEq(t, `{"content":[]}`, string(done.Result))
		assert.Equal(t, "2000-01-01T00:01:00.000Z", done.LastUpdatedAt)

		time.Sleep(lifetime - time.Since(start))
		assert.Equal(t, "completed", get(t, all, made.TaskID).Status, "it is kept as long as was said")
		time.Sleep(1)
		assert.NotNil(t, ask(t, all, "ada", "tasks/get", made.TaskID, declaring).Error)
		begin(t, all, taking(0))
		assert.Empty(t, all.all, "what is over goes")
	})
}

func TestATaskIsItsCallersOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := New(nil, nil)
		made := begin(t, all, taking(time.Minute))
		for _, method := range []string{"tasks/get", "tasks/cancel", "tasks/update"} {
			a := ask(t, all, "bob", method, made.TaskID, declaring)
			require.NotNil(t, a.Error, method)
			assert.Equal(t, -32602, a.Error.Code)
			assert.Equal(t, a.Error, ask(t, all, "ada", method, "guessed", declaring).Error, "as if there were none")
		}
		assert.Equal(t, "working", get(t, all, made.TaskID).Status)
		all.Close()
	})
}

func TestWhoHasNotDeclaredTasksIsRefused(t *testing.T) {
	all := New(nil, nil)
	for _, capabilities := range []string{`{}`, `{"extensions":{}}`, `{"tasks":{}}`} {
		a := ask(t, all, "ada", "tasks/get", "any", capabilities)
		require.NotNil(t, a.Error)
		b := string(a.Error.Encode(nil, nil))
		assert.Contains(t, b, `"code":-32021`)
		assert.Contains(t, b, `"data":{"requiredCapabilities":{"extensions":{"io.modelcontextprotocol/tasks":{}}}}`)
	}
	m, wrong := rpc.Parse([]byte(`{"jsonrpc":"2.0","id":1,"method":"subscriptions/listen","params":{"notifications":{"taskIds":["a"]},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}`))
	require.Nil(t, wrong)
	assert.True(t, Handles(&rpc.Request{Message: m}), "nor may it listen to them")
	assert.Equal(t, -32021, all.Dispatch(t.Context(), &rpc.Request{Message: m}, "").Error.Code)
	m.Params.Meta.Capabilities = json.RawMessage(declaring)
	assert.False(t, Handles(&rpc.Request{Message: m}), "who has declared them hears of none, and is answered as others are")
}

func TestATaskThatIsCanceledEndsAndSaysHow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := New(nil, nil)
		made := begin(t, all, taking(time.Minute))
		ack, err := ask(t, all, "ada", "tasks/cancel", made.TaskID, declaring).Result.AppendResult(nil)
		require.NoError(t, err)
		assert.JSONEq(t, `{"resultType":"complete"}`, string(ack))
		s := get(t, all, made.TaskID)
		assert.Equal(t, "cancelled", s.Status)
		assert.Contains(t, s.StatusMessage, "canceled by the client")
		assert.Nil(t, s.Result)

		stubborn := begin(t, all, func(context.Context) Outcome { time.Sleep(time.Second); return Outcome{Result: []byte(`{}`)} })
		ask(t, all, "ada", "tasks/cancel", stubborn.TaskID, declaring)
		time.Sleep(time.Second)
		assert.Equal(t, "completed", get(t, all, stubborn.TaskID).Status, "what was done all the same is told")
		ask(t, all, "ada", "tasks/cancel", stubborn.TaskID, declaring)
		assert.Equal(t, "completed", get(t, all, stubborn.TaskID).Status)
	})
}

func TestACallThatIsGivenUpBecomesNoTask(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := New(nil, nil)
		ctx, giveUp := context.WithCancelCause(t.Context())
		giveUp(rpc.ErrCanceled)
		_, ok := all.Run(ctx, "ada", taking(time.Minute))
		require.True(t, ok)
		assert.Empty(t, all.all)
	})
}

func TestATaskEndsWithinItsLife(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := New(nil, nil)
		made := begin(t, all, taking(lifetime))
		time.Sleep(workTime)
		s := get(t, all, made.TaskID)
		assert.Equal(t, "completed", s.Status)
		assert.Contains(t, s.StatusMessage, "time of the call is over")
	})
}

func TestAnAnswerThatIsTooLargeIsNotKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := New(nil, nil)
		made := begin(t, all, func(context.Context) Outcome {
			time.Sleep(time.Second)
			return Outcome{Result: []byte(`"` + strings.Repeat("x", maxResult) + `"`)}
		})
		time.Sleep(time.Second)
		s := get(t, all, made.TaskID)
		assert.Equal(t, "failed", s.Status)
		require.NotNil(t, s.Error)
		assert.Equal(t, -32603, s.Error.Code)
		assert.Contains(t, s.Error.Message, "too large to be kept")
		assert.Nil(t, s.Result)
		assert.True(t, all.all[made.TaskID].result == nil)
	})
}

func TestTasksAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := New(nil, nil)
		run := func(caller string, d time.Duration) bool {
			_, ok := all.Run(t.Context(), caller, taking(d))
			return ok
		}
		for range maxOf {
			require.True(t, run("ada", time.Second))
		}
		assert.False(t, run("ada", time.Second), "of one caller, those that have ended included")
		time.Sleep(time.Second)
		assert.False(t, run("ada", time.Second))
		for i := range maxRunning {
			require.True(t, run(strconv.Itoa(i), time.Hour))
		}
		assert.False(t, run("one more", time.Hour), "of those that go on")
		time.Sleep(time.Hour)
		for i := len(all.all); i < maxKept; i++ {
			require.True(t, run(fmt.Sprint("kept", i), time.Second))
			time.Sleep(time.Second)
		}
		assert.False(t, run("one more", time.Second), "of all that are kept")
		time.Sleep(lifetime)
		assert.True(t, run("ada", time.Second))
		all.Close()
	})
}

func TestNoTaskOutlivesTheProcess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := New(nil, nil)
		made := begin(t, all, taking(time.Hour))
		start := time.Now()
		all.Close()
		assert.Zero(t, time.Since(start))
		assert.Equal(t, "cancelled", get(t, all, made.TaskID).Status)
		_, ok := all.Run(t.Context(), "ada", taking(0))
		assert.False(t, ok, "and none is begun")

		slow := New(nil, nil)
		begin(t, slow, func(context.Context) Outcome { time.Sleep(time.Minute); return Outcome{} })
		slow.Close()
		assert.Equal(t, lastWait, time.Since(start)-atOnce, "for long nobody waits")
		time.Sleep(time.Minute)
	})
}

func TestATaskIsFoundFromAnotherProcess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shelf := shelftest.New()
		here, there := New(nil, shelf), New(nil, shelf)
		id := begin(t, here, taking(time.Minute)).TaskID
		assert.Equal(t, working, get(t, there, id).Status)
		assert.Equal(t, toldFor, shelf.Lasts(nameOf(id, "ada")), "its process may die")
		assert.NotNil(t, ask(t, there, "bob", "tasks/get", id, declaring).Error, "it is ada's")
		time.Sleep(time.Minute + tellEvery)
		assert.Equal(t, get(t, here, id), get(t, there, id))
		assert.JSONEq(t, `{"content":[]}`, string(get(t, there, id).Result))
		assert.Greater(t, shelf.Lasts(nameOf(id, "ada")), time.Hour)
		here.Close()
	})
}

func TestATaskIsCanceledFromAnotherProcess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shelf := shelftest.New()
		here, there := New(nil, shelf), New(nil, shelf)
		id := begin(t, here, taking(time.Minute)).TaskID
		assert.NotNil(t, ask(t, there, "bob", "tasks/cancel", id, declaring).Error)
		require.Nil(t, ask(t, there, "ada", "tasks/cancel", id, declaring).Error)
		time.Sleep(tellEvery)
		assert.NotEqual(t, working, get(t, here, id).Status)
		time.Sleep(tellEvery)
		assert.NotEqual(t, working, get(t, there, id).Status)
		here.Close()
	})
}
