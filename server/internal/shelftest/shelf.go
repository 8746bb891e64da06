// Package shelftest has in memory what several processes share in Redis.
package shelftest

import (
	"context"
	"sync"
	"time"
)

// Shelf is where processes of a test find what they keep and leave for each other.
type Shelf struct {
	mu     sync.Mutex
	kept   map[string][]byte
	lasts  map[string]time.Duration
	wanted map[string][]byte
}

// New makes a shelf with nothing on it.
func New() *Shelf {
	return &Shelf{kept: map[string][]byte{}, lasts: map[string]time.Duration{}, wanted: map[string][]byte{}}
}

// Keep keeps a state. It lies there for ever; see [Shelf.Lasts].
func (s *Shelf) Keep(name string, state []byte, lasts time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept[name], s.lasts[name] = state, lasts
}

// Lasts is for how long something was kept last.
func (s *Shelf) Lasts(name string) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lasts[name]
}

// Find returns what is kept, nil for nothing.
func (s *Shelf) Find(_ context.Context, name string) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.kept[name]
}

// Collect takes what was left, nil for nothing; from then on something may be left.
func (s *Shelf) Collect(_ context.Context, name string) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := s.wanted[name]
	s.wanted[name] = nil
	return found
}

// Leave leaves something for who wants to collect it.
func (s *Shelf) Leave(name string, answer []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, wanted := s.wanted[name]; wanted {
		s.wanted[name] = answer
	}
}
