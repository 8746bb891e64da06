package tools

import "hexmcp/hexapi"

// guideWarnings repeats what Hex warns of although it answered with success.
func guideWarnings(out hexapi.GuidesUpserted) []string {
	if len(out.Warnings) == 0 {
		return nil
	}
	return []string{"Hex warns: " + several(out.Warnings, "; ", sayWarning) + "."}
}

func sayWarning(w hexapi.GuideWarning) string { return quoted(w.FilePath) + ": " + quoted(w.Message) }
