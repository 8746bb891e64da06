package hexapi

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
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

// An echo that is escaped would show the token once it is decoded.
func TestTokenEchoedInAnyFormIsScrubbed(t *testing.T) {
	const secret = "hxtw_CANARY/0123456789+abc"
	unicode := func(text string) string {
		var b strings.Builder
		for _, c := range []byte(text) {
			fmt.Fprintf(&b, `\u%04X`, c)
		}
		return b.String()
	}
	for name, echo := range map[string]string{
		"one character escaped":  `\u0068` + secret[1:],
		"all characters escaped": unicode(secret),
		"a slash as PHP writes":  strings.ReplaceAll(secret, "/", `\/`),
		"JSON within JSON":       strings.ReplaceAll(unicode(secret), `\`, `\\`),
		"in a query":             url.QueryEscape(secret),
		"in a path":              strings.ReplaceAll(secret, "/", "%2f"),
		"all in a URL":           strings.ReplaceAll(unicode(secret), `\u00`, "%"),
		"base64":                 base64.StdEncoding.EncodeToString([]byte(secret)),
		"base64 of URLs":         base64.RawURLEncoding.EncodeToString([]byte(secret)),
	} {
		t.Run(name, func(t *testing.T) {
			body := fmt.Sprintf(`{"code":"X","message":"bad %[1]s","issues":[{"message":"%[1]s"}],"details":"%[1]s","traceId":"%[1]s"}`, echo)
			c := client(t, playing(answers(http.StatusForbidden, body), answers(http.StatusOK, body)), func(cfg *Config) { cfg.Token = secret })
			err := read(t.Context(), c)
			require.ErrorContains(t, err, "bad [redacted]")
			got, err := c.GetProject(t.Context(), GetProjectInput{ProjectID: projectID})
			require.NoError(t, err)
			var decoded any
			require.NoError(t, json.Unmarshal(got.Body, &decoded))
			assert.NotContains(t, fmt.Sprint(decoded), "CANARY")
			assert.Contains(t, string(got.Body), "bad [redacted]")
		})
	}
}

func TestAShortTokenIsScrubbedWhereItStandsByItself(t *testing.T) {
	c := client(t, playing(answers(http.StatusOK, `{"a":"of abcd1234.","b":"xabcd1234x","c":"\u0061bcd1234"}`)), func(cfg *Config) { cfg.Token = "abcd1234" })
	got, err := c.GetProject(t.Context(), GetProjectInput{ProjectID: projectID})
	require.NoError(t, err)
	assert.JSONEq(t, `{"a":"of [redacted].","b":"xabcd1234x","c":"[redacted]"}`, string(got.Body))
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
