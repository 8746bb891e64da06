package hexapi

import "context"

// SuggestionSort names what suggestions are sorted by.
type SuggestionSort string

// The sort keys of suggestions.
const (
	SuggestionsByCreation   SuggestionSort = "CREATED_DATE"
	SuggestionsByEvidence   SuggestionSort = "EVIDENCE_COUNT"
	SuggestionsByLastSource SuggestionSort = "LAST_SOURCE_ADDED_DATE"
)

// JSONSchema lists the sort keys.
func (SuggestionSort) JSONSchema() *Schema {
	return oneOf(SuggestionsByCreation, SuggestionsByEvidence, SuggestionsByLastSource)
}

// ListSuggestionsInput filters, sorts and pages the list of suggestions. Cursors
// lead forward only.
type ListSuggestionsInput struct {
	Limit         int              `json:"limit,omitempty" jsonschema:"minimum=1" jsonschema_description:"Page size; the most is not known."`
	After         string           `json:"after,omitempty" jsonschema_description:"pagination.after of the last page."`
	Status        SuggestionStatus `json:"status,omitempty" jsonschema_description:"One status; leave out for all."`
	SortBy        SuggestionSort   `json:"sortBy,omitempty" jsonschema_description:"Sort key."`
	SortDirection SortDirection    `json:"sortDirection,omitempty" jsonschema_description:"Sort order."`
}

// PageLimit points to the size of the page; zero means the default of Hex.
func (in *ListSuggestionsInput) PageLimit() *int { return &in.Limit }

// PageOffset returns false, because the list is read by cursors.
func (in *ListSuggestionsInput) PageOffset() (offset int, ok bool) { return 0, false }

// Suggestions is one page of suggestions.
type Suggestions struct {
	Page[Suggestion]
	TraceID string `json:"traceId"`
}

// ListSuggestions lists suggestions.
//
// API: in no document of Hex.
func (c *Client) ListSuggestions(ctx context.Context, in ListSuggestionsInput) (Answer[Suggestions], error) {
	return get[Suggestions](ctx, c, path("suggestions"), in)
}

// GetSuggestionInput names a suggestion.
type GetSuggestionInput struct {
	SuggestionID UUID `json:"suggestionId" jsonschema:"required"`
}

// GetSuggestion reads one suggestion.
//
// API: in no document of Hex.
func (c *Client) GetSuggestion(ctx context.Context, in GetSuggestionInput) (Answer[SuggestionDetail], error) {
	return get[SuggestionDetail](ctx, c, path("suggestions", in.SuggestionID), nil)
}

// UpdateSuggestionInput names a suggestion and its new status.
type UpdateSuggestionInput struct {
	SuggestionID UUID `json:"suggestionId" jsonschema:"required"`
	SuggestionDecision
}

// SuggestionDecision is the new status of a suggestion, and the reason for it.
type SuggestionDecision struct {
	Status SuggestionStatus `json:"status" jsonschema:"required" jsonschema_description:"New status."`
	Rejection
}

// Rejection is why a suggestion was dismissed. Hex requires the key even when it is null.
type Rejection struct {
	RejectionReason *string `json:"rejectionReason" jsonschema_description:"Why; with DISMISSED only."`
}

// orNull turns an empty reason into null.
func (r Rejection) orNull() Rejection {
	if r.RejectionReason != nil && *r.RejectionReason == "" {
		return Rejection{}
	}
	return r
}

// SuggestionUpdated holds the suggestion as it is now.
type SuggestionUpdated struct {
	Suggestion Suggestion `json:"suggestion"`
	TraceID    string     `json:"traceId"`
}

// UpdateSuggestion sets the status of a suggestion. Clients were seen to do so by
// POST; Hex may want PATCH.
//
// API: in no document of Hex.
func (c *Client) UpdateSuggestion(ctx context.Context, in UpdateSuggestionInput) (Answer[SuggestionUpdated], error) {
	in.Rejection = in.orNull()
	return post[SuggestionUpdated](ctx, c, path("suggestions", in.SuggestionID), in.SuggestionDecision)
}

// UpdateSuggestedChangeInput names a proposed change and its new status.
type UpdateSuggestedChangeInput struct {
	SuggestionID UUID `json:"suggestionId" jsonschema:"required"`
	ChangeID     UUID `json:"changeId" jsonschema:"required"`
	ChangeDecision
}

// ChangeDecision is the new status of a proposed change, and the reason for it.
type ChangeDecision struct {
	UpdateTarget ChangeTarget `json:"updateTarget" jsonschema:"required" jsonschema_description:"updateType of the change."`
	Status       ChangeStatus `json:"status" jsonschema:"required" jsonschema_description:"New status."`
	Rejection
}

// SuggestedChangeUpdated holds the change's status as it is now.
type SuggestedChangeUpdated struct {
	SuggestionUpdate ChangeState `json:"suggestionUpdate"`
	TraceID          string      `json:"traceId"`
}

// ChangeState is the status of a proposed change.
type ChangeState struct {
	ID              UUID         `json:"id"`
	Status          ChangeStatus `json:"status"`
	RejectionReason *string      `json:"rejectionReason"`
}

// UpdateSuggestedChange sets the status of a change that a suggestion proposes.
//
// API: in no document of Hex.
func (c *Client) UpdateSuggestedChange(ctx context.Context, in UpdateSuggestedChangeInput) (Answer[SuggestedChangeUpdated], error) {
	in.Rejection = in.orNull()
	return post[SuggestedChangeUpdated](ctx, c, path("suggestions", in.SuggestionID, "changes", in.ChangeID), in.ChangeDecision)
}

// ReviewSuggestionInput names a suggestion.
type ReviewSuggestionInput struct {
	SuggestionID UUID `json:"suggestionId" jsonschema:"required"`
}

// ReviewSuggestion makes Hex's agent review a suggestion again. The review goes on for
// a while after Hex has answered.
//
// API: in no document of Hex.
func (c *Client) ReviewSuggestion(ctx context.Context, in ReviewSuggestionInput) (Answer[SuggestionUpdated], error) {
	return post[SuggestionUpdated](ctx, c, path("suggestions", in.SuggestionID, "review"), nil)
}
