package jobs

import (
	"fmt"
	"strings"
)

// How much of a source is shown.
const (
	shownLines = 40  // of a cell
	shownLine  = 200 // characters of a line
)

// excerpt shows the lines of a source with hits, and some around them. Without
// hits it shows the first lines.
func excerpt(source string, hits [][]int, around int) string {
	if source == "" {
		return ""
	}
	marked := linesOf(source, hits)
	if len(hits) == 0 {
		return numbered(source, map[int]bool{0: true}, nil, around)
	}
	return numbered(source, marked, marked, around)
}

// linesOf are the lines, from 0, in which hits are, as many as can be shown and one
// more.
func linesOf(source string, hits [][]int) map[int]bool {
	marked := make(map[int]bool)
	line, at := 0, 0
	for _, h := range hits {
		line, at = line+strings.Count(source[at:h[0]], "\n"), h[0]
		last := line + strings.Count(strings.TrimSuffix(source[h[0]:h[1]], "\n"), "\n")
		for n := line; n <= last; n++ {
			if marked[n] = true; len(marked) > shownLines {
				return marked
			}
		}
	}
	return marked
}

// numbered writes the lines near those that are wanted, with their numbers. Where
// it leaves lines out it says so.
func numbered(source string, wanted, marked map[int]bool, around int) string {
	var b strings.Builder
	shown, gap, n := 0, false, -1
	for line := range strings.SplitSeq(source, "\n") {
		n++
		if !isNear(n, wanted, around) {
			gap = shown > 0
			continue
		}
		if shown == shownLines {
			b.WriteString("…\n")
			break
		}
		if gap {
			b.WriteString("…\n")
			gap = false
		}
		shown++
		mark := " "
		if marked[n] {
			mark = ">"
		}
		fmt.Fprintf(&b, "%s%d %s\n", mark, n+1, cut(line, shownLine))
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func isNear(n int, wanted map[int]bool, around int) bool {
	for m := n - around; m <= n+around; m++ {
		if wanted[m] {
			return true
		}
	}
	return false
}

// cut shortens a text to n characters.
func cut(text string, n int) string {
	for at := range text {
		if n == 0 {
			return strings.ToValidUTF8(text[:at], "\uFFFD") + "…"
		}
		n--
	}
	return text
}
