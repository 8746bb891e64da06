package tools

import "hexmcp/hexapi"

func semantics() Toolset {
	return toolset("semantics", "Keep semantic projects.",
		destroys("HEX_UPDATE_SEMANTIC_PROJECT", "Update semantic project",
			"Set or remove the status or endorsement of datasets and views of a semantic project; the old status is overwritten. One wrong entry keeps all from being made. Returns what has another status now. Needs the scope to sync semantic projects.",
			checked(semanticChangeRules, prepared(semanticChange.meant, (*hexapi.Client).UpdateSemanticProject)), apart, optional, idempotent,
			refused(InvalidInput, refusedStatuses("Correct the arguments and call again.")), refused(NotFound, refusedStatuses(noSemanticProject))),
		destroys("HEX_INGEST_SEMANTIC_PROJECT", "Ingest semantic project",
			"Overwrite the models and views of a semantic project by those of files. Give all files, as text; dryRun true only checks them. Returns contents, skipped, warnings and problems. Needs the scope to sync semantic projects. 3 calls a minute. How Hex takes files is not documented: it may refuse them.",
			checked(semanticFileRules, (*hexapi.Client).IngestSemanticProject), apart, optional, idempotent, notingCall(semanticProblems),
			refused(InvalidInput, always(notIngested)), refused(Forbidden, always(noSemanticProject)),
			refused(Upstream, refusedForm),
			insteadOf("give files, a list of {filePath, contents}", "file", "zip", "content", "contents", "yaml")),
	)
}

const noSemanticProject = "The semanticProjectId is wrong, or the token may not see the project: no tool lists semantic projects, so ask the user for the id."
