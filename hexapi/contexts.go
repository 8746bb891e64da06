package hexapi

import "context"

// ContextVersionID is the id of a version of the context of a workspace. Hex does not
// say that it is a UUID.
type ContextVersionID string

// SourceVersion names the place that guides are kept in, and which version of it:
// source "unknown" with an id, or "github" with owner, repo, branch and commitHash.
type SourceVersion struct {
	Source     string `json:"source" jsonschema:"required" jsonschema_description:"unknown (with id) or github (with owner, repo, branch, commitHash)."`
	ID         string `json:"id,omitempty" jsonschema_description:"With source unknown."`
	Owner      string `json:"owner,omitempty" jsonschema_description:"Of the repository."`
	Repo       string `json:"repo,omitempty" jsonschema_description:"Repository."`
	Branch     string `json:"branch,omitempty" jsonschema_description:"Branch."`
	CommitHash string `json:"commitHash,omitempty" jsonschema_description:"Commit."`
	Base       string `json:"base,omitempty" jsonschema:"default=https://github.com" jsonschema_description:"GitHub server."`
}

// CreateContextVersionInput says where the guides of a version come from.
type CreateContextVersionInput struct {
	ExternalSource SourceVersion `json:"externalSource" jsonschema:"required" jsonschema_description:"Where the guides are kept, and in which state."`
}

// ContextVersionCreated names a new version, which is a draft.
type ContextVersionCreated struct {
	ContextVersionID ContextVersionID `json:"contextVersionId"`
	OrgID            string           `json:"orgId"`
	TraceID          string           `json:"traceId"`
}

// CreateContextVersion begins a version of the context of the workspace: the guides
// that Hex's agent reads. It is a draft until it is published.
//
// API: in no document of Hex.
func (c *Client) CreateContextVersion(ctx context.Context, in CreateContextVersionInput) (Answer[ContextVersionCreated], error) {
	return post[ContextVersionCreated](ctx, c, path("context", "version"), in)
}

// EditContextVersionInput names a draft of the context and one change of it. With
// ExternalSource, all guides that come from there are removed except those in
// GuideFilePaths. Without it, Files are written.
type EditContextVersionInput struct {
	ContextVersionID ContextVersionID `json:"contextVersionId" jsonschema:"required,minLength=1"`
	ContextFiles
	ExternalSource *SourcePlace `json:"externalSource,omitempty"`
	GuideFilePaths []string     `json:"guideFilePaths,omitempty"`
}

// ContextFiles are guides to write.
type ContextFiles struct {
	Files      []ContextFile `json:"files,omitempty" jsonschema:"required,minItems=1" jsonschema_description:"Guides to write."`
	ForceWrite bool          `json:"forceWrite,omitempty" jsonschema:"default=false" jsonschema_description:"Overwrite a guide of the same path that comes from another source."`
}

// ContextFile is one guide of a version.
type ContextFile struct {
	FilePath       string          `json:"filePath" jsonschema:"required" jsonschema_description:"Path in Hex, such as metrics/revenue.md."`
	Contents       string          `json:"contents" jsonschema:"required,maxLength=100000" jsonschema_description:"Markdown."`
	ExternalSource *ExternalSource `json:"externalSource,omitempty" jsonschema_description:"Where the file is kept."`
}

// The kinds of changes of a version.
const (
	upsertGuide = "upsert_guide"
	pruneGuides = "prune_guides"
)

// contextOperation is the body of a change, which has one of two shapes.
type contextOperation struct {
	Operation any `json:"operation"`
}

type guideUpsert struct {
	Type string `json:"type"`
	ContextFiles
}

type guidePrune struct {
	Type           string      `json:"type"`
	ExternalSource SourcePlace `json:"externalSource"`
	GuideFilePaths []string    `json:"guideFilePaths"`
}

func (in EditContextVersionInput) body() contextOperation {
	if in.ExternalSource == nil {
		return contextOperation{guideUpsert{upsertGuide, in.ContextFiles}}
	}
	return contextOperation{guidePrune{pruneGuides, *in.ExternalSource, in.GuideFilePaths}}
}

// ContextVersionEdited tells what a change has done.
type ContextVersionEdited struct {
	ContextVersionID ContextVersionID `json:"contextVersionId"`
	TraceID          string           `json:"traceId"`
	Result           ContextChange    `json:"result"`
}

// ContextChange is what was written, or what was removed.
type ContextChange struct {
	Type          string         `json:"type" jsonschema_description:"upsert_guide, with files, noops and warnings, or prune_guides, with removedGuides"`
	Files         []GuideWritten `json:"files,omitempty"`
	Noops         []GuidePath    `json:"noops,omitempty" jsonschema_description:"files that were like this before"`
	Warnings      []GuideWarning `json:"warnings,omitempty"`
	RemovedGuides []GuideRemoved `json:"removedGuides,omitempty"`
}

// GuideWritten is a guide that was created or changed.
type GuideWritten struct {
	ID       string `json:"id"`
	FilePath string `json:"filePath"`
	Result   string `json:"result" jsonschema_description:"created or updated"`
}

// GuidePath names a guide by its path.
type GuidePath struct {
	FilePath string `json:"filePath"`
}

// GuideRemoved is a guide that was removed from the version.
type GuideRemoved struct {
	HexFilePath    string          `json:"hexFilePath"`
	ExternalSource *ExternalSource `json:"externalSource"`
}

// EditContextVersion writes guides into a draft of the context, or removes the guides
// of a source that the source no longer has.
//
// API: in no document of Hex.
func (c *Client) EditContextVersion(ctx context.Context, in EditContextVersionInput) (Answer[ContextVersionEdited], error) {
	return post[ContextVersionEdited](ctx, c, path("context", "version", in.ContextVersionID), in.body())
}

// PublishContextVersionInput names a draft of the context and says how it is published.
type PublishContextVersionInput struct {
	ContextVersionID ContextVersionID `json:"contextVersionId" jsonschema:"required,minLength=1"`
	ContextPublication
}

// ContextPublication says how a version is published.
type ContextPublication struct {
	UpdateLatestVersion bool   `json:"updateLatestVersion" jsonschema:"required" jsonschema_description:"true: what Hex's agent reads for everybody becomes this version; false: only this version is kept."`
	Title               string `json:"title,omitempty" jsonschema_description:"Short name of the version."`
	Description         string `json:"description,omitempty" jsonschema_description:"What is new in it."`
}

// ContextVersionPublished names the version that was published.
type ContextVersionPublished struct {
	ContextVersionID ContextVersionID `json:"contextVersionId"`
}

// PublishContextVersion publishes a draft of the context. With UpdateLatestVersion,
// Hex's agent reads it for everybody from then on.
//
// API: in no document of Hex.
func (c *Client) PublishContextVersion(ctx context.Context, in PublishContextVersionInput) (Answer[ContextVersionPublished], error) {
	return post[ContextVersionPublished](ctx, c, path("context", "version", in.ContextVersionID, "publish"), in.ContextPublication)
}
