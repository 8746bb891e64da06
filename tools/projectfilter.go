package tools

import (
	"fmt"
	"slices"
	"strings"

	"hexmcp/hexapi"
	"hexmcp/schema"
)

// This file tells of filters that no project can match. Hex answers them with an
// empty list, which looks as if there were nothing.

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
