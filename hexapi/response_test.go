package hexapi

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/schema/cost"
)

func TestAnySuccessIsSuccess(t *testing.T) {
	for _, status := range []int{200, 201, 202, 203, 204, 206, 299} {
		for body, want := range map[string]string{
			"": "{}", " \r\n\t": "{}", "{}": "{}", `{"a":1.0}`: `{"a":1.0}`, "null": "null", `[1, 2]`: `[1, 2]`, "  {}\n": "  {}\n",
			"{\"a\":\"\xff\"}": "{\"a\":\"\uFFFD\"}",
		} {
			got, err := client(t, playing(answers(status, body))).CancelRun(t.Context(), CancelRunInput{projectID, runID})
			require.NoError(t, err)
			assert.Equal(t, status, got.Status)
			assert.Equal(t, want, string(got.Body))
		}
	}
}

// An answer that says nothing is no success, but where Hex declares no body.
func TestSuccessWithoutItsBodyIsAnError(t *testing.T) {
	for _, body := range []string{"", " \r\n", "null", "42", `"ok"`, "[]", "true", "{}", " { } "} {
		for kind, call := range kinds {
			h := playing(answers(200, body))
			err := call(t.Context(), client(t, h))
			if nothing := strings.Trim(body, " \r\n{}") == "" || body == "null"; kind == "drop" && nothing {
				require.NoError(t, err, "older servers answer DeleteCell so")
				continue
			}
			require.ErrorIs(t, err, ErrNoBody, "%s: %q", kind, body)
			empty := strings.Trim(body, " \r\n{}") == "" || body == "null"
			assert.Equal(t, !empty, errors.Is(err, ErrNoObject), "%s: %q", kind, body)
			assert.Equal(t, 200, asError[*Error](t, err).Status)
			assert.Equal(t, Unknown, asError[*Error](t, err).Outcome)
			assert.Equal(t, 1, h.requests())
		}
		c := client(t, playing(answers(200, body)))
		_, err := c.DeleteGroup(t.Context(), DeleteGroupInput{otherID})
		require.NoError(t, err, "it has no body of its own")
	}
	got, err := client(t, playing(answers(200, ""))).DeactivateUser(t.Context(), DeactivateUserInput{otherID})
	require.NoError(t, err, "older servers answer DeactivateUser so")
	assert.Equal(t, "{}", string(got.Body))
}

func TestAnswerIsDecodedOnRequest(t *testing.T) {
	c := client(t, playing(answers(200, `{"values":[{"id":"g1","name":"Analysts","new":true}],"pagination":{"after":"c","before":null}}`), answers(200, `{"values":7}`)))
	got, err := c.ListGroups(t.Context(), ListGroupsInput{})
	require.NoError(t, err)
	page, err := got.Decode()
	require.NoError(t, err)
	assert.Equal(t, Page[Group]{[]Group{{ID: "g1", Name: "Analysts"}}, Pagination{After: new("c")}}, page)
	got, err = c.ListGroups(t.Context(), ListGroupsInput{})
	require.NoError(t, err)
	_, err = got.Decode()
	require.ErrorIs(t, err, ErrShape)
	failed, ok := errors.AsType[*Error](err)
	require.True(t, ok, "it is a failure of the request")
	assert.Equal(t, Done, failed.Outcome)
	assert.Equal(t, 200, failed.Status)
}

func TestProjectVersionIsANumberOrAString(t *testing.T) {
	for body, want := range map[string]Version{`{"projectVersion":3}`: "3", `{"projectVersion":"3"}`: "3", `{"projectVersion":"draft"}`: "draft"} {
		got, err := Answer[RunStarted]{Body: []byte(body)}.Decode()
		require.NoError(t, err)
		assert.Equal(t, want, got.ProjectVersion)
	}
}

func TestSuccessWithoutJSONIsAnError(t *testing.T) {
	for name, body := range map[string]string{
		"a page": "<html>Sign in</html>", "cut json": `{"a":`, "two values": "{} {}", "a mark before it": "\ufeff{}", "garbage": "\x00\x01", "yaml": "a: 1",
	} {
		t.Run(name, func(t *testing.T) {
			h := playing(answers(200, body, "Content-Type: text/html"))
			err := read(t.Context(), client(t, h))
			assert.Equal(t, 200, asError[*Error](t, err).Status)
			require.ErrorIs(t, err, ErrNotJSON)
			assert.NotContains(t, err.Error(), body)
			assert.Contains(t, err.Error(), "text/html")
			assert.Equal(t, 1, h.requests(), "it would be the same again")
		})
	}
}

func TestAnswersEndAt16MiB(t *testing.T) {
	for name, tc := range map[string]struct {
		size int
		want error
	}{"at the limit": {MaxBody, nil}, "one more": {MaxBody + 1, ErrTooLarge}} {
		t.Run(name, func(t *testing.T) {
			h := playing(answers(200, `{"x":"`+strings.Repeat("x", tc.size-8)+`"}`))
			require.ErrorIs(t, read(t.Context(), client(t, h)), tc.want)
			assert.Equal(t, 1, h.requests())
		})
	}
}

