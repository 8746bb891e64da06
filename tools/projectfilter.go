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
)

// This file tells of filters of projects that no project can match, or none does:
// Hex answers them with an empty list, which looks as if there were nothing.

// projectFilterRules refuses filters that nothing can match.
func projectFilterRules(in hexapi.ListProjectsInput) []schema.Issue {
	return slices.Concat(
		emailRule("ownerEmail", in.OwnerEmail), emailRule("creatorEmail", in.CreatorEmail),
		nameRules("statuses", in.Statuses), nameRules("categories", in.Categories),
	)
}

func emailRule(argument, given string) []schema.Issue {
	switch {
	case given == "" || strings.Contains(strings.TrimSpace(given), "@") && !strings.ContainsAny(given, ", ;"):
		return nil
	case isNothing(given):
		return []schema.Issue{{Path: argument, Message: fmt.Sprintf(leaveOut, argument, given)}}
	case strings.Contains(given, "@"):
		return []schema.Issue{{Path: argument, Message: fmt.Sprintf("%s takes one email; %q was given: call once for each", argument, given)}}
	}
	return []schema.Issue{{Path: argument, Message: fmt.Sprintf(noEmail, argument, given)}}
}

// nameRules refuses names that stand for nothing.
func nameRules(argument string, given []string) []schema.Issue {
	var issues []schema.Issue
	for i, name := range given {
		if path := fmt.Sprintf("%s[%d]", argument, i); strings.TrimSpace(name) == "" || isNothing(name) {
			issues = append(issues, schema.Issue{Path: path, Message: fmt.Sprintf(leaveNameOut, path, name, argument)})
		}
	}
	return issues
}

// isNothing reports whether text is null as other languages write it. Words
// such as none may be names.
func isNothing(text string) bool {
	return slices.Contains([]string{"null", "undefined", "nil"}, strings.ToLower(strings.TrimSpace(text)))
}

const (
	leaveOut     = "%s must be an email; %q was given: leave it out for all projects"
	noEmail      = "%s must be a whole email; %q was given: take emails from HEX_LIST_USERS, and ask the user for their own"
	leaveNameOut = "%s must be a name; %q was given: leave %s out for all projects; for those without one, list all and look for null or an empty list"
)

// noProjects says which filter kept all projects out of an empty first page, by
// one read of what there is.
func noProjects(ctx context.Context, c *hexapi.Client, in hexapi.ListProjectsInput, out hexapi.Page[hexapi.Project]) ([]string, error) {
	filtered := len(in.Statuses)+len(in.Categories) > 0 || in.CreatorEmail != "" || in.OwnerEmail != "" || in.CollectionID != ""
	if len(out.Values) > 0 || !filtered || in.After != "" || in.Before != "" {
		return nil, nil
	}
	if names := len(in.Statuses) + len(in.Categories); names == 0 && in.CreatorEmail+in.OwnerEmail == "" {
		return emptyCollection(ctx, c, in.CollectionID), nil
	}
	return unseenValues(ctx, c, in), nil
}

// unseenValues says which values of the filters no project has.
func unseenValues(ctx context.Context, c *hexapi.Client, in hexapi.ListProjectsInput) []string {
	answer, err := c.ListProjects(ctx, hexapi.ListProjectsInput{
		Limit: seenProjects, IncludeArchived: in.IncludeArchived, IncludeTrashed: in.IncludeTrashed,
		IncludeComponents: in.IncludeComponents, IncludeUnlisted: in.IncludeUnlisted,
	})
	if err != nil {
		return []string{noMatch}
	}
	all, err := answer.Decode()
	if err != nil {
		return []string{noMatch}
	}
	notes := slices.Concat(
		absent("statuses", "status", in.Statuses, seen(all, statusOf)), absent("categories", "category", in.Categories, seen(all, categoriesOf)),
		absent("ownerEmail", "owner", given(in.OwnerEmail), seen(all, ownerOf)), absent("creatorEmail", "creator", given(in.CreatorEmail), seen(all, creatorOf)),
	)
	if len(notes) == 0 {
		notes = append(notes, noMatch)
	}
	return notes
}

// emptyCollection tells a collection without projects from one that is not there.
func emptyCollection(ctx context.Context, c *hexapi.Client, id hexapi.UUID) []string {
	answer, err := c.GetCollection(ctx, hexapi.GetCollectionInput{CollectionID: id})
	if e, ok := errors.AsType[*hexapi.Error](err); ok && e.Status == http.StatusNotFound && e.FromHex {
		return []string{"There is no collection with this id, or the token may not see it: take collectionId from HEX_LIST_COLLECTIONS."}
	}
	if found, err := answer.Decode(); err == nil {
		return []string{fmt.Sprintf("The collection %q holds no project that the token may see. Archived and trashed projects, components and unlisted ones are left out unless asked for.", found.Name)}
	}
	return []string{noMatch}
}

const (
	seenProjects = 100 // whose values a note tells: one page
	noMatch      = "No project matches all of the filters together. Archived and trashed projects, components and unlisted ones are left out unless asked for."
)

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
	case kind != "":
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

// listed joins a few values.
func listed(values []string) string {
	const most = 20
	switch {
	case len(values) == 0:
		return "none"
	case len(values) > most:
		return strings.Join(values[:most], ", ") + " and more"
	}
	return strings.Join(values, ", ")
}
