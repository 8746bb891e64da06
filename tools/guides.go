package tools

import (
	"fmt"
	"slices"
	"strings"

	"hexmcp/hexapi"
	"hexmcp/schema"
)

func guides() Toolset {
	return toolset("guides", "Write the guides that Hex's own agent reads.",
		destroys("HEX_UPSERT_GUIDE_DRAFT", "Write guide drafts",
			"Create or overwrite drafts of the guides that Hex's own agent reads, by path. hex.md is the workspace's context, sent with every prompt. What is published stays until HEX_PUBLISH_GUIDE_DRAFTS. Returns each file's id: keep it; and warnings.",
			checked(guideRules, (*hexapi.Client).UpsertGuideDraft), apart, idempotent, noting(guideWarnings),
			insteadOf("it belongs to a file: give files, a list of {filePath, contents}", "filePath", "path", "contents", "content", "externalSource", "file")),
		destroys("HEX_PUBLISH_GUIDE_DRAFTS", "Publish guide drafts",
			"Publish guide drafts: they overwrite what Hex's agent uses for everybody in the workspace. Give orgGuideFileIds, or publishAllDraftGuides for every draft, other people's included. Returns the published guides.",
			checked(publishRules, (*hexapi.Client).PublishGuideDrafts), apart, reachesPeople, notingCall(unpublishedGuides),
			refused(InvalidInput, always(noDraft))),
		destroys("HEX_DELETE_GUIDE_DRAFT", "Delete guide draft",
			"Delete a guide draft for good. Of a published guide without a draft this only marks it; publishing the same id then removes it (unverified). Returns {}.",
			(*hexapi.Client).DeleteGuideDraft, apart, asking(askToDeleteGuide), listedBy("HEX_UPSERT_GUIDE_DRAFT")),
		reads("HEX_LIST_GUIDE_DRAFTS", "List guide drafts",
			"List the guides that have a draft which is not published yet: id and path. Contents cannot be read. 30 calls a minute.",
			(*hexapi.Client).ListDraftGuides, apart, optional, insteadOf("give externalSource, {source, owner, repo}", "owner", "repo", "source")),
	)
}

// publishRules wants drafts to be named: Hex would publish an unknown set.
func publishRules(in hexapi.PublishGuideDraftsInput) []schema.Issue {
	if in.PublishAllDraftGuides || len(in.OrgGuideFileIDs) > 0 {
		return nil
	}
	return []schema.Issue{{Message: noDraftNamed}}
}

const noDraft = "Correct the ids and call again: give those that HEX_UPSERT_GUIDE_DRAFT returned; what has been published since is no draft any more."

const noDraftNamed = "nothing says what to publish: give orgGuideFileIds, the ids that HEX_UPSERT_GUIDE_DRAFT returned; publishAllDraftGuides true publishes every draft, other people's included, so give it only if the user wants that"

// unpublishedGuides says which of the drafts that were named Hex does not tell of
// as published.
func unpublishedGuides(in hexapi.PublishGuideDraftsInput, out hexapi.GuidesPublished) []string {
	if in.PublishAllDraftGuides {
		return nil
	}
	missing := missing(in.OrgGuideFileIDs, out.PublishedGuides, func(g hexapi.Guide) hexapi.UUID { return g.ID })
	if len(missing) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("Hex does not list as published: %s. There was no draft of it, or its draft had been deleted, so that the guide is gone now.", strings.Join(missing, ", "))}
}

// guideRules wants files, at paths within the folder of the guides.
func guideRules(in hexapi.UpsertGuideDraftInput) []schema.Issue {
	if len(in.Files) == 0 {
		return []schema.Issue{{Path: "files", Message: `files is empty, so nothing would be written: give at least one as {"filePath":"metrics/revenue.md","contents":…}`}}
	}
	paths := make([]string, len(in.Files))
	for i, f := range in.Files {
		paths[i] = f.FilePath
	}
	return pathRules(paths)
}

const pathTwice = "files[%d] has the path of files[%d], which it would overwrite: give each path once"

func isGuidePath(path string) bool {
	return strings.TrimSpace(path) != "" && !strings.HasPrefix(path, "/") && !slices.Contains(strings.Split(path, "/"), "..")
}
