package main

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// This file recognises placeholders that nobody has replaced, and values that were given
// in the wrong place. Its messages never repeat a value, because that may be a token.

// isReference reports whether a value is a reference to another one, such as ${TOKEN} or
// op://vault/item. A client that does not know this form passes it on unresolved.
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

// stores are the prefixes of references to a store of secrets, such as 1Password's op.
var stores = []string{"op", "vault", "keychain", "secret", "file", "env"}

// beginsName reports whether the name of a variable may begin with r.
func beginsName(r rune) bool { return 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z' || r == '_' }

// standIns matches words that examples have in place of a value, in lower case and
// without the characters of joints. All of them are shorter than a token.
var standIns = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(?:\[.*\]|(?:your|my|insert|enter|paste|add).*(?:token|key|host|url|here|workspace).*|(?:hex)?(?:api)?(?:token|key)|token(?:here)?|changeme|replaceme|todo|tbd|placeholder|redacted|null|undefined|none|nil|x{3,}|\*+)$`)
})

// joints removes the characters that join the words of a stand-in.
var joints = strings.NewReplacer("_", "", "-", "", " ", "")

// between matches a placeholder in angle brackets, such as <token>.
var between = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`<[^<>]*>`) })

// unresolved says what is wrong with a value that is an unresolved reference, a
// placeholder in angle brackets, or badly encoded or quoted; "" for none of these. Names
// of files are checked by it, too.
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

// unfilled is unresolved, and also recognises placeholders without brackets.
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

// tokenPrefix matches the prefix of a token, anywhere in a text. Older tokens have none.
var tokenPrefix = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)hxt[pw]_`) })

// notAToken says why a value cannot be a token; "" if it can.
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

// notAnAddress says why a value cannot be the address of Hex; "" if it can. A token given
// in its place must be refused here, since resolving it as a host name would send it to
// a DNS server.
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

// yourName matches a part of a host name that examples have, such as your-company.
var yourName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)(?:^|\.)your[-_]`) })

// hasLongLabel reports whether a part of the host name is longer than DNS allows, as a
// token without a prefix would be.
func hasLongLabel(host string) bool {
	for label := range strings.SplitSeq(host, ".") {
		if len(label) > 63 {
			return true
		}
	}
	return false
}