func TestCompressedAnswersAreAskedForAndRead(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, "gzip", r.Header.Get("Accept-Encoding"))
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		_, _ = io.WriteString(z, `{"ok":true}`)
		_ = z.Close()
	}))
	defer server.Close()
	got, err := dialed(t, server.URL, time.Minute).GetGroup(t.Context(), GetGroupInput{otherID})
	require.NoError(t, err)
	assert.JSONEq(t, `{"ok":true}`, string(got.Body))
}

func TestPromiseOfALongBodyCostsLittle(t *testing.T) {
	res := answer(200, "{}")
	res.ContentLength = MaxBody
	body, err := new(Client).readBody(t.Context(), res, MaxBody)
	require.NoError(t, err)
	assert.Less(t, cap(body), 2*maxPromise)
}

func TestNoRedirectIsFollowed(t *testing.T) {
	for _, status := range []int{300, 301, 302, 303, 304, 307, 308} {
		for _, location := range []string{"https://evil.com/", "/api/v1/elsewhere", "http://[broken", ""} {
			for name, call := range kinds {
				h := playing(answers(status, "", "Location: "+location))
				err := call(t.Context(), client(t, h))
				assert.Equal(t, status, asError[*Error](t, err).Status, name)
				assert.Equal(t, 1, h.requests(), name)
			}
		}
	}
}

// RFC 9110: 303 leads to what tells of the result, all others to where to ask again.
func TestARedirectToTheResultMayMeanThatThereIsOne(t *testing.T) {
	for status, want := range map[int]Outcome{302: Refused, 303: Unknown, 307: Refused} {
		h := playing(answers(status, "", "Location: /api/v1/elsewhere"))
		assert.Equal(t, want, asError[*Error](t, run(t.Context(), client(t, h))).Outcome, status)
	}
}

// A body that is not closed keeps its connection.
func TestEveryBodyIsClosed(t *testing.T) {
	for name, tc := range map[string]struct {
		status int
		body   string
		length int64
	}{
		"success": {200, "{}", 2}, "refusal": {404, `{"reason":"r"}`, -1}, "redirect": {302, "", 0},
		"too large": {200, strings.Repeat(" ", MaxBody+1), -1}, "announced to be too large": {200, "", MaxBody + 1},
	} {
		t.Run(name, func(t *testing.T) {
			body := &counted{Reader: strings.NewReader(tc.body)}
			h := roundTripper(func(r *http.Request) (*http.Response, error) {
				connected(r.Context())
				return &http.Response{StatusCode: tc.status, Header: http.Header{}, Body: body, ContentLength: tc.length}, nil
			})
			_ = run(t.Context(), client(t, h))
			assert.True(t, body.closed)
			if tc.length > MaxBody {
				assert.Zero(t, body.read)
			}
		})
	}
}

func TestDepthOfAnAnswerEnds(t *testing.T) {
	for _, depth := range []int{9_999, 10_000, 10_001, 1 << 20} {
		body := []byte(strings.Repeat("[", depth) + strings.Repeat("]", depth))
		assert.Equal(t, json.Valid(body), isJSON(body), depth)
	}
}

func FuzzIsJSON(f *testing.F) {
	for _, seed := range []string{
		`{}`, ` [1, -0.5e+7, "\ud800", "\u0000", null] `, `{"a":1,"a":2}`, "\ufeff{}", "\xff", `01`, `{"a":}`, "\"\x01\"", `"\u12"`, `1 2`, ``, `nul`,
	} {
		f.Add([]byte(seed))
	}
	cost.Large(f, []byte(strings.Repeat("[", 10_001)))
	cost.Large(f, []byte(strings.Repeat(`{"a":`, 9_999)+"1"+strings.Repeat("}", 9_999)))
	f.Fuzz(func(t *testing.T, body []byte) {
		body = validUTF8(body)
		var is bool
		cost.Bound(t, len(body), func() { is = isJSON(body) })
		assert.Equal(t, json.Valid(body), is, "%q", body)
	})
}

// A body that does not know of its request's context ends with it all the same.
func TestReadingAnAnswerEndsWithItsCall(t *testing.T) {
	for _, status := range []int{200, 403, 503} {
		body := newStuck()
		h := roundTripper(func(r *http.Request) (*http.Response, error) {
			connected(r.Context())
			return &http.Response{StatusCode: status, Header: http.Header{}, Body: body, ContentLength: -1}, nil
		})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- run(ctx, client(t, h)) }()
		<-body.reading
		cancel()
		require.ErrorIs(t, <-done, context.Canceled)
	}
}

// stuck is a body that brings nothing until it is closed.
type stuck struct {
	reading, closed chan struct{}
	read, close     func()
}

func newStuck() *stuck {
	s := &stuck{reading: make(chan struct{}), closed: make(chan struct{})}
	s.read = sync.OnceFunc(func() { close(s.reading) })
	s.close = sync.OnceFunc(func() { close(s.closed) })
	return s
}

func (s *stuck) Read([]byte) (int, error) {
	s.read()
	<-s.closed
	return 0, io.ErrClosedPipe
}

func (s *stuck) Close() error {
	s.close()
	return nil
}
