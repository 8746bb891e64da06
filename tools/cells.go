package tools

import (
	"fmt"
	"strings"

	"hexmcp/hexapi"
	"hexmcp/schema"
)

func cells() Toolset {
	return toolset("cells", "Read and edit the cells of a project's draft.",
		reads("HEX_LIST_CELLS", "List cells",
			"List the cells of a project's draft. A section's cells follow it. Sources are filled for code, SQL and markdown cells; all others have null contents. Cell tools take id, not staticId. 30 calls a minute.",
			(*hexapi.Client).ListCells),
		reads("HEX_GET_CELL", "Get cell",
			"Read one cell of a draft with its source, label and data connection: what HEX_LIST_CELLS has, for one.",
			(*hexapi.Client).GetCell),
		writes("HEX_CREATE_CELL", "Create cell",
			"Add a code, SQL or markdown cell to a project's draft. Returns the cell. It is not run, and the published app changes only when somebody publishes in Hex. Needs EDIT_PROJECT_CONTENTS on the project. Each call adds another cell.",
			checked(newCellRules, (*hexapi.Client).CreateCell), verified("HEX_LIST_CELLS")),
		destroys("HEX_UPDATE_CELL", "Update cell",
			"Overwrite a draft cell's source, change a SQL cell's data connection, or both; at least one is needed. Read HEX_GET_CELL first: the old source is gone. Type, label and place cannot be changed. Returns the cell; go on with the id in it, which may be new. Needs EDIT_PROJECT_CONTENTS.",
			checked(cellUpdateRules, (*hexapi.Client).UpdateCell), idempotent, verified("HEX_GET_CELL"),
			idsFrom("dataConnectionId", "UUID from HEX_LIST_DATA_CONNECTIONS, for SQL cells; null, given alone, detaches")),
		destroys("HEX_DELETE_CELL", "Delete cell",
			"Remove a cell from the draft for good, of a section all cells within it too; no undo, so keep sources first. Needs EDIT_PROJECT_CONTENTS. The published app keeps it until the next publish. Returns cellId.",
			(*hexapi.Client).DeleteCell, verified("HEX_GET_CELL")),
	)
}

// newCellRules wants the one source that matches the type of the cell.
func newCellRules(in hexapi.CreateCellInput) []schema.Issue {
	given := present(in.Contents.CodeCell != nil, in.Contents.SQLCell != nil, in.Contents.MarkdownCell != nil)
	want := map[hexapi.CellType]string{
		hexapi.CodeCell: "codeCell", hexapi.SQLCell: "sqlCell", hexapi.MarkdownCell: "markdownCell",
	}[in.CellType]
	var issues []schema.Issue
	if len(given) != 1 || given[0] != want {
		issues = append(issues, wrongSource(in.CellType, want, given))
	}
	if sql := in.Contents.SQLCell; sql != nil && sql.IsDataframeSQL && sql.DataConnectionID != "" {
		issues = append(issues, twoSQLSources())
	}
	return issues
}

// cellUpdateRules wants something to change, and one source at the most.
func cellUpdateRules(in hexapi.UpdateCellInput) []schema.Issue {
	if in.Contents == nil {
		if in.DataConnectionID.IsZero() {
			return []schema.Issue{{Message: "give contents, dataConnectionId or both: there is nothing to update"}}
		}
		return nil
	}
	given := present(in.Contents.CodeCell != nil, in.Contents.SQLCell != nil, in.Contents.MarkdownCell != nil)
	if len(given) != 1 {
		return []schema.Issue{notOneSource(given)}
	}
	return nil
}

// present names the sources that are given.
func present(code, sql, markdown bool) []string {
	var names []string
	for _, s := range []struct {
		given bool
		name  string
	}{{code, "codeCell"}, {sql, "sqlCell"}, {markdown, "markdownCell"}} {
		if s.given {
			names = append(names, s.name)
		}
	}
	return names
}

// What is wrong with the arguments where no portable schema can say it.

func wrongSource(cell hexapi.CellType, want string, given []string) schema.Issue {
	return schema.Issue{Path: "contents", Message: fmt.Sprintf(
		"contents must hold exactly %s for cellType %s, but holds %s", want, cell, orNothing(given))}
}

func notOneSource(given []string) schema.Issue {
	return schema.Issue{Path: "contents", Message: fmt.Sprintf(
		"contents must hold exactly one of codeCell, sqlCell and markdownCell, but holds %s", orNothing(given))}
}

func orNothing(names []string) string {
	if len(names) == 0 {
		return "nothing"
	}
	return strings.Join(names, " and ")
}

func twoSQLSources() schema.Issue {
	return schema.Issue{Path: "contents.sqlCell", Message: "contents.sqlCell takes dataConnectionId (a database) or isDataframeSql true (dataframes of other cells), not both"}
}
