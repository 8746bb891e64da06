package jobs

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi"
	"hexmcp/hexapi/hexsim"
	"hexmcp/tools/progress"
)

func TestAQuestionIsAskedOnceAndItsAnswerReturned(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, c := open(t)
		var heard []string
		ctx := progress.With(t.Context(), func(_, _ float64, message string) { heard = append(heard, message) })
		out, err := hexapi.Decoded(Ask(ctx, c, AskInput{Prompt: "How does the weekly revenue review stand?", Pictures: true}))
		require.NoError(t, err)
		assert.True(t, out.Asked)
		assert.True(t, out.Answered)
		assert.Contains(t, out.Answer, "Weekly revenue review")
		assert.Contains(t, out.URL, string(out.ThreadID))
		require.NotEmpty(t, out.Links)
		assert.Equal(t, AgentLink{Type: "project", ID: string(hexsim.ProjectRevenue), Name: "Weekly revenue review"}, out.Links[0])
		require.Len(t, out.Pictures, 1)
		assert.Equal(t, hexsim.CellRevenueChart, out.Pictures[0].CellID)
		assert.Equal(t, 1, count(w.seen, "POST"))
		assert.NotEmpty(t, heard)
	})
}

func TestAChartThatCannotBeDrawnIsNoFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, c := open(t)
		out, err := hexapi.Decoded(Ask(t.Context(), c, AskInput{Prompt: "How does the paid marketing attribution stand?", Pictures: true}))
		require.NoError(t, err)
		assert.Empty(t, out.Pictures)
		assert.NotEmpty(t, out.Answer)
		assert.Equal(t, 1, count(w.seen, "GET /api/v1/cells/"))
	})
}

// A wait that ends is no failure, and the thread alone goes on with it.
func TestAnAnswerThatTakesLongerIsWaitedForAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, c := open(t)
		out, err := hexapi.Decoded(Ask(t.Context(), c, AskInput{Prompt: "How does the demand forecast stand?", Patience: Patience{WaitSeconds: 3}}))
		require.NoError(t, err)
		assert.False(t, out.Answered)
		require.NotEmpty(t, out.ThreadID)
		again, err := hexapi.Decoded(Ask(t.Context(), c, AskInput{ThreadID: out.ThreadID}))
		require.NoError(t, err)
		assert.True(t, again.Answered)
		assert.False(t, again.Asked)
		assert.NotEmpty(t, again.Answer)
		assert.Equal(t, 1, count(w.seen, "POST"))
	})
}

// The former answer is not taken for that to a further question, though the thread
// shows it for a moment.
func TestAFurtherQuestionGetsItsOwnAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, c := open(t)
		first, err := hexapi.Decoded(Ask(t.Context(), c, AskInput{Prompt: "How does the demand forecast stand?"}))
		require.NoError(t, err)
		former, err := c.GetThread(t.Context(), hexapi.GetThreadInput{ThreadID: first.ThreadID})
		require.NoError(t, err)
		stale := 3
		w.turn = func(r *http.Request) *http.Response {
			if stale--; r.Method != http.MethodGet || stale < 0 {
				return nil
			}
			return answered(200, string(former.Body))
		}
		time.Sleep(time.Second)
		further, err := hexapi.Decoded(Ask(t.Context(), c, AskInput{Prompt: "And the churn model training?", ThreadID: first.ThreadID}))
		require.NoError(t, err)
		assert.True(t, further.Answered)
		assert.NotEmpty(t, further.Answer)
		assert.Equal(t, 2, count(w.seen, "POST"))
	})
}

// A new thread may be idle before the agent has begun; one that stays so has no answer.
func TestAThreadThatHasNotBegunIsNotAnswered(t *testing.T) {
	for name, idle := range map[string]int{"for a moment": 2, "for good": 1000} {
		synctest.Test(t, func(t *testing.T) {
			w, c := open(t)
			left := idle
			w.turn = func(r *http.Request) *http.Response {
				if left--; r.Method != http.MethodGet || left < 0 {
					return nil
				}
				return answered(200, `{"threadId":"t","status":"IDLE","error":null,"response":null}`)
			}
			begun := time.Now()
			out, err := hexapi.Decoded(Ask(t.Context(), c, AskInput{Prompt: "How does the demand forecast stand?"}))
			require.NoError(t, err)
			assert.True(t, out.Answered)
			assert.Equal(t, idle == 2, out.Answer != "", name)
			assert.Less(t, time.Since(begun), 30*time.Second)
		})
	}
}

func TestAThreadThatCannotBeReadIsNotLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, c := open(t)
		w.turn = func(r *http.Request) *http.Response {
			if r.Method == http.MethodGet {
				return answered(403, `{"code":"FORBIDDEN","message":"no"}`)
			}
			return nil
		}
		out, err := hexapi.Decoded(Ask(t.Context(), c, AskInput{Prompt: "How does the demand forecast stand?"}))
		require.NoError(t, err)
		assert.NotEmpty(t, out.ThreadID)
		assert.NotEmpty(t, out.NotRead)
		assert.False(t, out.Answered)
	})
}

func TestAQuestionThatIsCanceledEndsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, c := open(t)
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		begun := time.Now()
		_, err := Ask(ctx, c, AskInput{Prompt: "How does the demand forecast stand?"})
		require.ErrorIs(t, err, context.Canceled)
		assert.Equal(t, time.Second, time.Since(begun))
	})
}
