package schema

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDescribersChangeTheWordsOfArgumentsAtAnyDepth(t *testing.T) {
	type item struct {
		ID string `json:"id" jsonschema_description:"Short."`
	}
	type arguments struct {
		ID    string          `json:"id"`
		Name  string          `json:"name" jsonschema_description:"Kept."`
		Items []item          `json:"items"`
		More  map[string]item `json:"more"`
	}
	d := NewDecoder[arguments](func(argument, description string) string {
		if argument != "id" {
			return description
		}
		return strings.TrimSpace("From a list. " + description)
	})
	assert.JSONEq(t, `{"type":"object","additionalProperties":false,"properties":{
		"id":{"type":"string","description":"From a list."},
		"name":{"type":"string","description":"Kept."},
		"items":{"type":"array","items":{"type":"object","properties":{"id":{"type":"string","description":"From a list. Short."}}}},
		"more":{"type":"object","additionalProperties":{"type":"object","properties":{"id":{"type":"string","description":"From a list. Short."}}}}
	}}`, string(d.Schema()))
	require.NoError(t, d.Compile())
}
