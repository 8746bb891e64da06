package hexapi

import (
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAReadMayBeAMinuteOldWhereTheCallerAllowsIt(t *testing.T) {
	list := func(t *testing.T, c *Client, limit int) {
		t.Helper()
		_, err := c.ListGroups(AllowRecent(t.Context()), ListGroupsInput{Limit: limit})
		require.NoError(t, err)
	}
	for name, test := range map[string]struct {
		then func(*testing.T, *Client)
		sent int // with the list that was read first
	}{
		"the same read":   {func(t *testing.T, c *Client) { list(t, c, 5) }, 1},
		"another query":   {func(t *testing.T, c *Client) { list(t, c, 6) }, 2},
		"after a minute":  {func(t *testing.T, c *Client) { time.Sleep(time.Minute); list(t, c, 5) }, 2},
		"after 59 s":      {func(t *testing.T, c *Client) { time.Sleep(59 * time.Second); list(t, c, 5) }, 1},
		"of another user": {func(t *testing.T, c *Client) { list(t, otherUser(t, c), 5) }, 2},
		"after a write": {func(t *testing.T, c *Client) {
			_, err := c.DeleteGroup(t.Context(), DeleteGroupInput{GroupID: otherID})
			require.NoError(t, err)
			list(t, c, 5)
		}, 3},
		"a caller that does not allow it": {func(t *testing.T, c *Client) {
			_, err := c.ListGroups(t.Context(), ListGroupsInput{Limit: 5})
			require.NoError(t, err)
		}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := playing(answers(200, `{"values":[],"pagination":{"after":null,"before":null}}`))
				c := client(t, h)
				list(t, c, 5)
				test.then(t, c)
				assert.Len(t, h.seen, test.sent)
			})
		})
	}
}

func otherUser(t *testing.T, c *Client) *Client {
	t.Helper()
	other, err := c.WithToken("hxtp_other0123456789")
	require.NoError(t, err)
	return other
}

// What was read while something was written may be what was there before.
func TestAReadThatAWriteOvertookIsNotKept(t *testing.T) {
	a := recentAnswers{store: new(recentStore)}
	_, before := a.find("groups")
	a.forget()
	a.keep("groups", []byte("{}"), before)
	found, _ := a.find("groups")
	assert.Nil(t, found)
}

// Clients of a thousand tokens keep no more than one could fill.
func TestFewBytesAreKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var store recentStore
		clients := make([]recentAnswers, 6)
		for i := range clients {
			a := &clients[i]
			a.store = &store
			for range 2 { // it takes its own place
				a.keep("large", make([]byte, recentRoom-perRecent-len("large")), 0)
			}
			a.keep("more", []byte("{}"), 0)
			more, _ := a.find("more")
			assert.True(t, more == nil || i >= 4, "no more of one token")
			large, _ := a.find("large")
			assert.Equal(t, i < 4, large != nil, "%d: no more of all", i)
		}
		assert.Equal(t, recentMost, store.bytes)
		time.Sleep(recentFor)
		clients[5].keep("large", []byte("{}"), 0)
		assert.Equal(t, perRecent+len("large")+len("{}"), store.bytes, "what is old makes room, whosever it is")
		for i := range clients {
			clients[i].forget()
		}
		assert.Zero(t, store.bytes)
	})
}

// A write of one token must not look through what those of a thousand others have
// read.
func TestForgettingTakesAsLongAsWhatTheTokenKeeps(t *testing.T) {
	const others, writes = 50_000, 1000
	var store recentStore
	for i := range others {
		(&recentAnswers{store: &store}).keep(strconv.Itoa(i), []byte("{}"), 0)
	}
	a := recentAnswers{store: &store}
	start := time.Now()
	for i := range writes {
		a.keep("groups", []byte("{}"), i)
		a.forget()
	}
	assert.Less(t, time.Since(start), 300*time.Millisecond, "to look through them all takes seconds")
	assert.Equal(t, writes, a.writes)
	assert.Zero(t, a.bytes)
	assert.Positive(t, store.bytes)
}
