package main

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// This file knows the values that nobody filled in, or that stand in the wrong
// place. What it says of them never repeats them: a value may be a token.

// isReference reports whether a value says where another is to come from. A client
// that does not know this way to write it passes it on as it is.
func isReference(value string) bool {
	store, _, named := strings.Cut(value, ":")
	switch {
	case strings.Contains(value, "${"), strings.Contains(value, "{{"), named && slices.Contains(stores, store):
		return true
	case strings.HasPrefix(value, "$"):
		return len(value) > 1 && (beginsName(rune(value[1])) || value[1] == '(')
	}
	name, opened := strings.CutPrefix(value, "%")
	name, closed := strings.CutSuffix(name, "%")
	return opened && closed && name != "" && !strings.ContainsFunc(name, func(r rune) bool { return !beginsName(r) })
}

// stores are what references begin with that name a keeper of secrets.
var stores = []string{"op", "vault", "keychain", "secret", "file", "env"}

// beginsName reports whether the name of a variable may begin with r.
func beginsName(r rune) bool { return 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z' || r == '_' }

// standIns are the words that examples have where a value belongs, once case
// and what joins words are taken off. No token is as short.
var standIns = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(?:\[.*\]|(?:your|my|insert|enter|paste|add).*(?:token|key|host|url|here|workspace).*|(?:hex)?(?:api)?(?:token|key)|token(?:here)?|changeme|replaceme|todo|tbd|placeholder|redacted|null|undefined|none|nil|x{3,}|\*+)$`)
})

// joints join the words of a stand-in.
var joints = strings.NewReplacer("_", "", "-", "", " ", "")

// between is what stands in angle brackets to be replaced.
var between = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`<[^<>]*>`) })

// unresolved says what is wrong with a value that was meant to be replaced or is
// written as no value is, or "". It holds for names of files, too.
func unresolved(value string) string {
	switch {
	case !utf8.ValidString(value), strings.ContainsRune(value, 0):
		return "is not UTF-8: save it as plain text"
	case strings.HasPrefix(value, "\ufeff"):
		return "begins with a byte order mark (BOM): save it as plain UTF-8 without one"
	case isReference(value):
		return "is a reference that was passed on as it is, and not what it stands for: the client does not know this way to write it"
	case isQuoted(value):
		return "has quotes around it: leave them out"
	case strings.ContainsRune(value, '<') && between().MatchString(value):
		return isPlaceholder
	}
	return ""
}

const (
	isPlaceholder = "is a placeholder: put the value itself there"
	isExample     = "is the placeholder of an example: put the whole value there"
)

// unfilled says what is wrong with a value that nobody filled in, or "".
func unfilled(value string) string {
	if why := unresolved(value); why != "" {
		return why
	}
	const longest = 40
	switch {
	case strings.Contains(value, "…"), strings.Contains(value, "..."):
		return isExample
	case len(value) <= longest && standIns().MatchString(joints.Replace(strings.ToLower(value))):
		return isPlaceholder
	}
	return ""
}

func isQuoted(value string) bool {
	first, _ := utf8.DecodeRuneInString(value)
	last, _ := utf8.DecodeLastRuneInString(value)
	return strings.ContainsRune("\"'`“”„‘’«»", first) || strings.ContainsRune("\"'`“”‘’«»", last)
}

// tokenPrefix is how today's tokens begin. Older ones have none.
var tokenPrefix = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)hxt[pw]_`) })

// notAToken says what is wrong with a token that cannot be one, or "".
func notAToken(token string) string {
	if why := unfilled(token); why != "" {
		return why
	}
	switch rest := tokenPrefix().ReplaceAllString(token, ""); {
	case strings.Contains(token, "://"):
		return "holds an address and not a token: the address belongs into HEX_API_BASE_URL"
	case rest != token && (rest == "" || unfilled(rest) != ""):
		return isExample
	}
	return ""
}

// notAnAddress says what is wrong with an address that holds a token or, looked
// up as it is, would ask for a name that no workspace has.
func notAnAddress(address, token string) string {
	if why := unfilled(address); why != "" {
		return why
	}
	_, afterScheme, hasScheme := strings.Cut(address, "://")
	host := address
	if hasScheme {
		host = afterScheme
	}
	host, _, _ = strings.Cut(host, "/")
	switch {
	case tokenPrefix().MatchString(address), token != "" && strings.Contains(address, token):
		return "holds a token and not an address: the token belongs into HEX_API_TOKEN"
	case !hasScheme && !strings.ContainsAny(host, ".:") && !strings.EqualFold(host, "localhost"), hasLongLabel(host):
		return "is not an address: give the host, such as eu.hex.tech, or a whole URL"
	case yourName().MatchString(host):
		return isPlaceholder
	}
	return ""
}

// yourName is a part of a name that examples have.
var yourName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)(?:^|\.)your[-_]`) })

// hasLongLabel reports whether a part of the name is longer than any name's can
// be, as tokens of other kinds are.
func hasLongLabel(host string) bool {
	for label := range strings.SplitSeq(host, ".") {
		if len(label) > 63 {
			return true
		}
	}
	return false
}
