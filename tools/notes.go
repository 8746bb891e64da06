package tools

import (
	"fmt"
	"slices"
	"strings"

	"hexmcp/hexapi"
)

// refusedEntries says which entries of a sharing edit Hex refused although it
// answered with success.
func refusedEntries(out hexapi.SharingEdited) []string {
	if len(out.Errors) == 0 {
		return nil
	}
	refused := make([]string, len(out.Errors))
	for i, e := range out.Errors {
		refused[i] = fmt.Sprintf("%s (%s)", refusedWho(e), e.Reason)
	}
	return []string{"Not everything was applied. Hex refused: " + strings.Join(refused, "; ") + ". All other entries were applied."}
}

func refusedWho(e hexapi.SharingError) string {
	who := slices.Concat(e.UserIDs, e.GroupIDs, e.CollectionIDs)
	if e.Type != "" {
		who = append(who, e.Type)
	}
	return strings.Join(who, ", ")
}

// guideWarnings repeats what Hex warns of although it answered with success.
func guideWarnings(out hexapi.GuidesUpserted) []string {
	if len(out.Warnings) == 0 {
		return nil
	}
	warnings := make([]string, len(out.Warnings))
	for i, w := range out.Warnings {
		warnings[i] = fmt.Sprintf("%s: %s", w.FilePath, w.Message)
	}
	return []string{"Hex warns: " + strings.Join(warnings, "; ")}
}
