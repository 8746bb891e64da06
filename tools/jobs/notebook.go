package jobs

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"hexmcp/hexapi"
)

// What is read as a notebook.
const (
	maxNotebook = 1 << 20 // bytes of YAML
	maxPath     = 120     // bytes; what lies deeper is one value
)

// notebook is an exported project, taken apart.
type notebook struct {
	cells []bookCell        // in their order, those of a section behind it
	rest  map[string]string // all else, values by path
}

// bookCell is a cell of an exported project.
type bookCell struct {
	key      string // tells it from the others
	id       string // static, probably; empty where the export has none
	kind     string
	label    string
	section  int // index of the cell that it is in; -1: none
	source   string
	settings map[string]string // all else, values by path
}

// name is what people call the cell.
func (c bookCell) name() string {
	if c.label == "" {
		return c.kind
	}
	return c.kind + " " + c.label
}

// perNode is how many bytes a value of a notebook takes: as YAML, and by its path.
const perNode = 500

// YAMLWeight is about how many bytes it takes at the most to take YAML apart, whatever
// it holds: each of these characters may begin a value.
func YAMLWeight(content string) int64 {
	nodes := 0
	for i := range len(content) {
		if strings.IndexByte("\n,:-?[{", content[i]) >= 0 {
			nodes++
		}
	}
	return perNode*int64(nodes) + 4*int64(len(content))
}

// readNotebook takes the YAML of an export apart. Whatever is not known of its form
// is a setting.
func readNotebook(ctx context.Context, version hexapi.ExportVersion, content string) (notebook, error) {
	if len(content) > maxNotebook {
		return notebook{}, &FailedError{TooLarge, fmt.Sprintf("version %s has %d bytes, and up to %d can be compared: read its cells with HEX_LIST_CELLS", version, len(content), maxNotebook)}
	}
	if err := hold(ctx, int(YAMLWeight(content))); err != nil {
		return notebook{}, err
	}
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(content), &doc); err != nil || len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode {
		return notebook{}, &FailedError{NotUsable, fmt.Sprintf("version %s is in no form that is known: read it with HEX_EXPORT_PROJECT", version)}
	}
	b := notebook{rest: make(map[string]string)}
	b.take(doc.Content[0], "", -1, b.rest)
	b.name(func(c bookCell) string { return c.id })
	return b, nil
}

// take notes the values within n by their paths, and the cells apart from them.
func (b *notebook) take(n *yaml.Node, path string, section int, into map[string]string) {
	switch {
	case n.Kind == yaml.ScalarNode:
		into[path] = n.Value
	case n.Kind == yaml.SequenceNode && holdsCells(n):
		for _, cell := range n.Content {
			b.addCell(cell, section)
		}
	case len(path) > maxPath, n.Kind == yaml.SequenceNode && holdsScalars(n):
		text, _ := yaml.Marshal(n) // it was read before
		into[path] = strings.TrimSpace(string(text))
	case n.Kind == yaml.SequenceNode:
		for i, entry := range n.Content {
			b.take(entry, fmt.Sprintf("%s[%d]", path, i), section, into)
		}
	case n.Kind == yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			b.take(n.Content[i+1], strings.TrimPrefix(path+"."+n.Content[i].Value, "."), section, into)
		}
	}
}

// holdsCells reports whether a list is one of cells.
func holdsCells(n *yaml.Node) bool {
	if len(n.Content) == 0 || n.Content[0].Kind != yaml.MappingNode {
		return false
	}
	for i := 0; i+1 < len(n.Content[0].Content); i += 2 {
		if n.Content[0].Content[i].Value == "cellType" {
			return true
		}
	}
	return false
}

// holdsScalars reports whether all entries of a list are scalars.
func holdsScalars(n *yaml.Node) bool {
	return !slices.ContainsFunc(n.Content, func(e *yaml.Node) bool { return e.Kind != yaml.ScalarNode })
}

// addCell adds a cell, and those within it behind it.
func (b *notebook) addCell(n *yaml.Node, section int) {
	at, settings := len(b.cells), make(map[string]string)
	b.cells = append(b.cells, bookCell{})
	b.take(n, "", at, settings)
	b.cells[at] = bookCell{
		id: settings["cellId"], kind: settings["cellType"], label: labelOf(n), section: section,
		source: settings["config.source"], settings: settings,
	}
	delete(settings, "cellId")
	delete(settings, "config.source")
}

// labelOf is the label of a cell; null, which YAML writes as a word, is none.
func labelOf(n *yaml.Node) string {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if value := n.Content[i+1]; n.Content[i].Value == "cellLabel" && value.Kind == yaml.ScalarNode && value.ShortTag() != "!!null" {
			return value.Value
		}
	}
	return ""
}

// name gives each cell a key: an id, or where it has none or one that is taken, what
// it is called and its number among those that are called so.
func (b *notebook) name(id func(bookCell) string) {
	seen := make(map[string]bool)
	for i, c := range b.cells {
		key := id(c)
		for n := 1; key == "" || seen[key]; n++ {
			key = fmt.Sprintf("%s #%d", c.name(), n)
		}
		seen[key] = true
		b.cells[i].key = key
	}
}

// index is where each cell stands, by its key.
func (b *notebook) index() map[string]int {
	at := make(map[string]int)
	for i, c := range b.cells {
		at[c.key] = i
	}
	return at
}
