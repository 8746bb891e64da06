package tools

import (
	"fmt"

	"hexmcp/hexapi"
	"hexmcp/schema"
)

func suggestions() Toolset {
	return toolset("suggestions", "Decide what Hex's own agent should know.",
		reads("HEX_LIST_SUGGESTIONS", "List suggestions",
			"List suggestions for better context of Hex's agent, found in what people asked it. Next page: after.",
			(*hexapi.Client).ListSuggestions, apart, optional, unlisted, notingCall(noSuggestions)),
		reads("HEX_GET_SUGGESTION", "Get suggestion",
			"Read a suggestion with the threads it comes from and the changes that it proposes. Each change, of a guide or of the description of data, has id, updateType, status and payload.",
			(*hexapi.Client).GetSuggestion, apart, optional, unlisted, refused(NotFound, always(noSuggestion))),
		destroys("HEX_UPDATE_SUGGESTION", "Set suggestion status",
			"Set the status of a suggestion; the one before is overwritten. Carries out none of its changes. Returns the suggestion. The method of the request is unverified.",
			checked(suggestionRules, (*hexapi.Client).UpdateSuggestion), apart, optional, unlisted, idempotent, verified("HEX_GET_SUGGESTION"), refused(NotFound, always(noSuggestion))),
		destroys("HEX_UPDATE_SUGGESTED_CHANGE", "Set suggested change status",
			"Set the status of a change that a suggestion proposes; the one before is overwritten. COMPLETED may carry the change out, for everybody (unverified): ask the user first. Returns id and status. The method of the request is unverified.",
			checked(changeRules, (*hexapi.Client).UpdateSuggestedChange), apart, optional, unlisted, reachesPeople, verified("HEX_GET_SUGGESTION", "the status of the change"), refused(NotFound, always(noChange))),
		writes("HEX_REVIEW_SUGGESTION", "Review suggestion",
			"Start a review of a suggestion by Hex's agent, which goes on in the background and may cost credits. Returns the suggestion as it is now: read it later with HEX_GET_SUGGESTION. Each call starts another review.",
			(*hexapi.Client).ReviewSuggestion, apart, optional, unlisted, verified("HEX_GET_SUGGESTION", "whether its status is IN_PROGRESS or its changes differ"), refused(NotFound, always(noSuggestion))),
	)
}

// What to do when Hex refuses. It documents none of these operations.
const (
	noSuggestion = "The suggestionId is wrong, or this workspace has no suggestions, which Hex does not document for all: take ids from HEX_LIST_SUGGESTIONS; if that fails too, do without."
	noChange     = "One of the two ids is wrong, or this workspace has no suggestions, which Hex does not document for all: take both from HEX_GET_SUGGESTION."
)

func suggestionRules(in hexapi.UpdateSuggestionInput) []schema.Issue {
	return rejectionRules(in.Rejection, in.Status == hexapi.SuggestionDismissed)
}

func changeRules(in hexapi.UpdateSuggestedChangeInput) []schema.Issue {
	return rejectionRules(in.Rejection, in.Status == hexapi.ChangeDismissed)
}

// rejectionRules takes a reason only for what is dismissed.
func rejectionRules(why hexapi.Rejection, dismissed bool) []schema.Issue {
	if dismissed || why.RejectionReason == nil || *why.RejectionReason == "" {
		return nil
	}
	return []schema.Issue{{Path: "rejectionReason", Message: "rejectionReason goes with status DISMISSED only: leave it out, or give that status"}}
}

// noSuggestions says what may have kept suggestions out of an empty list.
func noSuggestions(in hexapi.ListSuggestionsInput, out hexapi.Suggestions) []string {
	switch {
	case len(out.Values) > 0 || in.After != "":
		return nil
	case in.Status != "":
		return []string{fmt.Sprintf("No suggestion has the status %s; call without to see whether there are some at all.", in.Status)}
	}
	return []string{"There are no suggestions that the token may see."}
}
