package tools

import (
	"encoding/json"
	"fmt"
	"strings"

	"hexmcp/hexapi"
	"hexmcp/schema"
)

// statusChange is a change of a status as a model gives it: what the API says by
// null is an argument of its own here, as hosts send null for what is not given.
type statusChange[T ~string] struct {
	Type        T      `json:"type" jsonschema:"required" jsonschema_description:"What it is."`
	Name        string `json:"name" jsonschema:"required,minLength=1" jsonschema_description:"Its exact name."`
	Status      string `json:"status,omitempty" jsonschema_description:"Name of a status or endorsement of the workspace."`
	ClearStatus bool   `json:"clearStatus,omitempty" jsonschema:"default=false" jsonschema_description:"true removes its status."`
}

// statusChanges is what the tools for statuses take beside an id.
type statusChanges[T ~string] struct {
	Updates []statusChange[T] `json:"updates" jsonschema:"required,minItems=1" jsonschema_description:"All are made, or none."`
}

type schemaChange struct {
	DataConnectionID hexapi.UUID `json:"dataConnectionId" jsonschema:"required"`
	statusChanges[hexapi.SchemaObject]
}

type semanticChange struct {
	SemanticProjectID hexapi.UUID `json:"semanticProjectId" jsonschema:"required"`
	statusChanges[hexapi.SemanticObject]
}

func (in schemaChange) meant() hexapi.UpdateDataConnectionSchemaInput {
	return hexapi.UpdateDataConnectionSchemaInput{DataConnectionID: in.DataConnectionID, StatusUpdates: in.updates()}
}

func (in semanticChange) meant() hexapi.UpdateSemanticProjectInput {
	return hexapi.UpdateSemanticProjectInput{SemanticProjectID: in.SemanticProjectID, StatusUpdates: in.updates()}
}

func (c statusChanges[T]) updates() hexapi.StatusUpdates[T] {
	updates := make([]hexapi.StatusUpdate[T], len(c.Updates))
	for i, u := range c.Updates {
		updates[i] = hexapi.StatusUpdate[T]{Type: u.Type, Name: u.Name}
		if !u.ClearStatus {
			updates[i].Status = &u.Status
		}
	}
	return hexapi.StatusUpdates[T]{Updates: updates}
}

func schemaChangeRules(in schemaChange) []schema.Issue { return in.rules() }

func semanticChangeRules(in semanticChange) []schema.Issue { return in.rules() }

// rules refuse an update that both sets and clears a status, or does neither.
func (c statusChanges[T]) rules() []schema.Issue {
	var issues []schema.Issue
	for i, u := range c.Updates {
		at := fmt.Sprintf("updates[%d]", i)
		switch {
		case u.ClearStatus && u.Status != "":
			issues = append(issues, schema.Issue{Path: at, Message: at + " sets a status and clears it: give status or clearStatus"})
		case !u.ClearStatus && u.Status == "":
			issues = append(issues, schema.Issue{Path: at, Message: at + " has no status: give status, or clearStatus true to remove the one it has"})
		}
	}
	return issues
}

// refusedStatuses names the updates that Hex refused, or else says what may be
// wrong with the id.
func refusedStatuses(otherwise string) refusal {
	return func(e *hexapi.Error) string {
		var problems []hexapi.StatusProblem
		if json.Unmarshal(e.Details, &problems) != nil || len(problems) == 0 {
			return otherwise
		}
		return "Refused: " + several(problems, ", ", sayProblem) + ". " + noneWasMade
	}
}

func sayProblem(p hexapi.StatusProblem) string {
	return fmt.Sprintf("%s %s (%s)", named(p.Type), quoted(p.Name), quoted(strings.ReplaceAll(p.Reason, "_", " ")))
}

const noneWasMade = "None of the updates was made, the right ones neither. Correct these and give all again: names are exact, and statuses are those of the workspace, as projects have them."
