package hexsim

import (
	"encoding/json"
	"slices"

	"hexmcp/hexapi"
)

// contextOperations are those on versions of the context, which Hex's own command
// line calls. What they refuse, and in which words, is made up.
func contextOperations() []operation {
	return []operation{
		{"POST /v1/context/version", 200, newer, ungrouped, (*Hex).createContextVersion},
		{"POST /v1/context/version/{contextVersionId}", 200, newer, ungrouped, (*Hex).editContextVersion},
		{"POST /v1/context/version/{contextVersionId}/publish", 200, newer, ungrouped, (*Hex).publishContextVersion},
	}
}

// contextVersion is a draft of the guides, on top of those that are in force.
type contextVersion struct {
	id        hexapi.UUID
	changes   []*guide // whose published contents are those of the version
	published bool
}

type contextRequest struct {
	ExternalSource *hexapi.ExternalSource `json:"externalSource"`
}

func (h *Hex) createContextVersion(r *request) (any, error) {
	in, err := decode[contextRequest](r)
	switch {
	case err != nil:
		return nil, err
	case in.ExternalSource == nil:
		return nil, badRequest("externalSource is required")
	}
	if issue := versionIssue(*in.ExternalSource); issue != "" {
		return nil, badRequest(issue)
	}
	v := &contextVersion{id: h.ids.uuid()}
	h.contexts.add(v.id, v)
	return hexapi.ContextVersionCreated{ContextVersionID: hexapi.ContextVersionID(v.id), OrgID: string(Workspace), TraceID: r.trace}, nil
}

// versionIssue says what is wrong with a source without a path.
func versionIssue(s hexapi.ExternalSource) string {
	needed := []string{s.Owner, s.Repo, s.Branch, s.CommitHash}
	if s.Source == "github" && slices.Contains(needed, "") {
		return "externalSource: github needs owner, repo, branch and commitHash"
	}
	return placeIssue(s)
}

// placeIssue says what is wrong with a source of which only the place counts.
func placeIssue(s hexapi.ExternalSource) string {
	switch {
	case s.Source == "github" && (s.Owner == "" || s.Repo == ""):
		return "externalSource: github needs owner and repo"
	case s.Source != "github" && s.Source != "unknown":
		return "externalSource.source must be unknown or github"
	}
	return ""
}

// openVersion is the draft that the path names.
func (h *Hex) openVersion(r *request) (*contextVersion, error) {
	id, err := r.id("contextVersionId")
	if err != nil {
		return nil, err
	}
	v := h.contexts.get(id)
	switch {
	case v == nil:
		return nil, notFound("Context version")
	case v.published:
		return nil, unprocessable("Context version is published")
	}
	return v, nil
}

// versionChange is the operation of an edit, in either of its shapes.
type versionChange struct {
	Operation struct {
		Type           string                 `json:"type"`
		Files          []json.RawMessage      `json:"files"`
		ForceWrite     bool                   `json:"forceWrite"`
		ExternalSource *hexapi.ExternalSource `json:"externalSource"`
		GuideFilePaths []string               `json:"guideFilePaths"`
	} `json:"operation"`
}

func (h *Hex) editContextVersion(r *request) (any, error) {
	v, err := h.openVersion(r)
	if err != nil {
		return nil, err
	}
	in, err := decode[versionChange](r)
	if err != nil {
		return nil, err
	}
	edited := versionEdited{ContextVersionID: v.id, TraceID: r.trace}
	switch in.Operation.Type {
	case "upsert_guide":
		edited.Result, err = h.writeGuides(v, in.Operation.Files, in.Operation.ForceWrite)
	case "prune_guides":
		edited.Result, err = h.pruneGuides(v, in.Operation.ExternalSource, in.Operation.GuideFilePaths)
	default:
		err = badRequest("operation.type must be upsert_guide or prune_guides")
	}
	return answer(edited, err)
}

// versionEdited has a result of either shape, with all that belongs to it.
type versionEdited struct {
	ContextVersionID hexapi.UUID `json:"contextVersionId"`
	TraceID          string      `json:"traceId"`
	Result           any         `json:"result"`
}

type guidesWritten struct {
	Type     string                `json:"type"`
	Files    []hexapi.GuideWritten `json:"files"`
	Noops    []hexapi.GuidePath    `json:"noops"`
	Warnings []hexapi.GuideWarning `json:"warnings"`
}

type guidesPruned struct {
	Type          string                `json:"type"`
	RemovedGuides []hexapi.GuideRemoved `json:"removedGuides"`
}

