package tools

import (
	"hexmcp/hexapi"
	"hexmcp/schema"
)

func guides() Toolset {
	return toolset("guides", "Write the guides that Hex's own agent reads.",
		destroys("HEX_UPSERT_GUIDE_DRAFT", "Write guide drafts",
			"Create or overwrite drafts of the guides that Hex's own agent reads, by path. hex.md is the workspace's context, sent with every prompt. What is published stays until HEX_PUBLISH_GUIDE_DRAFTS. Returns each file's id, which no tool lists: keep it; and warnings.",
			(*hexapi.Client).UpsertGuideDraft, idempotent, noting(guideWarnings)),
		destroys("HEX_PUBLISH_GUIDE_DRAFTS", "Publish guide drafts",
			"Publish guide drafts: they overwrite what Hex's agent uses for everybody in the workspace. Give orgGuideFileIds, or publishAllDraftGuides for every draft, other people's included. Returns the published guides.",
			checked(publishRules, (*hexapi.Client).PublishGuideDrafts), reachesPeople),
		destroys("HEX_DELETE_GUIDE_DRAFT", "Delete guide draft",
			"Delete a guide draft for good. Of a published guide without a draft this only marks it; publishing the same id then removes it (unverified). Returns {}.",
			(*hexapi.Client).DeleteGuideDraft, listedBy("HEX_UPSERT_GUIDE_DRAFT")),
	)
}

// publishRules wants drafts to be named: Hex would publish an unknown set.
func publishRules(in hexapi.PublishGuideDraftsInput) []schema.Issue {
	if in.PublishAllDraftGuides || len(in.OrgGuideFileIDs) > 0 {
		return nil
	}
	return []schema.Issue{{Message: "give orgGuideFileIds, or publishAllDraftGuides true to publish every draft"}}
}
