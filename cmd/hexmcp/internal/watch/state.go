package watch

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"time"

	"hexmcp/hexapi"
)

// state is what has been told. It is written after each event.
type state struct {
	Version  int                      `json:"version"`
	Since    time.Time                `json:"since"`           // what was before does not matter
	Listed   time.Time                `json:"listed,omitzero"` // when projects were last listed to the end
	Projects map[hexapi.UUID]*project `json:"projects"`
}

// project is what has been told of a project.
type project struct {
	Published string    `json:"published,omitempty"` // the last publication that was told, or was there before
	Floor     time.Time `json:"floor"`               // runs that ended before, and are not open, are told
	Walked    bool      `json:"walked,omitempty"`    // its runs have been read once

	// Open are runs that have not ended, as far as was told, and whether their start was.
	Open map[hexapi.UUID]bool `json:"open,omitempty"`
	// Done are runs that ended after the floor and are told, with their time; zero
	// for those that have none.
	Done map[hexapi.UUID]time.Time `json:"done,omitempty"`

	Gone time.Time `json:"gone,omitzero"` // since when it is not listed
}

const stateVersion = 1

// How far behind the latest end of a run another end may turn up, and how long
// a project is remembered that is not listed any more.
const (
	overlap    = 10 * time.Minute
	rememberIt = 30 * 24 * time.Hour
)

// readState reads what was saved, or begins at a time.
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

// ErrState is a state that cannot be read.
var ErrState = errors.New("the state cannot be used")

// floor is where a project begins that was not listed before.
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

// isNews reports whether something of a run has not been told. At is when it
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

// hasEnded reports whether nothing more will happen to a run. A status that Hex
// has added since may be final, too.
func hasEnded(r hexapi.ProjectRun) bool { return r.Status.IsFinal() || r.EndTime != nil }

// raise forgets runs that are before the latest end that is told.
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
