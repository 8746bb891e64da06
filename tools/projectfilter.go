package tools

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"hexmcp/hexapi"
	"hexmcp/schema"
)

// This file tells of filters of projects that no project can match, or none does:
// Hex answers them with an empty list, which looks as if there were nothing.

// projectFilterRules refuses filters that nothing can match.
func projectFilterRules(in hexapi.ListProjectsInput) []schema.Issue {
	issues := slices.Concat(
		emailRule("ownerEmail", in.OwnerEmail), emailRule("creatorEmail", in.CreatorEmail),
		nameRules("statuses", in.Statuses), nameRules("categories", in.Categories),
	)
	return issues
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
	answer, err := c.ListProjects(ctx, hexapi.ListProjectsInput{
		Limit: seenProjects, IncludeArchived: in.IncludeArchived, IncludeTrashed: in.IncludeTrashed,
		IncludeComponents: in.IncludeComponents, IncludeUnlisted: in.IncludeUnlisted,
	})
	if err != nil {
		return []string{noMatch}, nil
	}
	all, err := answer.Decode()
	if err != nil {
		return []string{noMatch}, nil
	}
	notes := slices.Concat(
		absent("statuses", "status", in.Statuses, seen(all, statusOf)), absent("categories", "category", in.Categories, seen(all, categoriesOf)),
		absent("ownerEmail", "owner", given(in.OwnerEmail), seen(all, ownerOf)), absent("creatorEmail", "creator", given(in.CreatorEmail), seen(all, creatorOf)),
	)
	if in.CollectionID != "" {
		notes = append(notes, emptyCollection)
	}
	if len(notes) == 0 {
		notes = append(notes, noMatch)
	}
	return notes, nil
}

const (
	seenProjects    = 100 // whose values a note tells: one page
	noMatch         = "No project matches all of the filters together. Archived and trashed projects, components and unlisted ones are left out unless asked for."
	emptyCollection = "The collection is empty for this token, or collectionId is no collection's: compare with HEX_LIST_COLLECTIONS."
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
		notes = append(notes, fmt.Sprintf("No project has the %s %q%s. Seen among the newest %d projects: %s.", of, value, meant, seenProjects, listed(there)))
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
	switch {
	case i >= 0 && !strings.Contains(value, "@"):
		return fmt.Sprintf("; names are exact: give %q", there[i])
	case len(parts) > 1 && (argument == "statuses" || argument == "categories"):
		return fmt.Sprintf(`; %s is a list: give ["%s"]`, argument, strings.Join(parts, `", "`))
	}
	if near := schema.Nearest(value, there); near != "" {
		return fmt.Sprintf("; %q may be meant", near)
	}
	return ""
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
