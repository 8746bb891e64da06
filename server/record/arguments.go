package record

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"hexmcp/hexapi"
	"hexmcp/tools/address"
)

// Names are the names of properties that a schema knows, at any depth. Others
// might be anything: they are not told.
type Names map[string]bool

// NamesIn are the names in a JSON Schema.
func NamesIn(schema json.RawMessage) Names {
	var decoded any
	_ = json.Unmarshal(schema, &decoded) // one that is none has no names
	known := Names{}
	known.learn(decoded)
	return known
}

func (n Names) learn(schema any) {
	switch s := schema.(type) {
	case map[string]any:
		properties, _ := s["properties"].(map[string]any)
		for name := range properties {
			n[name] = true
		}
		for _, inner := range s {
			n.learn(inner)
		}
	case []any:
		for _, inner := range s {
			n.learn(inner)
		}
	}
}

// Given are the names of the arguments of a call, in order.
func (n Names) Given(arguments json.RawMessage) []string {
	var given map[string]json.RawMessage
	_ = json.Unmarshal(arguments, &given) // what is no object has no arguments
	names := slices.Sorted(maps.Keys(given))
	return slices.DeleteFunc(names, func(name string) bool { return !n[name] })
}

// IDs are the ids in arguments or in an answer, by the names that lead to them,
// joined by dots. An address counts for the id in it. What is no id is none of
// them, whatever its name.
func (n Names) IDs(value json.RawMessage) map[string][]string {
	var decoded any
	_ = json.Unmarshal(value, &decoded) // what is no JSON has no ids
	found := found{ids: map[string][]string{}, seen: map[[2]string]bool{}}
	n.collect(found, "", "", decoded)
	return found.ids
}

type found struct {
	ids  map[string][]string
	seen map[[2]string]bool // path and id
}

func (f found) add(path, id string) {
	if key := [2]string{path, id}; id != "" && !f.seen[key] {
		f.seen[key] = true
		f.ids[path] = append(f.ids[path], id)
	}
}

func (n Names) collect(f found, path, name string, value any) {
	switch v := value.(type) {
	case map[string]any:
		for _, inner := range slices.Sorted(maps.Keys(v)) {
			if n[inner] {
				n.collect(f, strings.TrimPrefix(path+"."+inner, "."), inner, v[inner])
			}
		}
	case []any:
		for _, inner := range v {
			n.collect(f, path, name, inner)
		}
	case string:
		f.add(path, idOf(name, v))
	}
}

// idOf is the id in a value that stands under the name of one.
func idOf(name, value string) string {
	if !isNameOfIDs(name) {
		return ""
	}
	value = strings.TrimSpace(value)
	if hexapi.IsUUID(value) {
		return value
	}
	id, _ := address.IDIn(strings.TrimSuffix(name, "s"), value)
	return id
}

// isNameOfIDs leaves out the ids of keys, which belong to credentials.
func isNameOfIDs(name string) bool {
	return name == "id" || !strings.HasSuffix(name, "KeyId") && (strings.HasSuffix(name, "Id") || strings.HasSuffix(name, "Ids"))
}
