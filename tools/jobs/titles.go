package jobs

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"

	"hexmcp/hexapi"
	"hexmcp/tools/address"
)

// Match says how well a title fits what was looked for.
type Match string

// The matches, the best first.
const (
	MatchID     Match = "id"         // the address or the id of the project itself
	MatchTitle  Match = "title"      // the whole title
	MatchStart  Match = "start"      // the title begins so
	MatchWords  Match = "words"      // all words are words of the title
	MatchParts  Match = "parts"      // all words are in the title
	MatchSome   Match = "some words" // not all words are in the title
	matchesNone Match = ""
)

// ranks are the matches in their order.
var ranks = map[Match]int{MatchID: 0, MatchEmail: 1, MatchTitle: 2, MatchStart: 3, MatchWords: 4, MatchParts: 5, MatchSome: 6, MatchSimilar: 7}

// Compare orders matches, the best first.
func (m Match) Compare(other Match) int { return cmp.Compare(ranks[m], ranks[other]) }

// longestTitle is how many bytes of a title are compared: without accents some
// characters are eighteen.
const longestTitle = 4_000

// title compares titles with what was looked for, without regard to case,
// accents and punctuation.
type title struct {
	whole string
	words []string
}

func titleOf(text string) title {
	if len(text) > longestTitle {
		text = text[:longestTitle]
	}
	words := strings.FieldsFunc(folded(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) })
	return title{strings.Join(words, " "), words}
}

// folded takes accents and case away. Most titles have none of the former, and to look
// for them was a third of a search.
func folded(text string) string {
	if isASCII(text) {
		return strings.ToLower(text)
	}
	plain, _, err := transform.String(transform.Chain(norm.NFKD, runes.Remove(runes.In(unicode.Mn)), norm.NFC), text)
	if err != nil {
		plain = text
	}
	return strings.ToLower(plain)
}

func isASCII(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r >= utf8.RuneSelf })
}

// match says how well the title of a project fits.
func (t title) match(project string) Match {
	p := titleOf(project)
	if len(t.words) == 0 {
		return matchesNone
	}
	words, parts := 0, 0
	for _, w := range t.words {
		switch {
		case slices.Contains(p.words, w):
			words++
			parts++
		case strings.Contains(p.whole, w):
			parts++
		}
	}
	switch {
	case p.whole == t.whole:
		return MatchTitle
	case strings.HasPrefix(p.whole, t.whole):
		return MatchStart
	case words == len(t.words):
		return MatchWords
	case parts == len(t.words):
		return MatchParts
	case words > 0:
		return MatchSome
	}
	return matchesNone
}

// wanted is what was looked for: an id, or the words of a title.
func wanted(text string) (id hexapi.UUID, words string) {
	text = strings.TrimSpace(text)
	found, _ := address.IDIn("projectId", text)
	if hexapi.IsUUID(text) {
		found = text
	}
	if found != "" {
		return hexapi.UUID(strings.ToLower(found)), ""
	}
	return "", cmp.Or(address.TitleIn(text), text)
}