func (h *Hex) writeGuides(v *contextVersion, raw []json.RawMessage, force bool) (any, error) {
	files, err := guideFiles(raw)
	if err != nil {
		return nil, err
	}
	done := guidesWritten{"upsert_guide", []hexapi.GuideWritten{}, []hexapi.GuidePath{}, []hexapi.GuideWarning{}}
	for _, f := range files {
		path := *f.FilePath
		old := h.guideIn(v, path)
		switch {
		case old == nil:
			g := &guide{Guide: hexapi.Guide{ID: h.ids.uuid(), FilePath: path}}
			v.write(g, f)
			done.Files = append(done.Files, hexapi.GuideWritten{ID: string(g.ID), FilePath: path, Result: "created"})
		case origin(old.source) != origin(f.from()) && !force:
			done.Warnings = append(done.Warnings, hexapi.GuideWarning{FilePath: path, Message: "A guide of this path comes from another source; it was left as it is. Set forceWrite to overwrite it."})
		case old.published != nil && *old.published == *f.Contents:
			done.Noops = append(done.Noops, hexapi.GuidePath{FilePath: path})
		default:
			g := &guide{Guide: old.Guide}
			v.write(g, f)
			done.Files = append(done.Files, hexapi.GuideWritten{ID: string(g.ID), FilePath: path, Result: "updated"})
		}
	}
	return done, nil
}

// from is where a file is kept; zero stands for Hex.
func (f guideFile) from() hexapi.ExternalSource {
	if f.ExternalSource == nil {
		return hexapi.ExternalSource{}
	}
	return *f.ExternalSource
}

// write puts a guide as a file has it into the version.
func (v *contextVersion) write(g *guide, f guideFile) {
	g.published, g.source = f.Contents, f.from()
	v.put(g)
}

func (v *contextVersion) put(g *guide) {
	v.changes = slices.DeleteFunc(v.changes, func(old *guide) bool { return old.ID == g.ID })
	v.changes = append(v.changes, g)
}

// guidesIn are the guides as the version has them.
func (h *Hex) guidesIn(v *contextVersion) []*guide {
	var all []*guide
	for _, g := range h.guides.all() {
		if g.published != nil && !slices.ContainsFunc(v.changes, func(c *guide) bool { return c.ID == g.ID }) {
			all = append(all, &guide{Guide: g.Guide, published: g.published, source: g.publishedSource})
		}
	}
	return append(all, slices.DeleteFunc(slices.Clone(v.changes), func(g *guide) bool { return g.deleted })...)
}

func (h *Hex) guideIn(v *contextVersion, path string) *guide {
	for _, g := range h.guidesIn(v) {
		if g.FilePath == path {
			return g
		}
	}
	return nil
}

// pruneGuides removes the guides of a source that are not named.
func (h *Hex) pruneGuides(v *contextVersion, source *hexapi.ExternalSource, keep []string) (any, error) {
	switch {
	case source == nil:
		return nil, badRequest("operation.externalSource is required")
	case keep == nil:
		return nil, badRequest("operation.guideFilePaths is required")
	}
	if issue := placeIssue(*source); issue != "" {
		return nil, badRequest("operation." + issue)
	}
	done := guidesPruned{"prune_guides", []hexapi.GuideRemoved{}}
	for _, g := range h.guidesIn(v) {
		if origin(g.source) != origin(*source) || slices.Contains(keep, g.FilePath) || slices.Contains(keep, g.source.Path) {
			continue
		}
		v.put(&guide{Guide: g.Guide, deleted: true})
		done.RemovedGuides = append(done.RemovedGuides, hexapi.GuideRemoved{HexFilePath: g.FilePath, ExternalSource: &g.source})
	}
	return done, nil
}

type publication struct {
	UpdateLatestVersion *bool  `json:"updateLatestVersion"`
	Title               string `json:"title"`
	Description         string `json:"description"`
}

// publishContextVersion closes a draft and, if it is to be the latest, puts its
// guides in force.
func (h *Hex) publishContextVersion(r *request) (any, error) {
	v, err := h.openVersion(r)
	if err != nil {
		return nil, err
	}
	in, err := decode[publication](r)
	switch {
	case err != nil:
		return nil, err
	case in.UpdateLatestVersion == nil:
		return nil, badRequest("updateLatestVersion is required")
	}
	v.published = true
	if *in.UpdateLatestVersion {
		for _, g := range v.changes {
			h.putInForce(g)
		}
	}
	return hexapi.ContextVersionPublished{ContextVersionID: hexapi.ContextVersionID(v.id)}, nil
}

func (h *Hex) putInForce(change *guide) {
	g := h.guides.get(change.ID)
	switch {
	case change.deleted:
		h.guides.remove(change.ID)
		return
	case g == nil:
		g = h.guides.add(change.ID, &guide{Guide: change.Guide})
	}
	g.published, g.source, g.publishedSource = change.published, change.source, change.source
}
