package hexapi

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptrace"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// bubble runs a test in fake time.
func bubble(t *testing.T, name string, test func(*testing.T)) {
	t.Helper()
	t.Run(name, func(t *testing.T) { synctest.Test(t, test) })
}

const kernelLimit = `{"code":"SERVICE_UNAVAILABLE","message":"Service unavailable"}`

// After one failure a request is repeated, or it is not; and where a write was
// not, it is known or unknown whether it happened.
func TestRepeatsOnlyWhatMayBeRepeated(t *testing.T) {
	const safe, all, none = "read replace drop", "read replace drop run edit create", ""
	for name, tc := range map[string]struct {
		first    reply
		repeated string
		unknown  string
	}{
		"connection never made":   {refuses(), all, none},
		"429":                     {answers(429, ""), all, none},
		"429 with retry-after":    {answers(429, "", "Retry-After: 3"), all, none},
		"cut off":                 {cuts(), safe, all},
		"body cut off":            {cutsBody(), safe, all},
		"502":                     {answers(502, "<html>"), safe, all},
		"503 of a proxy":          {answers(503, "<html>"), safe, all},
		"503 of a proxy, as json": {answers(503, `{"message":"Service Unavailable"}`), safe, all},
		"503 of hex":              {answers(503, kernelLimit), safe, "replace drop edit create"},
		"504":                     {answers(504, ""), safe, all},
		"500":                     {answers(500, ""), none, all},
		"501":                     {answers(501, ""), none, all},
		"400":                     {answers(400, ""), none, none},
		"401":                     {answers(401, "Unauthorized"), none, none},
		"403":                     {answers(403, ""), none, none},
		"404":                     {answers(404, ""), none, none},
		"101":                     {answers(101, ""), none, all},
		"408":                     {answers(408, ""), safe, all},
		"425":                     {answers(425, ""), safe, all},
		"499":                     {answers(499, ""), none, all},
		"409":                     {answers(409, ""), none, none},
		"422":                     {answers(422, ""), none, none},
		"a page with 200":         {answers(200, "<html>"), none, all},
		"a list with 200":         {answers(200, "[]"), none, all},
	} {
		for kind, call := range kinds {
			bubble(t, name+", "+kind, func(t *testing.T) {
				h := playing(tc.first, ok())
				err := call(t.Context(), client(t, h))
				if contains(tc.repeated, kind) {
					require.NoError(t, err)
					assert.Equal(t, 2, h.requests())
					assert.Equal(t, h.seen[0], h.seen[1], "the same request, header and body included")
					return
				}
				require.Error(t, err)
				assert.Equal(t, 1, h.requests())
				if kind != "read" {
					assert.Equal(t, contains(tc.unknown, kind), mayHaveHappened(err), "%v", err)
				}
			})
		}
	}
}

func contains(words, word string) bool {
	return bytes.Contains([]byte(" "+words+" "), []byte(" "+word+" "))
}

func TestGivesUpAfterSixAttempts(t *testing.T) {
	for name, always := range map[string]reply{
		"connection never made": refuses(), "cut off": cuts(), "body cut off": cutsBody(), "502": answers(502, ""), "503": answers(503, ""), "504": answers(504, ""),
	} {
		bubble(t, name, func(t *testing.T) {
			h := playing(always)
			require.Error(t, read(t.Context(), client(t, h, patient)))
			assert.Equal(t, 6, h.requests())
		})
	}
}

// patient gives a call all the time that it wants.
func patient(cfg *Config) { cfg.Timeout = 24 * time.Hour }

func TestBackoffIsFullJitterOfADoublingInterval(t *testing.T) {
	var most [5]time.Duration
	for range 200 {
		synctest.Test(t, func(t *testing.T) {
			h := playing(answers(502, ""))
			require.Error(t, read(t.Context(), client(t, h, patient)))
			for i, wait := range h.waits() {
				most[i] = max(most[i], wait)
			}
		})
	}
	for i, ceiling := range []time.Duration{time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 16 * time.Second} {
		assert.LessOrEqual(t, most[i], ceiling+1)
		assert.Greater(t, most[i], ceiling*3/4, "the whole interval is used")
	}
}

