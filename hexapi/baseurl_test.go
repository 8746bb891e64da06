package hexapi

import (
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/schema/cost"
)

func TestBaseURLTakesEveryUsualForm(t *testing.T) {
	for raw, want := range map[string]string{
		"":                                  "https://app.hex.tech/api",
		"  ":                                "https://app.hex.tech/api",
		"app.hex.tech":                      "https://app.hex.tech/api",
		"App.Hex.Tech":                      "https://app.hex.tech/api",
		"eu.hex.tech/":                      "https://eu.hex.tech/api",
		"hc.hex.tech/api":                   "https://hc.hex.tech/api",
		"acme.hex.tech/api/v1":              "https://acme.hex.tech/api",
		"https://app.hex.tech":              "https://app.hex.tech/api",
		"https://app.hex.tech/":             "https://app.hex.tech/api",
		"https://app.hex.tech/api":          "https://app.hex.tech/api",
		"https://app.hex.tech/api/":         "https://app.hex.tech/api",
		"https://app.hex.tech/api/v1":       "https://app.hex.tech/api",
		"https://app.hex.tech/api/v1/":      "https://app.hex.tech/api",
		" https://app.hex.tech/api ":        "https://app.hex.tech/api",
		"HTTPS://app.hex.tech/v1":           "https://app.hex.tech/api",
		"https://app.hex.tech:8443/api":     "https://app.hex.tech:8443/api",
		"https://gateway.acme.com/hex/api":  "https://gateway.acme.com/hex/api",
		"https://gateway.acme.com/hex/v1":   "https://gateway.acme.com/hex",
		"localhost:8080":                    "http://localhost:8080/api",
		"LOCALHOST:8080":                    "http://localhost:8080/api",
		"127.0.0.1:8080/api":                "http://127.0.0.1:8080/api",
		"[::1]:8080":                        "http://[::1]:8080/api",
		"http://127.0.0.1:8080":             "http://127.0.0.1:8080/api",
		"http://127.0.0.1.evil.com:8080/v1": "http://127.0.0.1.evil.com:8080/api",
	} {
		u, err := BaseURL(raw)
		require.NoError(t, err, raw)
		assert.Equal(t, want, u.String(), raw)
	}
}

func TestBaseURLRefusesWhatIsNoAddressOfAnAPI(t *testing.T) {
	for raw, why := range map[string]string{
		"https://user:hunter2@app.hex.tech":  "user name",
		"user:hunter2@app.hex.tech":          "user name",
		"https://hunter2@app.hex.tech/api":   "user name",
		"https://app.hex.tech/api?x=hunter2": "query",
		"https://app.hex.tech/api?":          "query",
		"https://app.hex.tech/#hunter2":      "fragment",
		"ftp://app.hex.tech":                 "scheme",
		"file:///etc/passwd":                 "scheme",
		"javascript://app.hex.tech":          "scheme",
		"https://":                           "no host",
		"https:///api":                       "no host",
		"https://:443":                       "no host",
		"https://app.hex.tech/hunter2/home":  "give the host alone, such as https://app.hex.tech",
		"app.hex.tech/mcp":                   "give the host alone, such as https://app.hex.tech",
		"https://Acme.hex.tech/api/v2":       "give the host alone",
		"https://hex.acme.com/mcp/":          "give the host alone, such as https://hex.acme.com",
		"https://hex.acme.com:1/hex/01990762-af2f-7d34-9cb0-00fc4a11ffd3/draft": "give the host alone, such as https://hex.acme.com:1",
		"https://hunter2:pw@:bad": "not a URL",
		"https://app hex tech":    "not a URL",
	} {
		_, err := BaseURL(raw)
		require.ErrorContains(t, err, why, raw)
		assert.NotContains(t, err.Error(), "hunter2")
	}
}

func TestPlainHTTPIsForThisMachineOnly(t *testing.T) {
	for _, url := range []string{"http://app.hex.tech", "http://10.0.0.1", "http://127.0.0.1.evil.com", "http://localhost.evil.com"} {
		_, err := New(Config{BaseURL: url})
		require.ErrorIs(t, err, ErrPlainHTTP, url)
		_, err = New(Config{BaseURL: url, AllowPlainHTTP: true})
		require.NoError(t, err, url)
	}
	for _, url := range []string{"http://localhost:1", "http://127.0.0.1:1", "http://127.9.9.9", "http://[::1]:1", "localhost:1"} {
		_, err := New(Config{BaseURL: url})
		require.NoError(t, err, url)
	}
}

func FuzzBaseURL(f *testing.F) {
	for _, seed := range []string{
		"", "app.hex.tech", "https://app.hex.tech/api/v1/", "http://[::1]:8080", "https://u:p@h/", "https://h?q#f",
		"https://h/v1/v1//", "https://h/%2e%2e/%3Fa", "https://%C3%A9/api", "//h/api", "https://h/a;b/@c:d", "h:80:80", "heX.teCh/00", "https://[fe80::1%25en0]/",
	} {
		f.Add(seed)
	}
	cost.Large(f, "https://h"+strings.Repeat("/v1", 30_000)+strings.Repeat("/", 30_000))
	cost.Large(f, strings.Repeat("a.", 50_000)+"/"+strings.Repeat("../", 30_000))
	f.Fuzz(func(t *testing.T, raw string) {
		var u *url.URL
		var err error
		cost.Bound(t, len(raw), func() { u, err = BaseURL(raw) })
		if err != nil {
			return
		}
		assert.Nil(t, u.User)
		assert.Empty(t, u.RawQuery+u.Fragment)
		assert.NotEmpty(t, u.Hostname())
		again, err := BaseURL(u.String())
		require.NoError(t, err, "%q became %q", raw, u)
		assert.Equal(t, u.String(), again.String())
	})
}
