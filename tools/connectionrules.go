package tools

import (
	"fmt"
	"strings"

	"hexmcp/hexapi"
	"hexmcp/schema"
)

// newConnectionRules want the details of the type, and a whole schedule.
func newConnectionRules(in hexapi.CreateDataConnectionInput) []schema.Issue {
	given := in.ConnectionDetails.Types()
	if len(given) != 1 || given[0] != string(in.Type) {
		return append(notOfType(string(in.Type), given), scheduleRules(in.SchemaRefreshSchedule)...)
	}
	return scheduleRules(in.SchemaRefreshSchedule)
}

func notOfType(wanted string, given []string) []schema.Issue {
	const at = "connectionDetails"
	return []schema.Issue{{Path: at, Message: fmt.Sprintf("%s must hold %s and nothing else; %s was given", at, wanted, orNothing(given))}}
}

// connectionEditRules require that something changes, and nothing in two ways.
func connectionEditRules(in hexapi.EditDataConnectionInput) []schema.Issue {
	if in.IsEmpty() {
		return []schema.Issue{{Message: nothingToEdit}}
	}
	issues := scheduleRules(in.SchemaRefreshSchedule)
	if in.ConnectionDetails != nil && len(in.ConnectionDetails.Types()) != 1 {
		issues = append(issues, notOfType("the connection's type", in.ConnectionDetails.Types())...)
	}
	for _, name := range in.Contradictions() {
		issues = append(issues, schema.Issue{Path: name, Message: fmt.Sprintf("%s is set and cleared: give one of the two", name)})
	}
	return issues
}

const nothingToEdit = "there is nothing to change: give name, description, connectionDetails or another setting"

// scheduleRules want the block of the cadence and no other.
func scheduleRules(s *hexapi.RefreshSchedule) []schema.Issue {
	if s == nil {
		return nil
	}
	given := strings.Join(s.Blocks(), ", ")
	wanted := strings.ToLower(string(s.Cadence))
	if s.Cadence == hexapi.Hourly {
		wanted = ""
	}
	if given == wanted {
		return nil
	}
	const at = "schemaRefreshSchedule"
	if wanted == "" {
		return []schema.Issue{{Path: at, Message: fmt.Sprintf("%s: HOURLY takes no block; leave %s out, or give its cadence", at, given)}}
	}
	return []schema.Issue{{Path: at, Message: fmt.Sprintf("%s: %s needs the block %s and no other; %s was given", at, s.Cadence, wanted, orNothing(s.Blocks()))}}
}
