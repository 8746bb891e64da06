package schema

import (
	"slices"
	"strings"

	"github.com/invopop/jsonschema"
)

// propertyNames returns the names that s declares, in its order.
func propertyNames(s *jsonschema.Schema) []string {
	if s.Properties == nil {
		return nil
	}
	names := make([]string, 0, s.Properties.Len())
	for p := s.Properties.Oldest(); p != nil; p = p.Next() {
		names = append(names, p.Key)
	}
	return names
}

// Nearest returns the known name that was probably meant by name: one that ends in it,
// as runId does in id, or one that differs in few letters. It returns "" if there is none,
// or if two are equally near.
func Nearest(name string, known []string) string {
	const longest = 64 // a longer name is no misspelling
	folded := fold(name)
	if folded == "" || len(folded) > longest {
		return ""
	}
	best, least, tied := "", len(folded)/3+1, false
	for _, candidate := range known {
		d := distance(folded, fold(candidate))
		if strings.HasSuffix(fold(candidate), folded) {
			d = 0
		}
		if d < least {
			best, least, tied = candidate, d, false
		} else if d == least && best != "" {
			tied = true
		}
	}
	if tied {
		return ""
	}
	return best
}

// distance is the Levenshtein distance of a and b: how many letters to add, drop or
// replace.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replaced := diagonal
			if a[i] != b[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}

// find returns the paths of all properties inside s that have the name, so that a message
// can say where an argument belongs. It does not look into lists, because nobody could
// say which entry is meant.
func find(s *jsonschema.Schema, name string, at []string) (found [][]string) {
	s, _ = unwrap(s)
	if s.Properties == nil {
		return nil
	}
	for p := s.Properties.Oldest(); p != nil; p = p.Next() {
		here := append(slices.Clip(at), p.Key)
		if p.Key == name {
			found = append(found, here)
		} else {
			found = append(found, find(p.Value, name, here)...)
		}
	}
	return found
}
