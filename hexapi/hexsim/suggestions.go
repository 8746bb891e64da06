package hexsim

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"hexmcp/hexapi"
)

// ReviewFor is how long the agent looks at a suggestion, on the workspace's clock.
const ReviewFor = 10 * time.Second

// suggestion is how the context of the agent could become better.
type suggestion struct {
	hexapi.Suggestion
	sources  []hexapi.SuggestionSource
	changes  []*change
	reviewed time.Time // when the agent was last told to look at it
}

// change is one of the changes that a suggestion proposes.
type change struct {
	id       hexapi.UUID
	target   hexapi.ChangeTarget
	status   hexapi.ChangeStatus
	rejected *string
	payload  any
}

func (s *suggestion) key() hexapi.UUID { return s.ID }

// suggestionDetail is a suggestion with all that belongs to it. Payloads have
// keys of their own, and null is written where Hex has none.
type suggestionDetail struct {
	hexapi.Suggestion
	Sources         []hexapi.SuggestionSource `json:"sources"`
	ProposedChanges []proposedChange          `json:"proposedChanges"`
}

type proposedChange struct {
	ID         hexapi.UUID         `json:"id"`
	UpdateType hexapi.ChangeTarget `json:"updateType"`
	Status     hexapi.ChangeStatus `json:"status"`
	Payload    any                 `json:"payload"`
}

type suggestionUpdated struct {
	Suggestion hexapi.Suggestion `json:"suggestion"`
	TraceID    string            `json:"traceId"`
}

func suggestionOperations() []operation {
	return []operation{
		{"GET /v1/suggestions", 200, newer, ungrouped, (*Hex).listSuggestions},
		{"GET /v1/suggestions/{suggestionId}", 200, newer, ungrouped, (*Hex).getSuggestion},
		{"POST /v1/suggestions/{suggestionId}", 200, newer, ungrouped, (*Hex).updateSuggestion},
		{"POST /v1/suggestions/{suggestionId}/changes/{changeId}", 200, newer, ungrouped, (*Hex).updateSuggestedChange},
		{"POST /v1/suggestions/{suggestionId}/review", 200, newer, ungrouped, (*Hex).reviewSuggestion},
	}
}

// at is the suggestion as it stands: in progress while the agent looks at it.
func (s *suggestion) at(now time.Time) hexapi.Suggestion {
	shown := s.Suggestion
	if s.inReview(now) {
		shown.Status = hexapi.SuggestionInProgress
	}
	return shown
}

func (s *suggestion) inReview(now time.Time) bool {
	return !s.reviewed.IsZero() && now.Before(s.reviewed.Add(ReviewFor))
}

// statusOf is that of a change: a review makes what was stale fit again.
func (s *suggestion) statusOf(c *change, now time.Time) hexapi.ChangeStatus {
	if c.status == hexapi.ChangeStale && !s.reviewed.IsZero() && !s.inReview(now) {
		return hexapi.ChangeNeedsReview
	}
	return c.status
}

func (h *Hex) listSuggestions(r *request) (any, error) {
	q := r.query()
	status := choice(q, "status", "", hexapi.SuggestionOpen, hexapi.SuggestionCompleted, hexapi.SuggestionDismissed,
		hexapi.SuggestionInProgress, hexapi.SuggestionResolved)
	by := choice(q, "sortBy", hexapi.SuggestionsByCreation, hexapi.SuggestionsByCreation, hexapi.SuggestionsByEvidence, hexapi.SuggestionsByLastSource)
	dir := q.direction(hexapi.Descending)
	found := slices.DeleteFunc(h.suggestions.all(), func(s *suggestion) bool { return status != "" && s.at(r.now).Status != status })
	page, err := list[*suggestion]{"suggestions", found, (*suggestion).key}.
		sorted(dir, func(s *suggestion) string { return s.sortKey(by) }).page(q, 100)
	if err != nil {
		return nil, err
	}
	return hexapi.Suggestions{Page: mapPage(page, func(s *suggestion) hexapi.Suggestion { return s.at(r.now) }), TraceID: r.trace}, nil
}

