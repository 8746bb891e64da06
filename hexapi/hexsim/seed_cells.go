package hexsim

import "hexmcp/hexapi"

// seedCell is a demo cell in few words, with the cells of a section within it.
type seedCell struct {
	id         hexapi.UUID // empty: made up
	kind       string
	label      string
	source     string
	dataframe  string
	connection hexapi.UUID
	within     []seedCell
}

func (h *Hex) seedCells() {
	for _, n := range notebooks() {
		h.addCells(h.projects.get(n.project), nil, n.cells)
	}
}

func (h *Hex) addCells(p *project, parent *cell, seeds []seedCell) {
	for _, s := range seeds {
		c := h.newCell(p, parent, s)
		p.cells = append(p.cells, h.cells.add(c.ID, c))
		h.addCells(p, c, s.within)
	}
}

func (h *Hex) newCell(p *project, parent *cell, s seedCell) *cell {
	c := &cell{parent: parent, Cell: hexapi.Cell{ID: s.id, StaticID: h.ids.uuid(), CellType: s.kind, ProjectID: p.ID}}
	if c.ID == "" {
		c.ID = h.ids.uuid()
	}
	if s.label != "" {
		c.Label = new(s.label)
	}
	if s.connection != "" {
		c.DataConnectionID = new(s.connection)
	}
	switch s.kind {
	case string(hexapi.CodeCell):
		c.Contents.CodeCell = &hexapi.CellSource{Source: s.source}
	case string(hexapi.MarkdownCell):
		c.Contents.MarkdownCell = &hexapi.CellSource{Source: s.source}
	case string(hexapi.SQLCell):
		c.Contents.SQLCell = &hexapi.SQLCellSource{Source: s.source, OutputDataframe: new(s.dataframe)}
	}
	return c
}

type notebook struct {
	project hexapi.UUID
	cells   []seedCell
}

func notebooks() []notebook {
	const code, markdown, sql = string(hexapi.CodeCell), string(hexapi.MarkdownCell), string(hexapi.SQLCell)
	return []notebook{
		{ProjectRevenue, []seedCell{
			{id: CellRevenueIntro, kind: markdown, label: "Introduction", source: "# Weekly revenue review\n\nNet revenue, that is **after** refunds and vouchers."},
			{id: CellRevenueSection, kind: sectionCell, label: "Data", within: []seedCell{
				{
					id: CellRevenueSQL, kind: sql, label: "Revenue by week", connection: ConnectionWarehouse, dataframe: "revenue",
					source: "select date_trunc('week', ordered_at) as week, region, sum(net_revenue) as net_revenue\nfrom marts.fct_orders\nwhere ordered_at >= dateadd('week', -26, current_date)\ngroup by 1, 2\norder by 1",
				},
				{id: CellRevenueCode, kind: code, label: "Against plan", source: "plan = revenue.groupby('week')['net_revenue'].sum().rolling(4).mean()\nrevenue['gap'] = revenue['net_revenue'] - revenue['week'].map(plan)"},
			}},
			{kind: "METRIC", label: "Net revenue, last week"},
			{kind: "TEXT"},
			{kind: "PIVOT", label: "Revenue by region"},
			{id: CellRevenueChart, kind: chartCell, label: "Revenue by week"},
		}},
		{ProjectForecast, []seedCell{
			{id: CellForecastInput, kind: inputCell, label: "Region"},
			{kind: inputCell, label: "Horizon in days"},
			{kind: inputCell, label: "Start"},
			{kind: inputCell, label: "Include promotions"},
			{kind: inputCell, label: "Note"},
			{kind: sql, label: "History", connection: ConnectionFeatures, dataframe: "history", source: "select * from features.daily_units where region = {{ region }}"},
			{kind: code, label: "Fit and forecast", source: "model = fit(history, promos=include_promos)\nforecast = model.predict(start_date, horizon_days)"},
			{kind: "DISPLAY_TABLE", label: "Forecast"},
			{kind: "VEGA_CHART", label: "Forecast with interval"},
		}},
		{ProjectFails, []seedCell{
			{kind: sql, label: "Invoices", connection: ConnectionOrders, dataframe: "invoices", source: "select * from supplier_invoices where received_at > now() - interval '30 days'"},
			{kind: code, label: "Match", source: "invoices['delivered_on'] = pd.to_datetime(invoices['delivered_on'], format='%Y-%m-%d')"},
		}},
		{ProjectDraft, []seedCell{
			{kind: markdown, source: "Baskets that reach payment, by screen width."},
			{kind: sql, label: "Events", connection: ConnectionMarketing, dataframe: "events", source: "select session_id, step, screen_width from web.checkout_events"},
			{kind: sql, label: "Funnel", dataframe: "funnel", source: "select step, count(distinct session_id) as sessions from events group by step"},
		}},
		{ProjectComponent, []seedCell{
			{kind: sql, label: "Customers", connection: ConnectionWarehouse, dataframe: "customers", source: "select * from marts.dim_customers where not is_test"},
		}},
		{ProjectInventory, []seedCell{
			{kind: "COMPONENT_IMPORT", label: "Customer base query"},
			{kind: "FILTER", label: "Warehouse"},
			{kind: "MAP", label: "Stock cover"},
		}},
	}
}
