// Package schema turns Go argument types into JSON Schemas that every model
// provider accepts, and what a model sends back into values of those types.
//
// It tidies what can mean one thing only ("42" for 42, project_id for
// projectId), validates the rest against the schema that the model saw, and
// says every problem in words that a model can act on.
package schema

import (
	"encoding/json"
	"reflect"
	"sync"

	"github.com/invopop/jsonschema"
)

// Input returns the JSON Schema of the arguments struct T: self-contained,
// compact, and meant to pass [Portable]. An argument is required only if its tag says
// jsonschema:"required". To save bytes, the schema does not say that objects allow no
// further properties. A [Decoder] still refuses them, unless the method JSONSchemaExtend
// of the struct allows them.
func Input[T any]() json.RawMessage {
	return marshalShort(reflectInput(reflect.TypeFor[T]()))
}

// Output returns the schema of answers of type T, which holds types and nothing else.
// So it stays right when the API adds something: nothing is required, each value may
// be null, strings may have any form, and objects may have more properties.
//
// The schema of each type is made once and shared, since several operations answer with
// the same type. Callers must not change it.
func Output[T any]() json.RawMessage {
	t := reflect.TypeFor[T]()
	if made, ok := outputs.Load(t); ok {
		return made.(json.RawMessage)
	}
	made, _ := outputs.LoadOrStore(t, marshalOpen(reflectInput(t)))
	return made.(json.RawMessage)
}

// outputs holds the schemas of answers by their type.
var outputs sync.Map

// reflectInput leaves out ExpandedStruct on purpose: with it, a nested type of
// the root's name would replace the root.
func reflectInput(t reflect.Type) *jsonschema.Schema {
	r := &jsonschema.Reflector{
		Anonymous:                  true,
		DoNotReference:             true,
		RequiredFromJSONSchemaTags: true,
	}
	root := r.ReflectFromType(t)
	root.Version = ""
	trim(root)
	return root
}

// isAnything reports whether s allows any value, as json.RawMessage does.
func isAnything(s *jsonschema.Schema) bool {
	return s != jsonschema.FalseSchema && s.Type == "" && len(s.AnyOf) == 0
}

// trim removes each additionalProperties that allows anything, which is the default.
func trim(s *jsonschema.Schema) {
	if more := s.AdditionalProperties; more != nil && isAnything(more) {
		s.AdditionalProperties = nil
	}
	for _, child := range children(s) {
		trim(child)
	}
}

// children returns the schemas directly within s.
func children(s *jsonschema.Schema) []*jsonschema.Schema {
	all := append([]*jsonschema.Schema(nil), s.AnyOf...)
	if s.Items != nil {
		all = append(all, s.Items)
	}
	if more := freeSchema(s); more != nil {
		all = append(all, more)
	}
	if s.Properties != nil {
		for p := s.Properties.Oldest(); p != nil; p = p.Next() {
			all = append(all, p.Value)
		}
	}
	return all
}

// freeSchema returns the schema of properties that s does not declare. It is nil when
// they may be anything, and when there may be none.
func freeSchema(s *jsonschema.Schema) *jsonschema.Schema {
	if s.AdditionalProperties == jsonschema.FalseSchema {
		return nil
	}
	return s.AdditionalProperties
}

// unwrap returns the schema of what a nullable schema allows besides null; s itself if it
// is not nullable.
func unwrap(s *jsonschema.Schema) (value *jsonschema.Schema, nullable bool) {
	if len(s.AnyOf) == 2 && s.AnyOf[1].Type == "null" {
		return s.AnyOf[0], true
	}
	return s, false
}
