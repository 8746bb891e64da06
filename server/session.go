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
	id   uint64
	once sync.Once
	left chan mcp.JSONRPCNotification
}

// maxNotifications is how many notifications mcp-go may leave in a session. Only
// subscriptions/listen leaves one.
const maxNotifications = 4

func (s *session) Initialize()       {}
func (s *session) Initialized() bool { return true }
func (s *session) SessionID() string { return strconv.FormatUint(s.id, 10) }

// NotificationChannel is made when mcp-go first asks for it, which it does for
// few requests.
func (s *session) NotificationChannel() chan<- mcp.JSONRPCNotification {
	s.once.Do(func() { s.left = make(chan mcp.JSONRPCNotification, maxNotifications) })
	return s.left
}

// notifications returns what mcp-go left in the session.
func (s *session) notifications() []mcp.JSONRPCNotification {
	if s.left == nil {
		return nil
	}
	var all []mcp.JSONRPCNotification
	for {
		select {
		case n := <-s.left:
			all = append(all, n)
		default:
			return all
		}
	}
}
