package address

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestAddressesOfPagesHoldIDs(t *testing.T) {
	const org, project, run = "01990762-af2f-7d34-9cb0-000000000001", "01990762-af2f-7d34-9cb0-00fc4a11ffd3", "0199D15A-4550-70B4-87BB-8F7BD9000F6D"
	for address, want := range map[string]map[string]string{
		"https://app.hex.tech/" + org + "/hex/" + project + "/draft/logic?view=notebook": {"projectId": project},
		"https://app.hex.tech/" + org + "/app/" + project + "/latest":                    {"projectId": project},
		"app.hex.tech/" + org + "/hex/" + project:                                        {"projectId": project},
		"/hex/" + project + "/":                                            {"projectId": project},
		"https://app.hex.tech/hex/" + project + "#cell":                    {"projectId": project},
		"https://app.hex.tech/" + org + "/hex/" + project + "/run/" + run:  {"projectId": project, "runId": run},
		"https://app.hex.tech/" + org + "/app/" + project + "/" + run:      {"projectId": project, "runId": run},
		"https://app.hex.tech/api/v1/projects/" + project + "/runs/" + run: {"projectId": project, "runId": run},
		"https://app.hex.tech/" + org + "/collections/" + project:          {"collectionId": project},
		"https://app.hex.tech/" + org:                                      {},
		"https://app.hex.tech/" + org + "/home":                            {},
		"https://app.hex.tech/" + org + "/" + project:                      {},
		"https://app.hex.tech/" + org + "/hex/":                            {},
	} {
		for argument := range segments {
			id, why := IDIn(argument, address)
			assert.Equal(t, want[argument], id, "%s in %s", argument, address)
			if want[argument] == "" {
				assert.Equal(t, noSuchID, why, "%s in %s", argument, address)
			}
		}
	}
}

func TestTextsThatHoldNoIDSayWhy(t *testing.T) {
	for given, want := range map[string]string{
		"https://app.hex.tech/01990762-af2f-7d34-9cb0-000000000001/hex/Weekly-revenue-032CAGqbJmeQVkbRDBzXdB/draft/logic": shortID,
		"Weekly-revenue-032CAGqbJmeQVkbRDBzXdB": shortID,
		"032CAGqbJmeQVkbRDBzXdB":                shortID,
		"ada@tidewater.example":                 anEmail,
		"null":                                  nothing,
		"None":                                  nothing,
		"metrics/revenue.md":                    nameForID,
		"Weekly revenue":                        nameForID,
		"01990762-af2f-7d34-9cb0":               "",
		"01990762-af2f-7d34-9cb0-00fc4a11ffd3":  "",
	} {
		id, why := IDIn("projectId", given)
		assert.Empty(t, id)
		assert.Equal(t, want, why, given)
	}
}

func TestOnlyWhatMayBeANameIsTakenForOne(t *testing.T) {
	for _, name := range []string{"Finance", "ada.okafor@tidewater.example", "Team 7", "A/B tests", "Ada Okafor"} {
		assert.True(t, MayBeName(name), name)
	}
	for _, no := range []string{
		"", " ", "none", "01990762-af2f-7d34-9cb0-00fc4a11ffd3", "01990762-af2f-7d34-9cb0-00fc4a11ffd", "{01990762-af2f-7d34-9cb0-00fc4a11ffd3}",
		"https://app.hex.tech/x/users", "Title-032CAGbHcPkuGVqEbV6YWR",
	} {
		assert.False(t, MayBeName(no), no)
	}
}
