// Package address reads ids out of the addresses of Hex's pages, which is what
// people paste. The first id of such an address is often that of the workspace.
package address

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"

	"hexmcp/hexapi"
)

// segments are what stands before the id of an argument in an address.
var segments = map[string][]string{
	"projectId":        {"hex", "app", "projects"},
	"runId":            {"run", "runs"},
	"cellId":           {"cell", "cells"},
	"collectionId":     {"collection", "collections"},
	"dataConnectionId": {"data-connection", "data-connections"},
	"groupId":          {"group", "groups"},
	"threadId":         {"thread", "threads"},
	"userId":           {"user", "users"},
}

// Why a text holds no id.
const (
	noSuchID  = "that address does not hold this id"
	shortID   = "the last part is a short id, as the addresses of pages have it: the API does not know it, so find the id by the title"
	anEmail   = "that is an email, not an id: find who has it, and take the id from there"
	nothing   = "that is no id: leave the argument out where there is none to give"
	nameForID = "that is a name, not an id"
)

var (
	// A short id is 22 digits of base 62, the first of which is 0, after a title.
	shortPattern = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(.*-)?0[0-9A-Za-z]{15,22}$`) })
	// An id, or most of one.
	brokenPattern = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[{"]?[0-9a-fA-F-]{20,}[}"]?$`) })
)

// TitleIn returns the title in an address, or in its last part, that has a short
// id in place of one that the API knows; "" where it has none.
func TitleIn(given string) string {
	for _, step := range pathOf(given) {
		if m := shortPattern().FindStringSubmatch(step); m != nil {
			return strings.TrimSuffix(m[1], "-")
		}
	}
	return ""
}

// IDIn returns the id in a text that was given for an argument, or why there is
// none: neither where the text is an id itself, or nothing that is known here.
func IDIn(argument, given string) (id, why string) {
	switch {
	case hexapi.IsUUID(given), given == "":
		return "", ""
	case isAddress(given):
		return idInAddress(argument, given)
	case slices.Contains(nothings, strings.ToLower(given)):
		return "", nothing
	case strings.Contains(given, "@"):
		return "", anEmail
	case shortPattern().MatchString(given):
		return "", shortID
	case strings.Contains(given, "/") || !strings.ContainsAny(given, "0123456789"):
		return "", nameForID
	}
	return "", ""
}

// MayBeName reports whether a text that was given for an id may be the name or
// email of what is meant: it is no id, whole or broken, no address and no word
// for nothing.
func MayBeName(given string) bool {
	return strings.TrimSpace(given) != "" && !brokenPattern().MatchString(given) && !isAddress(given) &&
		!shortPattern().MatchString(given) && !slices.Contains(nothings, strings.ToLower(given))
}

// nothings are words that stand for nothing where they are not given as null.
var nothings = []string{"null", "none", "undefined", "nil", "n/a", "any", "all"}

// isAddress tells the address of a page from a name with a slash in it.
func isAddress(given string) bool {
	return strings.Contains(given, "/") &&
		(strings.Contains(given, "://") || strings.HasPrefix(given, "/") || strings.Contains(given, "hex.tech") ||
			slices.ContainsFunc(pathOf(given), hexapi.IsUUID))
}

func idInAddress(argument, address string) (id, why string) {
	steps := pathOf(address)
	for i, step := range steps[:max(0, len(steps)-1)] {
		if slices.Contains(segments[argument], step) && hexapi.IsUUID(steps[i+1]) {
			return steps[i+1], ""
		}
	}
	if argument == "runId" {
		return runIn(steps)
	}
	if slices.ContainsFunc(steps, shortPattern().MatchString) {
		return "", shortID
	}
	return "", noSuchID
}

// runIn finds the run in the address of its page, where it follows its project.
func runIn(steps []string) (id, why string) {
	for i := range steps {
		ofProject := slices.Contains(segments["projectId"], steps[i])
		if ofProject && i+2 < len(steps) && hexapi.IsUUID(steps[i+1]) && hexapi.IsUUID(steps[i+2]) {
			return steps[i+2], ""
		}
	}
	return "", noSuchID
}

// pathOf returns the elements of an address's path.
func pathOf(address string) []string {
	path, _, _ := strings.Cut(address, "?")
	path, _, _ = strings.Cut(path, "#")
	if _, rest, ok := strings.Cut(path, "://"); ok {
		path = rest
	}
	if plain, err := url.PathUnescape(path); err == nil {
		path = plain
	}
	return strings.Split(strings.Trim(path, "/"), "/")
}
