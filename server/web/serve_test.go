package web

import (
	"bytes"
	"context"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/server"
	"hexmcp/server/internal/servertest"
	"hexmcp/server/rpc"
	"hexmcp/server/stream"
)

func TestOtherMachinesAreLetInOnlyWhenAskedFor(t *testing.T) {
	for _, address := range []string{"0.0.0.0:0", ":0", "[::]:0", "192.0.2.1:8765"} {
		_, err := Listen(address, false)
		assert.ErrorIs(t, err, ErrNotLoopback, address)
	}
	for _, address := range []string{"127.0.0.1:0", "localhost:0"} {
		ln, err := Listen(address, false)
		require.NoError(t, err, address)
		ln.Close()
	}
	ln, err := Listen("0.0.0.0:0", true)
	require.NoError(t, err)
	ln.Close()
	_, err = Listen("127.0.0.1", false)
	assert.Error(t, err)
	assert.NotErrorIs(t, err, ErrNotLoopback)
}

// serving is a server under Serve.
type serving struct {
	*servertest.HTTPClient
	stop context.CancelFunc
	done chan error
}

func startServing(t *testing.T, f *servertest.Fixture, o Options) *serving {
	ln, err := Listen("127.0.0.1:0", false)
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	c := open(t, f, Options{}) // for its client; the address is the real server's
	c.URL = "http://" + ln.Addr().String()
	v := &serving{HTTPClient: c, stop: stop, done: make(chan error, 1)}
	go func() { v.done <- Serve(ctx, f.Server(), ln, o) }()
	t.Cleanup(stop)
	return v
}

// acceptSlowCalls sends one call over each HTTP transport and returns when both
// run: the stream and the body that their answers come by.
func (v *serving) acceptSlowCalls(f *servertest.Fixture) (*servertest.SSEClient, <-chan string) {
	sse := v.Connect()
	sse.Send(servertest.Call(1, "slow"))
	answer := make(chan string, 1)
	go func() {
		_, body := v.Post(servertest.Call(2, "slow"))
		answer <- body
	}()
	<-f.Started
	<-f.Started
	return sse, answer
}

func TestServeAnswersWhatItAcceptedBeforeItStops(t *testing.T) {
	f := servertest.New()
	v := startServing(t, f, Options{})
	sse, answer := v.acceptSlowCalls(f)

	v.stop()
	require.Eventually(t, func() bool {
		conn, err := net.Dial("tcp", strings.TrimPrefix(v.URL, "http://"))
		if err == nil {
			conn.Close()
		}
		return err != nil
	}, 5*time.Second, time.Millisecond, "no new connections")
	f.OpenGate(2)

	assert.Contains(t, <-answer, `"slow":true`)
	assert.Contains(t, sse.Message(), `"slow":true`)
	_, _, err := sse.Event()
	assert.ErrorIs(t, err, io.EOF, "the stream ends by itself")
	assert.NoError(t, <-v.done)
}

func TestServeCancelsAndAnswersAfterTheGracePeriod(t *testing.T) {
	f := servertest.New()
	v := startServing(t, f, Options{Options: stream.Options{Grace: 10 * time.Millisecond}})
	sse, answer := v.acceptSlowCalls(f)

	v.stop()

	assert.Contains(t, <-answer, `"kind":"canceled"`)
	assert.Contains(t, sse.Message(), `"kind":"canceled"`)
	assert.NoError(t, <-v.done)
	assert.ErrorIs(t, <-f.Ended, rpc.ErrStopping)
}

func TestServeSaysWhyItCannot(t *testing.T) {
	ln, err := Listen("127.0.0.1:0", false)
	require.NoError(t, err)
	ln.Close()
	assert.ErrorIs(t, Serve(t.Context(), servertest.New().Server(), ln, Options{}), net.ErrClosed)
}

func TestHeadersNeverReachTheLog(t *testing.T) {
	var log bytes.Buffer
	logger := servertest.Logged(&log)
	s := servertest.New().ServerWith(server.Options{Logger: logger})
	d := servertest.OpenHTTP(t, Handler(s, Options{Options: stream.Options{Logger: logger}}))
	for _, tool := range []string{"echo", "fail", "panic", "nope"} {
		d.Post(servertest.Call(1, tool), "Authorization", "Bearer "+servertest.Secret, "Mcp-Name", servertest.Secret)
	}
	d.Post("{", "Authorization", "Bearer "+servertest.Secret, "Cookie", servertest.Secret)
	d.Post("{", "Origin", "http://hxtp_"+servertest.Secret)
	d.Close()
	assert.NotEmpty(t, log.String())
	assert.NotContains(t, log.String(), servertest.Secret)
}