func TestRetryAfterIsHonoured(t *testing.T) {
	for _, status := range []string{"429", "502", "503", "504"} {
		bubble(t, status, func(t *testing.T) {
			code := map[string]int{"429": 429, "502": 502, "503": 503, "504": 504}[status]
			in := func(d time.Duration) string { return time.Now().Add(d).UTC().Format(http.TimeFormat) }
			h := playing(answers(code, "", "Retry-After: 7"), answers(code, "", "Date: "+in(time.Hour), "Retry-After: "+in(time.Hour+9*time.Second)), ok())
			require.NoError(t, read(t.Context(), client(t, h)))
			assertAbout(t, 7*time.Second, h.waits()[0])
			assertAbout(t, 9*time.Second, h.waits()[1])
		})
	}
}

func TestWaitPastTheDeadlineIsAnsweredAtOnce(t *testing.T) {
	for name, status := range map[string]int{"429": 429, "503": 503} {
		bubble(t, name, func(t *testing.T) {
			start, h := time.Now(), playing(answers(status, "", "Retry-After: 55"))
			err := read(t.Context(), client(t, h))
			assert.Equal(t, 55*time.Second, asError[*Error](t, err).RetryAfter)
			assert.Zero(t, time.Since(start))
			assert.Equal(t, 1, h.requests())
		})
	}
	bubble(t, "the caller's own deadline", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		start := time.Now()
		require.Error(t, read(ctx, client(t, playing(answers(429, "", "Retry-After: 4")))))
		assert.Zero(t, time.Since(start))
	})
}

// A run that is started in the last second of a call has no time to say so.
func TestNothingIsSentInTheLastMoments(t *testing.T) {
	for kind, call := range kinds {
		bubble(t, kind, func(t *testing.T) {
			h := playing(answers(429, "", "Retry-After: 53"), ok())
			c, start := client(t, h), time.Now()
			assert.Equal(t, 429, asError[*Error](t, call(t.Context(), c)).Status)
			assert.Equal(t, 53*time.Second, asError[*LimitError](t, call(t.Context(), c)).Wait, "nor after a rate limit")
			assert.Zero(t, time.Since(start))
			assert.Equal(t, 1, h.requests())
		})
	}
}

func TestRetryAfterOfNextToNothingIsTakenForASecond(t *testing.T) {
	for _, ago := range []time.Duration{0, time.Minute} {
		bubble(t, ago.String(), func(t *testing.T) {
			wait := "0"
			if ago > 0 {
				wait = time.Now().Add(-ago).UTC().Format(http.TimeFormat)
			}
			h := playing(answers(429, "", "Retry-After: "+wait), answers(429, "", "Retry-After: "+wait), ok())
			require.NoError(t, create(t.Context(), client(t, h)))
			assertAbout(t, time.Second, h.waits()[0])
			assertAbout(t, time.Second, h.waits()[1])
		})
	}
}

func TestWholeCallEndsWithinItsTimeout(t *testing.T) {
	for kind, call := range kinds {
		bubble(t, kind, func(t *testing.T) {
			start, h := time.Now(), playing(stalls())
			err := call(t.Context(), client(t, h))
			require.ErrorIs(t, err, ErrTimeout)
			assert.Equal(t, DefaultTimeout, time.Since(start))
			assert.Equal(t, Unknown, asError[*Error](t, err).Outcome)
			assert.True(t, mayHaveHappened(err))
			assert.Equal(t, 1, h.requests())
		})
	}
	bubble(t, "retries included", func(t *testing.T) {
		start, h := time.Now(), playing(cuts(), answers(502, ""), stalls())
		require.ErrorIs(t, read(t.Context(), client(t, h)), ErrTimeout)
		assert.Equal(t, DefaultTimeout, time.Since(start))
		assert.Equal(t, 3, h.requests())
	})
}

func TestCallerWhoLeavesIsNotKept(t *testing.T) {
	left := errors.New("the caller left")
	for name, tc := range map[string]struct {
		reply   reply
		unknown bool
	}{
		"waiting for an answer":             {stalls(), true},
		"waiting to try again":              {answers(429, "", "Retry-After: 30"), false},
		"waiting to try again, perhaps had": {cuts(), true},
	} {
		bubble(t, name, func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(t.Context())
			start, h := time.Now(), playing(tc.reply)
			c := client(t, playingThen(h, func() { time.AfterFunc(1, func() { cancel(left) }) }))
			err := replace(ctx, c)
			require.ErrorIs(t, err, left)
			assert.Equal(t, time.Duration(1), time.Since(start))
			assert.Equal(t, tc.unknown, mayHaveHappened(err), "%v", err)
			assert.Equal(t, 1, h.requests())
		})
	}
	bubble(t, "before it was sent", func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(left)
		h := playing(ok())
		err := run(ctx, client(t, h))
		require.ErrorIs(t, err, left)
		assert.False(t, mayHaveHappened(err))
		assert.Zero(t, h.requests())
	})
}

