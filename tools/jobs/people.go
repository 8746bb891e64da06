package jobs

import (
	"context"
	"slices"
	"strings"

	"hexmcp/hexapi"
	"hexmcp/schema"
)

// MatchEmail is the whole email of a user, and MatchSimilar a name that few
// letters differ from.
const (
	MatchEmail   Match = "email"
	MatchSimilar Match = "similar"
)

// directory is who there is in a workspace: its users and groups.
type directory struct {
	users  []hexapi.User
	groups []hexapi.Group
}

// listPage is how many users or groups Hex lists at once at the most.
const listPage = 500

// readDirectory reads all users and groups.
func readDirectory(ctx context.Context, c *hexapi.Client) (directory, error) {
	users, err := readUsers(ctx, c, hexapi.ListUsersInput{})
	if err != nil {
		return directory{}, err
	}
	groups, err := readGroups(ctx, c)
	return directory{users, groups}, err
}

func readUsers(ctx context.Context, c *hexapi.Client, filter hexapi.ListUsersInput) ([]hexapi.User, error) {
	filter.Limit = listPage
	return all(ctx, asTheyAre, func(after string) (hexapi.Answer[hexapi.Page[hexapi.User]], error) {
		filter.After = after
		return c.ListUsers(hexapi.AllowRecent(ctx), filter)
	})
}

func readGroups(ctx context.Context, c *hexapi.Client) ([]hexapi.Group, error) {
	return all(ctx, asTheyAre, func(after string) (hexapi.Answer[hexapi.Page[hexapi.Group]], error) {
		return c.ListGroups(hexapi.AllowRecent(ctx), hexapi.ListGroupsInput{Limit: listPage, Cursor: hexapi.Cursor{After: after}})
	})
}

func readCollections(ctx context.Context, c *hexapi.Client) ([]hexapi.Collection, error) {
	return all(ctx, asTheyAre, func(after string) (hexapi.Answer[hexapi.Page[hexapi.Collection]], error) {
		return c.ListCollections(hexapi.AllowRecent(ctx), hexapi.ListCollectionsInput{Limit: 100, Cursor: hexapi.Cursor{After: after}})
	})
}

// matching is something that fits what was looked for, and how well.
type matching[T any] struct {
	value *T
	match Match
}

// best returns what fits a text, the best first. What has only some of the words
// counts where there is nothing better, and a similar name where there is nothing.
func best[T any](text string, all []T, names func(T) []string, id func(T) hexapi.UUID) []matching[T] {
	w := wordsOf(text)
	var found []matching[T]
	for i, v := range all {
		if m := w.matchAny(string(id(v)), names(v)); m != matchesNone {
			found = append(found, matching[T]{&all[i], m})
		}
	}
	slices.SortStableFunc(found, func(a, b matching[T]) int { return a.match.Compare(b.match) })
	if len(found) > 0 && found[0].match != MatchSome {
		found = slices.DeleteFunc(found, func(m matching[T]) bool { return m.match == MatchSome })
	}
	if len(found) == 0 {
		return similar(text, all, names)
	}
	return found
}

// similar returns the one whose name or email is spelled most like a text, or
// those that begin like it.
func similar[T any](text string, all []T, names func(T) []string) (found []matching[T]) {
	var known []string
	for _, v := range all {
		known = append(known, names(v)...)
	}
	near := schema.Nearest(text, known)
	for i, v := range all {
		if slices.ContainsFunc(names(v), func(name string) bool { return name == near || near == "" && beginAlike(name, text) }) {
			found = append(found, matching[T]{&all[i], MatchSimilar})
		}
	}
	return found
}

// beginAlike reports whether two texts share a stem: Analysts and Analytics.
func beginAlike(a, b string) bool {
	const stem = 5
	a, b = titleOf(a).whole, titleOf(b).whole
	return len(a) >= stem && len(b) >= stem && a[:stem] == b[:stem]
}

// sought is a text that names and emails are compared with.
type sought struct {
	text string
	title
}

func wordsOf(text string) sought { return sought{strings.TrimSpace(text), titleOf(text)} }

// matchAny is how well the best of several names fits.
func (s sought) matchAny(id string, names []string) Match {
	found := matchesNone
	if hexapi.IsUUID(s.text) && strings.EqualFold(id, s.text) {
		return MatchID
	}
	for _, name := range names {
		m := s.matchOne(name)
		if m != matchesNone && (found == matchesNone || ranks[m] < ranks[found]) {
			found = m
		}
	}
	return found
}

// matchOne is how well a name or an email fits. An email fits only as a whole: one that
// differs in a letter may be that of somebody else.
func (s sought) matchOne(name string) Match {
	switch {
	case strings.Contains(name, "@") && strings.EqualFold(name, s.text):
		return MatchEmail
	case strings.Contains(s.text, "@"):
		return matchesNone
	}
	return s.match(name)
}

func userNames(u hexapi.User) []string {
	if u.Name == nil || *u.Name == "" {
		return []string{u.Email}
	}
	return []string{u.Email, *u.Name}
}

func userID(u hexapi.User) hexapi.UUID   { return u.ID }
func groupNames(g hexapi.Group) []string { return []string{g.Name} }
func groupID(g hexapi.Group) hexapi.UUID { return g.ID }

func collectionNames(c hexapi.Collection) []string { return []string{c.Name} }

func collectionID(c hexapi.Collection) hexapi.UUID { return c.ID }
