package jobs

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"hexmcp/hexapi"
)

// cellEdit is what replaces parts of the source of a cell.
type cellEdit struct {
	cell  hexapi.Cell
	parts []replaced // in their order

	isTooLarge bool // nothing is replaced
}

// replaced is a part of a source, from and to in bytes, and what replaces it.
type replaced struct {
	from, to int
	with     string
}

// edit makes the edit of a cell. The replacement of a pattern may refer to its groups;
// that of a text is taken as it is.
func (r *replacer) edit(c hexapi.Cell) cellEdit {
	e, source := cellEdit{cell: c}, c.Source()
	size, groups := len(source), 0
	if r.in.Pattern != "" {
		groups = strings.Count(r.in.Replacement, "$")
	}
	for _, m := range r.search.wanted.FindAllStringSubmatchIndex(source, mostHits+1) {
		with := r.in.Replacement
		size += len(with) + groups*(m[1]-m[0]) // at the most: a group is within its hit
		if size > mostSource || len(e.parts) == mostHits {
			return cellEdit{cell: c, isTooLarge: true}
		}
		if groups > 0 {
			with = string(r.search.wanted.ExpandString(nil, with, source, m))
		}
		e.parts = append(e.parts, replaced{m[0], m[1], with})
	}
	return e
}

// mostSource is how many bytes the source of a cell may have that is edited, with
// what replaces its parts: an edit makes several copies of it.
const mostSource = 1 << 20

// source is what the edit makes of the source.
func (e cellEdit) source() string { return replace(e.cell.Source(), 0, e.parts) }

// replace makes the parts of a text, which begins at an offset of its source.
func replace(text string, offset int, parts []replaced) string {
	var b strings.Builder
	done := 0
	for _, p := range parts {
		b.WriteString(text[done : p.from-offset])
		b.WriteString(p.with)
		done = p.to - offset
	}
	b.WriteString(text[done:])
	return b.String()
}

// changes reports whether the edit changes anything.
func (e cellEdit) changes() bool { return e.source() != e.cell.Source() }

// contents is the edit as Hex takes it.
func (e cellEdit) contents() *hexapi.CellContentsUpdate { return contentsOf(e.cell, e.source()) }

// contentsOf is a new source of a cell as Hex takes it, in the field of its type.
func contentsOf(c hexapi.Cell, source string) *hexapi.CellContentsUpdate {
	switch in := c.Contents; {
	case in.SQLCell != nil:
		return &hexapi.CellContentsUpdate{SQLCell: &hexapi.SQLCellUpdate{Source: source}}
	case in.MarkdownCell != nil:
		return &hexapi.CellContentsUpdate{MarkdownCell: &hexapi.CellSource{Source: source}}
	}
	return &hexapi.CellContentsUpdate{CodeCell: &hexapi.CellSource{Source: source}}
}

// name identifies an edit and the source that it was made of. Where a caller gives it
// back and the names are the same, the cell has not changed since it was shown.
func (e cellEdit) name() string {
	return e.ofCell() + digest(e.cell.Source()+"\x00"+e.source())
}

func (e cellEdit) ofCell() string { return digest(string(e.cell.StaticID)) + "-" }

// isOfCell reports whether a name is that of some edit of the cell.
func (e cellEdit) isOfCell(name string) bool { return strings.HasPrefix(name, e.ofCell()) }

func digest(text string) string {
	const bytes = 6
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:bytes])
}

// diff shows the lines that the edit changes, as they were and as they are to be.
func (e cellEdit) diff() string {
	source, shown := e.cell.Source(), 0
	var b strings.Builder
	for rest := e.parts; len(rest) > 0 && shown < shownLines; {
		from, to, n := linesAround(source, rest)
		first := strings.Count(source[:from], "\n") + 1
		before, after := source[from:to], replace(source[from:to], from, rest[:n])
		rest = rest[n:]
		if before == after {
			continue
		}
		shown += signed(&b, "-", first, before) + signed(&b, "+", first, after)
	}
	if shown >= shownLines {
		b.WriteString("…")
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// linesAround are the whole lines of the first part and of those that begin on
// them: from, to, and how many parts that are.
func linesAround(source string, parts []replaced) (from, to, n int) {
	from = strings.LastIndexByte(source[:parts[0].from], '\n') + 1
	for to = from; n < len(parts) && (n == 0 || parts[n].from <= to); n++ {
		to = len(source)
		if end := strings.IndexByte(source[parts[n].to:], '\n'); end >= 0 {
			to = parts[n].to + end
		}
	}
	return from, to, n
}

// signed writes lines with a sign and their numbers, and returns how many.
func signed(b *strings.Builder, sign string, first int, text string) int {
	lines := strings.Split(text, "\n")
	for i, line := range lines[:min(len(lines), shownLines)] {
		fmt.Fprintf(b, "%s%d %s\n", sign, first+i, cut(line, shownLine))
	}
	return len(lines)
}

// group is a reference to a group of a pattern in its replacement.
var group = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\$\$|\$\{([^}]*)\}|\$(\w+)`) })

// checkTemplate refuses a replacement with groups that its pattern has not: they
// would be replaced by nothing.
func checkTemplate(pattern *regexp.Regexp, in ReplaceInCellsInput) error {
	if in.Pattern == "" {
		return nil
	}
	for _, m := range group().FindAllStringSubmatch(in.Replacement, -1) {
		name := m[1] + m[2]
		n, err := strconv.Atoi(name)
		isGroup := err == nil && n <= pattern.NumSubexp() || err != nil && slices.Contains(pattern.SubexpNames(), name)
		if m[0] != "$$" && (name == "" || !isGroup) {
			return refuse("replacement", "replacement names the group %s, which pattern has not: write ${1}x for the first group before a letter or digit, and $$ for a dollar sign", m[0])
		}
	}
	return nil
}
