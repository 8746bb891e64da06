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

// Nearest returns the known name that name was probably meant to be: it is the
// end of it, as id is of runId, or few letters differ. It returns "" where two
// are as near.
func Nearest(name string, known []string) string {
	const longest = 64 // longer names are not slips of the pen
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

// distance is how many letters to add, drop or replace to make b of a.
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

// find returns where below s properties have that name, so that an argument
// given too high up can be put in its place. It looks into objects only: of a
// list nobody could say which entry is meant.
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
