package hexapi

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"hexmcp/hexapi/hexfault"
)

func TestNoCallGetsTheAnswerOfAnother(t *testing.T) {
	for _, fault := range []hexfault.Fault{hexfault.NoContentBody, hexfault.TwoAnswers} {
		t.Run(string(fault), func(t *testing.T) {
			u := hexfault.Sometimes(2, fault)
			t.Cleanup(u.Close)
			c := dialed(t, u.URL(), time.Minute)
			var callers errgroup.Group
			callers.SetLimit(16)
			for range 1000 {
				callers.Go(func() error {
					got, err := c.GetGroup(t.Context(), GetGroupInput{otherID})
					if fault == hexfault.NoContentBody && outcome(err) == noBody {
						return nil
					}
					assert.NotContains(t, string(got.Body), "stray")
					return err
				})
			}
			require.NoError(t, callers.Wait())
		})
	}
}

// A write that meets a body on its way must not be told of the answer in it.
func TestNoWriteGetsTheBodyOfADeletion(t *testing.T) {
	for kind := range unsafe {
		t.Run(kind, func(t *testing.T) {
			u := hexfault.Once(hexfault.NoContentBody)
			t.Cleanup(u.Close)
			c := dialed(t, u.URL(), time.Minute)
			require.NoError(t, kinds["drop"](t.Context(), c))
			require.NoError(t, kinds[kind](t.Context(), c))
			assert.Equal(t, 2, u.Requests(), "one each")
			assert.Equal(t, 2, u.Connections())
		})
	}
}

func TestConnectionsThatWereIdleForLongAreNotUsedAgain(t *testing.T) {
	for idle, connections := range map[time.Duration]int{maxIdle - time.Second: 1, maxIdle + time.Second: 2} {
		synctest.Test(t, func(t *testing.T) {
			transport, dials := NewTransport(nil), 0
			transport.DialContext = dialer(func(context.Context, string, string) (net.Conn, error) {
				dials++
				here, there := net.Pipe()
				go answerAll(there)
				return here, nil
			}).watched
			defer transport.CloseIdleConnections()
			c := client(t, transport, func(cfg *Config) { cfg.BaseURL = "http://localhost" })
			require.NoError(t, read(t.Context(), c))
			time.Sleep(idle)
			require.NoError(t, run(t.Context(), c))
			assert.Equal(t, connections, dials, "idle for %s", idle)
		})
	}
}

// answerAll is a server of one connection.
func answerAll(conn net.Conn) {
	defer conn.Close()
	for in := bufio.NewReader(conn); ; {
		req, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		_ = req.Body.Close()
		_, _ = conn.Write([]byte("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{\"ok\":true}"))
	}
}

func TestTheWaitForAConnectionEndsWithItsCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		here, there := net.Pipe()
		defer there.Close()
		c := newWatchedConn(here) // nobody reads, so it does not come to rest
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		c.lend(ctx, true)
		_, err := c.Write([]byte("x"))
		require.Error(t, err, "the request must not be written")
	})
}
