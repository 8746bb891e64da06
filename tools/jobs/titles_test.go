package jobs

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"hexmcp/hexapi"
)

func TestTitlesAreComparedAsPeopleWriteThem(t *testing.T) {
	for text, want := range map[string]Match{
		"Démand forecast":   MatchTitle,
		"demand-forecast":   MatchTitle,
		"demand":            MatchStart,
		"forecast demand":   MatchWords,
		"fore dem":          MatchParts,
		"revenue forecast":  MatchSome,
		"supplier invoices": matchesNone,
		"":                  matchesNone,
	} {
		assert.Equal(t, want, titleOf(text).match("Demand Forecast"), "%q", text)
	}
}

func TestAProjectIsFoundInAnyFormOfItsAddress(t *testing.T) {
	const id = hexapi.UUID("01991665-ff69-7e15-a244-08d225d05d37")
	for text, want := range map[string]struct {
		id    hexapi.UUID
		words string
	}{
		"https://app.hex.tech/0190c0de-0000-7000-8000-000000000001/hex/01991665-ff69-7e15-a244-08d225d05d37/draft/logic": {id: id},
		"https://app.hex.tech/demo/app/01991665-FF69-7E15-A244-08D225D05D37/latest?tab=1":                                {id: id},
		"https://app.hex.tech/demo/app/01991665-ff69-7e15-a244-08d225d05d37/019baece-c75b-7217-ab3c-fdcc32edb70d":        {id: id},
		" 01991665-ff69-7e15-a244-08d225d05d37 ":                                                                         {id: id},
		"https://app.hex.tech/demo/app/Demand-forecast-032CAGbHcPkuGVqEbV6YWR/latest":                                    {words: "Demand-forecast"},
		"https://app.hex.tech/demo/hex/Caf%C3%A9-sales-032CAGbHcPkuGVqEbV6YWR":                                           {words: "Café-sales"},
		"Demand-forecast-032CAGbHcPkuGVqEbV6YWR":                                                                         {words: "Demand-forecast"},
		"demand forecast":                                                                                                {words: "demand forecast"},
		"":                                                                                                               {},
	} {
		gotID, words := wanted(text)
		assert.Equal(t, want.id, gotID, text)
		assert.Equal(t, want.words, words, text)
	}
}
