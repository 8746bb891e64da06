package watch

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The example of the specification of Standard Webhooks.
const (
	exampleSecret    = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	exampleSignature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
)

func TestEventsAreSignedAsStandardWebhooksSays(t *testing.T) {
	secrets, err := ParseSecrets(exampleSecret + "\n")
	require.NoError(t, err)
	sign := func(s Secrets) string {
		return s.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 0), []byte(`{"test": 2432232314}`))
	}
	assert.Equal(t, exampleSignature, sign(secrets))
	both, err := ParseSecrets("whsec_" + strings.Repeat("A", 32) + " " + exampleSecret)
	require.NoError(t, err)
	words := strings.Fields(sign(both))
	require.Len(t, words, 2, "while the secret changes")
	assert.Equal(t, exampleSignature, words[1])
}

func TestASecretOfAnotherFormIsRefused(t *testing.T) {
	for _, text := range []string{"", " ", "secret", "whsec_", "whsec_???", "whsec_c2hvcnQ=", strings.TrimPrefix(exampleSecret, "whsec_"), exampleSecret + " x"} {
		_, err := ParseSecrets(text)
		assert.ErrorIs(t, err, ErrSecret, text)
	}
}

// receiver answers as told, and keeps what it got.
type receiver struct {
	status int
	header http.Header
	got    *http.Request
	body   []byte
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r.got = req
	r.body, _ = io.ReadAll(req.Body)
	maps.Copy(w.Header(), r.header)
	w.WriteHeader(r.status)
}

func post(t *testing.T, r *receiver) error {
	t.Helper()
	srv := httptest.NewServer(r)
	defer srv.Close()
	secrets, err := ParseSecrets(exampleSecret)
	require.NoError(t, err)
	deliver, err := NewWebhook(srv.URL+"/secret/path", secrets, srv.Client().Transport, "hexmcp/test")
	require.NoError(t, err)
	return deliver(t.Context(), Event{ID: "run_1_errored", Type: "run.errored", Summary: "<it> failed"})
}

func TestAnEventIsPostedWithItsSignature(t *testing.T) {
	r := &receiver{status: http.StatusAccepted}
	require.NoError(t, post(t, r))
	assert.Equal(t, http.MethodPost, r.got.Method)
	assert.Equal(t, "/secret/path", r.got.URL.Path)
	assert.Equal(t, "application/json", r.got.Header.Get("Content-Type"))
	assert.Equal(t, "hexmcp/test", r.got.UserAgent())
	assert.Equal(t, "run_1_errored", r.got.Header.Get("Webhook-Id"))
	var e Event
	require.NoError(t, json.Unmarshal(r.body, &e))
	assert.Equal(t, "<it> failed", e.Summary)
	assert.Contains(t, string(r.body), "<it>")
	var sent json.Number
	require.NoError(t, json.Unmarshal([]byte(r.got.Header.Get("Webhook-Timestamp")), &sent))
	seconds, err := sent.Int64()
	require.NoError(t, err)
	assert.WithinDuration(t, time.Now(), time.Unix(seconds, 0), time.Minute)
	secrets, err := ParseSecrets(exampleSecret)
	require.NoError(t, err)
	assert.Equal(t, secrets.sign(e.ID, time.Unix(seconds, 0), r.body), r.got.Header.Get("Webhook-Signature"))
}

func TestWhatAReceiverAnswersDecidesWhatComesNext(t *testing.T) {
	for _, status := range []int{200, 204, 299} {
		assert.NoError(t, post(t, &receiver{status: status}))
	}
	for _, status := range []int{302, 307, 400, 404, 429, 500, 503} {
		err := post(t, &receiver{status: status, header: http.Header{"Location": {"/elsewhere"}, "Retry-After": {"90"}}})
		assert.ErrorContains(t, err, "answers ", status)
		assert.NotContains(t, err.Error(), "secret")
		assert.Equal(t, 90*time.Second, asked(err))
	}
	assert.Equal(t, postLater, asked(post(t, &receiver{status: 503, header: http.Header{"Retry-After": {"9999999"}}})))
	var end *EndError
	assert.ErrorAs(t, post(t, &receiver{status: http.StatusGone}), &end)
}

func TestABodyThatDoesNotEndHoldsNobodyUp(t *testing.T) {
	ended := make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		defer close(ended)
		for _, err := w.Write([]byte("x")); err == nil; _, err = w.Write([]byte("x")) {
			_ = http.NewResponseController(w).Flush()
		}
	}))
	defer srv.Close()
	secrets, err := ParseSecrets(exampleSecret)
	require.NoError(t, err)
	deliver, err := NewWebhook(srv.URL, secrets, srv.Client().Transport, "hexmcp/test")
	require.NoError(t, err)
	require.NoError(t, deliver(t.Context(), Event{ID: "run_1_errored"}))
	<-ended // as the connection is closed
}

func TestEventsAreSentOverOneConnection(t *testing.T) {
	var opened atomic.Int32
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, strings.Repeat("thank you ", 1000))
	}))
	srv.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened.Add(1)
		}
	}
	srv.Start()
	defer srv.Close()
	secrets, err := ParseSecrets(exampleSecret)
	require.NoError(t, err)
	deliver, err := NewWebhook(srv.URL, secrets, srv.Client().Transport, "hexmcp/test")
	require.NoError(t, err)
	for range 5 {
		require.NoError(t, deliver(t.Context(), Event{ID: "run_1_errored"}))
	}
	assert.EqualValues(t, 1, opened.Load())
}

// silent answers with a body of which nothing comes until it is closed.
type silent struct{}

func (silent) RoundTrip(r *http.Request) (*http.Response, error) {
	body, _ := io.Pipe()
	return &http.Response{StatusCode: http.StatusOK, Body: body, ContentLength: -1, Request: r}, nil
}

func TestABodyThatDoesNotComeHoldsNobodyUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		secrets, err := ParseSecrets(exampleSecret)
		require.NoError(t, err)
		deliver, err := NewWebhook("https://example.com/hook", secrets, silent{}, "hexmcp/test")
		require.NoError(t, err)
		began := time.Now()
		require.NoError(t, deliver(t.Context(), Event{ID: "run_1_errored"}))
		assert.LessOrEqual(t, time.Since(began), drainTime)
	})
}

func TestAReceiverThatCannotBeReachedIsNamedByItsHostOnly(t *testing.T) {
	secrets, err := ParseSecrets(exampleSecret)
	require.NoError(t, err)
	deliver, err := NewWebhook("http://127.0.0.1:1/secret/path?key=secret", secrets, &http.Transport{}, "")
	require.NoError(t, err)
	err = deliver(t.Context(), Event{})
	assert.ErrorContains(t, err, "127.0.0.1:1 does not answer")
	assert.NotContains(t, err.Error(), "secret")
}

func TestALineIsPrintedForEachEvent(t *testing.T) {
	var out strings.Builder
	require.NoError(t, Print(&out)(t.Context(), Event{ID: "a"}))
	require.NoError(t, Print(&out)(t.Context(), Event{ID: "b"}))
	assert.Equal(t, 2, strings.Count(out.String(), "\n"))
	var end *EndError
	require.ErrorAs(t, Print(broken{})(context.Background(), Event{}), &end)
	assert.Equal(t, "the events cannot be written any more: broken pipe", end.Sentence, "a full disk is a reason, too")
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }
