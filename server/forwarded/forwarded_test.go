package forwarded

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// seen is a request as it arrives behind the proxies, nil if it was refused.
func seen(t *testing.T, peer string, headers ...string) *http.Request {
	t.Helper()
	proxies, err := Parse([]string{"10.0.0.0/8", " 2001:db8::7"})
	require.NoError(t, err)
	r := httptest.NewRequest(http.MethodGet, "http://inside:8765/mcp", nil)
	r.RemoteAddr = peer
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	var got *http.Request
	w := httptest.NewRecorder()
	proxies.Wrap(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r })).ServeHTTP(w, r)
	assert.Equal(t, got == nil, w.Code == http.StatusBadRequest)
	return got
}

func TestATrustedProxyIsBelieved(t *testing.T) {
	r := seen(t, "10.1.2.3:4000", headerFor, "203.0.113.9", headerProto, "HTTPS", headerHost, "hex.example.com")
	assert.Equal(t, "203.0.113.9:0", r.RemoteAddr)
	assert.Equal(t, "hex.example.com", r.Host)
	assert.Equal(t, "203.0.113.9", Client(r.Context()))
	assert.Equal(t, "https", Scheme(r.Context()))
	assert.Equal(t, "203.0.113.9", Client(Carry(t.Context(), r)))
	assert.Equal(t, "2001:db8::1", Client(seen(t, "[2001:db8::7]:1", headerFor, "[2001:db8::1]:443").Context()))
}

func TestOthersAreNotBelieved(t *testing.T) {
	r := seen(t, "203.0.113.9:4000", headerFor, "10.0.0.1", headerProto, "https", headerHost, "evil.example", headerHost, "?")
	assert.Equal(t, "203.0.113.9:4000", r.RemoteAddr)
	assert.Equal(t, "inside:8765", r.Host)
	assert.Empty(t, Client(r.Context()))
	assert.Empty(t, Scheme(r.Context()))
	assert.Empty(t, r.Header)
}

// What a client writes before the first proxy adds to it counts for nothing.
func TestTheClientIsTheLastThatIsNoProxy(t *testing.T) {
	assert.Equal(t, "203.0.113.9", Client(seen(t, "10.1.2.3:1", headerFor, "8.8.8.8, 203.0.113.9", headerFor, "10.9.9.9").Context()))
	assert.Equal(t, "203.0.113.9", Client(seen(t, "10.1.2.3:1", headerFor, "nonsense, 203.0.113.9").Context()))
	assert.Equal(t, "10.0.0.5", Client(seen(t, "10.1.2.3:1", headerFor, "10.0.0.5, 10.9.9.9").Context()), "all of them proxies")
}

func TestWhatCannotBeIsRefused(t *testing.T) {
	for name, headers := range map[string][]string{
		"no address": {headerFor, "203.0.113.9, unknown"},
		"scheme":     {headerProto, "gopher"},
		"schemes":    {headerProto, "https, http"},
		"two hosts":  {headerHost, "a.example", headerHost, "b.example"},
		"no host":    {headerHost, "a.example/path"},
		"empty host": {headerHost, ""},
	} {
		assert.Nil(t, seen(t, "10.1.2.3:1", headers...), name)
	}
}

func TestNonsenseIsNoProxy(t *testing.T) {
	for _, wrong := range []string{"", "proxy.example.com", "*", "10.0.0.0/33", "0.0.0.0/0", "::/0", "fe80::1%eth0", "10.0.0.1:80"} {
		_, err := Parse([]string{wrong})
		assert.Error(t, err, wrong)
	}
}
