package tools

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi/hexsim"
)

// Names that are right cost no read, or one that finds them on a later page.
func TestNamesThatProjectsHaveAreNotQuestioned(t *testing.T) {
	for arguments, reads := range map[string]int{
		`{"statuses":["Production"]}`:                         1,
		`{"statuses":["Production","Approved"]}`:              1,
		`{"statuses":["Production","In review"],"limit":1}`:   2,
		`{"categories":["Finance","Operations"]}`:             1,
		`{"statuses":["Prodution","Production"],"after":"x"}`: 1,
	} {
		e, queries := callBounded(t, hexsim.New(), 0, "HEX_LIST_PROJECTS", arguments)
		assert.Empty(t, e.Notes, arguments)
		assert.Len(t, queries, reads, arguments)
	}
}

// A list that is longer than one more page may hold what was not seen, and a read
// that fails tells nothing: then nothing is said.
func TestNamesAreNotCalledWrongOnSuspicion(t *testing.T) {
	const page = `{"values":[{"id":"1","status":{"name":"Production"}}],"pagination":{"after":%s,"before":null}}`
	for name, second := range map[string]func(http.ResponseWriter){
		"more pages": func(w http.ResponseWriter) { fmt.Fprintf(w, page, `"b"`) },
		"failure":    func(w http.ResponseWriter) { w.WriteHeader(http.StatusForbidden) },
	} {
		asked := 0
		hex := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if asked++; asked == 1 {
				fmt.Fprintf(w, page, `"a"`)
				return
			}
			second(w)
		})
		e, _ := callBounded(t, hex, 0, "HEX_LIST_PROJECTS", `{"statuses":["Production","Approved"]}`)
		require.True(t, e.Successful(), e.Error)
		assert.Empty(t, e.Notes, name)
		assert.Equal(t, 2, asked, name)
	}
}

// Only the whole of a list tells which users it lacks.
func TestUsersOfLaterPagesAreNotMissed(t *testing.T) {
	ids := []string{string(hexsim.UserAda), string(hexsim.UserBruno), "019a0000-0000-7000-8000-000000000000"}
	list, err := json.Marshal(ids)
	require.NoError(t, err)
	for limit, notes := range map[int]int{1: 0, 25: 1} {
		e, queries := callBounded(t, hexsim.New(), 0, "HEX_LIST_USERS", fmt.Sprintf(`{"userIds":%s,"limit":%d}`, list, limit))
		require.True(t, e.Successful(), e.Error)
		assert.Len(t, e.Notes, notes)
		assert.Len(t, queries, 1)
	}
}

func TestGuidesThatHexDoesNotTellOfAsPublishedAreNamed(t *testing.T) {
	const ids = `{"orgGuideFileIds":["{ada}","{nobody}"]}`
	e := answered(t, "HEX_PUBLISH_GUIDE_DRAFTS", ids, `{"message":"","publishedGuides":[{"id":"`+strings.ToUpper(string(hexsim.UserAda))+`","filePath":"a.md"}]}`)
	require.True(t, e.Successful(), e.Error)
	assert.Equal(t, []string{demoIDs.Replace("Hex does not list as published: {nobody}. There was no draft of it, or its draft had been deleted, so that the guide is gone now.")}, e.Notes)
	e = answered(t, "HEX_PUBLISH_GUIDE_DRAFTS", `{"publishAllDraftGuides":true}`, `{"message":"","publishedGuides":[]}`)
	assert.Empty(t, e.Notes)
}
