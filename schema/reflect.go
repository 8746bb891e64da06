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
// compact, and portable as [Portable] means it. An argument is required only
// where its tag says jsonschema:"required". The schema does not say that
// objects are closed; a [Decoder] closes each unless its struct opens it in
// JSONSchemaExtend.
func Input[T any]() json.RawMessage {
	return marshalShort(reflectInput(reflect.TypeFor[T]()))
}

// Output returns the schema of answers of type T: types and nothing else. It
// refuses nothing that the API may add: nothing is required, each value may be
// null, strings are of any form, and objects may have more properties.
//
// It is made once a process for each type: several operations answer with the same.
// Callers must not change it.
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

// trim takes out each additionalProperties that allows what is allowed anyway.
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

// freeSchema returns what the properties of s that have no name of their own
// are held to, nil for anything or nothing.
func freeSchema(s *jsonschema.Schema) *jsonschema.Schema {
	if s.AdditionalProperties == jsonschema.FalseSchema {
		return nil
	}
	return s.AdditionalProperties
}

// unwrap returns what a nullable schema allows besides null.
func unwrap(s *jsonschema.Schema) (value *jsonschema.Schema, nullable bool) {
	if len(s.AnyOf) == 2 && s.AnyOf[1].Type == "null" {
		return s.AnyOf[0], true
	}
	return s, false
}
