package tools

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"hexmcp/hexapi"
	"hexmcp/hexapi/hexsim"
)

// export makes a call for the demo notebook.
func export(t *testing.T, maxResult int) (Envelope, hexapi.Notebook) {
	t.Helper()
	c, err := hexapi.New(hexapi.Config{Transport: hexsim.New(), Token: hexsim.DemoToken})
	require.NoError(t, err)
	a, _ := Find("HEX_EXPORT_PROJECT")
	e := a.Bounded(maxResult, 0).Call(t.Context(), c, json.RawMessage(`{"projectId":"`+string(hexsim.ProjectRevenue)+`"}`))
	require.True(t, e.Successful(), e.Error)
	book, err := hexapi.Answer[hexapi.Notebook]{Body: e.Data}.Decode()
	require.NoError(t, err)
	return e, book
}

func TestANotebookThatFitsIsWhole(t *testing.T) {
	e, book := export(t, 0)
	assert.Empty(t, e.Notes)
	assert.Equal(t, book.Content, string(e.File.Data))
	assert.NotContains(t, book.Content, leftOutMark)
}

func TestOfALongNotebookTheLargestCellsAreLeftOut(t *testing.T) {
	_, whole := export(t, 0)
	e, book := export(t, 2_500)
	assert.LessOrEqual(t, len(e.Data), 1_500)
	assert.Equal(t, whole.Content, string(e.File.Data), "the file is whole")
	assert.Contains(t, book.Content, leftOutMark+`SQL "Revenue by week" 019c0a5b-3c03-75d5-af29-1a5acd0ecd75`)
	assert.Contains(t, book.Content, "Introduction", "small ones stay")
	require.Len(t, e.Notes, 1)
	assert.Contains(t, e.Notes[0], `SQL "Revenue by week" 019c0a5b-3c03-75d5-af29-1a5acd0ecd75`)

	var read struct {
		Cells []any `yaml:"cells"`
		Meta  any   `yaml:"meta"`
	}
	require.NoError(t, yaml.Unmarshal([]byte(book.Content), &read), "it is YAML still")
	assert.NotEmpty(t, read.Cells)
	assert.NotNil(t, read.Meta)
	assert.Len(t, importRules(hexapi.ImportProjectInput{Content: book.Content}), 1, "and no project can be made of it")
}

// Whatever stands around the cells, nothing else is lost.
func TestNotebooksLoseCellsAlone(t *testing.T) {
	long := strings.Repeat("x", 900)
	for _, content := range []string{
		"a: 1\ncells:\n- cellType: CODE\n  config: " + long + "\n- cellType: TEXT\nlayout:\n  b: 2\n",
		"cells:\n    - {cellType: CODE, config: " + long + "}\n    - cellType: TEXT\nlayout:\n  b: 2\na: 1",
		"# x\ncells:\n  - cellType: CODE\n    config:\n      source: |-\n        - no: item\n        " + long + "\n\n  - cellType: TEXT\n\nlayout: {b: 2}\na: 1\n",
	} {
		body := appendMarshalled(nil, hexapi.Notebook{Filename: "f", Content: content})
		cut, notes := fitNotebook(t.Context(), body, 500)
		require.Len(t, notes, 1, content)
		assert.LessOrEqual(t, len(cut), 500)
		book, err := hexapi.Answer[hexapi.Notebook]{Body: cut}.Decode()
		require.NoError(t, err)
		var read map[string]any
		require.NoError(t, yaml.Unmarshal([]byte(book.Content), &read))
		assert.Equal(t, map[string]any{"a": 1, "layout": map[string]any{"b": 2}, "cells": []any{map[string]any{"cellType": "TEXT"}}}, read)
	}
	for _, content := range []string{long, "cells: [{cellType: CODE, x: " + long + "}]", "a: " + long + "\ncells:\n- cellType: CODE\n", ": :\n" + long, ""} {
		body := appendMarshalled(nil, hexapi.Notebook{Content: content})
		same, notes := fitNotebook(t.Context(), body, 500)
		assert.Equal(t, string(body), string(same), "what is not cells takes all the room")
		assert.Empty(t, notes)
	}
}

func TestWhatAnImportLosesIsSaid(t *testing.T) {
	e, _ := callBounded(t, hexsim.New(), 0, "HEX_IMPORT_PROJECT", `{"content":"meta: {title: T}\ncells:\n- cellType: SQL\n  config: {source: select 1, dataConnectionId: 019a0000-0000-7000-8000-000000000000}\n"}`)
	require.True(t, e.Successful(), e.Error)
	require.Len(t, e.Notes, 1)
	assert.Contains(t, e.Notes[0], `see warnings ("missingDataConnections")`)
}