func (s *suggestion) sortKey(by hexapi.SuggestionSort) string {
	switch {
	case by == hexapi.SuggestionsByEvidence:
		return fmt.Sprintf("%09d", len(s.sources))
	case by == hexapi.SuggestionsByLastSource && s.LastSourceAddedDate != nil:
		return *s.LastSourceAddedDate
	case by == hexapi.SuggestionsByLastSource:
		return ""
	}
	return s.CreatedDate
}

// suggestion finds the suggestion that the path names.
func (h *Hex) suggestion(r *request) (*suggestion, error) {
	if s := h.suggestions.get(hexapi.UUID(r.PathValue("suggestionId"))); s != nil {
		return s, nil
	}
	return nil, notFound("Suggestion")
}

func (h *Hex) getSuggestion(r *request) (any, error) {
	s, err := h.suggestion(r)
	if err != nil {
		return nil, err
	}
	shown := suggestionDetail{Suggestion: s.at(r.now), Sources: append([]hexapi.SuggestionSource{}, s.sources...), ProposedChanges: []proposedChange{}}
	for _, c := range s.changes {
		shown.ProposedChanges = append(shown.ProposedChanges, proposedChange{c.id, c.target, s.statusOf(c, r.now), c.payload})
	}
	return shown, nil
}

func (h *Hex) updateSuggestion(r *request) (any, error) {
	s, err := h.suggestion(r)
	if err != nil {
		return nil, err
	}
	in, err := decode[hexapi.SuggestionDecision](r, "rejectionReason")
	if err != nil {
		return nil, err
	}
	known := []hexapi.SuggestionStatus{
		hexapi.SuggestionOpen, hexapi.SuggestionCompleted, hexapi.SuggestionDismissed, hexapi.SuggestionInProgress, hexapi.SuggestionResolved,
	}
	if !slices.Contains(known, in.Status) {
		return nil, badRequestf("status must be one of %s", join(known))
	}
	s.Status, s.reviewed = in.Status, time.Time{}
	return suggestionUpdated{s.at(r.now), r.trace}, nil
}

func (h *Hex) updateSuggestedChange(r *request) (any, error) {
	s, err := h.suggestion(r)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(s.changes, func(c *change) bool { return c.id == lower(hexapi.UUID(r.PathValue("changeId"))) })
	if i < 0 {
		return nil, notFound("Change")
	}
	in, err := decode[hexapi.ChangeDecision](r, "rejectionReason")
	if err != nil {
		return nil, err
	}
	known := []hexapi.ChangeStatus{hexapi.ChangeCompleted, hexapi.ChangeDismissed, hexapi.ChangeNeedsReview, hexapi.ChangeStale}
	switch c := s.changes[i]; {
	case !slices.Contains(known, in.Status):
		return nil, badRequestf("status must be one of %s", join(known))
	case in.UpdateTarget != c.target:
		return nil, badRequestf("updateTarget must be %s", c.target)
	default:
		c.status, c.rejected = in.Status, in.RejectionReason
		return hexapi.SuggestedChangeUpdated{
			SuggestionUpdate: hexapi.ChangeState{ID: c.id, Status: c.status, RejectionReason: c.rejected}, TraceID: r.trace,
		}, nil
	}
}

// reviewSuggestion lets the agent look at a suggestion, one look at a time.
func (h *Hex) reviewSuggestion(r *request) (any, error) {
	s, err := h.suggestion(r)
	if err != nil {
		return nil, err
	}
	if s.inReview(r.now) {
		return nil, &failure{status: http.StatusBadRequest, message: "The suggestion is being reviewed"}
	}
	s.reviewed = r.now
	return suggestionUpdated{s.at(r.now), r.trace}, nil
}
