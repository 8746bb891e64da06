package server

import (
	"strconv"
	"sync"

	"github.com/mark3labs/mcp-go/mcp"
)

// session is what mcp-go knows of a client. Each request gets one of its own:
// mcp-go keys running requests by session and id, and a shared session would
// let one client's id meet another's.
type session struct {
	id    uint64
	once  sync.Once
	notes chan mcp.JSONRPCNotification
}

// sessionNotes is how many notifications mcp-go may leave in a session. Only
// subscriptions/listen leaves one.
const sessionNotes = 4

func (s *session) Initialize()       {}
func (s *session) Initialized() bool { return true }
func (s *session) SessionID() string { return strconv.FormatUint(s.id, 10) }

func (s *session) NotificationChannel() chan<- mcp.JSONRPCNotification { return s.channel() }

func (s *session) channel() chan mcp.JSONRPCNotification {
	s.once.Do(func() { s.notes = make(chan mcp.JSONRPCNotification, sessionNotes) })
	return s.notes
}

// left returns the notifications that mcp-go left and nobody took.
func (s *session) left() []mcp.JSONRPCNotification {
	var left []mcp.JSONRPCNotification
	for {
		select {
		case n := <-s.channel():
			left = append(left, n)
		default:
			return left
		}
	}
}
