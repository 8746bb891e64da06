package telemetry

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protowire"
)

// script is a collector that answers with one status after the other, the last
// one for ever: 0 for no answer.
type script struct {
	statuses []int
	header   http.Header
	body     []byte
	seen     []*http.Request
	at       []time.Time
}

func (s *script) RoundTrip(r *http.Request) (*http.Response, error) {
	status := s.statuses[min(len(s.seen), len(s.statuses)-1)]
	s.seen, s.at = append(s.seen, r), append(s.at, time.Now())
	if status == 0 {
		return nil, errors.New("nobody is there")
	}
	return &http.Response{StatusCode: status, Header: s.header, Body: io.NopCloser(bytes.NewReader(s.body)), Request: r}, nil
}

// of is a collector that listens to the script, and what the log says.
func of(s *script) (*collector, *bytes.Buffer) {
	var said bytes.Buffer
	target := Target{URL: "http://user:password@collector/v1/traces", Headers: http.Header{"Api-Key": {"secret"}}, Timeout: 10 * time.Second}
	return newCollector(target, "traces", Options{Transport: s, UserAgent: "agent", Logger: slog.New(slog.NewTextHandler(&said, nil))}), &said
}

func TestWhatMayBeTakenLaterIsSentAgain(t *testing.T) {
	for name, tt := range map[string]struct {
		script
		tries int
		wait  time.Duration // at least, before the second try
		says  string
	}{
		"at once":      {script{statuses: []int{200}}, 1, 0, ""},
		"after a 503":  {script{statuses: []int{503, 200}}, 2, 100 * time.Millisecond, ""},
		"when it says": {script{statuses: []int{429, 200}, header: http.Header{"Retry-After": {"7"}}}, 2, 7 * time.Second, ""},
		"too late":     {script{statuses: []int{429}, header: http.Header{"Retry-After": {"70"}}}, 1, 0, "it answers 429 Too Many Requests"},
		"nobody":       {script{statuses: []int{0, 0, 200}}, 3, 100 * time.Millisecond, ""},
		"refused":      {script{statuses: []int{401, 200}}, 1, 0, "it answers 401 Unauthorized"},
		"elsewhere":    {script{statuses: []int{307, 200}, header: http.Header{"Location": {"http://evil/"}}}, 1, 0, "it answers 307 Temporary Redirect"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, said := of(&tt.script)
				c.send(t.Context(), []byte("message"))
				require.Len(t, tt.seen, tt.tries)
				if tt.tries > 1 {
					assert.GreaterOrEqual(t, tt.at[1].Sub(tt.at[0]), tt.wait)
				}
				for _, r := range tt.seen {
					assert.Equal(t, "secret", r.Header.Get("Api-Key"))
					assert.Equal(t, "agent", r.Header.Get("User-Agent"))
				}
				assert.Contains(t, said.String(), tt.says)
				assert.NotContains(t, said.String(), "password")
				assert.Equal(t, tt.says != "", said.Len() > 0)
			})
		})
	}
}

func TestTryingAgainEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := of(&script{statuses: []int{0}})
		before := time.Now()
		c.send(context.Background(), nil)
		assert.LessOrEqual(t, time.Since(before), 10*time.Second, "with the time for one message")
		c.end()
		before = time.Now()
		c.send(context.Background(), nil)
		assert.Zero(t, time.Since(before), "and at once when the server does")
	})
}

func TestTheLogSaysOnceThatACollectorIsGoneAndOnceThatItIsBack(t *testing.T) {
	s := &script{statuses: []int{400, 400, 400, 200, 200, 400}}
	c, said := of(s)
	for range s.statuses {
		c.send(t.Context(), nil)
	}
	assert.Equal(t, 2, strings.Count(said.String(), "does not take what is sent"))
	assert.Equal(t, 1, strings.Count(said.String(), "takes what is sent again"))
}

func TestWhatACollectorRefusesInPartIsSaidOnce(t *testing.T) {
	partial := protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.VarintType), 17)
	partial = protowire.AppendString(protowire.AppendTag(partial, 2, protowire.BytesType), "why")
	for body, want := range map[string]int{
		"": 0, "no protobuf \xff\xff": 0,
		string(protowire.AppendBytes(protowire.AppendTag(nil, 1, protowire.BytesType), partial)):             1,
		string(protowire.AppendBytes(protowire.AppendTag(nil, 1, protowire.BytesType), partial[2:])):         0,
		string(protowire.AppendBytes(protowire.AppendTag([]byte{0x10, 1}, 1, protowire.BytesType), partial)): 1,
	} {
		c, said := of(&script{statuses: []int{200}, body: []byte(body)})
		for range 3 {
			c.send(t.Context(), nil)
		}
		assert.Equal(t, want, strings.Count(said.String(), "refused=17"), "%q: %s", body, said)
	}
}
