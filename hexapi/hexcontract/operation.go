package hexcontract

import (
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// Generation is the age of an operation's implementation in Hex. It decides the
// body of its errors.
type Generation string

// The generations.
const (
	Old Generation = "old" // errors are {reason, details?, traceId?}
	New Generation = "new" // errors are {code, message, issues?}
)

// Operation is one operation of the API, as its file states it.
type Operation struct {
	ID   string `json:"-"` // Hex's name of it, such as RunProject
	File string `json:"-"` // in testdata/hex, such as runs.json

	Method         string            `json:"method"`
	Path           string            `json:"path"`       // with parameters, such as /v1/projects/{projectId}
	AlsoAt         []string          `json:"alsoAt"`     // other paths of the same operation
	Source         string            `json:"source"`     // "": Hex's document; else who was seen to use it
	Generation     Generation        `json:"generation"` // of its errors
	RateGroup      string            `json:"rateGroup"`  // "": counted for the account only
	Scopes         []string          `json:"scopes"`     // that a workspace token needs
	PathParameters *Arguments        `json:"pathParameters"`
	Query          *Arguments        `json:"query"`
	Header         *Arguments        `json:"header"`
	Body           json.RawMessage   `json:"body"`     // schema; nil where there is no body
	BodyType       string            `json:"bodyType"` // "": application/json; else multipart/form-data
	BodyRequired   bool              `json:"bodyRequired"`
	Success        []int             `json:"success"`     // statuses, today's first
	Answer         json.RawMessage   `json:"answer"`      // schema of a success but 204; nil where there is no body
	Errors         []int             `json:"errors"`      // statuses that Hex declares
	ErrorBodies    map[string]schema `json:"errorBodies"` // by status, where they are not those of the generation
	Unsure         []string          `json:"unsure"`
}

type schema = json.RawMessage

// Arguments are a schema of an object: one property an argument.
type Arguments struct {
	Type       string              `json:"type"`
	Properties map[string]Argument `json:"properties"`
	Required   []string            `json:"required"`
}

// Argument is the schema of an argument, and how a list of it is written: "repeat"
// repeats the name, "commas" joins the values.
type Argument struct {
	Style  string
	Schema json.RawMessage
}

// UnmarshalJSON reads the style from the schema that it stands in.
func (a *Argument) UnmarshalJSON(raw []byte) error {
	a.Schema = slices.Clone(raw)
	return json.Unmarshal(raw, &struct {
		Style *string `json:"style"`
	}{&a.Style})
}

// names are the names of arguments; none of nil.
func (a *Arguments) names() []string {
	if a == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(a.Properties))
}

// Route is method and path, as [net/http.ServeMux] takes them.
func (o *Operation) Route() string { return o.Method + " " + o.Path }

// match returns the parameters of a path, and whether it is one of the operation.
func (o *Operation) match(method, path string) (map[string]any, bool) {
	if method != o.Method {
		return nil, false
	}
	path = strings.TrimPrefix(path, "/api")
	for _, template := range append([]string{o.Path}, o.AlsoAt...) {
		if params, ok := matchPath(template, path); ok {
			return params, true
		}
	}
	return nil, false
}

// matchPath takes an escaped path apart as a template says.
func matchPath(template, path string) (map[string]any, bool) {
	want, got := strings.Split(template, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return nil, false
	}
	params := make(map[string]any)
	for i, element := range want {
		name, isParam := strings.CutPrefix(element, "{")
		value, err := url.PathUnescape(got[i])
		switch {
		case err != nil || value == "" && i > 0 || !isParam && value != element:
			return nil, false
		case isParam:
			params[strings.TrimSuffix(name, "}")] = value
		}
	}
	return params, true
}
