package tools

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"hexmcp/hexapi"
	"hexmcp/schema"
	"hexmcp/tools/jobs"
)

// This file tells of filters, or parts of them, that no project matches. Hex says
// nothing of them: it lists what matches the rest, which may be nothing.

const (
	seenProjects = 100 // whose values a note tells: one page

	noMatch         = "No project matches all of the filters together." + leftOutOfLists
	emptyCollection = "The collection %q holds no project that the token may see." + leftOutOfLists
	noCollection    = "There is no collection with this id, or the token may not see it: take collectionId from HEX_LIST_COLLECTIONS."
	leftOutOfLists  = " Archived and trashed projects, components and unlisted ones are left out unless asked for."
)

// isFilteredFirstPage reports whether a first page has filters that may match
// nothing.
func isFilteredFirstPage(in hexapi.ListProjectsInput) bool {
	return in.After == "" && in.Before == "" && (namesValues(in) || in.CollectionID != "")
}

// namesValues reports whether there are filters of values that projects have.
func namesValues(in hexapi.ListProjectsInput) bool {
	return len(in.Statuses)+len(in.Categories) > 0 || in.CreatorEmail != "" || in.OwnerEmail != ""
}

// unmatchedFilters says which filters of a first page no project matches, by a
// few reads of what there is.
func unmatchedFilters(ctx context.Context, c *hexapi.Client, in hexapi.ListProjectsInput, out hexapi.Page[hexapi.Project]) ([]string, error) {
	switch {
	case len(out.Values) > 0:
		return unmatchedNames(ctx, c, in, out), nil
	case namesValues(in):
		return unseenValues(ctx, c, in), nil
	}
	return collectionNote(ctx, c, in.CollectionID, true), nil
}

// unseenValues says of an empty list which values of the filters no project has.
func unseenValues(ctx context.Context, c *hexapi.Client, in hexapi.ListProjectsInput) []string {
	all, ok := newestProjects(ctx, c, in)
	if !ok {
		return []string{noMatch}
	}
	notes := slices.Concat(
		absent("ownerEmail", "owner", given(in.OwnerEmail), seen(all, ownerOf)), absent("creatorEmail", "creator", given(in.CreatorEmail), seen(all, creatorOf)),
	)
	for _, f := range nameFilters {
		notes = append(notes, absent(f.argument, f.of, *f.names(&in), seen(all, f.has))...)
	}
	if in.CollectionID != "" {
		notes = append(notes, collectionNote(ctx, c, in.CollectionID, false)...)
	}
	if len(notes) == 0 {
		notes = append(notes, noMatch)
	}
	return notes
}

// nothingToLookAt says why a search had no project to look at, which is not that
// none is called so: a status or owner that no project has, or the filters together.
func nothingToLookAt(ctx context.Context, c *hexapi.Client, in jobs.FindProjectsInput, out jobs.FoundProjects) ([]string, error) {
	if out.LookedAt > 0 || out.Next != nil || in.Cursor != "" || in.Text+in.Owner+in.Status == "" {
		return nil, nil
	}
	all, ok := newestProjects(ctx, c, hexapi.ListProjectsInput{IncludeArchived: in.Archived})
	notes := slices.Concat(
		absent("status", "status", given(in.HexStatus()), seen(all, statusOf)), absent("owner", "owner", given(in.HexOwner()), seen(all, ownerOf)),
	)
	if !ok || len(notes) == 0 {
		notes = []string{noMatch}
	}
	return notes, nil
}

// collectionNote tells a collection that is not there from one without projects,
// which is told only where it is the sole filter.
func collectionNote(ctx context.Context, c *hexapi.Client, id hexapi.UUID, sole bool) []string {
	answer, err := c.GetCollection(ctx, hexapi.GetCollectionInput{CollectionID: id})
	if e, ok := errors.AsType[*hexapi.Error](err); ok && e.Status == http.StatusNotFound && e.FromHex {
		return []string{noCollection}
	}
	if !sole {
		return nil
	}
	if found, err := answer.Decode(); err == nil {
		return []string{fmt.Sprintf(emptyCollection, found.Name)}
	}
	return []string{noMatch}
}

// nameFilter is a filter of several names, of which a project has any.
type nameFilter struct {
	argument, of string
	names        func(*hexapi.ListProjectsInput) *[]string
	has          func(hexapi.Project) []string
}

var nameFilters = []nameFilter{
	{"statuses", "status", func(in *hexapi.ListProjectsInput) *[]string { return &in.Statuses }, statusOf},
	{"categories", "category", func(in *hexapi.ListProjectsInput) *[]string { return &in.Categories }, categoriesOf},
}

// unmatchedNames says which of several names no project has, beside a list of
// those that have the others.
func unmatchedNames(ctx context.Context, c *hexapi.Client, in hexapi.ListProjectsInput, out hexapi.Page[hexapi.Project]) []string {
	left := make([][]string, len(nameFilters))
	for i, f := range nameFilters {
		left[i] = f.unmatched(ctx, c, in, out)
	}
	if len(slices.Concat(left...)) == 0 {
		return nil
	}
	all, ok := newestProjects(ctx, c, in)
	if !ok {
		return nil
	}
	var notes []string
	for i, f := range nameFilters {
		if wrong := absent(f.argument, f.of, left[i], seen(all, f.has)); len(wrong) > 0 {
			notes = append(notes, wrong...)
			notes = append(notes, fmt.Sprintf("The projects listed are those with the %s %s.", f.of, several(unlike(*f.names(&in), left[i]), " or ", quoted)))
		}
	}
	return notes
}

