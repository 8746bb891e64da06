package tools

import (
	"fmt"
	"strings"

	"hexmcp/hexapi"
	"hexmcp/schema"
)

// newCellRules wants the one source that matches the type of the cell, and a
// place that there is.
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
	if l := in.Location; l != nil && l.ChildPosition == hexapi.FirstChild && l.ParentCellID == "" {
		issues = append(issues, schema.Issue{Path: "location.childPosition", Message: firstOfNothing})
	}
	return issues
}

// placeCell leaves out the place within a section where no section is given: hosts
// that send all defaults send that one, too.
func placeCell(in hexapi.CreateCellInput) hexapi.CreateCellInput {
	if in.Location == nil {
		return in
	}
	place := *in.Location
	if place.ParentCellID == "" {
		place.ChildPosition = ""
	}
	in.Location = &place
	if place == (hexapi.CellLocation{}) {
		in.Location = nil
	}
	return in
}

// unconnected warns of a SQL cell that cannot run.
func unconnected(in hexapi.CreateCellInput, _ hexapi.Cell) []string {
	if sql := in.Contents.SQLCell; sql == nil || sql.IsDataframeSQL || sql.DataConnectionID != "" {
		return nil
	}
	return []string{"The SQL cell has no data connection, so it cannot run: give it one with HEX_UPDATE_CELL and dataConnectionId (from HEX_LIST_DATA_CONNECTIONS). A cell that queries dataframes is made with isDataframeSql true."}
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

const firstOfNothing = "location.childPosition FIRST is a place within a section: give location.parentCellId, the id of a section cell from HEX_LIST_CELLS; without it a cell goes to the end, or behind insertAfterCellId"

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
