package hexsim

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi"
)

func (c caller) suggestion(id hexapi.UUID) hexapi.SuggestionDetail {
	c.t.Helper()
	return as[hexapi.SuggestionDetail](c.get("/v1/suggestions/" + string(id)).want(200))
}

func TestSuggestionsAreFilteredAndSorted(t *testing.T) {
	c := open(t)
	for query, want := range map[string][]hexapi.UUID{
		"":                      {SuggestionInvoices, SuggestionRevenue, SuggestionOldShop},
		"sortBy=EVIDENCE_COUNT": {SuggestionRevenue, SuggestionInvoices, SuggestionOldShop},
		"sortBy=EVIDENCE_COUNT&sortDirection=ASC": {SuggestionOldShop, SuggestionInvoices, SuggestionRevenue},
		"sortBy=LAST_SOURCE_ADDED_DATE&limit=2":   {SuggestionInvoices, SuggestionRevenue},
		"status=DISMISSED":                        {SuggestionOldShop},
		"status=RESOLVED":                         {},
	} {
		ids := []hexapi.UUID{}
		for _, s := range as[hexapi.Suggestions](c.get("/v1/suggestions?" + query).want(200)).Values {
			ids = append(ids, s.ID)
		}
		assert.Equal(t, want, ids, query)
	}
	as[newerError](c.get("/v1/suggestions/" + string(nobody)).want(404))
}

func TestASuggestionTellsWhereItComesFromAndWhatItChanges(t *testing.T) {
	s := open(t).suggestion(SuggestionInvoices)
	assert.Equal(t, string(ThreadInvoices), s.Sources[0].AgentChatThread.ID)
	assert.Equal(t, "Bruno Castell", *s.Sources[0].AgentChatThread.User.Name)
	require.Len(t, s.ProposedChanges, 2)
	assert.Equal(t, "metrics/invoices.md", s.ProposedChanges[0].Payload.FilePath)
	assert.Equal(t, "issued_at", *s.ProposedChanges[1].Payload.ColumnName)
}

func TestSuggestionsAndTheirChangesAreDecided(t *testing.T) {
	c := open(t)
	path := "/v1/suggestions/" + string(SuggestionInvoices)
	change := path + "/changes/" + string(ChangeInvoiceGuide)
	c.send("POST", path, `{"status":"IN_PROGRESS","rejectionReason":null}`).want(200)
	got := as[hexapi.SuggestedChangeUpdated](c.send("POST", change, `{"updateTarget":"FILE_UPDATE","status":"DISMISSED","rejectionReason":"No."}`).want(200))
	assert.Equal(t, "No.", *got.SuggestionUpdate.RejectionReason)
	s := c.suggestion(SuggestionInvoices)
	assert.Equal(t, hexapi.SuggestionInProgress, s.Status)
	assert.Equal(t, hexapi.ChangeDismissed, s.ProposedChanges[0].Status)

	c.careless = true
	as[newerError](c.send("POST", path, `{"status":"NEW","rejectionReason":null}`).want(400))
	as[newerError](c.send("POST", change, `{"updateTarget":"DATA_WAREHOUSE_UPDATE","status":"COMPLETED","rejectionReason":null}`).want(400))
	as[newerError](c.send("POST", change, `{"updateTarget":"FILE_UPDATE","status":"DONE","rejectionReason":null}`).want(400))
	as[newerError](c.send("POST", fmt.Sprintf("%s/changes/%s", path, nobody), `{}`).want(404))
}

func TestAReviewTakesItsTimeAndFreshensWhatIsStale(t *testing.T) {
	c := open(t)
	path := "/v1/suggestions/" + string(SuggestionInvoices) + "/review"
	assert.Equal(t, hexapi.ChangeStale, c.suggestion(SuggestionInvoices).ProposedChanges[1].Status)
	got := as[hexapi.SuggestionUpdated](c.send("POST", path, nil).want(200))
	assert.Equal(t, hexapi.SuggestionInProgress, got.Suggestion.Status)
	as[newerError](c.send("POST", path, nil).want(400))
	assert.Equal(t, hexapi.ChangeStale, c.suggestion(SuggestionInvoices).ProposedChanges[1].Status)
	c.clock.advance(ReviewFor)
	after := c.suggestion(SuggestionInvoices)
	assert.Equal(t, hexapi.SuggestionOpen, after.Status)
	assert.Equal(t, hexapi.ChangeNeedsReview, after.ProposedChanges[1].Status)
	c.send("POST", path, nil).want(200)
}
