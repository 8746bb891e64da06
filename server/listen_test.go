package server

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
	*door
	stop context.CancelFunc
	done chan error
}

func startServing(t *testing.T, s *Server) *serving {
	ln, err := Listen("127.0.0.1:0", false)
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	d := openDoor(t, s, HTTPOptions{}) // for its client; the address is the real server's
	d.URL = "http://" + ln.Addr().String()
	v := &serving{door: d, stop: stop, done: make(chan error, 1)}
	go func() { v.done <- s.Serve(ctx, ln, HTTPOptions{}) }()
	t.Cleanup(stop)
	return v
}

func TestServeAnswersWhatItAcceptedBeforeItStops(t *testing.T) {
	f := newFixture()
	v := startServing(t, f.server(Options{}))
	sse := v.connect()
	sse.send(toolCall(1, "slow"))
	answer := make(chan string, 1)
	go func() {
		_, body := v.post(toolCall(2, "slow"))
		answer <- body
	}()
	<-f.started
	<-f.started

	v.stop()
	require.Eventually(t, func() bool {
		conn, err := net.Dial("tcp", strings.TrimPrefix(v.URL, "http://"))
		if err == nil {
			conn.Close()
		}
		return err != nil
	}, 5*time.Second, time.Millisecond, "no new connections")
	f.openGate(2)

	assert.Contains(t, <-answer, `"slow":true`)
	assert.Contains(t, sse.message(), `"slow":true`)
	_, _, err := sse.event()
	assert.ErrorIs(t, err, io.EOF, "the stream ends by itself")
	assert.NoError(t, <-v.done)
}

func TestServeCancelsAndAnswersAfterTheGracePeriod(t *testing.T) {
	f := newFixture()
	v := startServing(t, f.server(Options{Grace: 10 * time.Millisecond}))
	sse := v.connect()
	sse.send(toolCall(1, "slow"))
	answer := make(chan string, 1)
	go func() {
		_, body := v.post(toolCall(2, "slow"))
		answer <- body
	}()
	<-f.started
	<-f.started

	v.stop()

	assert.Contains(t, <-answer, `"kind":"canceled"`)
	assert.Contains(t, sse.message(), `"kind":"canceled"`)
	assert.NoError(t, <-v.done)
	assert.ErrorIs(t, <-f.ended, errStopping)
}

func TestServeSaysWhyItCannot(t *testing.T) {
	ln, err := Listen("127.0.0.1:0", false)
	require.NoError(t, err)
	ln.Close()
	assert.ErrorIs(t, newFixture().server(Options{}).Serve(t.Context(), ln, HTTPOptions{}), net.ErrClosed)
}

func TestHeadersNeverReachTheLog(t *testing.T) {
	var log bytes.Buffer
	d := openDoor(t, newFixture().server(Options{Logger: logged(&log)}), HTTPOptions{})
	for _, tool := range []string{"echo", "fail", "panic", "nope"} {
		d.post(toolCall(1, tool), "Authorization", "Bearer "+secret, "Mcp-Name", secret)
	}
	d.post("{", "Authorization", "Bearer "+secret, "Origin", "http://"+secret)
	d.Close()
	assert.NotEmpty(t, log.String())
	assert.NotContains(t, log.String(), secret)
}
