package jobs

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/diff"

	"hexmcp/hexapi"
)

// How much of a comparison is shown.
const (
	shownCells    = 50  // in each list
	shownSettings = 10  // of a cell
	shownValue    = 100 // characters of a setting
	firstLines    = 5   // of a source that was added or removed
	shownInAll    = 300 // lines of sources
)

// comparison is of two versions of a notebook.
type comparison struct {
	from, to     notebook
	older, newer map[string]int // index of each cell by key
	byName       bool
	moved        map[string]bool
	lines        int // of sources that may still be shown
}

func newComparison(from, to notebook) *comparison {
	c := &comparison{from: from, to: to, lines: shownInAll}
	if c.byName = !sharesIDs(from, to); c.byName {
		c.from.name(func(bookCell) string { return "" })
		c.to.name(func(bookCell) string { return "" })
	}
	c.older, c.newer = c.from.index(), c.to.index()
	c.findMoved()
	return c
}

// sharesIDs reports whether ids tell which cells are the same. Where there are cells
// on both sides and none has its id in both, each version may have ids of its own.
func sharesIDs(from, to notebook) bool {
	ids := make(map[string]bool)
	for _, c := range from.cells {
		ids[c.id] = c.id != ""
	}
	return len(from.cells) == 0 || len(to.cells) == 0 || slices.ContainsFunc(to.cells, func(c bookCell) bool { return ids[c.id] })
}

// findMoved finds which cells stand elsewhere than before: those that are left
// when as many as possible keep their order. A difference of the lists of keys tells
// them, as each is there once; those that it takes away and adds were moved.
func (c *comparison) findMoved() {
	gone, come := make(map[string]bool), make(map[string]bool)
	lists := diff.Diff("", keys(c.from, c.newer), "", keys(c.to, c.older))
	for line := range strings.Lines(string(lists)) {
		_, key, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		switch {
		case strings.HasPrefix(line, "-") && key != "":
			gone[key] = true
		case strings.HasPrefix(line, "+") && key != "":
			come[key] = true
		}
	}
	maps.DeleteFunc(gone, func(key string, _ bool) bool { return !come[key] })
	c.moved = gone
}

// keys are lines that say which section each cell is in and which it is, of those
// that the other version has, too.
func keys(b notebook, other map[string]int) []byte {
	var lines strings.Builder
	oneLine := strings.NewReplacer("\n", " ", "\t", " ")
	for _, c := range b.cells {
		section := ""
		if c.section >= 0 {
			section = b.cells[c.section].key
		}
		if _, both := other[c.key]; both {
			lines.WriteString(oneLine.Replace(section) + "\t" + oneLine.Replace(c.key) + "\n")
		}
	}
	return []byte(lines.String())
}

// describe says what differs.
func (c *comparison) describe(out *ComparedProject) {
	out.ByName = c.byName
	out.Added, out.Removed, out.Moved, out.Changed = []ComparedCell{}, []ComparedCell{}, []ComparedCell{}, []ComparedCell{}
	for i, cell := range c.to.cells {
		at, both := c.older[cell.key]
		if !both {
			out.add(&out.Added, c.placed(c.whole(cell), i))
			continue
		}
		changed, differs := c.changes(c.from.cells[at], cell)
		if differs {
			out.add(&out.Changed, changed)
		}
		if c.moved[cell.key] {
			out.add(&out.Moved, c.placed(c.named(cell), i))
		} else if !differs {
			out.Unchanged++
		}
	}
	for _, cell := range c.from.cells {
		if _, both := c.newer[cell.key]; !both {
			out.add(&out.Removed, c.whole(cell))
		}
	}
	var more int
	out.Other, more = settings(c.from.rest, c.to.rest)
	out.NotShown += more
}

// add adds a cell to a list that has room.
func (p *ComparedProject) add(list *[]ComparedCell, cell ComparedCell) {
	if len(*list) == shownCells {
		p.NotShown++
		return
	}
	*list = append(*list, cell)
}

func (c *comparison) named(cell bookCell) ComparedCell {
	named := ComparedCell{CellType: cell.kind, Label: cut(cell.label, shownValue)}
	if !c.byName {
		named.StaticID = hexapi.UUID(cut(cell.id, shownValue))
	}
	return named
}

// whole is a cell of one version alone.
func (c *comparison) whole(cell bookCell) ComparedCell {
	shown := c.named(cell)
	if cell.source != "" {
		shown.Source = c.show(cell.source, firstLines)
	}
	return shown
}

// placed says which cell the i-th one follows.
func (c *comparison) placed(cell ComparedCell, i int) ComparedCell {
	cell.After = new("")
	if i > 0 {
		*cell.After = cut(c.to.cells[i-1].name(), shownValue)
	}
	return cell
}

// changes says what differs between a cell then and now.
func (c *comparison) changes(then, now bookCell) (changed ComparedCell, differs bool) {
	changed = c.named(now)
	if then.source != now.source {
		changed.Diff = c.show(unified(then.source, now.source), shownLines)
	}
	changed.Settings, changed.MoreSettings = settings(then.settings, now.settings)
	return changed, then.source != now.source || len(changed.Settings) > 0
}

// unified is the difference of two sources, without the lines that name files.
func unified(then, now string) string {
	const header = 3
	lines := strings.SplitAfterN(string(diff.Diff("", ended(then), "", ended(now))), "\n", header+1)
	if len(lines) <= header {
		return "only the end of the last line differs"
	}
	return strings.TrimSuffix(lines[header], "\n")
}

// ended is a source whose last line has an end.
func ended(source string) []byte {
	if source == "" || strings.HasSuffix(source, "\n") {
		return []byte(source)
	}
	return []byte(source + "\n")
}

// show is the first lines of a text, as many as may still be shown.
func (c *comparison) show(text string, most int) string {
	lines := strings.Split(text, "\n")
	n := min(len(lines), most, max(c.lines, 1))
	c.lines -= n
	shown := make([]string, n, n+1)
	for i, line := range lines[:n] {
		shown[i] = cut(line, shownLine)
	}
	if n < len(lines) {
		shown = append(shown, "…")
	}
	return strings.Join(shown, "\n")
}

// settings are the values that differ, by path, and how many more there are.
func settings(then, now map[string]string) (changed []ChangedSetting, more int) {
	paths := slices.Collect(maps.Keys(then))
	for path := range now {
		if _, both := then[path]; !both {
			paths = append(paths, path)
		}
	}
	slices.SortFunc(paths, cmp.Compare[string])
	for _, path := range paths {
		from, to := valueAt(then, path), valueAt(now, path)
		switch {
		case from != nil && to != nil && *from == *to:
		case len(changed) == shownSettings:
			more++
		default:
			changed = append(changed, ChangedSetting{cut(path, shownValue), cutValue(from), cutValue(to)})
		}
	}
	return changed, more
}

func valueAt(settings map[string]string, path string) *string {
	if value, ok := settings[path]; ok {
		return &value
	}
	return nil
}

func cutValue(value *string) *string {
	if value == nil {
		return nil
	}
	return new(cut(*value, shownValue))
}
