package tools

import (
	"fmt"
	"regexp"
	"sync"

	"hexmcp/hexapi"
)

// quotedJinja is a value of Jinja between quotes. Hex hands values to the database
// apart from the query, so that what stands between the quotes is no value. Of one
// that the filter sqlsafe puts into the text itself, quotes are right.
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

func quotedInNewCell(in hexapi.CreateCellInput, _ hexapi.Cell) []string {
	if in.Contents.SQLCell == nil {
		return nil
	}
	return quotedIn(in.Contents.SQLCell.Source)
}

func quotedInChange(in cellChange, _ hexapi.Cell) []string {
	contents, _ := in.Contents.Get()
	if contents.SQLCell == nil {
		return nil
	}
	return quotedIn(contents.SQLCell.Source)
}
