package schema

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// InvalidError lists the problems of the arguments in the order of their paths. It
// holds the first ten; a last issue without a path says how many more there are.
type InvalidError struct{ Issues []Issue }

// Issue is one problem of the arguments.
type Issue struct {
	Path    string // such as sharing.upsert.users[0].access; empty for the arguments as a whole
	Message string // a clause that names the argument, what is wrong, and what is allowed
}

// Error joins the messages.
func (e *InvalidError) Error() string {
	texts := make([]string, len(e.Issues))
	for i, issue := range e.Issues {
		texts[i] = issue.Message
	}
	return strings.Join(texts, "; ")
}

// problem is an issue whose message is made only when it is shown, because arguments
// may have many more problems than are shown.
type problem struct {
	at  []string
	say func() string // how the message goes on after the path
}

func trouble(at []string, text string) problem {
	return problem{at, func() string { return text }}
}

const (
	maxIssues = 10  // issues in an error: a model does not correct more at once
	maxQuoted = 60  // runes of a caller's value in a message
	maxPath   = 200 // runes of a path in a message
)

// invalid makes an error of problems, sorted by path. Problems with the same path keep
// their order.
func invalid(problems ...problem) *InvalidError {
	slices.SortStableFunc(problems, func(a, b problem) int {
		return slices.CompareFunc(a.at, b.at, compareNames)
	})
	e := new(InvalidError)
	for i, p := range problems {
		if i == maxIssues {
			e.Issues = append(e.Issues, Issue{Message: more(len(problems), i)})
			break
		}
		e.Issues = append(e.Issues, Issue{Path: pathOrEmpty(p.at), Message: path(p.at) + " " + p.say()})
	}
	return e
}

// more says how many problems are not shown. Checking may have ended early.
func more(found, shown int) string {
	if found >= maxProblems {
		return fmt.Sprintf("and at least %d more problems", found-shown)
	}
	return fmt.Sprintf("and %d more problems", found-shown)
}

// compareNames orders indexes by number, [2] before [10], and names by their letters.
func compareNames(a, b string) int {
	if isIndex(a) && isIndex(b) {
		return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
	}
	return cmp.Compare(a, b)
}

func isIndex(name string) bool {
	return name != "" && strings.Trim(name, "0123456789") == ""
}

// path is the dotted form of at, or "the arguments" for an empty path.
func path(at []string) string {
	return cmp.Or(pathOrEmpty(at), "the arguments")
}

func pathOrEmpty(at []string) string {
	var b strings.Builder
	for _, name := range at {
		switch {
		case isIndex(name) && len(name) < maxQuoted:
			b.WriteString("[" + name + "]")
		case !isPlain(name):
			b.WriteString("[" + quote(name) + "]")
		case b.Len() > 0:
			b.WriteString("." + name)
		default:
			b.WriteString(name)
		}
	}
	return cut(b.String(), maxPath)
}

// isPlain reports whether a name can stand in a path without quotes.
func isPlain(name string) bool {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-$"
	return name != "" && len(name) <= maxQuoted && strings.Trim(name, letters) == ""
}

// quote puts a caller's text in quotes, shortens it and escapes control and invisible
// characters, so that a reader cannot take it for words of the server.
func quote(text string) string {
	return strconv.Quote(cut(text, maxQuoted))
}

// cut returns at most n runes of text.
func cut(text string, n int) string {
	if utf8.RuneCountInString(text) <= n {
		return text
	}
	return string([]rune(text[:min(len(text), utf8.UTFMax*n)])[:n]) + "…"
}
