// Package hexcontract judges HTTP exchanges by what the Hex API is known to
// take and to answer. That knowledge lies in testdata/hex at the root of the
// module, whose README.md describes the files.
//
// The package supports tests; nothing that is shipped imports it. A test opens
// the contract and lets it judge what goes over the wire:
//
//	contract := hexcontract.Open(t)
//	srv := httptest.NewServer(hexcontract.Watch(handler, func(e hexcontract.Exchange) {
//		hexcontract.Report(t, contract.Judge(e))
//	}))
package hexcontract

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// folder is where the facts lie, as seen from the root of the module.
const folder = "testdata/hex"

// Contract is what is known about the Hex API. It is safe for concurrent use.
type Contract struct {
	api        api
	operations []*Operation // by file, then by name
	mu         sync.Mutex   // guards compiler
	compiler   *jsonschema.Compiler
	quirks     []Quirk
	headers    map[string]bool // that carry an argument of some operation, in lower case
}

// api holds the facts that do not belong to one operation.
type api struct {
	RequestHeaders []string               `json:"requestHeaders"` // that any request may have
	TraceHeader    string                 `json:"traceHeader"`
	Edge           edge                   `json:"edge"`
	Statuses       map[string]*statusCode `json:"statuses"`
	RateGroups     map[string]RateGroup   `json:"rateGroups"`
	Unsure         []string               `json:"unsure"`
}

// edge is the answer to a request whose token is missing or unknown. It has no JSON.
type edge struct {
	Status int    `json:"status"`
	Text   string `json:"text"`
	Header string `json:"header"`
	Scheme string `json:"scheme"`
}

// statusCode is what the new body of a status says. Both are "" where unknown.
type statusCode struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// RateGroup is a group of operations that are counted together.
type RateGroup struct {
	Allows []Allowance `json:"allows"`
	Unsure []string    `json:"unsure"`
}

// Allowance is how many requests are taken in a number of seconds.
type Allowance struct {
	Requests int `json:"requests"`
	Seconds  int `json:"seconds"`
}

// load reads the facts once a process.
var load = sync.OnceValues(func() (*Contract, error) {
	dir, err := findRoot()
	if err != nil {
		return nil, err
	}
	return Load(filepath.Join(dir, folder))
})

// Open returns the contract of this module, from whatever package the test is.
func Open(t testing.TB) *Contract {
	t.Helper()
	c, err := load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// findRoot looks for the root of the module from the working folder upwards.
func findRoot() (string, error) {
	dir, err := os.Getwd()
	for err == nil {
		if _, missing := os.Stat(filepath.Join(dir, "go.mod")); missing == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			err = errors.New("hexcontract: no go.mod above the working folder")
		}
		dir = filepath.Dir(dir)
	}
	return "", err
}

// Load reads the facts in a folder: api.json, types.json, quirks.json and a file
// for each family of operations.
func Load(dir string) (*Contract, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		return nil, err
	}
	c := &Contract{compiler: jsonschema.NewCompiler(), headers: make(map[string]bool)}
	c.compiler.AssertFormat()
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err == nil {
			err = c.add(filepath.Base(file), raw)
		}
		if err != nil {
			return nil, fmt.Errorf("%s/%s: %w", folder, filepath.Base(file), err)
		}
	}
	if len(c.operations) == 0 {
		return nil, fmt.Errorf("no operations in %s", dir)
	}
	return c, nil
}

func (c *Contract) add(file string, raw []byte) error {
	switch file {
	case "api.json":
		return decode(raw, &c.api)
	case "quirks.json":
		return decode(raw, &c.quirks)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	closeObjects(doc)
	if err := c.compiler.AddResource(address+file, doc); err != nil || file == "types.json" {
		return err
	}
	return c.addOperations(file, raw)
}

func (c *Contract) addOperations(file string, raw []byte) error {
	var byName map[string]*Operation
	if err := decode(raw, &byName); err != nil {
		return err
	}
	for name, op := range byName {
		op.ID, op.File = name, file
		c.operations = append(c.operations, op)
		for _, header := range op.Header.names() {
			c.headers[strings.ToLower(header)] = true
		}
	}
	slices.SortFunc(c.operations, func(a, b *Operation) int {
		return strings.Compare(a.File+a.ID, b.File+b.ID)
	})
	return nil
}

// decode reads JSON and refuses keys that v does not know.
func decode(raw []byte, v any) error {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	return dec.Decode(v)
}

// Operations are all operations that are known.
func (c *Contract) Operations() []*Operation { return c.operations }

// Find returns the operation of a method and a path below or above /api, such as
// /v1/users/me. A path of fixed words is preferred to one with parameters.
func (c *Contract) Find(method, path string) (*Operation, bool) {
	var best *Operation
	fewest := 0
	for _, op := range c.operations {
		params, ok := op.match(method, path)
		if ok && (best == nil || len(params) < fewest) {
			best, fewest = op, len(params)
		}
	}
	return best, best != nil
}

// RateGroup returns a group of operations that are counted together. "account"
// is the group of all operations.
func (c *Contract) RateGroup(name string) RateGroup { return c.api.RateGroups[name] }
