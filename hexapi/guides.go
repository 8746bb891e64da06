package hexapi

import (
	"context"
	"encoding/json"
)

// Guide is a guide file that Hex's agent reads.
type Guide struct {
	ID       UUID   `json:"id"`
	FilePath string `json:"filePath"`
}

// UpsertGuideDraftInput holds guide files: its body is the whole request.
type UpsertGuideDraftInput struct {
	Files      []GuideFile `json:"files" jsonschema:"required" jsonschema_description:"Guides to write."`
	ForceWrite bool        `json:"forceWrite,omitempty" jsonschema:"default=false" jsonschema_description:"Overwrite a guide of the same path that comes from another source."`
}

// GuideFile is one guide. Hex allows further keys, which are sent as given.
type GuideFile struct {
	FilePath       string                     `json:"filePath" jsonschema:"required" jsonschema_description:"Path, such as metrics/revenue.md; only .md is read."`
	Contents       string                     `json:"contents" jsonschema:"required,maxLength=100000" jsonschema_description:"Markdown."`
	ExternalSource *ExternalSource            `json:"externalSource,omitempty" jsonschema_description:"Where the file is kept, if not in Hex."`
	Extra          map[string]json.RawMessage `json:"-"`
}

// JSONSchemaExtend allows further keys.
func (GuideFile) JSONSchemaExtend(s *Schema) { s.AdditionalProperties = nil }

// UnmarshalJSON keeps the keys that GuideFile does not know.
func (f *GuideFile) UnmarshalJSON(b []byte) error {
	type known GuideFile
	if err := json.Unmarshal(b, (*known)(f)); err != nil {
		return err
	}
	if err := json.Unmarshal(b, &f.Extra); err != nil {
		return err
	}
	for _, name := range []string{"filePath", "contents", "externalSource"} {
		delete(f.Extra, name)
	}
	return nil
}

// MarshalJSON writes the file with its further keys.
func (f GuideFile) MarshalJSON() ([]byte, error) {
	type known GuideFile
	b, err := encodeBody(known(f))
	if err != nil || len(f.Extra) == 0 {
		return b, err
	}
	extra, err := encodeBody(f.Extra)
	if err != nil {
		return nil, err
	}
	return append(append(b[:len(b)-1], ','), extra[1:]...), nil
}

// ExternalSource names where a guide is kept: source "unknown" with an id, or
// "github" with owner, repo, branch, commitHash and path.
type ExternalSource struct {
	Source     string `json:"source" jsonschema:"required" jsonschema_description:"unknown (with id) or github (with owner, repo, branch, commitHash, path)."`
	ID         string `json:"id,omitempty" jsonschema_description:"With source unknown."`
	Owner      string `json:"owner,omitempty" jsonschema_description:"Of the repository."`
	Repo       string `json:"repo,omitempty" jsonschema_description:"Repository."`
	Branch     string `json:"branch,omitempty" jsonschema_description:"Branch."`
	CommitHash string `json:"commitHash,omitempty" jsonschema_description:"Commit."`
	Path       string `json:"path,omitempty" jsonschema_description:"File in the repository."`
	Base       string `json:"base,omitempty" jsonschema:"default=https://github.com" jsonschema_description:"GitHub server."`
}

// GuidesUpserted lists the drafts that were written, and Hex's warnings.
type GuidesUpserted struct {
	Files    []Guide        `json:"files"`
	Warnings []GuideWarning `json:"warnings"`
	TraceID  string         `json:"traceId"`
}

// GuideWarning is a warning about one file.
type GuideWarning struct {
	FilePath string `json:"filePath"`
	Message  string `json:"message"`
}

// UpsertGuideDraft creates or overwrites guide drafts by path.
//
// API: https://learn.hex.tech/docs/api/api-reference#operation/UpsertGuideDraft
func (c *Client) UpsertGuideDraft(ctx context.Context, in UpsertGuideDraftInput) (Answer[GuidesUpserted], error) {
	return put[GuidesUpserted](ctx, c, path("guides", "draft"), in)
}

// PublishGuideDraftsInput says which drafts to publish: all, or those with the ids.
type PublishGuideDraftsInput struct {
	PublishAllDraftGuides bool   `json:"publishAllDraftGuides,omitempty" jsonschema:"default=false" jsonschema_description:"Publish every draft; orgGuideFileIds is then ignored."`
	OrgGuideFileIDs       []UUID `json:"orgGuideFileIds,omitempty"`
}

// GuidesPublished lists what was published.
type GuidesPublished struct {
	Message         string  `json:"message"`
	PublishedGuides []Guide `json:"publishedGuides"`
	TraceID         string  `json:"traceId"`
}

// PublishGuideDrafts publishes drafts: Hex's agent reads them from then on,
// for everybody.
//
// API: https://learn.hex.tech/docs/api/api-reference#operation/PublishGuideDrafts
func (c *Client) PublishGuideDrafts(ctx context.Context, in PublishGuideDraftsInput) (Answer[GuidesPublished], error) {
	return post[GuidesPublished](ctx, c, path("guides", "publish"), in)
}

// DeleteGuideDraftInput names a draft.
type DeleteGuideDraftInput struct {
	OrgGuideFileID UUID `json:"orgGuideFileId" jsonschema:"required"`
}

// DeleteGuideDraft removes a draft for good. If a published guide has no draft, Hex was
// seen to mark the guide itself for deletion at the next publishing. Therefore a request
// that may have removed the draft is not sent again: the second one would do that.
//
// API: https://learn.hex.tech/docs/api/api-reference#operation/DeleteGuideDraft
func (c *Client) DeleteGuideDraft(ctx context.Context, in DeleteGuideDraftInput) (Answer[Empty], error) {
	return remove[Empty](ctx, c, path("guides", "draft", in.OrgGuideFileID), once)
}
