package tools

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
)

// This file quotes. What Hex says, and whoever stands before it, is data: outside
// of quotes a stranger's words would read as if they were ours.

const (
	maxQuoted = 500 // bytes of a text in a list
	maxNamed  = 64  // bytes of a name
	maxListed = 20  // texts in a list
)

// safeName is what needs no quotes: an id, or a constant such as NOT_FOUND.
var safeName = regexp.MustCompile(`^(?:[0-9a-fA-F-]{1,64}|[A-Z_]{1,24})$`)

// named is a name of Hex's, quoted where it may be words.
func named(name string) string {
	if safeName.MatchString(name) {
		return name
	}
	return quoted(cut(name, maxNamed))
}

// safePath is the path of a field whose names are all identifiers.
var safePath = regexp.MustCompile(`^[a-zA-Z0-9_.\[\]]{1,200}$`)

// pathOf is the path of a field of Hex's, quoted where it may be words.
func pathOf(path string) string {
	if safePath.MatchString(path) {
		return path
	}
	return quoted(path)
}

// quoted is a text of Hex's in quotes, on one line, cut where it is too long.
func quoted(text string) string { return strconv.Quote(cut(strings.TrimSuffix(text, "."), maxQuoted)) }

// jsonOrQuoted is JSON of Hex's, in which words have quotes already. What is none, or is
// too long, is quoted as a text.
func jsonOrQuoted(value string) string {
	if len(value) > maxQuoted || strings.ContainsAny(value, "\r\n") || !json.Valid([]byte(value)) {
		return quoted(value)
	}
	return value
}

// several says each of the values, as far as a reader wants them.
func several[T any](values []T, separator string, say func(T) string) string {
	texts := make([]string, 0, maxListed)
	for _, v := range values[:min(len(values), maxListed)] {
		texts = append(texts, say(v))
	}
	if more := len(values) - maxListed; more > 0 {
		texts = append(texts, strconv.Itoa(more)+" more")
	}
	return strings.Join(texts, separator)
}
