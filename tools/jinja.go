package tools

import (
	"fmt"
	"regexp"
	"strings"
	"sync"

	"hexmcp/hexapi"
)

// quotedJinja finds Jinja between quotes. Hex passes values to the database as
// parameters, so quotes turn one into a text that is no value. Quotes are right where
// the filter sqlsafe writes the value into the query itself.
var quotedJinja = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`'\s*\{\{[^{}']*\}\}\s*'`) })

var sqlsafe = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\|\s*sqlsafe\b`) })

const quotesFindNothing = "The query has Jinja between quotes (%s), which finds nothing, as Hex passes values apart from the text: write it without the quotes."

// quotedIn warns of a query that will find nothing.
func quotedIn(query string) []string {
	for _, quoted := range quotedJinja().FindAllString(query, -1) {
		if !sqlsafe().MatchString(quoted) {
			return []string{fmt.Sprintf(quotesFindNothing, cut(quoted, 60))}
		}
	}
	return nil
}

const jinjaInMarkdown = "The markdown has {{ }}, which Hex fills in from variables; a run was seen to fail of it. If it is meant as text, write it otherwise."

// filledIn warns of markdown that may make a run fail.
func filledIn(markdown string) []string {
	if !strings.Contains(markdown, "{{") {
		return nil
	}
	return []string{jinjaInMarkdown}
}

func jinjaInNewCell(in hexapi.CreateCellInput, _ hexapi.Cell) []string {
	switch c := in.Contents; {
	case c.SQLCell != nil:
		return quotedIn(c.SQLCell.Source)
	case c.MarkdownCell != nil:
		return filledIn(c.MarkdownCell.Source)
	}
	return nil
}

func jinjaInChange(in cellChange, _ hexapi.Cell) []string {
	switch c, _ := in.Contents.Get(); {
	case c.SQLCell != nil:
		return quotedIn(c.SQLCell.Source)
	case c.MarkdownCell != nil:
		return filledIn(c.MarkdownCell.Source)
	}
	return nil
}
