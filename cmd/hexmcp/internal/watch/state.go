package watch

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"time"

	"hexmcp/hexapi"
)

// state says which events have been delivered. It is saved after each one.
type state struct {
	Version  int                      `json:"version"`
	Since    time.Time                `json:"since"`           // earlier events are not delivered
	Listed   time.Time                `json:"listed,omitzero"` // start of the last complete list of projects
	Projects map[hexapi.UUID]*project `json:"projects"`
}

// project says which events of a project have been delivered.
type project struct {
	Published string    `json:"published,omitempty"` // time of the last publication that needs no event any more
	Floor     time.Time `json:"floor"`               // runs that ended before it need no event, unless they are in Open
	Walked    bool      `json:"walked,omitempty"`    // its list of runs has been read once

	// Open are the runs whose end has not been delivered. The value is true if their
	// start needs no event any more.
	Open map[hexapi.UUID]bool `json:"open,omitempty"`
	// Done are the runs that ended after Floor and whose end was delivered, with the
	// time of the end; zero for runs without a time.
	Done map[hexapi.UUID]time.Time `json:"done,omitempty"`

	Gone time.Time `json:"gone,omitzero"` // since when it is missing in the list of projects; zero if it is listed
}

const stateVersion = 1

const (
	overlap    = 10 * time.Minute    // how late Hex may list the end of a run, after a later end of another
	rememberIt = 30 * 24 * time.Hour // how long the state keeps a project that is not listed any more
)

// readState parses a saved state, or makes a new one that begins at since. It fails with
// ErrState.
func readState(saved []byte, since time.Time) (state, error) {
	s := state{Version: stateVersion, Since: since, Projects: map[hexapi.UUID]*project{}}
	if len(saved) == 0 {
		return s, nil
	}
	s = state{}
	if err := json.Unmarshal(saved, &s); err != nil {
		return s, fmt.Errorf("%w: %w", ErrState, err)
	}
	if s.Version != stateVersion || s.Projects == nil {
		return s, fmt.Errorf("%w: it has version %d, and this program knows %d", ErrState, s.Version, stateVersion)
	}
	for id, p := range s.Projects {
		if p == nil {
			return s, fmt.Errorf("%w: the project %s is empty", ErrState, id)
		}
		p.ready()
	}
	return s, nil
}

// ErrState means that a saved state cannot be read.
var ErrState = errors.New("the state cannot be used")

// floor is the Floor of a project that was not listed before.
func (s *state) floor() time.Time {
	if s.Listed.After(s.Since) {
		return s.Listed
	}
	return s.Since
}

// begin adds a project.
func (s *state) begin(id hexapi.UUID) *project {
	p := &project{Floor: s.floor()}
	p.ready()
	s.Projects[id] = p
	return p
}

func (p *project) ready() {
	if p.Open == nil {
		p.Open = map[hexapi.UUID]bool{}
	}
	if p.Done == nil {
		p.Done = map[hexapi.UUID]time.Time{}
	}
}

// isNews reports whether a run has an event that has not been delivered. At is when it
// ended, as far as is known.
func (p *project) isNews(r hexapi.ProjectRun, at time.Time) bool {
	if _, done := p.Done[r.RunID]; done {
		return false
	}
	told, open := p.Open[r.RunID]
	switch {
	case open:
		return hasEnded(r) || !told && r.StartTime != nil
	case hasEnded(r):
		return !at.Before(p.Floor)
	}
	return true
}

// hasEnded reports whether a run has ended: its status is final, or it has an end. The
// latter covers final statuses that are not known here because Hex added them later.
func hasEnded(r hexapi.ProjectRun) bool { return r.Status.IsFinal() || r.EndTime != nil }

// raise moves Floor to shortly before the latest end of a run, and forgets the runs in
// Done that need not be remembered any more.
func (p *project) raise(latest time.Time, met map[hexapi.UUID]bool) {
	p.Walked = true
	if floor := latest.Add(-overlap); floor.After(p.Floor) {
		p.Floor = floor
	}
	maps.DeleteFunc(p.Done, func(id hexapi.UUID, at time.Time) bool {
		if at.IsZero() {
			return !met[id]
		}
		return at.Before(p.Floor)
	})
}

func (s *state) encode() ([]byte, error) {
	content, err := json.Marshal(s)
	return append(content, '\n'), err
}
