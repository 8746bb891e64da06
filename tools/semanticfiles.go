package tools

import (
	"fmt"
	"net/http"
	"strings"

	"hexmcp/hexapi"
	"hexmcp/schema"
)

// semanticFileRules bound the files of a semantic project, and want each at a path of
// its own within it.
func semanticFileRules(in hexapi.IngestSemanticProjectInput) []schema.Issue {
	paths, size := make([]string, len(in.Files)), 0
	for i, f := range in.Files {
		paths[i] = f.FilePath
		size += len(f.Contents)
	}
	if len(in.Files) > hexapi.MaxSemanticFiles {
		return []schema.Issue{{Path: "files", Message: fmt.Sprintf("files has %d entries, and at most %d can be sent: join models in fewer files", len(in.Files), hexapi.MaxSemanticFiles)}}
	}
	issues := pathRules(paths)
	if size > hexapi.MaxSemanticBytes {
		issues = append(issues, schema.Issue{Path: "files", Message: fmt.Sprintf("files hold %d bytes of text, and at most %d can be sent: leave out what is no model or view", size, hexapi.MaxSemanticBytes)})
	}
	return issues
}

// semanticProblems tells what Hex found in files that it has taken.
func semanticProblems(in hexapi.IngestSemanticProjectInput, out hexapi.SemanticProjectIngested) []string {
	var notes []string
	if in.DryRun {
		notes = append(notes, "This was a dry run: nothing was written. Call without dryRun to write it.")
	}
	found := append([]string{}, out.Warnings...)
	for _, p := range out.Problems {
		found = append(found, fmt.Sprintf("%s: %s", p.Severity, p.Message))
	}
	if len(found) > 0 {
		notes = append(notes, "Hex warns: "+listed(found)+".")
	}
	if len(out.Skipped) > 0 {
		notes = append(notes, "Not all was taken in: see skipped.")
	}
	return notes
}

const notIngested = "Nothing was written. Correct the files and send all again; dryRun true only checks them."

// refusedForm knows what it means that Hex does not take a form with a zip file.
func refusedForm(e *hexapi.Error) string {
	if e.Status != http.StatusUnsupportedMediaType {
		return ""
	}
	return "Hex does not document how it takes files, and does not take them as they were sent: sync the project in Hex instead; repeating will not help."
}

// pathRules want each path to be one within its folder, given once.
func pathRules(paths []string) []schema.Issue {
	var issues []schema.Issue
	first := make(map[string]int)
	for i, p := range paths {
		at := fmt.Sprintf("files[%d].filePath", i)
		j, twice := first[p]
		switch {
		case twice:
			issues = append(issues, schema.Issue{Path: at, Message: fmt.Sprintf(pathTwice, i, j)})
		case !isGuidePath(p) || strings.Contains(p, `\`):
			issues = append(issues, schema.Issue{Path: at, Message: fmt.Sprintf("%s must be a path such as metrics/revenue.md, without .. and not beginning with /; %q was given", at, cut(p, 60))})
		}
		if !twice {
			first[p] = i
		}
	}
	return issues
}
