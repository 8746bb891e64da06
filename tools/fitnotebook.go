package tools

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"hexmcp/hexapi"
	"hexmcp/tools/jobs"
	"hexmcp/tools/memory"
)

// leftOutMark begins the line that stands in a notebook where a cell was left out.
const leftOutMark = "# left out of this answer: "

// notebookCell is the place of a cell in the YAML of a notebook.
type notebookCell struct {
	name     string // such as CODE "Fit" 019b…
	from, to int    // lines, the last not included
	size     int    // bytes in JSON
}

// fitNotebook leaves whole cells out of a notebook, the largest first, until its
// body fits, and says which. Half of a cell would be taken for the whole.
func fitNotebook(ctx context.Context, body json.RawMessage, room int) (json.RawMessage, []string) {
	if memory.Of(ctx).Work(ctx, weightOfNotebook(body)) != nil {
		return body, nil // there is no room to find its cells
	}
	book, err := hexapi.Answer[hexapi.Notebook]{Body: body}.Decode()
	if err != nil {
		return body, nil
	}
	lines := strings.SplitAfter(book.Content, "\n")
	cells := cellsOf(book.Content, lines)
	slices.SortStableFunc(cells, func(a, b notebookCell) int { return cmp.Compare(b.size, a.size) })
	var out []notebookCell
	size := len(body)
	for _, c := range cells {
		if size <= room {
			break
		}
		out, size = append(out, c), size-c.size+len(c.mark())+len("\\n\\\"\\\"")
	}
	if out == nil || size > room {
		return body, nil // what is not cells takes all the room
	}
	return withContent(body, without(lines, out)), []string{leftOutCells(out, room)}
}

// weightOfNotebook is about how many bytes it takes to find the cells of a notebook. In
// its JSON a line break is a backslash and a letter.
func weightOfNotebook(body []byte) int64 {
	lines := int64(bytes.Count(body, []byte(`\n`)))
	return jobs.YAMLWeight(string(body)) + perLine*lines + weightOfTree(body) + 6*int64(len(body))
}

// perLine is how many bytes a line takes: as a value of YAML, and by itself.
const perLine = 600

// cellsOf finds the cells of a notebook, none where it is of another form.
func cellsOf(content string, lines []string) []notebookCell {
	var doc yaml.Node
	if yaml.Unmarshal([]byte(content), &doc) != nil || len(doc.Content) == 0 {
		return nil
	}
	root := doc.Content[0].Content // names and values in turn
	var cells []notebookCell
	for i := 0; i+1 < len(root); i += 2 {
		if root[i].Value != "cells" || root[i+1].Kind != yaml.SequenceNode || root[i+1].Style == yaml.FlowStyle {
			continue
		}
		end := len(lines)
		if i+2 < len(root) {
			end = root[i+2].Line - 1
		}
		for _, item := range slices.Backward(root[i+1].Content) {
			from := item.Line - 1
			size := len(appendMarshalled(nil, strings.Join(lines[from:end], "")))
			cells = append(cells, notebookCell{nameOfCell(item), from, end, size})
			end = from
		}
		slices.Reverse(cells)
	}
	return cells
}

// nameOfCell says which cell it is: type, label and id, as far as they are there.
func nameOfCell(cell *yaml.Node) string {
	var of struct {
		CellType  string `yaml:"cellType"`
		CellLabel string `yaml:"cellLabel"`
		CellID    string `yaml:"cellId"`
	}
	_ = cell.Decode(&of) // what is of another form has no name
	name := "cell"
	if of.CellType != "" {
		name = named(cut(of.CellType, 60))
	}
	if of.CellLabel != "" {
		name += fmt.Sprintf(" %q", cut(of.CellLabel, 60))
	}
	if of.CellID != "" {
		name += " " + named(cut(of.CellID, 60))
	}
	return name
}

// mark is the line that stands in place of a cell.
func (c notebookCell) mark() string {
	return fmt.Sprintf("%s%s, %d bytes", leftOutMark, c.name, c.size)
}

// without is the text without the cells, in whose places their marks are.
func without(lines []string, out []notebookCell) string {
	lines = slices.Clone(lines)
	for _, c := range out {
		clear(lines[c.from:c.to])
		lines[c.from] = c.mark() + "\n"
	}
	return strings.Join(lines, "")
}

// withContent is the body of an export with another content.
func withContent(body json.RawMessage, content string) json.RawMessage {
	root, err := readTree(newDecoder(body), body)
	if err != nil {
		return body // it was read before
	}
	for _, n := range slices.Backward(root.all([]string{"content"})) {
		body = slices.Replace(slices.Clone(body), n.start, n.end, appendMarshalled(nil, content)...)
	}
	return body
}

func leftOutCells(out []notebookCell, room int) string {
	const most = 10
	var names []string
	for _, c := range out[:min(len(out), most)] {
		names = append(names, c.name)
	}
	if more := len(out) - most; more > 0 {
		names = append(names, fmt.Sprintf("%d more", more))
	}
	return fmt.Sprintf(cellsLeftOut, strings.Join(names, ", "), room)
}

const cellsLeftOut = "Cells were left out of content, because the answer has room for %[2]d bytes: %[1]s. HEX_LIST_CELLS has the sources of code, SQL and markdown cells; hexmcp call HEX_EXPORT_PROJECT --out FILE writes the whole notebook."