// unmatched returns the names that no project of the list has, as far as one read
// of the list's rest can tell.
func (f nameFilter) unmatched(ctx context.Context, c *hexapi.Client, in hexapi.ListProjectsInput, out hexapi.Page[hexapi.Project]) []string {
	names := f.names(&in)
	if len(*names) < 2 {
		return nil
	}
	left := unlike(*names, seen(out, f.has))
	if len(left) == 0 || out.Pagination.After == nil {
		return left
	}
	*names, in.Limit = left, seenProjects
	rest, ok := readProjects(ctx, c, in)
	if !ok || rest.Pagination.After != nil {
		return nil
	}
	return unlike(left, seen(rest, f.has))
}

// unlike returns the names or ids that are none of the others, whatever their case.
func unlike[T ~string](names, others []T) []T {
	return slices.DeleteFunc(slices.Clone(names), func(name T) bool {
		return slices.ContainsFunc(others, func(other T) bool { return strings.EqualFold(string(name), string(other)) })
	})
}

// missing returns the ids that none of the things there has.
func missing[T any](wanted []hexapi.UUID, there []T, idOf func(T) hexapi.UUID) []string {
	ids := make([]hexapi.UUID, len(there))
	for i, thing := range there {
		ids[i] = idOf(thing)
	}
	var names []string
	for _, id := range unlike(wanted, ids) {
		names = append(names, string(id))
	}
	return names
}

// newestProjects reads projects without the filters of a list.
func newestProjects(ctx context.Context, c *hexapi.Client, in hexapi.ListProjectsInput) (hexapi.Page[hexapi.Project], bool) {
	return readProjects(ctx, c, hexapi.ListProjectsInput{
		Limit: seenProjects, IncludeArchived: in.IncludeArchived, IncludeTrashed: in.IncludeTrashed,
		IncludeComponents: in.IncludeComponents, IncludeUnlisted: in.IncludeUnlisted,
	})
}

func readProjects(ctx context.Context, c *hexapi.Client, in hexapi.ListProjectsInput) (hexapi.Page[hexapi.Project], bool) {
	page, err := hexapi.Decoded(c.ListProjects(ctx, in))
	return page, err == nil
}

// seen returns the values that projects have, sorted, each once.
func seen(all hexapi.Page[hexapi.Project], of func(hexapi.Project) []string) []string {
	var values []string
	for _, p := range all.Values {
		values = append(values, of(p)...)
	}
	slices.Sort(values)
	return slices.Compact(values)
}

func statusOf(p hexapi.Project) []string {
	if p.Status == nil {
		return nil
	}
	return []string{p.Status.Name}
}

func categoriesOf(p hexapi.Project) []string {
	names := make([]string, len(p.Categories))
	for i, c := range p.Categories {
		names[i] = c.Name
	}
	return names
}

func ownerOf(p hexapi.Project) []string { return given(p.Owner.Email) }

func creatorOf(p hexapi.Project) []string { return given(p.Creator.Email) }

func given(value string) []string {
	if value == "" {
		return nil
	}
	return []string{value}
}

// absent says of each wanted value that no project has it, what it may have been
// meant to be, and which values there are.
func absent(argument, of string, wanted, there []string) []string {
	var notes []string
	for _, value := range wanted {
		if slices.Contains(there, value) {
			continue
		}
		meant := meantBy(argument, value, there)
		notes = append(notes, fmt.Sprintf("None of the newest %d projects has the %s %q%s. Seen there: %s.", seenProjects, of, value, meant, listed(there)))
	}
	return notes
}

// meantBy guesses what a value should have been.
func meantBy(argument, value string, there []string) string {
	parts := strings.Split(value, ",")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	same := func(name string) bool { return strings.EqualFold(name, value) }
	i := slices.IndexFunc(there, same)
	switch kind := otherFilters[strings.ToLower(value)]; {
	case kind != "" && argument != "status":
		return "; " + kind
	case i >= 0 && !strings.Contains(value, "@"):
		return fmt.Sprintf("; names are exact: give %q", there[i])
	case len(parts) > 1 && (argument == "statuses" || argument == "categories"):
		return "; " + argument + ` is a list: give ["` + strings.Join(parts, `", "`) + `"]`
	}
	if near := schema.Nearest(value, there); near != "" {
		return fmt.Sprintf("; %q may be meant", near)
	}
	return ""
}

// otherFilters are no statuses and are asked for otherwise.
var otherFilters = map[string]string{
	"archived":  "archived projects are listed with includeArchived",
	"trashed":   "projects in the trash are listed with includeTrashed",
	"component": "components are listed with includeComponents",
	"none":      "for projects without one, list all and look for null or an empty list",
	"published": "published projects are those whose lastPublishedAt is not null",
	"draft":     "projects that were never published are those whose lastPublishedAt is null",
}

// listed joins a few values, which somebody in the workspace has named.
func listed(values []string) string {
	if len(values) == 0 {
		return "none"
	}
	return several(values, ", ", quoted)
}
