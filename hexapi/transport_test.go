package hexapi

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What a proxy answers to CONNECT says whether asking it again helps.
func TestAProxyThatRefusesIsTold(t *testing.T) {
	for status, mending := range map[int]bool{407: true, 403: true, 502: false} {
		proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			assert.Equal(t, http.MethodConnect, r.Method)
			w.WriteHeader(status)
		}))
		err := throughProxy(t, proxy.URL)
		proxy.Close()
		require.ErrorIs(t, err, ErrProxy)
		e := asError[*Error](t, err)
		assert.Equal(t, status, asError[*ProxyError](t, err).Status)
		assert.Equal(t, NotSent, e.Outcome)
		assert.Zero(t, e.Status, "Hex has not answered")
		assert.Equal(t, mending, e.NeedsMending())
	}
}

func TestAProxyThatIsNotThereIsTold(t *testing.T) {
	proxy := httptest.NewServer(http.NotFoundHandler())
	proxy.Close()
	err := throughProxy(t, proxy.URL)
	require.ErrorIs(t, err, ErrProxy)
	assert.False(t, asError[*Error](t, err).NeedsMending(), "it may be started")
}

// throughProxy makes a call that goes through a proxy.
func throughProxy(t *testing.T, proxy string) error {
	t.Helper()
	address, err := url.Parse(proxy)
	require.NoError(t, err)
	transport := NewTransport(nil)
	transport.Proxy = http.ProxyURL(address)
	t.Cleanup(transport.CloseIdleConnections)
	return run(t.Context(), client(t, transport, func(cfg *Config) { cfg.Timeout = time.Second }))
}
