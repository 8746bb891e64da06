package tools

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"hexmcp/hexapi"
)

// This file tells of sharing edits that Hex answers with success although it
// refused entries.

// sharingErrors is what such an answer holds beside the project. What is no list
// of entries that we know is shown as it is.
type sharingErrors struct {
	Errors json.RawMessage `json:"errors"`
}

// reportsRefusals tells what Hex refused of an edit, and fails where that is all
// of it. Wanted names what was to be changed: ids, which come from a tool, or the
// names of levels.
func reportsRefusals[In any](wanted func(In) []string, from string) trait {
	return reviewedRaw(func(in In, body json.RawMessage) ([]string, error) {
		var answer sharingErrors
		if json.Unmarshal(body, &answer) != nil {
			return nil, nil
		}
		refused, unknown := readRefusals(answer.Errors)
		all := isAllRefused(wanted(in), refused)
		switch {
		case len(refused)+len(unknown) == 0:
			return nil, nil
		case all:
			return nil, nothingApplied(refused, from)
		case len(unknown) > 0:
			return []string{fmt.Sprintf(unknownRefusals, several(append(sayRefusals(refused), unknown...), "; ", strings.Clone))}, nil
		}
		return []string{fmt.Sprintf(someRefused, several(refused, "; ", sayRefusal))}, nil
	})
}

// levelsKept says which levels the answer shows otherwise than they were set,
// without a word of Hex about it.
func levelsKept(in hexapi.EditProjectSharingOrgAndPublicInput, out hexapi.SharingEdited) (notes []string) {
	shown := out.Project.ProjectSharing
	if shown == nil {
		return nil
	}
	for _, l := range []struct {
		name     string
		set, now hexapi.Access
	}{{"workspace", in.Sharing.Workspace, shown.Workspace.Access}, {"publicWeb", in.Sharing.PublicWeb, shown.PublicWeb.Access}} {
		refused := slices.ContainsFunc(out.Errors, func(e hexapi.SharingError) bool { return e.Type == l.name })
		if l.set != "" && l.now != "" && l.now != l.set && !refused {
			notes = append(notes, fmt.Sprintf(levelKept, l.name, quoted(string(l.now)), l.set))
		}
	}
	return notes
}

const levelKept = "Hex answered with success, but the project in its answer has %s %s and not %s: check with HEX_GET_PROJECT and includeSharing."

const (
	someRefused     = "Not everything was applied. Hex refused: %s. Of the other entries it names no error: HEX_GET_PROJECT with includeSharing shows them."
	allRefused      = "Hex applied nothing: it refused %s. Correct this and call again%s."
	unknownRefusals = "Hex reports errors, so not everything may have been applied: %s. Check with HEX_GET_PROJECT and includeSharing."
)

// readRefusals reads the errors of an answer. Of those that it cannot read it
// returns the JSON.
func readRefusals(raw json.RawMessage) (refused []hexapi.SharingError, unknown []string) {
	var entries []json.RawMessage
	if json.Unmarshal(raw, &entries) != nil {
		entries = []json.RawMessage{raw}
	}
	for _, entry := range entries {
		var e hexapi.SharingError
		switch {
		case slices.Contains([]string{"", "null", "{}", `""`, "false"}, string(entry)):
		case json.Unmarshal(entry, &e) == nil && len(who(e)) > 0:
			refused = append(refused, e)
		default:
			unknown = append(unknown, jsonOrQuoted(string(entry)))
		}
	}
	return refused, unknown
}

// cut shortens text to n bytes or so, between characters.
func cut(text string, n int) string {
	if len(text) <= n {
		return text
	}
	return strings.ToValidUTF8(text[:n], "") + "…"
}

func isAllRefused(wanted []string, refused []hexapi.SharingError) bool {
	for _, w := range wanted {
		is := func(id string) bool { return strings.EqualFold(id, w) }
		if !slices.ContainsFunc(refused, func(e hexapi.SharingError) bool { return slices.ContainsFunc(who(e), is) }) {
			return false
		}
	}
	return len(wanted) > 0
}

func nothingApplied(refused []hexapi.SharingError, from string) *finding {
	if from != "" {
		from = "; ids come from " + from
	}
	f := &finding{
		detail: ErrorDetail{Kind: Unprocessable},
		why:    fmt.Sprintf(allRefused, several(refused, "; ", sayRefusal), from),
	}
	for _, text := range sayRefusals(refused[:min(len(refused), maxIssues)]) {
		f.detail.Issues = append(f.detail.Issues, Issue{Message: text})
	}
	return f
}

// maxIssues is how many refusals are told one by one.
const maxIssues = 100

func sayRefusals(refused []hexapi.SharingError) []string {
	texts := make([]string, len(refused))
	for i, e := range refused {
		texts[i] = sayRefusal(e)
	}
	return texts
}

func sayRefusal(e hexapi.SharingError) string {
	whom := several(who(e), ", ", named)
	if e.Reason == "" {
		return whom
	}
	return whom + " (" + quoted(e.Reason) + ")"
}

func who(e hexapi.SharingError) []string {
	names := slices.Concat(e.UserIDs, e.GroupIDs, e.CollectionIDs)
	if e.Type != "" {
		names = append(names, e.Type)
	}
	return names
}
