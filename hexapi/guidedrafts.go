package hexapi

import (
	"context"
	"encoding/json"
)

// SourcePlace names where guides are kept: source "unknown" with an id, or
// "github" with owner and repo.
type SourcePlace struct {
	Source string `json:"source" jsonschema:"required" jsonschema_description:"unknown (with id) or github (with owner, repo)."`
	ID     string `json:"id,omitempty" jsonschema_description:"With source unknown."`
	Owner  string `json:"owner,omitempty" jsonschema_description:"Of the repository."`
	Repo   string `json:"repo,omitempty" jsonschema_description:"Repository."`
	Base   string `json:"base,omitempty" jsonschema:"default=https://github.com" jsonschema_description:"GitHub server."`
}

// ListDraftGuidesInput filters and pages the list of guide drafts.
type ListDraftGuidesInput struct {
	Limit int `json:"limit,omitempty" jsonschema:"minimum=1,maximum=100,default=100" jsonschema_description:"Page size."`
	Cursor
	ExternalSource *SourcePlace `json:"externalSource,omitempty" jsonschema_description:"Only drafts of guides that are kept there."`
}

// draftQuery is the query of the input, in which Hex wants the place as a text of JSON.
type draftQuery struct {
	ListDraftGuidesInput
	ExternalSource *placeInText `json:"externalSource,omitempty"`
}

type placeInText SourcePlace

// MarshalJSON writes the place as a text that holds its JSON.
func (p placeInText) MarshalJSON() ([]byte, error) {
	place, err := json.Marshal(SourcePlace(p))
	if err != nil {
		return nil, err
	}
	return json.Marshal(string(place))
}

// PageLimit points to the size of the page; zero means the default of Hex.
func (in *ListDraftGuidesInput) PageLimit() *int { return &in.Limit }

// ListDraftGuides lists the guides that have a draft.
//
// API: https://learn.hex.tech/docs/api/api-reference#operation/ListDraftGuides
func (c *Client) ListDraftGuides(ctx context.Context, in ListDraftGuidesInput) (Answer[Page[Guide]], error) {
	return get[Page[Guide]](ctx, c, path("guides", "draft", "list"), draftQuery{in, (*placeInText)(in.ExternalSource)}, countedIn(fixedRate))
}
