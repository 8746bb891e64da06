package tools

import (
	"fmt"
	"strings"

	"hexmcp/hexapi"
)

// guideWarnings repeats what Hex warns of although it answered with success.
func guideWarnings(out hexapi.GuidesUpserted) []string { return warningsOf(out.Warnings) }

func warningsOf(all []hexapi.GuideWarning) []string {
	if len(all) == 0 {
		return nil
	}
	warnings := make([]string, len(all))
	for i, w := range all {
		warnings[i] = fmt.Sprintf("%s: %s", w.FilePath, w.Message)
	}
	return []string{"Hex warns: " + strings.Join(warnings, "; ")}
}
