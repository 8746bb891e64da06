package hexapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
)

// encodeQuery writes the fields of v, named by their json tags, as query parameters.
// A list repeats its key, the default style of OpenAPI.
func encodeQuery(v any) (url.Values, error) {
	var fields map[string]json.RawMessage
	b, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(b, &fields)
	}
	if err != nil {
		return nil, fmt.Errorf("query: %w", err)
	}
	values := make(url.Values, len(fields))
	for name, raw := range fields {
		values[name], err = parameters(raw)
		if err != nil {
			return nil, fmt.Errorf("query %s: %w", name, err)
		}
	}
	return values, nil
}

func parameters(raw json.RawMessage) ([]string, error) {
	switch raw[0] {
	case '[':
		var list []string
		err := json.Unmarshal(raw, &list)
		return list, err
	case '"':
		var s string
		err := json.Unmarshal(raw, &s)
		return []string{s}, err
	default: // a number or a boolean is the same in a query as in JSON
		return []string{string(bytes.TrimSpace(raw))}, nil
	}
}

// commas joins values by commas, as some operations of Hex take a list in a query.
func commas[T ~string](values []T) string {
	all := make([]string, len(values))
	for i, v := range values {
		all[i] = string(v)
	}
	return strings.Join(all, ",")
}
