package hexsim

import (
	"fmt"
	"strings"

	"hexmcp/hexapi"
)

// maxCells is how many cells a project of the crowd has at the most.
const maxCells = 16

// The tables that the cells of a crowd query, the first of them most.
const tables = "marts.fct_orders marts.fct_stock marts.dim_customers marts.fct_refunds marts.fct_deliveries raw.events finance.invoices web.sessions"

// computedCells are the cells of a project of the crowd that nobody has edited.
func (h *Hex) computedCells(p *project) []*cell {
	d := diceOf(cellIDs, p.crowd.number)
	if d.chance(8) {
		return nil // nothing was written yet
	}
	seeds := []seedCell{{kind: string(hexapi.MarkdownCell), label: "What this is", source: "# " + p.Title + "\n\nAsk the owner before you change anything."}}
	for i := range 1 + d.below(4) {
		seeds = append(seeds, crowdQuery(d, i))
	}
	if d.chance(60) {
		seeds = append(seeds, seedCell{kind: string(hexapi.CodeCell), label: "Shape", source: fmt.Sprintf("df = dataframe_1.dropna()\ndf = df[df['amount'] > %d]\ndf.groupby('region').agg('sum')", d.below(500))})
	}
	seeds = append(seeds, seedCell{kind: chartCell, label: "Over time"})
	cells := make([]*cell, len(seeds))
	for i, s := range seeds {
		n := p.crowd.number*maxCells + i
		s.id = cellIDs.id(n)
		cells[i] = madeCell(p, nil, s, staticIDs.id(n))
	}
	return cells
}

// crowdQuery is the query of an SQL cell.
func crowdQuery(d *dice, i int) seedCell {
	table := pick(tables, d.below(len(strings.Fields(tables)))*d.below(2))
	connection := []hexapi.UUID{ConnectionWarehouse, ConnectionWarehouse, ConnectionOrders, ConnectionMarketing, ConnectionFeatures}[d.below(5)]
	return seedCell{
		kind: string(hexapi.SQLCell), label: fmt.Sprintf("Query %d", i+1), connection: connection, dataframe: fmt.Sprintf("dataframe_%d", i+1),
		source: fmt.Sprintf("select region, sum(amount) as amount\nfrom %s\nwhere created_at > current_date - %d\ngroup by region", table, 7*(1+d.below(52))),
	}
}
