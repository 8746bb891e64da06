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
	lines := strings.Split(source, "\n")
	marked := linesOf(source, hits)
	if len(hits) == 0 {
		return numbered(lines, map[int]bool{0: true}, nil, around)
	}
	return numbered(lines, marked, marked, around)
}

// linesOf are the lines, from 0, in which hits are.
func linesOf(source string, hits [][]int) map[int]bool {
	marked := make(map[int]bool)
	for _, h := range hits {
		first := strings.Count(source[:h[0]], "\n")
		last := first + strings.Count(strings.TrimSuffix(source[h[0]:h[1]], "\n"), "\n")
		for n := first; n <= last; n++ {
			marked[n] = true
		}
	}
	return marked
}

// numbered writes the lines near those that are wanted, with their numbers. Where
// it leaves lines out it says so.
func numbered(lines []string, wanted, marked map[int]bool, around int) string {
	var b strings.Builder
	shown, gap := 0, false
	for n, line := range lines {
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
	if r := []rune(text); len(r) > n {
		return string(r[:n]) + "…"
	}
	return text
}
