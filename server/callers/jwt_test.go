package callers

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lestrrat-go/jwx/v3/jwa"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestATokenOfTheIssuerLetsItsCallerIn(t *testing.T) {
	i := newIssuer(t)
	checker := i.checker(t)
	for name, tt := range map[string]struct {
		changes map[string]any
		want    Caller
	}{
		"reads":                {nil, Caller{"ada by cursor", Read}},
		"writes":               {map[string]any{"scope": "hex:write"}, Caller{"ada by cursor", Read | Write}},
		"destroys":             {map[string]any{"scope": "hex:destroy"}, Caller{"ada by cursor", All}},
		"scopes as a list":     {map[string]any{"scope": nil, "scp": []string{"hex:read", "hex:write"}}, Caller{"ada by cursor", Read | Write}},
		"scopes of others":     {map[string]any{"scope": "openid hex:admin"}, Caller{"ada by cursor", 0}},
		"one audience of many": {map[string]any{"aud": []string{"https://other.example", resource}}, Caller{"ada by cursor", Read}},
		"a client by itself":   {map[string]any{"sub": "robot", "client_id": "robot"}, Caller{"robot", Read}},
		"a clock that is off":  {map[string]any{"exp": time.Now().Add(-10 * time.Second)}, Caller{"ada by cursor", Read}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := checker.Check(t.Context(), i.token(tt.changes))
			require.NoError(t, err)
			assert.Equal(t, tt.want, got)
		})
	}
}

func TestAnyOtherTokenIsRefusedWithAReason(t *testing.T) {
	i := newIssuer(t)
	checker := i.checker(t)
	own, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	public, err := json.Marshal(i.public[0])
	require.NoError(t, err)
	good := i.token(nil)
	for name, tt := range map[string]struct{ token, why string }{
		"other audience":         {i.token(map[string]any{"aud": "https://other.example"}), "for another audience than " + resource},
		"no audience":            {i.token(map[string]any{"aud": nil}), "for another audience"},
		"audience like ours":     {i.token(map[string]any{"aud": resource + "/"}), "for another audience"},
		"other issuer":           {i.token(map[string]any{"iss": "https://evil.example"}), "of another issuer than " + i.URL},
		"expired":                {i.token(map[string]any{"exp": time.Now().Add(-time.Hour)}), "has expired"},
		"never expires":          {i.token(map[string]any{"exp": nil}), "lacks exp"},
		"not yet valid":          {i.token(map[string]any{"nbf": time.Now().Add(time.Hour)}), "not valid yet"},
		"nobody's":               {i.token(map[string]any{"sub": nil}), "lacks exp or sub"},
		"signed by another":      {i.signed(jwa.ES256(), own, "first"), "signature of the token does not hold"},
		"unknown key":            {i.signed(jwa.ES256(), own, "other"), "with a key that the issuer does not have"},
		"public key as a secret": {i.signed(jwa.HS256(), public, "first"), "signed in a way that is not taken"},
		"no signature":           {unsigned(t, good), "signed in a way that is not taken"},
		"signature cut off":      {good[:strings.LastIndex(good, ".")+1], "no JWT"},
		"changed":                {changed(t, good), "does not hold"},
		"no JWT":                 {"0123456789abcdef", "no JWT"},
		"dots":                   {"..", "no JWT"},
		"endless":                {strings.Repeat("a", maxJWT) + ".a.a", "no JWT"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := checker.Check(t.Context(), tt.token)
			var refusal *Refusal
			require.ErrorAs(t, err, &refusal)
			assert.Contains(t, refusal.Why, tt.why)
		})
	}
}

// unsigned is the token with the algorithm none.
func unsigned(t *testing.T, token string) string {
	parts := strings.Split(token, ".")
	return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","kid":"first"}`)) + "." + parts[1] + "."
}

// changed is the token with more scopes than were signed.
func changed(t *testing.T, token string) string {
	parts := strings.Split(token, ".")
	claims, err := base64.RawURLEncoding.DecodeString(parts[1])
	require.NoError(t, err)
	parts[1] = base64.RawURLEncoding.EncodeToString([]byte(strings.Replace(string(claims), "hex:read", "hex:destroy", 1)))
	return strings.Join(parts, ".")
}

func TestANewKeyIsLearntAndAnOldOneForgotten(t *testing.T) {
	i := newIssuer(t)
	checker := i.checker(t)
	before := i.token(nil)
	_, err := checker.Check(t.Context(), before)
	require.NoError(t, err)

	i.rotate("second")
	checker.Keys.tried = time.Now().Add(-keysPause)
	_, err = checker.Check(t.Context(), i.token(nil))
	require.NoError(t, err, "the new key")
	_, err = checker.Check(t.Context(), before)
	assert.ErrorContains(t, err, "a key that the issuer does not have")
}

func TestMadeUpKeysDoNotBecomeRequestsToTheIssuer(t *testing.T) {
	i := newIssuer(t)
	checker := i.checker(t)
	other, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	for range 100 {
		_, err := checker.Check(t.Context(), i.signed(jwa.ES256(), other, "made up"))
		require.Error(t, err)
	}
	assert.Equal(t, 1, i.fetches)
}

func TestKeysHoldWhileTheIssuerIsAway(t *testing.T) {
	i := newIssuer(t)
	checker := i.checker(t)
	_, err := checker.Check(t.Context(), i.token(nil))
	require.NoError(t, err)
	i.down = true
	checker.Keys.taken = time.Now().Add(-keysAge)
	checker.Keys.tried = checker.Keys.taken
	_, err = checker.Check(t.Context(), i.token(nil))
	assert.NoError(t, err)
}

func TestAnIssuerThatIsAwayRefusesNobody(t *testing.T) {
	i := newIssuer(t)
	i.down = true
	for range 2 { // asked, and not asked again at once
		_, err := i.checker(t).Check(t.Context(), i.token(nil))
		require.Error(t, err)
		var refusal *Refusal
		assert.NotErrorAs(t, err, &refusal)
	}
}

func TestMetadataOfAnotherIssuerIsNotBelieved(t *testing.T) {
	i := newIssuer(t)
	keys, err := NewKeys(i.URL+"/", i.Client())
	require.NoError(t, err)
	_, err = keys.Find(t.Context(), "first")
	assert.ErrorContains(t, err, "it is of the issuer")
}

func TestAnIssuerWhoseKeysCanBeReplacedIsRefused(t *testing.T) {
	for _, address := range []string{"http://login.example.com", "login.example.com", "", "https://login.example.com?x=1", "ftp://login.example.com"} {
		_, err := NewKeys(address, http.DefaultClient)
		assert.Error(t, err, address)
	}
}

func TestAFetchOfKeysOutlivesTheCallThatBeganIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		keys, err := NewKeys("https://login.example.com", &http.Client{Transport: silent{}})
		require.NoError(t, err)
		began := time.Now()
		_, err = keys.Find(t.Context(), "first")
		require.Error(t, err)
		assert.LessOrEqual(t, time.Since(began), fetchTime, "it ends although the issuer is silent")
	})
}

// silent is an issuer that never answers.
type silent struct{}

func (silent) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}
