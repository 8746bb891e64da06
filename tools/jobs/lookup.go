package jobs

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"hexmcp/hexapi"
)

// UserNamed is the id of the one active user with exactly that email or name. Why
// says in a clause why there is none.
func UserNamed(ctx context.Context, c *hexapi.Client, name string) (id hexapi.UUID, why string, err error) {
	users, err := readUsers(ctx, c, hexapi.ListUsersInput{})
	u, why := lookUp(name, "active user", users, userNames, userID)
	return u.ID, why, err
}

// GroupNamed is the id of the one group of that name.
func GroupNamed(ctx context.Context, c *hexapi.Client, name string) (id hexapi.UUID, why string, err error) {
	groups, err := readGroups(ctx, c)
	g, why := lookUp(name, "group", groups, groupNames, groupID)
	return g.ID, why, err
}

// CollectionNamed is the id of the one collection of that name.
func CollectionNamed(ctx context.Context, c *hexapi.Client, name string) (id hexapi.UUID, why string, err error) {
	collections, err := readCollections(ctx, c)
	found, why := lookUp(name, "collection", collections, collectionNames, collectionID)
	return found.ID, why, err
}

// lookUp finds the only one that is called so, or has that id. Names that are alike are named, so
// that nobody has to look for them.
func lookUp[T any](name, of string, all []T, names func(T) []string, id func(T) hexapi.UUID) (one T, why string) {
	name = strings.TrimSpace(name)
	var exact []*T
	for i, v := range all {
		if strings.EqualFold(string(id(v)), name) || slices.ContainsFunc(names(v), func(n string) bool { return strings.EqualFold(strings.TrimSpace(n), name) }) {
			exact = append(exact, &all[i])
		}
	}
	switch {
	case len(exact) == 1:
		return *exact[0], ""
	case len(exact) > 1:
		return one, fmt.Sprintf("%d are called so: %s; give the id of the one that is meant", len(exact), candidates(exact, names, id))
	}
	var near []*T
	for _, m := range best(name, all, names, id) {
		near = append(near, m.value)
	}
	if len(near) == 0 {
		return one, fmt.Sprintf("no %s is called so", of)
	}
	return one, fmt.Sprintf("no %s is called so; nearest: %s; ask the user who or what is meant", of, candidates(near, names, id))
}

// candidates names a few with their ids.
func candidates[T any](all []*T, names func(T) []string, id func(T) hexapi.UUID) string {
	const most = 5
	var texts []string
	for _, v := range all[:min(len(all), most)] {
		texts = append(texts, fmt.Sprintf("%s (%s)", strings.Join(names(*v), ", "), id(*v)))
	}
	if len(all) > most {
		texts = append(texts, "…")
	}
	return strings.Join(texts, "; ")
}
