package hexsim

import "slices"

// seedPublished keeps the published versions: as the drafts are, but for a project
// that was edited since.
func (h *Hex) seedPublished() {
	for _, p := range h.projects.all() {
		if p.LastPublished == nil {
			continue
		}
		book := p.exported(p.cells)
		if p.ID == ProjectForecast {
			book.Cells = beforeEdits(book.Cells)
		}
		p.keepPublished(book)
	}
}

// beforeEdits are the cells of the forecast before one was added, one removed, one
// moved and one changed.
func beforeEdits(cells []exportedCell) []exportedCell {
	const removed = "019c1d20-5a0f-7c1e-9d0b-6f2b8f0c7a11"
	note := "Units per day, not per week."
	at := func(label string) int {
		return slices.IndexFunc(cells, func(c exportedCell) bool { return c.CellLabel != nil && *c.CellLabel == label })
	}
	before := "model = fit(history)\nforecast = model.predict(start_date, horizon_days)"
	cells[at("Fit and forecast")].Config.Source = &before
	cells = slices.Delete(cells, at("Forecast"), at("Forecast")+1)
	start := at("Start")
	cells[start], cells[start-1] = cells[start-1], cells[start]
	return append(cells, exportedCell{CellType: "MARKDOWN", CellID: removed, CellLabel: new("How to read this"), Config: exportedConfig{Source: &note}})
}
