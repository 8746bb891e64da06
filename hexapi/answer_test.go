package hexapi

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
)

// What Hex sends may be odd, and nothing of it is refused that encoding/json takes.
func TestAnAnswerIsDecodedAsEncodingJSONDoes(t *testing.T) {
	for name, body := range map[string]string{
		"names twice":       `{"values":[{"id":"a","id":"b"}],"values":[{"title":"t"}]}`,
		"names in capitals": `{"VALUES":[{"Id":"a","TITLE":"t"}]}`,
		"nulls":             `{"values":[{"id":null,"status":null,"analytics":null,"lastEditedAt":null}],"pagination":null}`,
		"no list":           `{"values":null}`,
		"half a pair":       `{"values":[{"title":"\ud800"}]}`,
		"no UTF-8":          "{\"values\":[{\"title\":\"\xff\"}]}",
		"unknown fields":    `{"values":[{"id":"a","new":{"deep":[1e400]}}],"more":1}`,
		"a number for text": `{"values":[{"title":1}]}`,
		"a list for one":    `{"values":[{"status":[]}]}`,
		"a large number":    `{"values":[{"analytics":{"appViews":{"allTime":1e3}}}]}`,
		"a wrong time":      `{"values":[{"lastEditedAt":"yesterday"}]}`,
	} {
		var want Page[Project]
		wrong := json.Unmarshal([]byte(body), &want)
		got, err := Answer[Page[Project]]{Body: json.RawMessage(body)}.Decode()
		assert.Equal(t, wrong == nil, err == nil, "%s: %v, %v", name, wrong, err)
		if err == nil {
			assert.Equal(t, want, got, name)
		}
	}
}
