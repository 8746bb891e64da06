package hexcontract

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The facts are compared with Hex's own OpenAPI documents where HEX_API_DOCS
// names the folder that holds them: routes, arguments, bodies and the statuses of
// success. quirks.json names what differs, and why.
func TestFactsAreThoseOfHexsDocuments(t *testing.T) {
	c := Open(t)
	for _, file := range Documents(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			doc := readDocument(t, file)
			known := c.quirksOf(filepath.Base(file))
			for _, d := range doc.compare(t, c) {
				at := d.operation + ": " + d.place
				if known[at] == "" {
					t.Errorf("%s: %s. Mend %s, or name the quirk in %[3]s/quirks.json and say why", at, d.words, folder)
				}
				delete(known, at)
			}
			for _, at := range slices.Sorted(maps.Keys(known)) {
				t.Errorf("%s is no quirk any more: strike it from %s/quirks.json", at, folder)
			}
		})
	}
}

// quirksOf are the reasons of a document's quirks, by operation and place.
func (c *Contract) quirksOf(document string) map[string]string {
	known := make(map[string]string)
	for _, q := range c.quirks {
		for _, operation := range q.Operations {
			if slices.Contains(q.Documents, document) {
				known[operation+": "+q.Place] = q.Why
			}
		}
	}
	return known
}

// difference is where the facts and a document do not say the same.
type difference struct{ operation, place, words string }

// object is a JSON object.
type object = map[string]any

// document is one of Hex's OpenAPI documents.
type document struct {
	root object
	ops  map[string]object // by route
}

var alternatives = regexp.MustCompile(`\((\w+)\|(\w+)\)`)

func readDocument(t *testing.T, file string) *document {
	t.Helper()
	d := &document{ops: make(map[string]object)}
	raw, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(raw, &d.root))
	for path, item := range d.root["paths"].(object) {
		for method, op := range item.(object) {
			for _, one := range []string{"$1", "$2"} { // a path may hold a regular expression
				d.ops[strings.ToUpper(method)+" "+alternatives.ReplaceAllString(path, one)] = op.(object)
			}
		}
	}
	return d
}

func (d *document) compare(t *testing.T, c *Contract) []difference {
	t.Helper()
	var all []difference
	stated := make(map[string]bool)
	for _, o := range c.Operations() {
		for _, path := range append([]string{o.Path}, o.AlsoAt...) {
			stated[o.Method+" "+path] = true
		}
		op, ok := d.ops[o.Route()]
		switch {
		case ok && o.Source == "":
			all = append(all, d.compareOperation(t, o, op)...)
		case ok != (o.Source == ""):
			all = append(all, difference{o.ID, "operation", fmt.Sprintf("in the document: %t", ok)})
		}
	}
	for route := range d.ops {
		if !stated[route] {
			all = append(all, difference{route, "operation", "is not stated"})
		}
	}
	return all
}

func (d *document) compareOperation(t *testing.T, o *Operation, op object) []difference {
	t.Helper()
	var all []difference
	if id := op["operationId"]; id != o.ID {
		all = append(all, difference{o.ID, "operation", fmt.Sprintf("is called %v", id)})
	}
	for in, arguments := range map[string]*Arguments{"path": o.PathParameters, "query": o.Query, "header": o.Header} {
		all = append(all, differences(o, in, argumentsOutline(t, arguments, in), d.parameters(op, in))...)
	}
	content := d.resolve(op["requestBody"])
	all = append(all, differences(o, "body", factsOutline(t, o.Body), d.outline(jsonSchema(content)))...)
	if media, _ := content["content"].(object); o.BodyType != "" && media[o.BodyType] == nil {
		all = append(all, difference{o.ID, "bodyType", "has another in the document"})
	}
	if required := content["required"] == true; required != o.BodyRequired {
		all = append(all, difference{o.ID, "bodyRequired", fmt.Sprintf("%t in the document", required)})
	}
	return append(all, d.compareSuccess(t, o, op)...)
}

func (d *document) compareSuccess(t *testing.T, o *Operation, op object) []difference {
	t.Helper()
	var all []difference
	for code, response := range op["responses"].(object) {
		status, err := strconv.Atoi(code)
		if err != nil || status >= 300 {
			continue
		}
		if status != o.Success[0] {
			all = append(all, difference{o.ID, "success", code + " in the document"})
		}
		all = append(all, differences(o, "answer", factsOutline(t, o.Answer), d.outline(jsonSchema(d.resolve(response))))...)
	}
	return all
}

func jsonSchema(content object) any {
	media, _ := content["content"].(object)
	body, _ := media["application/json"].(object)
	return body["schema"]
}

// outline says of each place in a schema what may stand there.
type outline map[string]words

type words map[string]bool

func (w words) String() string { return strings.Join(slices.Sorted(maps.Keys(w)), " ") }

// differences compares two outlines. What is in a place that only one of them
// has is not listed. One that is empty has no body at all.
func differences(o *Operation, part string, facts, document outline) []difference {
	var all []difference
	places := maps.Clone(facts)
	maps.Copy(places, document)
	for _, place := range slices.Sorted(maps.Keys(places)) {
		ours, here := facts[place]
		theirs, there := document[place]
		parent := place[:max(0, strings.LastIndexAny(place, ".["))]
		if _, both := facts[parent]; place != "" && (!both || document[parent] == nil) {
			continue
		}
		switch where := strings.TrimSuffix(part+": "+place, ": "); {
		case !there:
			all = append(all, difference{o.ID, where, "is in the facts only"})
		case !here:
			all = append(all, difference{o.ID, where, "is in the document only"})
		case !maps.Equal(ours, theirs):
			all = append(all, difference{o.ID, where, fmt.Sprintf("facts: %v; document: %v", ours, theirs)})
		}
	}
	return all
}

