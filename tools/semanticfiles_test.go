package tools

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi"
	"hexmcp/hexapi/hexsim"
)

// The files of a semantic project are bounded before anything is sent.
func TestFilesOfASemanticProjectAreBounded(t *testing.T) {
	a, ok := Find("HEX_INGEST_SEMANTIC_PROJECT")
	require.True(t, ok)
	send := func(files []hexapi.SemanticFile) Envelope {
		c, err := hexapi.New(hexapi.Config{Token: hexsim.DemoToken, Transport: hexsim.New()})
		require.NoError(t, err)
		arguments, err := json.Marshal(hexapi.IngestSemanticProjectInput{SemanticProjectID: hexsim.SemanticShop, Files: files})
		require.NoError(t, err)
		return a.Call(t.Context(), c, arguments)
	}
	many := make([]hexapi.SemanticFile, hexapi.MaxSemanticFiles+1)
	for i := range many {
		many[i] = hexapi.SemanticFile{FilePath: fmt.Sprintf("m%d.yml", i), Contents: fmt.Sprintf("id: m%d", i)}
	}
	whole := send(many[1:])
	assert.True(t, whole.Successful(), whole.Error)
	assert.Contains(t, send(many).Error, "at most 500")
	long := []hexapi.SemanticFile{{FilePath: "a.yml", Contents: strings.Repeat("# a\n", hexapi.MaxSemanticBytes/4)}}
	whole = send(long)
	assert.True(t, whole.Successful(), whole.Error)
	assert.Contains(t, send(append(long, many[0])).Error, "at most 2097152 can be sent")
}

// Hex may not take a form at all.
func TestAFormThatHexDoesNotTakeIsExplained(t *testing.T) {
	a, _ := Find("HEX_INGEST_SEMANTIC_PROJECT")
	_, said := a.diagnose(&hexapi.Error{Status: http.StatusUnsupportedMediaType, Message: "Unsupported media type", FromHex: true, Outcome: hexapi.Refused})
	assert.Contains(t, said, "does not take them as they were sent")
	_, said = a.diagnose(&hexapi.Error{Status: http.StatusBadGateway, Message: "Bad gateway", FromHex: true, Outcome: hexapi.Unknown})
	assert.Contains(t, said, "may have reached Hex", "of other failures nothing is known but what is said of all")
}
