package tools

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"hexmcp/hexapi"
	"hexmcp/schema"
)

// notebooks are the rows of projects as files.
func notebooks() []Action {
	return []Action{
		reads("HEX_EXPORT_PROJECT", "Export project",
			"Read a project whole, as YAML: cells of all types with their settings, where HEX_LIST_CELLS has the sources of three. Of a long one, cells are left out, and a note says which. Not every workspace has this.",
			checked(exportRules, (*hexapi.Client).ExportProject), inProject, optional, listedBy("HEX_LIST_PROJECTS"), numbersToo("version"), notebookFile, refused(Forbidden, always(noExport))),
		writes("HEX_IMPORT_PROJECT", "Import project",
			"Create a project from the YAML of HEX_EXPORT_PROJECT. Returns projectId and warnings: connections may be lost. It is a draft, and never replaces another project. Each call makes another. Needs Projects: Write.",
			checked(importRules, (*hexapi.Client).ImportProject), boundless, optional, unlisted, verified("HEX_LIST_PROJECTS"), noting(lostInImport)),
	}
}

const noExport = "Some organisations only have exports, and the token must see the project: do without, with the sources of HEX_LIST_CELLS, or ask an admin."

func exportRules(in hexapi.ExportProjectInput) []schema.Issue {
	return versionRules("version", in.Version)
}

// versionRules want a version as Hex knows them.
func versionRules(argument string, v hexapi.ExportVersion) []schema.Issue {
	if v == "" || v == "draft" || v == "latest" || v.IsNumber() {
		return nil
	}
	return []schema.Issue{{Path: argument, Message: fmt.Sprintf("%s must be draft, latest, or the number of a version such as 3; %q was given", argument, cut(string(v), 60))}}
}

// importRules refuses a notebook from which cells were left out: the new project
// would lack them.
func importRules(in hexapi.ImportProjectInput) []schema.Issue {
	if !strings.Contains(in.Content, leftOutMark) {
		return nil
	}
	return []schema.Issue{{Path: "content", Message: "content is not whole: cells were left out of the answer that it comes from, because they did not fit; hexmcp call HEX_EXPORT_PROJECT --out FILE writes all of it"}}
}

// lostInImport says which kinds of things Hex warns of.
func lostInImport(out hexapi.ProjectImported) []string {
	var kinds []string
	for _, kind := range slices.Sorted(maps.Keys(out.Warnings)) {
		if w := string(out.Warnings[kind]); w != "null" && w != "[]" && w != `""` && w != "{}" {
			kinds = append(kinds, kind)
		}
	}
	if kinds == nil {
		return nil
	}
	return []string{fmt.Sprintf("Not all was taken over: see warnings (%s). Tell the user, and look at the cells with HEX_LIST_CELLS.", several(kinds, ", ", quoted))}
}

// notebookFile marks an action whose answer is a notebook, in YAML in content.
func notebookFile(a *Action) {
	a.shorten = fitNotebook
	a.take = func(body json.RawMessage, _ int) (taken, error) {
		book, err := hexapi.Answer[hexapi.Notebook]{Body: body}.Decode()
		if err != nil {
			return taken{body: body}, nil // of another shape: there is nothing to write
		}
		return taken{body: body, file: &File{"application/yaml", []byte(book.Content)}}, nil
	}
}
