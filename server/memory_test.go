package server_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/server"
	"hexmcp/server/confirm"
	"hexmcp/server/internal/servertest"
	"hexmcp/server/rpc"
	"hexmcp/tools"
	"hexmcp/tools/memory"
)

// holding is a tool that keeps a call until it ends.
func holding(t *testing.T) server.Tool {
	hold := servertest.Sized("hold", 10)
	hold.Call = func(ctx context.Context, _ json.RawMessage) tools.Envelope {
		<-t.Context().Done()
		return tools.Envelope{Data: json.RawMessage("{}")}
	}
	return hold
}

func TestACallWithoutMemoryWaitsAndIsToldWhenToComeBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := server.New(server.Info{Name: "full", Version: "1"}, []server.Tool{holding(t), servertest.Sized("list", 10)}, server.Options{})
		b := memory.NewBudget(memory.Least)
		call := func(tool string) map[string]any {
			m, _ := rpc.Parse([]byte(servertest.Call(1, tool)))
			r, ctx := rpc.NewRequest(t.Context(), m, nil, 10*time.Second)
			r.Memory = b.Reserve()
			defer r.Memory.End()
			a := s.Dispatch(ctx, r)
			var answer struct {
				Result struct{ StructuredContent map[string]any }
			}
			require.NoError(t, json.Unmarshal(a.Encode(nil, m.ID), &answer))
			return answer.Result.StructuredContent
		}
		for range memory.Least / 4 / memory.Share {
			go call("hold")
		}
		synctest.Wait()
		begin := time.Now()
		e := call("list")
		assert.Equal(t, 9*time.Second, time.Since(begin))
		assert.Equal(t, map[string]any{"kind": "busy", "retryable": true, "retryAfterSeconds": 5.0}, e["errorDetail"])
		assert.Contains(t, e["error"], "nothing was sent to Hex. Call again in 5 seconds.")
	})
}

// lastly makes a request with as little memory as there may be.
func lastly(t *testing.T, s *server.Server, message string) string {
	m, err := rpc.Parse([]byte(message))
	require.Nil(t, err)
	r, ctx := rpc.NewRequest(t.Context(), m, nil, 10*time.Second)
	r.Memory = memory.NewBudget(memory.Least).Reserve()
	defer r.Memory.End()
	a := s.Dispatch(ctx, r)
	return string(a.Encode(nil, m.ID))
}

func TestAResourceIsEncodedInTheMemoryOfACall(t *testing.T) {
	list := servertest.Sized("list", 2<<20)
	list.Resource = &tools.Resource{Template: "hex://lists/{id}", Name: "list", Variables: []tools.Variable{{Name: "id", Argument: "id"}}}
	s := server.New(server.Info{Name: "full", Version: "1"}, []server.Tool{list}, server.Options{})
	assert.Contains(t, lastly(t, s, readAt("hex://lists/1")), `takes more memory`)
	list = servertest.Sized("list", 100_000)
	list.Resource = &tools.Resource{Template: "hex://lists/{id}", Name: "list", Variables: []tools.Variable{{Name: "id", Argument: "id"}}}
	s = server.New(server.Info{Name: "full", Version: "1"}, []server.Tool{list}, server.Options{})
	assert.Contains(t, lastly(t, s, readAt("hex://lists/1")), "Weekly")
}

func TestAQuestionIsAskedInTheMemoryOfACall(t *testing.T) {
	s := confirming(t, confirm.All)
	padded := func(n int) string {
		return callAsking(forms, "HEX_CREATE_GROUP", `{"name":"Ada","more":[`+strings.Repeat("{},", n)+`{}]}`, "")
	}
	assert.Contains(t, lastly(t, s, padded(200_000)), `"kind":"too_large"`)
	assert.Contains(t, lastly(t, s, padded(1000)), "input_required")
}
