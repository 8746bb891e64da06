package hexsim

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"hexmcp/hexapi"
)

// maxGuide is how many characters a guide may have.
const maxGuide = 100_000

// guide is a guide file. Its contents are nil where there is no such version.
type guide struct {
	hexapi.Guide
	draft     *string
	published *string
	deleted   bool // marked for deletion, which publishing carries out
	// Where the newest version and the published one come from; zero: from Hex.
	source, publishedSource hexapi.ExternalSource
}

// guideUpsert is the body of UpsertGuideDraft. Files are read by themselves, as
// they may have keys that Hex does not know.
type guideUpsert struct {
	Files      []json.RawMessage `json:"files"`
	ForceWrite bool              `json:"forceWrite"`
}

type guideFile struct {
	FilePath       *string                `json:"filePath"`
	Contents       *string                `json:"contents"`
	ExternalSource *hexapi.ExternalSource `json:"externalSource"`
}

// upsertGuideDrafts writes what it can and warns of the rest.
func (h *Hex) upsertGuideDrafts(r *request) (any, error) {
	in, err := decode[guideUpsert](r, "files")
	if err != nil {
		return nil, err
	}
	files, err := guideFiles(in.Files)
	if err != nil {
		return nil, err
	}
	made := hexapi.GuidesUpserted{Files: []hexapi.Guide{}, Warnings: []hexapi.GuideWarning{}, TraceID: r.trace}
	for _, f := range files {
		g, warnings := h.draftGuide(f, in.ForceWrite)
		if g != nil {
			made.Files = append(made.Files, g.Guide)
		}
		for _, w := range warnings {
			made.Warnings = append(made.Warnings, hexapi.GuideWarning{FilePath: *f.FilePath, Message: w})
		}
	}
	return made, nil
}

// guideFiles reads all files before any is written.
func guideFiles(raw []json.RawMessage) ([]guideFile, error) {
	if raw == nil {
		return nil, badRequest("files is required")
	}
	files := make([]guideFile, len(raw))
	for i, b := range raw {
		at := fmt.Sprintf("files[%d]", i)
		if err := json.Unmarshal(b, &files[i]); err != nil {
			return nil, badRequest(bodyIssue(err, b, at))
		}
		if issue := files[i].issue(); issue != "" {
			return nil, badRequest(at + "." + issue)
		}
	}
	return files, nil
}

func (f guideFile) issue() string {
	switch {
	case f.FilePath == nil || *f.FilePath == "":
		return "filePath is required"
	case f.Contents == nil:
		return "contents is required"
	case utf8.RuneCountInString(*f.Contents) > maxGuide:
		return fmt.Sprintf("contents must have at most %d characters", maxGuide)
	case f.ExternalSource != nil:
		return sourceIssue(*f.ExternalSource)
	}
	return ""
}

func sourceIssue(s hexapi.ExternalSource) string {
	needed := []string{s.Owner, s.Repo, s.Branch, s.CommitHash, s.Path}
	switch {
	case s.Source == "github" && slices.Contains(needed, ""):
		return "externalSource: github needs owner, repo, branch, commitHash and path"
	case s.Source != "github" && s.Source != "unknown":
		return "externalSource.source must be unknown or github"
	}
	return ""
}

// draftGuide writes a draft by path, unless the guide comes from another source
// and force does not say to write it all the same.
func (h *Hex) draftGuide(f guideFile, force bool) (*guide, []string) {
	var source hexapi.ExternalSource
	if f.ExternalSource != nil {
		source = *f.ExternalSource
	}
	g := h.guideAt(*f.FilePath)
	if g == nil {
		g = &guide{Guide: hexapi.Guide{ID: h.ids.uuid(), FilePath: *f.FilePath}, source: source}
		h.guides.add(g.ID, g)
	}
	if origin(g.source) != origin(source) && !force {
		return nil, []string{"A guide of this path comes from another source; it was left as it is. Set forceWrite to overwrite it."}
	}
	g.draft, g.source, g.deleted = f.Contents, source, false
	if !strings.HasSuffix(g.FilePath, ".md") {
		return g, []string{"The file name does not end in .md, so the agent will not read it."}
	}
	return g, nil
}

// origin is a source without what changes from one version of a file to the next.
func origin(s hexapi.ExternalSource) hexapi.ExternalSource {
	s.Branch, s.CommitHash, s.Path = "", "", ""
	if s.Source == "github" && s.Base == "" {
		s.Base = "https://github.com"
	}
	return s
}

func (h *Hex) guideAt(path string) *guide {
	for _, g := range h.guides.all() {
		if g.FilePath == path {
			return g
		}
	}
	return nil
}

// changed reports whether there is something of g to publish.
func (g *guide) changed() bool { return g.draft != nil || g.deleted }

// publishGuideDrafts publishes the drafts with the ids, or all. With neither, it
// publishes none.
func (h *Hex) publishGuideDrafts(r *request) (any, error) {
	in, err := decode[hexapi.PublishGuideDraftsInput](r)
	if err != nil {
		return nil, err
	}
	drafts, err := h.draftsToPublish(r, in)
	if err != nil {
		return nil, err
	}
	done := hexapi.GuidesPublished{PublishedGuides: []hexapi.Guide{}, TraceID: r.trace}
	for _, g := range drafts {
		if g.changed() { // an id may be named twice
			h.publishGuide(g)
			done.PublishedGuides = append(done.PublishedGuides, g.Guide)
		}
	}
	done.Message = fmt.Sprintf("Published guides: %d", len(done.PublishedGuides))
	return done, nil
}

// publishGuide puts a draft in force, or carries a deletion out.
func (h *Hex) publishGuide(g *guide) {
	if g.deleted {
		g.deleted = false
		h.guides.remove(g.ID)
		return
	}
	g.published, g.publishedSource, g.draft = g.draft, g.source, nil
}

// draftsToPublish refuses the whole list when one id is not that of a draft.
func (h *Hex) draftsToPublish(r *request, in hexapi.PublishGuideDraftsInput) ([]*guide, error) {
	if in.PublishAllDraftGuides {
		return slices.DeleteFunc(h.guides.all(), func(g *guide) bool { return !g.changed() }), nil
	}
	var drafts []*guide
	for _, id := range in.OrgGuideFileIDs {
		if err := r.checkID(id); err != nil {
			return nil, err
		}
		g := h.guides.get(id)
		if g == nil || !g.changed() {
			return nil, badRequestf("there is no guide draft %s", id)
		}
		drafts = append(drafts, g)
	}
	return drafts, nil
}

// deleteGuideDraft removes a draft; a version that was published stays. A
// published guide that has no draft is marked for deletion, and goes when its id
// is published.
//
// That marking is not in Hex's documents and was not tried: Hex's own CI action
// deletes published guides in this way.
func (h *Hex) deleteGuideDraft(r *request) (any, error) {
	id, err := r.id("orgGuideFileId")
	if err != nil {
		return nil, err
	}
	g := h.guides.get(id)
	switch {
	case g == nil:
		return nil, notFound("Guide draft")
	case g.draft == nil:
		g.deleted = true
	case g.published == nil:
		h.guides.remove(g.ID)
	default:
		g.draft, g.source = nil, g.publishedSource
	}
	return nil, nil
}
