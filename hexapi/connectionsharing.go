package hexapi

// ConnectionAccess is what somebody may do with a data connection.
type ConnectionAccess string

// The access levels.
const (
	NoConnectionAccess ConnectionAccess = "NONE"
	ViewResults        ConnectionAccess = "VIEW_RESULTS"
	Query              ConnectionAccess = "QUERY"
)

// JSONSchema lists the levels.
func (ConnectionAccess) JSONSchema() *Schema { return oneOf(NoConnectionAccess, ViewResults, Query) }

// PublicConnectionAccess is what everybody on the web may do with a data connection.
type PublicConnectionAccess string

// JSONSchema lists the levels.
func (PublicConnectionAccess) JSONSchema() *Schema {
	return oneOf(PublicConnectionAccess(NoConnectionAccess), PublicConnectionAccess(ViewResults))
}

// NewConnectionSharing says who may use a new data connection.
type NewConnectionSharing struct {
	Groups    []ConnectionGrant   `json:"groups,omitempty" jsonschema_description:"By group."`
	Workspace *ConnectionAudience `json:"workspace,omitempty" jsonschema_description:"For all others."`
}

// ConnectionSharingEdit says whose access to a data connection changes.
type ConnectionSharingEdit struct {
	Groups    *ConnectionGrants   `json:"groups,omitempty" jsonschema_description:"By group."`
	Workspace *ConnectionAudience `json:"workspace,omitempty" jsonschema_description:"For all others; what is left out stays."`
}

// ConnectionGrants are groups whose access changes; others stay.
type ConnectionGrants struct {
	Upsert []ConnectionGrant `json:"upsert" jsonschema:"required" jsonschema_description:"Others stay."`
}

// ConnectionGrant gives one group access, or takes it with NONE.
type ConnectionGrant struct {
	Group  IDReference      `json:"group" jsonschema:"required" jsonschema_description:"The group."`
	Access ConnectionAccess `json:"access" jsonschema:"required" jsonschema_description:"QUERY: use in projects; VIEW_RESULTS: see what others queried."`
}

// ConnectionAudience is the access of those who are in no group that is named.
type ConnectionAudience struct {
	Members ConnectionAccess       `json:"members,omitempty" jsonschema_description:"Of the workspace."`
	Guests  ConnectionAccess       `json:"guests,omitempty" jsonschema_description:"Of the workspace."`
	Public  PublicConnectionAccess `json:"public,omitempty" jsonschema_description:"Everybody on the web."`
}
