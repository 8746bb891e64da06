package tools

import (
	"encoding/json"
	"strconv"
	"strings"
)

// This file quotes. What Hex says, and whoever stands before it, is data: outside
// of quotes a stranger's words would read as if they were ours.

const (
	maxQuoted = 500 // bytes of a text in a list
	maxNamed  = 64  // bytes of a name
	maxFields = 200 // bytes of the path of a field
	maxListed = 20  // texts in a list

	maxConstant = 24 // bytes of a constant
)

// named is a name of Hex's, quoted where it may be words: where it is neither an id
// nor a constant such as NOT_FOUND.
func named(name string) string {
	if isMadeOf(name, maxNamed, digits+"abcdefABCDEF-") || isMadeOf(name, maxConstant, capitals+"_") {
		return name
	}
	return quoted(cut(name, maxNamed))
}

// pathOf is the path of a field of Hex's, quoted where it may be words: where its
// names are not all identifiers.
func pathOf(path string) string {
	if isMadeOf(path, maxFields, letters+capitals+digits+"_.[]") {
		return path
	}
	return quoted(path)
}

// isMadeOf reports whether a text is of these characters and of no more than most
// bytes, and not empty.
func isMadeOf(text string, most int, characters string) bool {
	return text != "" && len(text) <= most && strings.Trim(text, characters) == ""
}

const (
	letters  = "abcdefghijklmnopqrstuvwxyz"
	capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits   = "0123456789"
)

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
