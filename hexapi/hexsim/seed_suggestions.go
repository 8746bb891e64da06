package hexsim

import (
	"time"

	"hexmcp/hexapi"
)

// warehouseChange is a change of a description in a data connection's schema.
type warehouseChange struct {
	UpdateType         string                    `json:"updateType"`
	DataConnectionName string                    `json:"dataConnectionName"`
	DatabaseName       string                    `json:"databaseName"`
	SchemaName         string                    `json:"schemaName"`
	TableName          string                    `json:"tableName"`
	ColumnName         *string                   `json:"columnName"`
	DescriptionUpdate  *hexapi.DescriptionChange `json:"descriptionUpdate"`
	StatusUpdate       *hexapi.StatusChange      `json:"statusUpdate"`
}

// fileChange is a change of a guide.
type fileChange struct {
	UpdateType string `json:"updateType"`
	FilePath   string `json:"filePath"`
	Diff       string `json:"diff"`
}

func (h *Hex) seedSuggestions() {
	for _, s := range []*suggestion{h.invoiceDates(), h.netRevenue(), h.oldShop()} {
		h.suggestions.add(s.ID, s)
	}
}

// invoiceDates comes from what went wrong in ThreadInvoices.
func (h *Hex) invoiceDates() *suggestion {
	return &suggestion{
		Suggestion: hexapi.Suggestion{
			ID: SuggestionInvoices, Title: "Say which date of an invoice counts", Status: hexapi.SuggestionOpen,
			Summary:     "Answers about supplier invoices differ, as no guide says whether the date of issue or of delivery counts.",
			CreatedDate: h.ago(40 * time.Hour), LastSourceAddedDate: new(h.ago(30 * time.Hour)),
		},
		sources: []hexapi.SuggestionSource{h.sourceOf(ThreadInvoices)},
		changes: []*change{
			{id: ChangeInvoiceGuide, target: hexapi.FileChange, status: hexapi.ChangeNeedsReview, payload: fileChange{
				"CREATE_ORG_GUIDE_FILE", "metrics/invoices.md", "+# Supplier invoices\n+The date of delivery counts.\n",
			}},
			{id: ChangeInvoiceColumn, target: hexapi.WarehouseChange, status: hexapi.ChangeStale, payload: warehouseChange{
				UpdateType: "UPDATE_DESCRIPTION", DataConnectionName: h.connections.get(ConnectionOrders).Name, DatabaseName: "shop", SchemaName: "public",
				TableName: "supplier_invoices", ColumnName: new("issued_at"),
				DescriptionUpdate: &hexapi.DescriptionChange{NewDescription: new("When the supplier wrote the invoice; not when the goods came.")},
			}},
		},
	}
}

// netRevenue was carried out.
func (h *Hex) netRevenue() *suggestion {
	return &suggestion{
		Suggestion: hexapi.Suggestion{
			ID: SuggestionRevenue, Title: "Define net revenue", Status: hexapi.SuggestionCompleted,
			Summary: "Net revenue is after returns and before tax.", CreatedDate: h.ago(60 * day), LastSourceAddedDate: new(h.ago(50 * day)),
		},
		sources: []hexapi.SuggestionSource{h.sourceOf(ThreadRevenue), {Warning: &hexapi.SuggestionWarning{Summary: "Two definitions were used.", WarningType: "user_doubt"}}},
		changes: []*change{{id: ChangeRevenueGuide, target: hexapi.FileChange, status: hexapi.ChangeCompleted, payload: fileChange{
			"EDIT_ORG_GUIDE_FILE", "metrics/revenue.md", "-Revenue is what was paid.\n+Net revenue is after returns and before tax.\n",
		}}},
	}
}

// oldShop was turned down.
func (h *Hex) oldShop() *suggestion {
	return &suggestion{Suggestion: hexapi.Suggestion{
		ID: SuggestionOldShop, Title: "Describe the tables of the old shop", Status: hexapi.SuggestionDismissed,
		Summary: "Nobody uses them any more.", CreatedDate: h.ago(90 * day),
	}}
}

// sourceOf is a thread and its first warning.
func (h *Hex) sourceOf(id hexapi.UUID) hexapi.SuggestionSource {
	t := h.threads.get(id)
	source := hexapi.SuggestionSource{AgentChatThread: &hexapi.SuggestionThread{ID: string(id), Title: new(t.title)}}
	if t.summary != "" {
		source.AgentChatThread.Intent = new(t.summary)
	}
	if u := h.users.get(t.author); u != nil {
		source.AgentChatThread.User = &hexapi.SuggestionAuthor{ID: string(u.ID), Name: u.Name}
	}
	if len(t.warnings) > 0 {
		source.Warning = &hexapi.SuggestionWarning{Summary: t.warnings[0].Summary, WarningType: "missing_context"}
	}
	return source
}
