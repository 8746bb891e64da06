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
	d := NewDecoder[arguments](func(path []string, description string) string {
		if path[len(path)-1] != "id" {
			return description
		}
		return strings.TrimSpace("From " + strings.Join(path, ".") + ". " + description)
	})
	assert.JSONEq(t, `{"type":"object","properties":{
		"id":{"type":"string","description":"From id."},
		"name":{"type":"string","description":"Kept."},
		"items":{"type":"array","items":{"type":"object","properties":{"id":{"type":"string","description":"From items.id. Short."}}}},
		"more":{"type":"object","additionalProperties":{"type":"object","properties":{"id":{"type":"string","description":"From more.id. Short."}}}}
	}}`, string(d.Schema()))
	require.NoError(t, d.Complete())
}
