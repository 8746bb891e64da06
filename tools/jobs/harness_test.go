package jobs

import (
	"bytes"
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"hexmcp/hexapi"
	"hexmcp/hexapi/hexsim"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// workspace is a simulated Hex that counts its requests, and may answer some of
// them itself.
type workspace struct {
	hex  *hexsim.Hex
	seen []string // method and path of each request
	turn func(*http.Request) *http.Response
}

func (w *workspace) RoundTrip(r *http.Request) (*http.Response, error) {
	w.seen = append(w.seen, r.Method+" "+r.URL.Path)
	if w.turn != nil {
		if res := w.turn(r); res != nil {
			return res, nil
		}
	}
	return w.hex.RoundTrip(r)
}

func open(t *testing.T, options ...hexsim.Option) (*workspace, *hexapi.Client) {
	t.Helper()
	w := &workspace{hex: hexsim.New(options...)}
	c, err := hexapi.New(hexapi.Config{Token: hexsim.DemoToken, Transport: w})
	require.NoError(t, err)
	return w, c
}

func answered(status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(bytes.NewBufferString(body))}
}
