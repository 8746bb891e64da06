package doctor

import (
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi"
	"hexmcp/hexapi/hexsim"
)

// answering is a Hex that answers every request alike, and its client.
func answering(t *testing.T, tap *Tap, handle http.HandlerFunc) *hexapi.Client {
	hex := httptest.NewServer(handle)
	t.Cleanup(hex.Close)
	c, err := hexapi.New(hexapi.Config{BaseURL: hex.URL, Token: "hxtp_test", Timeout: time.Second, Transport: tap.Around(hexapi.NewTransport(nil))})
	require.NoError(t, err)
	return c
}

func refusing(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func TestAnAnswerTellsWhetherHexIsReachedAndTakesTheToken(t *testing.T) {
	const json = `{"code":"X","message":"no","traceId":"t"}`
	for name, tt := range map[string]struct {
		handle            http.HandlerFunc
		reached, taken    Status
		reachCure, taken2 string
	}{
		"Hex itself":         {hexsim.New(hexsim.WithToken("hxtp_test")).ServeHTTP, OK, OK, "", ""},
		"token not known":    {refusing(401, "Unauthorized"), OK, Failed, "", "put another into X"},
		"token may not ask":  {refusing(403, json), OK, OK, "", ""},
		"another page there": {refusing(404, "<html>"), Failed, Note, "the address is right", ""},
		"a proxy in between": {refusing(502, "<html>"), Failed, Note, "no proxy or sign-in page", ""},
	} {
		t.Run(name, func(t *testing.T) {
			tap := &Tap{}
			c := answering(t, tap, tt.handle)
			_, err := c.Me(t.Context(), hexapi.MeInput{})
			reach, accepted := Reach("https://hex.example", tap.Last(), err), Accepted(err, "put another into X")
			assert.Equal(t, tt.reached, reach.Status, reach)
			assert.Contains(t, reach.Cure, tt.reachCure)
			assert.Equal(t, tt.taken, accepted.Status, accepted)
			assert.Contains(t, accepted.Cure, tt.taken2)
			assert.Positive(t, tap.Last().Took)
			assert.Equal(t, OK, Clock(tap.Last()).Status)
		})
	}
}

func TestWhatKeepsFromHexHasACureOfItsOwn(t *testing.T) {
	wrapped := func(err error) error { return &hexapi.Error{Err: fmt.Errorf("%w: why", err)} }
	assert.Contains(t, Reach("", Seen{}, wrapped(hexapi.ErrCertificate)).Cure, "--ca-file")
	assert.Contains(t, Reach("", Seen{}, wrapped(hexapi.ErrProxy)).Cure, "HTTPS_PROXY")
	refused := Reach("https://hex.example", Seen{}, wrapped(errors.New("refused")))
	assert.Equal(t, Failed, refused.Status)
	assert.Contains(t, refused.Says, "https://hex.example cannot be reached")
}

func TestAClockThatIsWrongIsNoted(t *testing.T) {
	assert.Equal(t, Note, Clock(Seen{}).Status)
	assert.Equal(t, OK, Clock(Seen{HasDate: true, Skew: -30 * time.Second}).Status)
	assert.Contains(t, Clock(Seen{HasDate: true, Skew: 2 * time.Hour}).Says, "2h0m0s behind Hex")
	assert.Contains(t, Clock(Seen{HasDate: true, Skew: -2 * time.Hour}).Says, "2h0m0s ahead of Hex")

	tap := &Tap{}
	c := answering(t, tap, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Date", time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat))
	})
	_, _ = c.Me(t.Context(), hexapi.MeInput{})
	assert.InDelta(t, -time.Hour, tap.Last().Skew, float64(10*time.Second))
}

func TestACertificateIsNamedAndItsEndNoted(t *testing.T) {
	now := time.Now()
	with := func(ends time.Time) *tls.ConnectionState {
		return &tls.ConnectionState{PeerCertificates: []*x509.Certificate{{
			Subject: pkix.Name{CommonName: "*.hex.tech"}, Issuer: pkix.Name{Organization: []string{"Some Authority"}}, NotAfter: ends,
		}}}
	}
	good := Certificate(with(now.AddDate(0, 2, 0)), now)
	assert.Equal(t, OK, good.Status)
	assert.Contains(t, good.Says, "*.hex.tech, by Some Authority, until ")
	assert.Equal(t, Note, Certificate(with(now.Add(time.Hour)), now).Status)
	assert.Equal(t, Note, Certificate(nil, now).Status)
}

func TestATokenThatEndsSoonIsNotedAndOneThatHasEndedFails(t *testing.T) {
	now := time.Now()
	for days, want := range map[int]Status{-1: Failed, 1: Note, 30: OK} {
		at := now.AddDate(0, 0, days)
		assert.Equal(t, want, Expiry(&at, "it ends", now, "").Status, days)
	}
	assert.Equal(t, OK, Expiry(nil, "it never ends", now, "").Status)
}

func TestScopesAreThoseThatHexGrants(t *testing.T) {
	all := Scopes(t.Context(), answering(t, &Tap{}, hexsim.New(hexsim.WithToken("hxtp_test")).ServeHTTP))
	assert.Equal(t, Good("may read", "projects, users, groups, collections, data connections"), all)

	hex := hexsim.New(hexsim.WithToken("hxtp_test"))
	some := Scopes(t.Context(), answering(t, &Tap{}, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/groups") {
			refusing(403, `{"code":"FORBIDDEN","message":"no","traceId":"t"}`)(w, r)
			return
		}
		hex.ServeHTTP(w, r)
	}))
	assert.Equal(t, Note, some.Status)
	assert.Equal(t, "projects, users, collections, data connections, not groups", some.Says)

	none := Scopes(t.Context(), answering(t, &Tap{}, refusing(502, "<html>")))
	assert.Contains(t, none.Says, "not known: projects: ")
}

func TestAReportIsOKWhereNothingFailed(t *testing.T) {
	var r Report
	r.Add(Good("one", "fine"), Remark("second", "this\nway", "look \x1b[31mat it"))
	r.Close()
	assert.True(t, r.OK)
	var page strings.Builder
	require.NoError(t, r.Print(&page, func(_ Status, word string) string { return word }))
	assert.Equal(t, "ok    one     fine\nnote  second  this way\n              -> look ⟦U+001B⟧[31mat it\n", page.String())
	r.Add(Bad("third", "broken", ""))
	r.Close()
	assert.False(t, r.OK)
}
