package tools

import (
	"fmt"
	"strings"

	"hexmcp/hexapi"
	"hexmcp/schema"
)

func contexts() Toolset {
	return toolset("contexts", "Publish guides from a repository as one version.",
		writes("HEX_CREATE_CONTEXT_VERSION", "Create context version",
			"Create a draft version of the workspace's context: the guides that Hex's own agent reads, changed together. Nobody reads it until it is published. Returns contextVersionId, which no tool lists: keep it. Each call creates another.",
			(*hexapi.Client).CreateContextVersion, apart, optional, unlisted,
			insteadOf("give externalSource, {source, owner, repo, branch, commitHash}", "owner", "repo", "branch", "commitHash", "source")),
		destroys("HEX_UPSERT_CONTEXT_GUIDES", "Write guides of context version",
			"Create or overwrite guides in a draft version of the context, by path. Of what is in force nothing changes until HEX_PUBLISH_CONTEXT_VERSION. Returns files (created or updated), noops (as before) and warnings.",
			checked(contextFileRules, prepared(contextFiles.meant, (*hexapi.Client).EditContextVersion)), apart, optional, unlisted, idempotent, noting(contextWarnings),
			listedBy("HEX_CREATE_CONTEXT_VERSION"), refused(Unprocessable, always(versionPublished)),
			insteadOf("it belongs to a file: give files, a list of {filePath, contents}", "filePath", "path", "contents", "content", "file")),
		destroys("HEX_PRUNE_CONTEXT_GUIDES", "Prune guides of context version",
			"Remove from a draft version of the context all guides of a source but those named: what is gone from a repository. Returns removedGuides: show them to the user before publishing.",
			checked(pruneRules, prepared(contextPrune.meant, (*hexapi.Client).EditContextVersion)), apart, optional, unlisted, idempotent, asking(askToPrune),
			listedBy("HEX_CREATE_CONTEXT_VERSION"), refused(Unprocessable, always(versionPublished)),
			insteadOf("give guideFilePaths, the guides to keep", "keep", "files", "paths", "filePaths")),
		destroys("HEX_PUBLISH_CONTEXT_VERSION", "Publish context version",
			"Publish a draft version of the context. With updateLatestVersion true, it overwrites and removes what Hex's agent uses for everybody in the workspace. It can be changed no more. Returns its id.",
			(*hexapi.Client).PublishContextVersion, apart, optional, unlisted, reachesPeople, asking(askToPublishContext),
			listedBy("HEX_CREATE_CONTEXT_VERSION"), refused(Unprocessable, always(versionPublished))),
	)
}

// contextFiles is what writes guides into a version.
type contextFiles struct {
	ContextVersionID hexapi.ContextVersionID `json:"contextVersionId" jsonschema:"required,minLength=1"`
	hexapi.ContextFiles
}

func (in contextFiles) meant() hexapi.EditContextVersionInput {
	return hexapi.EditContextVersionInput{ContextVersionID: in.ContextVersionID, ContextFiles: in.ContextFiles}
}

// contextPrune is what removes guides from a version.
type contextPrune struct {
	ContextVersionID hexapi.ContextVersionID `json:"contextVersionId" jsonschema:"required,minLength=1"`
	ExternalSource   hexapi.SourcePlace      `json:"externalSource" jsonschema:"required" jsonschema_description:"Whose guides are looked through."`
	GuideFilePaths   []string                `json:"guideFilePaths" jsonschema:"required" jsonschema_description:"Guides of it that stay: all that are still there."`
}

func (in contextPrune) meant() hexapi.EditContextVersionInput {
	return hexapi.EditContextVersionInput{ContextVersionID: in.ContextVersionID, ExternalSource: &in.ExternalSource, GuideFilePaths: in.GuideFilePaths}
}

const versionPublished = "A version that is published can be changed no more: begin another with HEX_CREATE_CONTEXT_VERSION."

func contextFileRules(in contextFiles) []schema.Issue {
	paths := make([]string, len(in.Files))
	for i, f := range in.Files {
		paths[i] = f.FilePath
	}
	return pathRules(paths)
}

// pruneRules keep all guides of a source from being removed by a list that was left
// empty by mistake.
func pruneRules(in contextPrune) []schema.Issue {
	if len(in.GuideFilePaths) > 0 {
		return nil
	}
	return []schema.Issue{{Path: "guideFilePaths", Message: "guideFilePaths is empty, which would remove every guide of the source: name those that stay; to remove all, delete them in Hex"}}
}

// contextWarnings tells what Hex warns of, and what was written before already.
func contextWarnings(out hexapi.ContextVersionEdited) []string {
	notes := warningsOf(out.Result.Warnings)
	if len(out.Result.Noops) > 0 {
		paths := make([]string, len(out.Result.Noops))
		for i, p := range out.Result.Noops {
			paths[i] = p.FilePath
		}
		notes = append(notes, fmt.Sprintf("These were like this before, so nothing was written: %s.", strings.Join(paths, ", ")))
	}
	return notes
}
