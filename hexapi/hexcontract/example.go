package hexcontract

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// examples is where the example calls lie, as seen from the root of the module.
const examples = "testdata/calls"

// Examples are the example calls of one tool by name: "minimal" and "full", and
// what others there are.
type Examples map[string]*Example

// Example is a call that a simulated workspace answers with a success.
type Example struct {
	// Job is true of a call that makes the requests of several operations.
	Job       bool            `json:"job,omitempty"`
	Arguments json.RawMessage `json:"arguments"` // written by hand
	Requests  []Request       `json:"requests"`  // that the call makes; generated
}

// Request is a request as examples record it.
type Request struct {
	Method  string            `json:"method"`
	Path    string            `json:"path"`              // below /api, with its query
	Headers map[string]string `json:"headers,omitempty"` // that carry arguments
	Body    json.RawMessage   `json:"body,omitempty"`
}

// ReadExamples reads the example calls of all tools, by the tool's name.
func ReadExamples(t testing.TB) map[string]Examples {
	t.Helper()
	all := make(map[string]Examples)
	files, err := filepath.Glob(filepath.Join(root(t), examples, "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no example calls in %s", examples)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		raw, err := os.ReadFile(file)
		if err == nil {
			var e Examples
			err = decode(raw, &e)
			all[name] = e
		}
		if err != nil {
			t.Fatalf("%s/%s.json: %v", examples, name, err)
		}
	}
	return all
}

// ExamplesFile names the file of a tool's example calls, as messages do.
func ExamplesFile(tool string) string { return examples + "/" + tool + ".json" }

// WriteExamples writes the example calls of a tool: minimal and full first, then
// the others by name.
func WriteExamples(t testing.TB, tool string, all Examples) {
	t.Helper()
	var b bytes.Buffer
	sep := "{"
	for _, name := range sorted(all) {
		fmt.Fprintf(&b, "%s%q:", sep, name)
		b.Write(encode(t, all[name]))
		sep = ","
	}
	b.WriteString("}")
	var file bytes.Buffer
	err := json.Indent(&file, b.Bytes(), "", "  ")
	if err == nil {
		file.WriteByte('\n')
		err = os.WriteFile(filepath.Join(root(t), ExamplesFile(tool)), file.Bytes(), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func sorted(all Examples) []string {
	order := map[string]int{"minimal": -2, "full": -1}
	return slices.SortedFunc(maps.Keys(all), func(a, b string) int {
		if order[a] != order[b] {
			return order[a] - order[b]
		}
		return strings.Compare(a, b)
	})
}

// encode keeps <, > and & as they are, and bodies as they were sent.
func encode(t testing.TB, v any) []byte {
	t.Helper()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	return bytes.TrimSpace(b.Bytes())
}

// Record writes an exchange's request down as examples do.
func (c *Contract) Record(e Exchange) Request {
	r := Request{Method: e.Request.Method, Path: strings.TrimPrefix(e.Request.URL.RequestURI(), "/api"), Body: e.Sent}
	if body, err := e.bodyAsJSON(); err == nil { // what is wrong with it, the judge tells
		r.Body = body
	}
	for name := range e.Request.Header {
		if key := strings.ToLower(name); c.headers[key] {
			if r.Headers == nil {
				r.Headers = make(map[string]string)
			}
			r.Headers[key] = e.Request.Header.Get(name)
		}
	}
	return r
}

func root(t testing.TB) string {
	t.Helper()
	dir, err := findRoot()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}
