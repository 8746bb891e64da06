package tools

import (
	"fmt"
	"strings"

	"hexmcp/hexapi"
)

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
