package servertest

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// HTTPClient is a client of a handler behind a real listener.
type HTTPClient struct {
	*httptest.Server
	t *testing.T
}

// OpenHTTP serves the handler.
func OpenHTTP(t *testing.T, h http.Handler) *HTTPClient {
	c := &HTTPClient{httptest.NewServer(h), t}
	t.Cleanup(c.Close)
	return c
}

// Request prepares a POST of a message as a client of a protocol version before
// 2026-07-28 sends it. Headers come in pairs; an empty value takes one away.
func (c *HTTPClient) Request(ctx context.Context, path, body string, headers ...string) *http.Request {
	c.t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.URL+path, strings.NewReader(body))
	require.NoError(c.t, err)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json, text/event-stream")
	SetHeaders(r, headers)
	return r
}

// SetHeaders sets headers that come in pairs; an empty value takes one away.
func SetHeaders(r *http.Request, pairs []string) {
	for i := 0; i+1 < len(pairs); i += 2 {
		switch name, value := pairs[i], pairs[i+1]; {
		case name == "Host":
			r.Host = value
		case value == "":
			r.Header.Del(name)
		default:
			r.Header.Set(name, value)
		}
	}
}

// Do sends a request and reads the whole answer. The body is closed.
func (c *HTTPClient) Do(r *http.Request) (*http.Response, string) {
	c.t.Helper()
	resp, err := c.Client().Do(r)
	require.NoError(c.t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(c.t, err)
	return resp, string(body)
}

// Post sends a message to /mcp and reads the whole answer.
func (c *HTTPClient) Post(body string, headers ...string) (*http.Response, string) {
	c.t.Helper()
	return c.Do(c.Request(c.t.Context(), "/mcp", body, headers...))
}

// LocalRequest is a POST of a message for a handler without a network.
func LocalRequest(body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/mcp", strings.NewReader(body))
	r.Host = "localhost"
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json, text/event-stream")
	return r
}

// SSEClient is connected to /sse.
type SSEClient struct {
	*HTTPClient
	Path  string // where its messages go
	Leave context.CancelFunc

	events *bufio.Reader
}

// Connect connects to /sse.
func (c *HTTPClient) Connect(headers ...string) *SSEClient {
	c.t.Helper()
	ctx, leave := context.WithCancel(c.t.Context())
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.URL+"/sse", http.NoBody)
	require.NoError(c.t, err)
	SetHeaders(r, headers)
	resp, err := c.Client().Do(r)
	require.NoError(c.t, err)
	c.t.Cleanup(func() { leave(); resp.Body.Close() })
	require.Equal(c.t, http.StatusOK, resp.StatusCode)
	require.Equal(c.t, "text/event-stream", resp.Header.Get("Content-Type"))
	s := &SSEClient{HTTPClient: c, events: bufio.NewReader(resp.Body), Leave: leave}
	kind, data, err := s.Event()
	require.NoError(c.t, err)
	require.Equal(c.t, "endpoint", kind)
	s.Path = "/" + data
	return s
}

// Event reads one event.
func (s *SSEClient) Event() (kind, data string, err error) {
	for {
		line, err := s.events.ReadString('\n')
		if err != nil {
			return "", "", err
		}
		switch key, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": "); key {
		case "event":
			kind = value
		case "data":
			data = value
		case "":
			if kind != "" {
				return kind, data, nil
			}
		}
	}
}

// Message reads the server's next message.
func (s *SSEClient) Message() string {
	s.t.Helper()
	kind, data, err := s.Event()
	require.NoError(s.t, err)
	require.Equal(s.t, "message", kind)
	return data
}

// Send posts a message and returns the status.
func (s *SSEClient) Send(body string, headers ...string) int {
	s.t.Helper()
	resp, _ := s.Do(s.Request(s.t.Context(), s.Path, body, headers...))
	return resp.StatusCode
}
