package tools

import (
	"bufio"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi"
	"hexmcp/tools/progress"
)

// A host that hears nothing for a minute gives the call up.
func TestWaitsForHexAreReported(t *testing.T) {
	type said struct {
		done    float64
		message string
	}
	var heard []said
	synctest.Test(t, func(t *testing.T) {
		c, err := hexapi.New(hexapi.Config{
			Token: "hxtp_test", Observer: hexapi.Observer{Wait: ReportWait},
			Transport: answersInTurn("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n{\"values\":[]}"),
		})
		require.NoError(t, err)
		a, ok := Find("HEX_LIST_GROUPS")
		require.True(t, ok)
		ctx := progress.With(t.Context(), func(done, _ float64, message string) { heard = append(heard, said{done, message}) })
		e := a.Call(ctx, c, nil)
		assert.True(t, e.Successful(), e.Error)
	})
	assert.Equal(t, []said{{1, "Waiting 1 second to try again."}}, heard)
}

// answersInTurn is a transport that gives one answer after the other.
func answersInTurn(answers ...string) http.RoundTripper {
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		answer := answers[0]
		answers = answers[1:]
		return http.ReadResponse(bufio.NewReader(strings.NewReader(answer)), r)
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
