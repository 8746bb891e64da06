package hexsim

import (
	"regexp"
	"strconv"
	"sync"
	"time"

	"hexmcp/hexapi"
)

// The kinds of columns, told by their names.
const (
	dateColumn   = "DATE"
	numberColumn = "NUMBER"
	textColumn   = "VARCHAR"
)

var (
	namesDate = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(^|_)(day|week|month|quarter|cohort|minute|date)$|_at$|_on$`)
	})
	namesText = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(region|channel|warehouse|step|variant)$`) })
)

func columnType(column string) string {
	switch {
	case namesDate().MatchString(column):
		return dateColumn
	case namesText().MatchString(column):
		return textColumn
	default:
		return numberColumn
	}
}

// words are the values of text columns by name.
var words = map[string][]string{
	"region": {"North", "East", "South", "West"}, "channel": {"Search", "Social", "Email", "Affiliates"},
	"warehouse": {"Harbour", "Ring road"}, "step": {"basket", "address", "payment"}, "variant": {"control", "free"},
}

// firstWeek is the date in the first row of a table.
var firstWeek = time.Date(2025, 9, 1, 0, 0, 0, 0, time.UTC)

// row makes up a row. Dates go on with each group of rows that share one, as a
// query by week and region has them.
func row(columns []hexapi.OutputColumn, i int) map[string]string {
	group := 1
	for _, c := range columns {
		if c.Type == textColumn {
			group = len(words[c.Name])
		}
	}
	values := make(map[string]string, len(columns))
	for n, c := range columns {
		switch c.Type {
		case dateColumn:
			values[c.Name] = firstWeek.AddDate(0, 0, 7*(i/group)).Format(time.DateOnly)
		case textColumn:
			values[c.Name] = words[c.Name][i%group%len(words[c.Name])]
		default:
			values[c.Name] = strconv.Itoa(1000 + (i*7919+n*104729)%9000)
		}
	}
	return values
}

// sessionOfAda is the id that Hex gives to what UserAda runs in the pages of
// Hex: it is no run of the API.
const sessionOfAda hexapi.UUID = "019bce52-8c1e-7d4b-9a37-0e6f5b2d91c4"

// seedSessions lets UserAda have run the drafts of two projects that she has open.
func (h *Hex) seedSessions() {
	for _, id := range []hexapi.UUID{ProjectRevenue, ProjectExperiment} {
		for _, c := range h.projects.get(id).cells {
			c.execute(&run{id: sessionOfAda, asked: h.start.Add(-day)})
		}
	}
	h.cells.get(CellRevenueSQL).rows = 26 * len(words["region"])
}
