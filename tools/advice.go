package tools

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"

	"hexmcp/hexapi"
	"hexmcp/schema"
)

// This file holds the sentences that a model reads when something went wrong,
// whatever the tool: what failed, why, and what to do next.

const (
	noToken = "no Hex API token is configured. Create one in Hex under Settings > API keys and run hexmcp login, or set HEX_API_TOKEN (or --token-file) where the server is started, and restart it; --demo works without one."

	onlyReading = "--read-only is set where the server is started, so that nothing is sent to Hex that may change something." + askToSwitchOn

	// askToSwitchOn ends what is said of a tool that a setting keeps off.
	askToSwitchOn = " Do without it, or ask the user to change the setting."

	defect   = "the server could not build the request. This is a defect of the server; repeating the call will not help."
	noBudget = "the server could not ask how many runs or calls are left, and sent nothing to Hex."
	canceled = "the call was canceled."

	holdsMark = "an argument holds %s, which answers show in place of a character that hides and which is not in Hex: give the text without it"

	renewToken = " The token is missing, expired or revoked, or belongs to another Hex address: put a valid one into %s, and set %s for a workspace that is not on app.hex.tech."

	allowVariable  = ". Variables are allowed where the server is started, by --credential-env NAME=TYPE@HOST"
	nothingWasSent = ". Nothing was sent to Hex: correct the arguments and call again."
	correctThem    = " Correct the arguments and call again."
	cursorHolds    = " A cursor (after, before) holds only for the list and filters that it came from: leave it out to begin anew."
	takeTheID      = "; give the id as a list or get tool returned it."
	safeToRepeat   = " Calling again is safe."
	mayLackIt      = " The id is wrong, or this workspace does not have the operation, which Hex does not document for all: do without it if ids are right."
	askForLess     = " Ask for less, with a smaller limit."
	goneOrNever    = " An attempt before it got no answer: it may have been carried out, or there never was one by this id that the token may see. Look with %s before calling again."
	earlierAttempt = " An attempt before it got no answer and may have been carried out."
	inTheWay       = " Something stands in the way or has changed meanwhile: read it again before deciding."
	notAsItIs      = " Hex does not take the request as it is; repeating will not help."
)

// hexSays quotes Hex, whose words are data.
func hexSays(e *hexapi.Error) string {
	answered := fmt.Sprintf("Hex answered %d", e.Status)
	if isForeign(e) {
		answered = fmt.Sprintf("the answer was %d", e.Status)
	}
	switch {
	case e.Message != "":
		answered += fmt.Sprintf(" %q", strings.TrimSuffix(e.Message, "."))
	case e.Code != "":
		answered += " " + named(e.Code)
	}
	clauses := []string{answered}
	if len(e.Issues) > 0 {
		clauses = append(clauses, several(e.Issues, "; ", quoted))
	}
	if len(e.Invalid) > 0 {
		clauses = append(clauses, "refused values of "+several(e.Invalid, ", ", sayInvalid))
	}
	if len(e.NotFound) > 0 {
		clauses = append(clauses, "unknown inputs "+several(e.NotFound, ", ", quoted))
	}
	return strings.Join(clauses, "; ") + "."
}

func sayInvalid(p hexapi.InvalidParam) string {
	return fmt.Sprintf("%s (%s: %s)", quoted(p.ParamName), jsonOrQuoted(p.ParamValue), misfit(p))
}

// advice says what to do about an answer with an error status.
func (a *Action) advice(d *ErrorDetail, e *hexapi.Error) string {
	if a.mayHaveHappened(e) && d.Kind == NotFound {
		return fmt.Sprintf(goneOrNever, a.idsFrom())
	}
	earlier := ""
	if a.mayHaveHappened(e) && d.Kind != Upstream {
		earlier = earlierAttempt
	}
	if own := a.ownAdvice(d.Kind, e); own != "" {
		return earlier + " " + own
	}
	if a.unlisted && isMissing(e) {
		return earlier + mayLackIt
	}
	return earlier + a.adviceOf(d, e)
}

// isMissing reports whether Hex knows neither the thing nor perhaps the operation.
func isMissing(e *hexapi.Error) bool {
	return (e.Status == http.StatusNotFound || e.Status == http.StatusMethodNotAllowed) && !isForeign(e)
}

// adviceOf says what to do about a failure of a kind, whatever the tool.
func (a *Action) adviceOf(d *ErrorDetail, e *hexapi.Error) string {
	switch d.Kind {
	case InvalidInput:
		if a.byCursor {
			return correctThem + cursorHolds
		}
		return correctThem
	case Unauthorized:
		if isForeign(e) {
			return foreignAdvice(e)
		}
		return fmt.Sprintf(renewToken, tokenFrom(e), addressFrom(e))
	case Forbidden:
		return " The token lacks the scope, role or plan for this: use another token or ask an admin; repeating will not help."
	case NotFound:
		return " The id is wrong, or the token may not see it: take ids from " + a.idsFrom() + "."
	case Unprocessable:
		return " Hex understood the request but cannot carry it out as it is."
	case RateLimited:
		return fmt.Sprintf(" Too many requests: call again in %s.", amount(d.RetryAfterSeconds))
	case KernelLimit:
		return noKernel
	case Conflict:
		return inTheWay
	case TooLarge:
		return sendLess
	case Upstream:
		return a.upstream(e)
	}
	return ""
}

// ownAdvice is what the row says of a refusal, "" where it says nothing.
func (a *Action) ownAdvice(kind Kind, e *hexapi.Error) string {
	if advice, ok := a.whenRefused[kind]; ok {
		return advice(e)
	}
	return ""
}

// idsFrom is where ids that exist come from.
func (a *Action) idsFrom() string { return cmp.Or(a.lister, "a list tool") }

func (a *Action) upstream(e *hexapi.Error) string {
	switch {
	case a.mayHaveHappened(e):
		return " " + a.checkFirst()
	case isPassing(e):
		return notThrough
	case isForeign(e):
		return foreignAdvice(e)
	case e.Status < http.StatusInternalServerError:
		return notAsItIs
	}
	return " Hex has a problem: call again " + when(e) + "."
}

func when(e *hexapi.Error) string {
	if e.RetryAfter > 0 {
		return "in " + amount(seconds(e.RetryAfter))
	}
	return "later"
}

func amount(seconds int) string {
	if seconds == 1 {
		return "1 second"
	}
	return fmt.Sprintf("%d seconds", seconds)
}

// checkFirst keeps a write from being made twice.
func (a *Action) checkFirst() string {
	s := "The request may have reached Hex and been carried out"
	switch {
	case a.verify == "":
		return s + ": look in Hex before calling again."
	case a.verifyHow != "":
		return s + ": check with " + a.verify + " (" + a.verifyHow + ") before calling again."
	}
	return s + ": check with " + a.verify + " before calling again."
}

func notForAHeader(argument string) schema.Issue {
	return schema.Issue{Path: argument, Message: argument + " travels as a header: it must be one line without control characters"}
}
