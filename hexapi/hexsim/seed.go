package hexsim

import (
	"time"

	"hexmcp/hexapi"
)

const day = 24 * time.Hour

// seed fills the workspace with a small online grocer's data team. What is in it
// has the same ids in every workspace, and times told from the start.
func (h *Hex) seed() {
	h.statuses = []string{"Exploratory", "In review", "Approved", "Production", "Deprecated"}
	h.categories = []hexapi.Category{
		{Name: "Customer", Description: new("Who buys, who stays and why")},
		{Name: "Finance", Description: new("Revenue, margin and invoices")},
		{Name: "Growth", Description: new("Marketing and experiments")},
		{Name: "Machine learning", Description: nil},
		{Name: "Operations", Description: new("Stock, suppliers and delivery")},
	}
	h.seedUsers()
	h.seedGroups()
	h.seedCollections()
	h.seedConnections()
	h.seedGuides()
	h.seedStatuses()
	h.seedProjects()
	h.seedCells()
	h.seedPublished()
	h.seedRuns()
	h.seedThreads()
	h.seedSuggestions()
	h.seedSessions()
	h.seedCrowd()
}

// ago is a stamp of a time before the start.
func (h *Hex) ago(d time.Duration) string { return stamp(h.start.Add(-d)) }

// agoOrNull is null for zero, which stands for never.
func (h *Hex) agoOrNull(d time.Duration) *string {
	if d == 0 {
		return nil
	}
	return new(h.ago(d))
}
