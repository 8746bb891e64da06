package hexcontract

import (
	"bytes"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// address begins the names under which the compiler knows the files.
const address = "hex:///"

// closeObjects makes each object that names its properties take no others, unless
// it says itself what others it takes.
func closeObjects(node any) {
	switch node := node.(type) {
	case map[string]any:
		_, named := node["properties"].(map[string]any)
		_, said := node["additionalProperties"]
		if named && !said {
			node["additionalProperties"] = false
		}
		for _, child := range node {
			closeObjects(child)
		}
	case []any:
		for _, child := range node {
			closeObjects(child)
		}
	}
}

// compile returns the schema at a place of a file, such as runs.json#/RunProject/body.
func (c *Contract) compile(place string) (*jsonschema.Schema, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.compiler.Compile(address + place)
}

// validate checks a value against a schema of an operation; key is its place
// below the operation, such as errorBodies/400.
func (c *Contract) validate(o *Operation, part, key string, value any) []Finding {
	s, err := c.compile(o.File + "#/" + o.ID + "/" + key)
	if err != nil {
		return o.findings(part, key, err)
	}
	return o.validate(part, key, s, value)
}

func (o *Operation) validate(part, key string, s *jsonschema.Schema, value any) []Finding {
	if err := s.Validate(value); err != nil {
		return o.findings(part, key, err)
	}
	return nil
}

// validateJSON is validate for a body.
func (c *Contract) validateJSON(o *Operation, part, key string, body []byte) []Finding {
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		return []Finding{o.finding(part, key, "", "is no JSON: "+err.Error())}
	}
	return c.validate(o, part, key, value)
}