// playingThen calls f when a request comes.
func playingThen(h *hex, f func()) http.RoundTripper {
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		f()
		return h.RoundTrip(r)
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// missing is Hex's own 404.
var missing = answers(404, `{"code":"NOT_FOUND","message":"Cell not found"}`)

// What is not found after an attempt without an answer was removed by it, or never
// was: nobody knows, so it is no success.
func TestDeleteThatFindsNothingAfterItsOwnCutOffAttemptIsInDoubt(t *testing.T) {
	for name, tc := range map[string]struct {
		replies []reply
		doubt   bool
	}{
		"cut off":               {[]reply{cuts(), missing}, true},
		"body cut off":          {[]reply{cutsBody(), missing}, true},
		"cut off, then 502":     {[]reply{cuts(), answers(502, ""), missing}, true},
		"503 of hex":            {[]reply{answers(503, kernelLimit), missing}, true},
		"cut off, then a page":  {[]reply{cuts(), answers(404, "<html>")}, true},
		"nothing before":        {[]reply{missing}, false},
		"connection never made": {[]reply{refuses(), missing}, false},
		"429":                   {[]reply{answers(429, ""), missing}, false},
	} {
		bubble(t, name, func(t *testing.T) {
			_, err := client(t, playing(tc.replies...)).DeleteCell(t.Context(), DeleteCellInput{otherID})
			assert.Equal(t, 404, asError[*Error](t, err).Status)
			assert.Equal(t, tc.doubt, mayHaveHappened(err))
		})
	}
}

// The last attempt may know less than the first.
func TestOutcomeStaysUnknownWhateverComesAfter(t *testing.T) {
	for name, tc := range map[string]struct {
		replies []reply
		unknown bool
	}{
		"cut off, then refused connections": {[]reply{cuts(), refuses()}, true},
		"cut off, then 422":                 {[]reply{cuts(), answers(422, "")}, true},
		"502, then 403":                     {[]reply{answers(502, ""), answers(403, "")}, true},
		"504, then a long 429":              {[]reply{answers(504, ""), answers(429, "", "Retry-After: 3600")}, true},
		"refused connections, then 422":     {[]reply{refuses(), answers(422, "")}, false},
		"429, then 422":                     {[]reply{answers(429, ""), answers(422, "")}, false},
		"only refused connections":          {[]reply{refuses()}, false},
	} {
		bubble(t, name, func(t *testing.T) {
			err := drop(t.Context(), client(t, playing(tc.replies...)))
			require.Error(t, err)
			assert.Equal(t, tc.unknown, mayHaveHappened(err), "%v", err)
		})
	}
}

func TestUntrustedTransportMayHaveSentAnything(t *testing.T) {
	h := roundTripper(func(*http.Request) (*http.Response, error) { return nil, errors.New("from nowhere") })
	err := run(t.Context(), client(t, h))
	assert.Equal(t, Unknown, asError[*Error](t, err).Outcome)
}

func TestBadCertificateIsNotTriedAgain(t *testing.T) {
	h := playing(func(r *http.Request) (*http.Response, error) {
		httptrace.ContextClientTrace(r.Context()).GetConn("hex")
		return nil, &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}
	})
	err := read(t.Context(), client(t, h))
	assert.Equal(t, NotSent, asError[*Error](t, err).Outcome)
	assert.Equal(t, 1, h.requests())
}

func TestRetriesAreLoggedAtDebugLevelOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		at := func(level slog.Level) func(*Config) {
			return func(cfg *Config) {
				cfg.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: level}))
			}
		}
		echo := `{"code":"X","message":"` + token.Reveal() + `"}`
		require.NoError(t, run(t.Context(), client(t, playing(answers(429, echo, "Retry-After: 2"), ok()), at(slog.LevelDebug))))
		assert.Contains(t, log.String(), `level=DEBUG msg="hex api: trying again" operation="POST /v1/projects/{id}/runs" attempt=1 wait=2s error="status 429 \"X\": \"[redacted]\""`)
		assertNoSecret(t, log.String())
		log.Reset()
		require.NoError(t, read(t.Context(), client(t, playing(cuts(), ok()), at(slog.LevelInfo))))
		assert.Empty(t, log.String())
	})
}
