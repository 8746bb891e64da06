package tools

import "hexmcp/hexapi"

// guideWarnings repeats what Hex warns of although it answered with success.
func guideWarnings(out hexapi.GuidesUpserted) []string { return warningsOf(out.Warnings) }

func warningsOf(all []hexapi.GuideWarning) []string {
	if len(all) == 0 {
		return nil
	}
	return []string{"Hex warns: " + several(all, "; ", sayWarning) + "."}
}

func sayWarning(w hexapi.GuideWarning) string { return quoted(w.FilePath) + ": " + quoted(w.Message) }