// outliner writes an outline of a schema.
type outliner struct {
	resolve func(any) object
	out     outline
}

func (l outliner) add(place string, node any, required bool) {
	s := l.resolve(node)
	if l.out[place] == nil {
		l.out[place] = words{}
	}
	w := l.out[place]
	if required {
		w["required"] = true
	}
	w.addTypes(s)
	for _, key := range []string{"anyOf", "oneOf", "allOf"} {
		variants, _ := s[key].([]any)
		for _, v := range variants {
			l.add(place, v, false)
		}
		if place == "" && key != "allOf" {
			l.relax(variants)
		}
	}
	if items, ok := s["items"]; ok {
		l.add(place+"[]", items, false)
	}
	names, _ := s["required"].([]any)
	properties, _ := s["properties"].(object)
	for name, p := range properties {
		l.add(strings.TrimPrefix(place+"."+name, "."), p, slices.Contains(names, any(name)))
	}
}

// relax takes back that a property is required where one of the forms of the
// whole does without it.
func (l outliner) relax(forms []any) {
	for _, form := range forms {
		required, _ := l.resolve(form)["required"].([]any)
		for name, w := range l.out {
			if !slices.Contains(required, any(name)) && !strings.ContainsAny(name, ".[") {
				delete(w, "required")
			}
		}
	}
}

// addTypes adds the types that a schema allows, or the values where it lists them.
func (w words) addTypes(s object) {
	if s["nullable"] == true {
		w["null"] = true
	}
	values, _ := s["enum"].([]any)
	if v, ok := s["const"]; ok {
		values = []any{v}
	}
	for _, v := range values {
		if v == nil {
			w["null"] = true
			continue
		}
		w[fmt.Sprintf("=%v", v)] = true
	}
	if values != nil {
		return
	}
	types, isList := s["type"].([]any)
	if !isList && s["type"] != nil {
		types = []any{s["type"]}
	}
	for _, kind := range types {
		w[strings.Replace(kind.(string), "integer", "number", 1)] = true
	}
}

func (d *document) resolve(node any) object {
	s, _ := node.(object)
	for s["$ref"] != nil {
		at := any(d.root)
		for _, step := range strings.Split(s["$ref"].(string), "/")[1:] {
			at = at.(object)[step]
		}
		s = at.(object)
	}
	return s
}

func (d *document) outline(schema any) outline {
	l := outliner{d.resolve, outline{}}
	if schema != nil {
		l.add("", schema, false)
	}
	return l.out
}

// parameters is an outline of those in path, query or header. Null is left out: no
// parameter can be null on the wire. What has no type is text.
func (d *document) parameters(op object, in string) outline {
	l := outliner{d.resolve, outline{"": {}}}
	list, _ := op["parameters"].([]any)
	for _, node := range list {
		p := d.resolve(node)
		if p["in"] != in {
			continue
		}
		name := p["name"].(string)
		l.add(name, p["schema"], p["required"] == true)
		l.addRange(name, p["schema"])
		if len(l.out[name]) == 0 {
			l.out[name]["string"] = true
		}
	}
	return l.out.withoutNull()
}

func (l outliner) addRange(place string, node any) {
	s := l.resolve(node)
	for _, key := range []string{"minimum", "maximum"} {
		if s[key] != nil {
			l.out[place][fmt.Sprintf("%s=%v", key, s[key])] = true
		}
	}
}

func (o outline) withoutNull() outline {
	for _, w := range o {
		delete(w, "null")
	}
	return o
}

// factsOutline is an outline of a schema of ours; an empty one of nil.
func factsOutline(t *testing.T, raw json.RawMessage) outline {
	t.Helper()
	l := outliner{factResolver(t), outline{}}
	if raw != nil {
		var schema any
		require.NoError(t, json.Unmarshal(raw, &schema))
		l.add("", schema, false)
	}
	return l.out
}

// argumentsOutline is an outline of arguments as they travel: a list that commas
// join is text.
func argumentsOutline(t *testing.T, a *Arguments, in string) outline {
	t.Helper()
	l := outliner{factResolver(t), outline{"": {}}}
	for _, name := range a.names() {
		var schema any
		require.NoError(t, json.Unmarshal(a.Properties[name].Schema, &schema))
		if a.Properties[name].Style == "commas" {
			schema = object{"type": "string"}
		}
		l.add(name, schema, slices.Contains(a.Required, name))
		if in == "query" {
			l.addRange(name, schema)
		}
	}
	return l.out
}

func factResolver(t *testing.T) func(any) object {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("../..", folder, "types.json"))
	require.NoError(t, err)
	var types object
	require.NoError(t, json.Unmarshal(raw, &types))
	return func(node any) object {
		s := node.(object)
		for s["$ref"] != nil {
			_, name, _ := strings.Cut(s["$ref"].(string), "#/")
			s = types[name].(object)
		}
		return s
	}
}
