package hexapi

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSecretShowsItselfToNobody(t *testing.T) {
	c := client(t, playing(ok()))
	_, err := New(Config{Token: token + " "})
	require.Error(t, err)
	for name, v := range map[string]any{
		"secret": token, "pointer": new(token), "list": []Secret{token}, "map": map[string]Secret{"token": token},
		"config": Config{Token: token}, "client": c, "client value": *c, "nested": struct{ C *Client }{c},
		"budget": documented(), "error": err,
	} {
		t.Run(name, func(t *testing.T) {
			for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%10.3v", "%!"} {
				assertNoSecret(t, fmt.Sprintf(verb, v))
			}
			var log bytes.Buffer
			slog.New(slog.NewTextHandler(&log, nil)).Info("text", "v", v)
			slog.New(slog.NewJSONHandler(&log, nil)).Info("json", "v", v)
			assertNoSecret(t, log.String())
		})
	}
}

func TestSecretIsHiddenFromEncoders(t *testing.T) {
	type config struct{ Token Secret }
	v := config{token}
	asJSON, err := json.Marshal(v)
	require.NoError(t, err)
	assert.JSONEq(t, `{"Token":"[redacted]"}`, string(asJSON))
	asXML, err := xml.Marshal(v)
	require.NoError(t, err)
	assertNoSecret(t, string(asXML))
	assert.Equal(t, "hxtp_canary0123456789abcdef", token.Reveal())
	assert.Equal(t, "[redacted]", token.String())
}

func TestTokensThatCannotTravelInAHeaderAreRefused(t *testing.T) {
	for _, bad := range []Secret{"a b", "a\r\nX: y", "tokén", "a\x00", " a", "a\n", "a\x7f"} {
		_, err := New(Config{Token: bad})
		require.Error(t, err)
		assert.NotContains(t, err.Error(), fmt.Sprintf("%q", bad.Reveal()))
		_, err = client(t, playing(ok())).WithToken(bad)
		require.Error(t, err)
	}
	for _, good := range []Secret{"", "hxtp_abc", "hxtw_abc", "0123456789abcdef0123", "!~"} {
		_, err := New(Config{Token: good})
		require.NoError(t, err)
	}
}

func TestClientWithoutATokenSendsNothing(t *testing.T) {
	h := playing(ok())
	c := client(t, h, func(cfg *Config) { cfg.Token = "" })
	require.ErrorIs(t, read(t.Context(), c), ErrNoToken)
	assert.Zero(t, h.requests())
}

func TestWithTokenActsForSomebodyElse(t *testing.T) {
	h := playing(ok())
	c := client(t, h)
	other, err := c.WithToken("hxtw_other")
	require.NoError(t, err)
	require.NoError(t, read(t.Context(), other))
	require.NoError(t, read(t.Context(), c))
	assert.Equal(t, "Bearer hxtw_other", h.seen[0].Header.Get("Authorization"))
	assert.Equal(t, "Bearer "+token.Reveal(), h.seen[1].Header.Get("Authorization"))
	none, err := c.WithToken("")
	require.NoError(t, err)
	require.ErrorIs(t, read(t.Context(), none), ErrNoToken)
}

func TestEchoedTokenIsScrubbed(t *testing.T) {
	echo := fmt.Sprintf(`{"code":"X","message":"bad %[1]s","issues":[{"message":"%[1]s"}],"traceId":"%[1]s"}`, token.Reveal())
	c := client(t, playing(
		answers(http.StatusOK, echo),
		answers(http.StatusForbidden, echo),
		answers(http.StatusForbidden, "", "X-Trace-Id: "+token.Reveal()),
		answers(http.StatusOK, "<"+token.Reveal(), "Content-Type: "+token.Reveal()),
	))
	got, err := c.GetProject(t.Context(), GetProjectInput{ProjectID: projectID})
	require.NoError(t, err)
	assert.Contains(t, string(got.Body), "bad [redacted]")
	assertNoSecret(t, string(got.Body))
	for range 3 {
		err := read(t.Context(), c)
		require.Error(t, err)
		assertNoSecret(t, err.Error())
		if api, ok := errors.AsType[*Error](err); ok {
			assertNoSecret(t, fmt.Sprintf("%+v", *api))
		}
	}
}

// Where HTTP itself breaks, net/http quotes what it read.
func TestTokenEchoedInBrokenHTTPIsScrubbed(t *testing.T) {
	for name, answer := range map[string]string{
		"status line": "%s\r\n\r\n",
		"header":      "HTTP/1.1 200 OK\r\n%s\r\n\r\n",
		"trailer":     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X\r\n\r\n2\r\n{}\r\n0\r\n%s\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				conn, _, err := http.NewResponseController(w).Hijack()
				if assert.NoError(t, err) {
					fmt.Fprintf(conn, answer, token.Reveal())
					conn.Close()
				}
			}))
			defer server.Close()
			err := run(t.Context(), dialed(t, server.URL, time.Minute))
			require.ErrorContains(t, err, "[redacted]")
			assertNoSecret(t, err.Error())
		})
	}
}

func TestTokenOfDigitsDoesNotBreakJSON(t *testing.T) {
	c := client(t, playing(answers(http.StatusOK, `{"n":12345678901234567890}`)), func(cfg *Config) { cfg.Token = "1234567890123456" })
	_, err := c.GetProject(t.Context(), GetProjectInput{ProjectID: projectID})
	require.ErrorIs(t, err, ErrNotJSON)
}

func TestShortTokenIsNoReasonToChangeAnAnswer(t *testing.T) {
	c := client(t, playing(answers(http.StatusOK, `{"title":"demo"}`)), func(cfg *Config) { cfg.Token = "demo" })
	got, err := c.GetProject(t.Context(), GetProjectInput{ProjectID: projectID})
	require.NoError(t, err)
	assert.JSONEq(t, `{"title":"demo"}`, string(got.Body))
}
